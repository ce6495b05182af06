"""What a letter is about, asked for on the terminal, so that no command line need tell it."""

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from handbill.cli import letter_edition
from handbill.cli.letter_edition import Answered
from handbill.errors import HandbillError, UsageError
from handbill.letters.letter import Kind

KINDS = [kind.value for kind in Kind if kind is not Kind.TRANSCRIPT]
WITHOUT_RULES = (Kind.WITHDRAW, Kind.BURN)
_WITH_STORY = (Kind.LETTER, Kind.REPLY)
_OWN_PARENT = (Kind.WITHDRAW, Kind.APPEAL)
_LANGUAGE = r"[a-z]{2,3}(-[a-z0-9]{1,8})*"
_KINDS = (
    "What it is: letter; reply (to a letter that is printed); withdraw or appeal (about one of"
    " yours); burn (refuse what is not published yet of your phrase); request."
)
_PARENT = {
    Kind.REPLY: "The 16 digits of the letter that you answer",
    Kind.WITHDRAW: "The 16 digits of your letter, as its receipt shows them",
    Kind.APPEAL: "The 16 digits of your letter, as its receipt shows them",
}


def completed(given: Mapping[str, Any], answered: Answered) -> dict[str, Any]:
    """Return what was given with what is missing: asked for at a terminal, else left empty.

    Raises:
        UsageError: the command line tells which of the writer's own letters this is about.
    """
    asks = sys.stdin.isatty()
    kind = given["kind"] or (_kind() if asks else Kind.LETTER)
    full = dict(given) | {"kind": Kind(kind)}
    if given["parent"] and full["kind"] in _OWN_PARENT and (asks or sys.stderr.isatty()):
        raise UsageError(
            f"--parent: a command stays in the shell's history, and says which letter of a {kind}"
            " is yours",
            hint="leave it out, and you are asked; remove this command from the history, too",
        )
    if asks:
        _ask_missing(full, answered, chosen=given["kind"] is None)
    return full | {name: full[name] or "" for name in ("story", "parent", "language")}


def ask(question: str, option: str, **how: Any) -> str:
    """Ask on the terminal, without a trace elsewhere.

    Raises:
        UsageError: nobody is there to ask.
    """
    try:
        answer: str = click.prompt(question, err=True, **how)
    except click.Abort as error:
        raise UsageError(f"{option}: is missing, and nobody is there to ask") from error
    return answer


def _kind() -> str:
    click.echo(_KINDS, err=True)
    return ask("What it is", "--kind", type=click.Choice(KINDS), default="letter")


def _ask_missing(full: dict[str, Any], answered: Answered, *, chosen: bool) -> None:
    """Fill in what is None; ``chosen``: the kind was asked for, so ask what is optional, too."""
    kind, known = full["kind"], _again(lambda text: _items(text, answered))
    if full["story"] is None and kind in _WITH_STORY:
        full["story"] = ask("The id of the story or film", "--story", value_proc=known)
    elif full["story"] is None and chosen and kind not in WITHOUT_RULES:
        full["story"] = _maybe("The id of the story or film, if any", "--story", known)
    if full["parent"] is None and kind in _PARENT:
        shaped = _shaped(r"[0-9a-f]{16}", "16 digits of 0-9 and a-f")
        full["parent"] = ask(_PARENT[kind], "--parent", value_proc=shaped)
    if full["language"] is None and kind not in WITHOUT_RULES:
        shaped = _shaped(_LANGUAGE, "a language's tag, as in: ko, fa")
        full["language"] = ask("Its language (en, ko, fa, …)", "--language", value_proc=shaped)
    if not full["marks"] and chosen and kind not in WITHOUT_RULES:
        question = "Ids of stories worth passing on, with spaces between, if any"
        full["marks"] = tuple(_maybe(question, "--mark", known).split())
    if kind is Kind.BURN and chosen and not full["erase"]:
        full["erase"] = click.confirm("What was published of this pen goes, too", err=True)


def _maybe(question: str, option: str, check: Callable[[str], str]) -> str:
    return ask(question, option, default="", show_default=False, value_proc=check)


def _items(typed: str, answered: Answered) -> str:
    letter_edition.check_items(answered, tuple(typed.split()))
    return typed.strip()


def _shaped(pattern: str, expected: str) -> Callable[[str], str]:
    def check(typed: str) -> str:
        text = typed.strip().lower()
        if not re.fullmatch(pattern, text):
            raise UsageError(f"expected {expected}")
        return text

    return _again(check)


def _again(check: Callable[[str], str]) -> Callable[[str], str]:
    """Have click say what is wrong and ask once more."""

    def checked(typed: str) -> str:
        try:
            return check(typed)
        except HandbillError as error:
            raise click.UsageError(f"{error} {error.hint or ''}".strip()) from error

    return checked
