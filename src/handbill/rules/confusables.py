"""Names as eyes see them: the skeleton of Unicode TR39, over a table of look-alikes."""

import unicodedata
from functools import cache
from importlib import resources

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""General categories of what no reader sees; a space is seen."""

_ALSO_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
_ROUNDS = 4
"""A capital's prototype may have one of its own once its case is folded; mostly two suffice."""
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def is_invisible(char: str) -> bool:
    """Tell whether a character shows nothing: controls, joiners, fillers, variation selectors."""
    if char.isascii():
        return not char.isprintable()
    if char in _ALSO_INVISIBLE or any(ord(char) in r for r in _SELECTORS):
        return True
    return unicodedata.category(char) in INVISIBLE


@cache
def _alike() -> dict[int, str]:
    source = resources.files("handbill.rules").joinpath("data", "confusables.txt")
    table = {}
    for line in source.read_text("ascii").splitlines():
        if not line.startswith("#"):
            prototype, _, chars = line.partition("\t")
            # What names are compared by: a prototype's letters and marks, not its punctuation.
            text = "".join(chr(int(code, 16)) for code in prototype.split("+"))
            written = "".join(c for c in text if c.isalnum() or _is_mark(c))
            if any(c.isalnum() for c in written):
                table.update({int(code, 16): written for code in chars.split(" ")})
    return table


def prototype(char: str) -> str:
    """Return what a character looks like by Unicode's table: "" where it names nothing."""
    return _alike().get(ord(char), "")


def skeleton(name: str) -> str:
    """Return what names that look alike share. Compare it only with other skeletons.

    Compatibility forms, case, invisible characters, white space and punctuation are gone; each
    letter is its prototype; ``i`` and ``l`` are one, because capital I and small l look alike.
    """
    # Nonspacing marks stay: they tell names apart in Arabic, Thai and Indic scripts.
    wide = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name))
    seen = "".join(c for c in wide if _is_written(c) and not is_invisible(c))
    for _ in range(_ROUNDS):
        before, mapped = seen, seen.translate(_alike()).casefold()
        seen = unicodedata.normalize("NFKD", mapped).replace("i", "l")
        if seen == before:
            break
    return seen


def _is_written(char: str) -> bool:
    # A radical that looks like a letter is none by its category, and is read as one.
    return char.isalnum() or _is_mark(char) or _alike().get(ord(char), "").isalnum()


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc")
