"""Cut what a reader wrote into pieces: marked where a finding points, visible where it hides. Pure.

The pieces are plain text for a template that escapes every one of them.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

JOINERS = "\u200c\u200d"
"""Between letters of scripts that join, and between emoji, they are part of the spelling."""
_JOINING = (
    (0x0600, 0x08FF), (0x0900, 0x109F), (0x1780, 0x17FF), (0x1800, 0x18AF), (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC), (0x2600, 0x27BF), (0x1F000, 0x1FAFF),
)  # fmt: skip
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\u180b\u180c\u180d\u180e\u180f\u034f\u17b4\u17b5")
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. ``findings`` are the numbers of those that point at it.

    ``hidden`` names a character that would not be seen (``U+202E``) and stands for it; ``text`` is
    then empty. ``first`` says of which findings this is the first.
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
    for start, end in pairwise(at):
        numbers = tuple(sorted({n for n, a, b in spans if a <= start and end <= b and a < b}))
        first = tuple(n for n in numbers if n not in begun)
        begun |= set(numbers)
        for piece in _seen(text[start:end], numbers):
            found.append(Piece(piece.text, numbers, piece.hidden, first))
            first = ()
    return tuple(found)


def visible(text: str) -> str:
    """Return a text in which what would hide is written out, for places without marks."""
    return "".join(
        f"[{piece.hidden}]" if piece.hidden else piece.text for piece in pieces(text, ())
    )


def _seen(text: str, numbers: tuple[int, ...]) -> Iterable[Piece]:
    run = 0
    for at, character in enumerate(text):
        if is_seen(character) or (character in JOINERS and _joins(text, at)):
            continue
        if run < at:
            yield Piece(text[run:at], numbers)
        yield Piece("", numbers, f"U+{ord(character):04X}")
        run = at + 1
    if run < len(text):
        yield Piece(text[run:], numbers)


def _joins(text: str, at: int) -> bool:
    """Tell whether a joiner stands between two characters that need one."""
    beside = [text[i] for i in (at - 1, at + 1) if 0 <= i < len(text)]
    return len(beside) == 2 and all(_is_joining(character) for character in beside)


def _is_joining(character: str) -> bool:
    code = ord(character)
    return character in "\ufe0f" or any(low <= code <= high for low, high in _JOINING)


def is_seen(character: str) -> bool:
    """Tell whether a character shows itself to a reader, white space included."""
    if character in "\n " or "\ufe0e" <= character <= "\ufe0f":
        return True
    if character in _BLANK or "\ufe00" <= character <= "\ufe0d":
        return False
    return unicodedata.category(character) not in _UNSEEN
