"""Phrases at a terminal: typed unseen, shown once and wiped, never an argument, never stored."""

import getpass
import os
import secrets
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

import click

from handbill.errors import UsageError
from handbill.keys.words import BITS, LISTS
from handbill.letters.pen import (
    MIN_WORDS,
    NUMBERS,
    Pen,
    added_words,
    canonical,
    derive,
    make_phrase,
    one_letter,
    strength_bits,
)

_MAX_BYTES = 4096
_TRIES = 3
_OWN_WORDS = 3
_ASIDE, _BACK = "\x1b[?1049h\x1b[2J\x1b[H", "\x1b[2J\x1b[3J\x1b[?1049l"
_NO_TERMINAL = "there is no terminal on which a phrase can be typed or shown unseen"


class Way(StrEnum):
    """Where a writer's pen comes from."""

    PHRASE = "phrase"
    NEW = "new"
    OWN = "own"
    ONCE = "once"


def pen(way: Way, newsroom: str, language: str, phrase_fd: int | None = None) -> Pen:
    """Return the pen of a phrase that is typed, drawn or read, or one for a single letter.

    ``language`` is the list from which new words are drawn; numbers where it has none.

    Raises:
        UsageError: no terminal, or not the same phrase twice.
    """
    if way is Way.ONCE:
        return one_letter(secrets.token_bytes(32))
    if phrase_fd is not None:
        return derive(canonical(_from_fd(phrase_fd)), newsroom)
    makers: dict[Way, Callable[[], str]] = {
        Way.PHRASE: _known,
        Way.NEW: lambda: _new(language),
        Way.OWN: lambda: _own(language),
    }
    typed = makers[way]()
    bits = strength_bits(typed)
    click.echo(f"{bits} bits of this phrase were drawn by chance{_weight(bits)}", err=True)
    return derive(canonical(typed), newsroom)


def _weight(bits: int) -> str:
    if bits >= BITS * MIN_WORDS:
        return ", if it was drawn as we draw."
    return (
        "; your own words count as nothing. That stops a person who guesses, not a state: all else"
        " depends on how hard your own words are to guess."
    )


def reading_pen(newsroom: str, phrase_fd: int | None = None) -> Pen:
    """Return the pen of a phrase that only reads: a slip shows by itself, so it is asked once."""
    typed = unseen("Your phrase") if phrase_fd is None else _from_fd(phrase_fd)
    return derive(canonical(typed), newsroom)


def _from_fd(number: int) -> str:
    data = b""
    try:
        while len(data) <= _MAX_BYTES and b"\n" not in data:
            more = os.read(number, _MAX_BYTES + 1 - len(data))
            if not more:
                break
            data += more
        return data.split(b"\n")[0].decode("utf-8").rstrip("\r")
    except OSError as error:
        raise UsageError(f"--phrase-fd {number}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--phrase-fd {number}: is not UTF-8") from error


def unseen(question: str) -> str:
    """Ask for a phrase without showing it.

    Raises:
        UsageError: there is no terminal whose echo can be switched off.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"{question}: ")
    except (getpass.GetPassWarning, EOFError, OSError) as error:
        raise UsageError(f"phrase: {_NO_TERMINAL}", hint="give it with --phrase-fd") from error


def _known() -> str:
    for _ in range(_TRIES):
        typed = unseen("Your phrase")
        wanted = canonical(typed)
        if canonical_or_nothing(unseen("The same again")) == wanted:
            return typed
        click.echo("Those were two different phrases.", err=True)
    raise UsageError("phrase: was not typed the same way twice")


def canonical_or_nothing(typed: str) -> bytes:
    """Return a phrase's canonical form, empty where it is none."""
    try:
        return canonical(typed)
    except UsageError:
        return b""


def _new(language: str) -> str:
    drawn_from = language if language in LISTS else NUMBERS
    return _learned(make_phrase(drawn_from, secrets.token_bytes))


def _own(language: str) -> str:
    typed = unseen(f"Your own words, at least {_OWN_WORDS}")
    added = added_words(language, secrets.token_bytes)
    phrase = f"{typed} {added}"
    canonical(phrase)
    return _learned(phrase)


def _learned(phrase: str) -> str:
    """Show a phrase once and ask for it until it comes back right."""
    wanted = canonical(phrase)
    for _ in range(_TRIES):
        _show_once(phrase)
        if canonical_or_nothing(unseen("Type it now")) == wanted:
            return phrase
        click.echo("That was another phrase; it is shown once more.", err=True)
    raise UsageError("phrase: was not typed back", hint="nothing was written; begin again")


def _show_once(phrase: str) -> None:
    said = (
        "This is your phrase. It is stored nowhere: learn it, or hide it well. With it you write\n"
        "with the same pen again and read what became of your letters; so can whoever finds it."
        f"\n\n    {phrase}\n\nPress Enter: then it goes from the screen. "
    )
    with _terminal() as (read, write):
        try:
            os.write(write, (_ASIDE + said).encode())
            while (got := os.read(read, 1024)) and b"\n" not in got and b"\r" not in got:
                pass
        finally:
            os.write(write, _BACK.encode())


@contextmanager
def _terminal() -> Iterator[tuple[int, int]]:
    """Open the terminal itself, whatever the command's input and output are."""
    if os.name == "nt" and sys.stdin.isatty() and sys.stderr.isatty():
        yield sys.stdin.fileno(), sys.stderr.fileno()
        return
    try:
        fd = os.open("/dev/tty", os.O_RDWR | getattr(os, "O_NOCTTY", 0))
    except OSError as error:
        raise UsageError(
            f"phrase: {_NO_TERMINAL}", hint="open a terminal, or give a phrase with --phrase-fd"
        ) from error
    try:
        yield fd, fd
    finally:
        os.close(fd)
