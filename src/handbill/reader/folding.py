"""Which characters search takes for the same, and which make words. Pure.

Case, accents, Arabic and Persian spellings, and every script's digits are folded; vowel marks and
joiners are dropped. Scripts without spaces between words, and Korean, whose particles cling to
words, are searched by pairs of characters; all others by words. Format: docs/formats/search.md.
"""

import unicodedata
from functools import cache

SEPARATOR, WORD, PAIR = 0, 1, 2
SIZE = 65_536
_PAIRS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
)  # fmt: skip
_DROPPED = (
    (0x00AD, 0x00AD), (0x0300, 0x036F), (0x0591, 0x05BD), (0x0610, 0x061A), (0x0640, 0x0640),
    (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E4), (0x06E7, 0x06E8),
    (0x06EA, 0x06ED), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF),
)  # fmt: skip
_SPELLINGS = {
    "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه",
    "ۀ": "ه", "ؤ": "و", "ς": "σ", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ё": "е",
}  # fmt: skip
# Beyond these nothing has case, accents or digits: Chinese characters, Hangul, halves of pairs.
_FOLDED = ((0x0001, 0x2FFF), (0xA000, 0xABFF), (0xFB00, 0xFFFF))
_ACCENTED = ((0x00C0, 0x024F), (0x0370, 0x03FF), (0x1E00, 0x1FFF))


@cache
def fold_table() -> tuple[int, ...]:
    """Return for each code of the Basic Multilingual Plane what it folds to; 0 drops it."""
    table = list(range(SIZE))
    for first, last in _FOLDED:
        table[first : last + 1] = map(_fold, range(first, last + 1))
    for first, last in _DROPPED:
        table[first : last + 1] = [0] * (last + 1 - first)
    return tuple(table)


@cache
def class_table() -> bytes:
    """Return for each folded code whether it separates, makes words or makes pairs."""
    kinds = {letter: WORD if letter in "LMN" else SEPARATOR for letter in "LMNPSZC"}
    table = bytearray(kinds[unicodedata.category(chr(code))[0]] for code in range(SIZE))
    for first, last in _PAIRS:
        table[first : last + 1] = bytes(PAIR if kind else 0 for kind in table[first : last + 1])
    return bytes(table)


def fold(code: int) -> int:
    """Return what :func:`fold_table` says of one code, without making the table."""
    if any(first <= code <= last for first, last in _DROPPED):
        return 0
    return _fold(code) if any(first <= code <= last for first, last in _FOLDED) else code


def kind(code: int) -> int:
    """Return what :func:`class_table` says of one folded code, without making the table."""
    if unicodedata.category(chr(code))[0] not in "LMN":
        return SEPARATOR
    return PAIR if any(first <= code <= last for first, last in _PAIRS) else WORD


def _fold(code: int) -> int:
    char = unicodedata.normalize("NFKC", chr(code)) if 0xFF00 <= code <= 0xFF5E else chr(code)
    char = char.lower()[0]
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return ord("0") + digit
    if any(first <= ord(char) <= last for first, last in _ACCENTED):
        char = unicodedata.normalize("NFD", char)[0]
    return ord(_SPELLINGS.get(char, char)) or ord(" ")


@cache
def script_tables() -> dict[str, str]:
    """Return the same tables for the page's script: pairs of characters, and ranges in base 36."""
    folds = "".join(
        chr(code) + (chr(to) if to else " ")
        for code, to in enumerate(fold_table())
        if code and to != code and not 0xD800 <= code <= 0xDFFF
    )
    return {"folds": folds, "words": _ranges(WORD), "pairs": _ranges(PAIR)}


def _ranges(kind: int) -> str:
    table, found, code, last = class_table(), [], 0, 0
    while code < SIZE:
        if table[code] != kind:
            code += 1
            continue
        start = code
        while code < SIZE and table[code] == kind:
            code += 1
        found += [_base36(start - last), _base36(code - start)]
        last = code
    return " ".join(found)


def _base36(value: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = digits[value % 36]
    while value := value // 36:
        out = digits[value % 36] + out
    return out
