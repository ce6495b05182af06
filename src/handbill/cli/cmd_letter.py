"""``handbill letter``: write to a newsroom from a terminal, as the letter page does."""

import contextlib
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from nacl.exceptions import CryptoError

from handbill.carrier.drive import Drive, failed
from handbill.cli import letter_edition
from handbill.cli.letter_asking import KINDS, WITHOUT_RULES, ask, completed
from handbill.cli.letter_edition import Answered, HouseRules
from handbill.cli.letter_pen import Way, pen, reading_pen
from handbill.cli.ui import emit, printable
from handbill.errors import DriveFailed, FormatError, HandbillError, UsageError
from handbill.files import read_inside
from handbill.keys.words import LISTS
from handbill.letters.counting import count
from handbill.letters.letter import (
    MAX_LETTER_BYTES,
    Draft,
    Kind,
    compose,
    parse,
    tidy_body,
    tidy_name,
)
from handbill.letters.pen import NUMBERS, Pen
from handbill.letters.receipts import Row, Status, look_up
from handbill.letters.seal import SEALED_BYTES, seal

WAYS = [way.value for way in Way]
_UNNAMED = (Kind.WITHDRAW, Kind.BURN, Kind.REQUEST)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_TTY_LINE = 1023 if sys.platform == "darwin" else 4095  # bytes, see termios(3)
_WARNING = (
    "WARNING: nothing vouches for this edition. If somebody changed it, your letter goes to them:"
    " they read it, and your phrase then signs for you at a newsroom that may not exist."
)
_REMAINS = (
    "The letter is sealed: only the newsroom opens it. This window may still show what you wrote,"
    " and a file that you gave with --text is still there; a keylogger has seen everything."
)
_SAYS = {
    Status.WAITS: "arrived, waits to be read",
    Status.PUBLISHED: "published",
    Status.REMOVED: "removed",
    Status.HELD: "held",
    Status.WITHDRAWN: "withdrawn",
    Status.APPEAL_DECIDED: "appeal decided",
    Status.REFUSED: "refused: signature, recipient or form",
    Status.PEN_PAUSED: "your pen is paused",
    Status.PEN_BLOCKED: "your pen is blocked",
}


class _WriteFirst(click.Group):
    """A group whose first command needs no name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group("letter", cls=_WriteFirst, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Write to a newsroom: sign and seal a letter, or read its receipts.

    "handbill letter EDITION …" writes; see "handbill letter write --help".
    """


