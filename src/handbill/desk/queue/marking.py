"""Cut what a reader wrote into pieces: marked where a finding points, visible where it hides. Pure.

The pieces are plain text for a template that escapes every one of them.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

JOINERS = "\u200c\u200d"
"""Invisible where they belong: Persian and Indic words and emoji need them, so they stay."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\u180b\u180c\u180d\u180e\u180f\u034f\u17b4\u17b5")
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. ``findings`` are the numbers of those that point at it.

    ``hidden`` names characters that would not be seen (``U+202E``); ``text`` is then what of them
    may stand in a page: a joiner, or nothing. ``first`` says of which findings this is the first.
    """

    text: str
    findings: tuple[int, ...] = ()
    hidden: str = ""
    first: tuple[int, ...] = ()


def pieces(text: str, spans: Sequence[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """Cut ``text``; ``spans`` are (finding's number, from, to) in code points, in any order.

    Spans may overlap, be empty or reach beyond the text.
    """
    cuts = {0, len(text)}
    for _, start, end in spans:
        cuts |= {min(max(start, 0), len(text)), min(max(end, 0), len(text))}
    at = sorted(cuts)
    found: list[Piece] = []
    begun: set[int] = set()
    for start, end in zip(at, at[1:], strict=False):
        numbers = tuple(sorted({n for n, a, b in spans if a <= start and end <= b and a < b}))
        first = tuple(n for n in numbers if n not in begun)
        begun |= set(numbers)
        for piece in _seen(text[start:end], numbers):
            found.append(Piece(piece.text, numbers, piece.hidden, first))
            first = ()
    return tuple(found)


def _seen(text: str, numbers: tuple[int, ...]) -> Iterable[Piece]:
    run = 0
    for at, character in enumerate(text):
        if is_seen(character):
            continue
        if run < at:
            yield Piece(text[run:at], numbers)
        kept = character if character in JOINERS else ""
        yield Piece(kept, numbers, f"U+{ord(character):04X}")
        run = at + 1
    if run < len(text):
        yield Piece(text[run:], numbers)


def is_seen(character: str) -> bool:
    """Tell whether a character shows itself to a reader, white space included."""
    if character in "\n " or "\ufe0e" <= character <= "\ufe0f":
        return True
    if character in _BLANK or "\ufe00" <= character <= "\ufe0d":
        return False
    return unicodedata.category(character) not in _UNSEEN