edition_argument = click.argument(
    "edition", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
newsroom_option = click.option("--newsroom", help="The newsroom you expect: its id or seven words.")
fd_option = click.option(
    "--phrase-fd", type=int, help="Read the phrase from this open file descriptor, for scripts."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was given on the command line of a letter, or asked for."""

    kind: Kind
    story: str
    parent: str
    language: str
    marks: tuple[str, ...]
    erase: bool
    text: Path | None
    name: str | None
    out: Path | None
    way: Way | None
    words_of: str | None
    phrase_fd: int | None
    agree: bool
    show_id: bool


@command.command("write", short_help="Write, sign and seal a letter.")
@edition_argument
@click.option("--story", help="The id of the story or film that you answer.")
@click.option("--language", help="The language of your letter, as in: ko, fa.")
@click.option("--kind", type=click.Choice(KINDS), help="Default: letter.")
@click.option(
    "--parent",
    help="16 digits: of the letter that you answer, as the page shows them. Those of your own that"
    " you withdraw or appeal about are asked for, and taken here from scripts alone.",
)
@click.option("--mark", "marks", multiple=True, help="A story worth passing on; up to 16.")
@click.option("--erase", is_flag=True, help="With burn: what was published of this pen goes, too.")
@click.option(
    "--text",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="The letter's words; - for standard input.",
)
@click.option("--name", help="The name to sign with; asked for where it is not given.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the sealed file goes. Default: letters/ of EDITION.",
)
@click.option("--pen", "way", type=click.Choice(WAYS), help="Where your pen comes from.")
@click.option(
    "--words-of", type=click.Choice([*LISTS, NUMBERS]), help="The list for drawn words or numbers."
)
@fd_option
@click.option("--agree", is_flag=True, help="I have read the house rules and agree to them.")
@click.option("--unverified", is_flag=True, help="Write even where the edition does not verify.")
@click.option("--show-id", is_flag=True, help="Show by which 16 digits receipts name it.")
@newsroom_option
@json_option
def write(
    edition: Path, newsroom: str | None, *, unverified: bool, as_json: bool, **given: Any
) -> None:
    """Write a letter to the newsroom of EDITION (its folder, or a drive with one edition).

    Nothing but the sealed file is written to disk. All that stands on the command line stays in
    your shell's history, and others on this computer may see it while the command runs: give
    nothing but EDITION, and you are asked. The options are for scripts.
    """
    answered = _opened(edition, newsroom, unverified=unverified)
    asked = _Asked(**completed(given, answered))
    letter_edition.check_items(answered, tuple(filter(None, (asked.story, *asked.marks))))
    rules = _rules(answered, asked)
    body = _body(asked)
    draft = _draft(answered, asked, body, _name(asked))
    if rules:
        _consent(rules, answered, count(body), agree=asked.agree)
    note = compose(draft, _pen(asked, answered), secrets.token_bytes(16))
    sealed = _sealed(note, answered)
    path = _write(asked.out or answered.root / "letters", sealed)
    record = {"file": str(path), "words": count(body), "edition": answered.stated.edition}
    said = f"{printable(str(path))}: written, {count(body)} words.\n{_REMAINS}"
    if asked.show_id:
        record["id"] = parse(note).id[:16]
        said += f"\nReceipts, a withdrawal and an appeal name it: {record['id']}"
    emit(as_json, record, said)


def _opened(edition: Path, newsroom: str | None, *, unverified: bool) -> Answered:
    if unverified:
        if newsroom is not None:
            raise UsageError("--newsroom: cannot be checked where nothing is verified")
        answered = letter_edition.open_unverified(edition)
        _say(_WARNING)
        return answered
    answered = letter_edition.open_answered(edition, newsroom)
    issued = f" of {answered.opened.manifest.issued}" if answered.opened else ""
    _say(
        f"{printable(answered.stated.name)}, edition {answered.stated.edition}{issued}\n"
        f"  its words: {answered.words}\n"
        "  Compare them with those that you know from elsewhere: a forger has other words."
    )
    return answered


def _rules(answered: Answered, asked: _Asked) -> HouseRules | None:
    if asked.kind in WITHOUT_RULES:
        return None
    if not asked.language:
        raise UsageError("--language: is missing", hint="for instance: --language ko")
    if not answered.stated.rules_hash:
        raise UsageError(
            f"{answered.root}: this newsroom has no house rules, so it takes no letters"
        )
    return letter_edition.house_rules(answered, asked.language)


def _body(asked: _Asked) -> str:
    if asked.kind in WITHOUT_RULES:
        return ""
    try:
        if asked.text is None and sys.stdin.isatty():
            typed = "".join(_typed_lines())
        elif asked.text is None or str(asked.text) == "-":
            typed = sys.stdin.buffer.read(MAX_LETTER_BYTES + 1).decode("utf-8")
        else:
            whole = asked.text.resolve()
            typed = read_inside(whole.parent, whole.name, MAX_LETTER_BYTES).decode("utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise UsageError(f"--text: cannot be read as text ({error})") from error
    if len(typed.encode("utf-8", "replace")) > MAX_LETTER_BYTES:
        raise UsageError(f"--text: longer than {MAX_LETTER_BYTES} bytes, which fits no letter")
    return tidy_body(typed)


def _typed_lines() -> Iterator[str]:
    _say("Write your letter. A line with a full stop alone ends it.")
    for line in iter(sys.stdin.readline, ""):
        if line.rstrip("\r\n") == ".":
            return
        if len(line.encode("utf-8", "replace")) >= _TTY_LINE:
            raise UsageError(
                "letter: a terminal takes no longer line than this, and cuts it without a word",
                hint="break it into shorter lines, or give a file with --text",
            )
        yield line


def _name(asked: _Asked) -> str:
    if asked.kind in _UNNAMED:
        return tidy_name(asked.name or "")
    given = asked.name if asked.name is not None else ask("The name to sign with", "--name")
    return tidy_name(given)


def _draft(answered: Answered, asked: _Asked, body: str, name: str) -> Draft:
    ruled = asked.kind not in WITHOUT_RULES
    return Draft(
        to=answered.stated.newsroom,
        edition_number=answered.stated.edition,
        edition_id=answered.edition_id,
        seal=answered.stated.seal,
        kind=asked.kind,
        story=asked.story,
        parent=asked.parent,
        rules_version=answered.stated.rules_version if ruled else 0,
        rules_hash=answered.stated.rules_hash if ruled else "",
        language=asked.language.lower() or "und",
        name=name,
        body=body,
        marks=asked.marks,
        erase=asked.erase,
    )


def _consent(rules: HouseRules, answered: Answered, words: int, *, agree: bool) -> None:
    """Show the rules and ask for agreement; with --agree, say which rules were agreed to."""
    if words > rules.most_words:
        _say(
            f"Your letter has {words} words; the newsroom may refuse one of more than "
            f"{rules.most_words}."
        )
    if agree:
        stated = answered.stated
        _say(f"Agreed to: {rules.title}, version {stated.rules_version}, {stated.rules_hash}")
        return
    lines = [f"\n{rules.title}", rules.introduction]
    lines += [f"\n{number}. {title}\n{text}" for number, title, text in rules.rules]
    _say("\n".join(map(_shown, lines)))
    if not click.confirm(f"\n{_shown(rules.consent)}", err=True):
        raise UsageError("letter: you did not agree, so nothing was written")


def _pen(asked: _Asked, answered: Answered) -> Pen:
    way = asked.way
    if way is None and asked.phrase_fd is None:
        _say(
            "Your pen: phrase (you have one), new (drawn words or numbers), own (your words and"
            " three drawn ones: weaker), once (for this letter alone: no receipt, no second letter"
            " under it)."
        )
        way = Way(click.prompt("Your pen", type=click.Choice(WAYS), err=True))
    chosen = Way(way) if way else Way.PHRASE
    language = asked.words_of or asked.language
    return pen(chosen, answered.stated.newsroom, language, asked.phrase_fd)


def _sealed(note: bytes, answered: Answered) -> bytes:
    try:
        return seal(note, answered.stated.seal_key)
    except CryptoError as error:
        raise FormatError("newsroom.json: its sealing key is none that can seal") from error


def _write(out: Path, sealed: bytes) -> Path:
    """Write the sealed file under a neutral name, by the rules of drives."""
    named = out.name not in ("", "..")  # the last step must be no link; those before are theirs
    folder = out.parent.resolve() / out.name if named else out.resolve()
    name = "".join(secrets.choice(_LETTERS) for _ in range(16)) + ".bin"
    drive, path = Drive(folder.parent), f"{folder.name}/{name}"
    try:
        if not folder.parent.is_dir():
            raise UsageError(f"--out {out}: {folder.parent} is no folder", hint="is it mounted?")
        drive.create(path, sealed, lambda _n: None)
        if drive.read_back([path]) != [(SEALED_BYTES, sha256(sealed).hexdigest())]:
            raise DriveFailed(
                f"{out}: reads back other bytes than were written",
                hint="the drive is failing: take another",
            )
    except OSError as error:
        with contextlib.suppress(OSError, HandbillError):
            drive.unlink(path)
        raise failed(out, error) from error
    return folder / name


@command.command("receipts", short_help="Read what became of your letters.")
@edition_argument
@fd_option
@newsroom_option
@json_option
def receipts(edition: Path, phrase_fd: int | None, newsroom: str | None, as_json: bool) -> None:
    """Read what EDITION tells you about your letters, by your phrase alone.

    Whoever has the phrase can read this.
    """
    answered = _opened(edition, newsroom, unverified=False)
    data = letter_edition.receipts(answered)
    if not data:
        emit(as_json, {"receipts": []}, "This edition carries no receipts.")
        return
    key = reading_pen(answered.stated.newsroom, phrase_fd).receipt_key
    rows = look_up(data, answered.edition_id, key)
    record = {"receipts": [_row(row) for row in rows]}
    none = "Nothing for this phrase. A slip in typing it gives another phrase: try again."
    emit(as_json, record, "\n".join(map(_told, rows)) or none)


def _row(row: Row) -> dict[str, object]:
    known = row.status in set(Status)
    status = Status(row.status).name.lower() if known else f"newer-{row.status}"
    return {"letter": row.letter, "status": status, "rule": row.rule, "edition": row.edition}


def _told(row: Row) -> str:
    known = row.status in set(Status)
    said = _SAYS[Status(row.status)] if known else "something newer than this program"
    rule = f", rule {row.rule}" if row.rule else ""
    return f"letter {row.letter}… from edition {row.edition}: {said}{rule}"


def _say(text: str) -> None:
    click.echo(text, err=True)


def _shown(text: str) -> str:
    """Show an edition's text without letting it steer the terminal; Persian keeps its joiners."""
    return "".join(c if c in "\n\u200c\u200d" else printable(c) for c in text)
