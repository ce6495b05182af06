"""What signs and digits stand for where letters should be, and how a stretch of them is read.

One sign may stand for several letters (1 is i or l): a stretch is read in a few ways, never in all.
"""

import re
from collections.abc import Iterator

from handbill.rules.folding import FANCY_SIGNS

_SIGNS = FANCY_SIGNS | {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "¢": "c", "£": "l", "(": "c",
    "<": "c", "¥": "y", "§": "s", "ß": "b", "µ": "u", "¡": "i", "×": "x", "^": "a", "{": "c",
    "2": "z", "#": "h", "&": "e", "[": "c", "?": "r", "¶": "p", "¿": "i", "ø": "o",
}  # fmt: skip
_OTHER_SIGNS = _SIGNS | {"1": "l", "|": "l", "!": "l", "9": "q", "6": "b", "2": "r", "0": "q",
                         "£": "e", "^": "v", "#": "f", "&": "a", "?": "p"}  # fmt: skip
_CYRILLIC_SIGNS = _SIGNS | {
    "3": "з", "4": "ч", "6": "б", "1": "и", "9": "я", "u": "и", "n": "п", "r": "г", "w": "ш",
    "ь": "b", "8": "в", "0": "o", "v": "в", "b": "в", "g": "д", "l": "л",
}  # fmt: skip
_ARABIC_SIGNS = {"0": "و", "1": "ا", "5": "ه", "|": "ا", "!": "ا", "@": "ا", "7": "ح", "9": "و"}
HANGUL_SIGNS = {
    "l": "ㅣ", "i": "ㅣ", "1": "ㅣ", "|": "ㅣ", "!": "ㅣ", "r": "ㅏ", "h": "ㅐ", "o": "ㅇ",
    "0": "ㅇ", "^": "ㅅ", "人": "ㅅ", "8": "ㅂ", "7": "ㄱ", "2": "ㄹ",
}  # fmt: skip
KNOWN = frozenset(_SIGNS)
"""Signs that may stand for a letter."""


def _read_as(drawings: dict[str, str]) -> dict[str, str]:
    return {drawing: letter for letter, several in drawings.items() for drawing in several.split()}


# Letters drawn with several signs. The longest are tried first.
_DRAWN = _read_as(
    {
        "a": "/-\\ /\\ /_\\",
        "b": r"|3 13 !3 (3 /3 )3 |:",
        "d": r"[) |) |] |>",
        "e": r"[- |=-",
        "f": r"|= |# /= ph",
        "g": r"(_+ (_-",
        "h": r"|-| /-/ [-] ]-[ )-( (-) :-: |~| }{ }-{",
        "i": r"][",
        "j": r"_| _/",
        "k": r"|< |{ |( /< 1< ]<",
        "l": r"|_ 1_",
        "m": r"/\/\ /v\ |\/| |v| (v) [v] ^^",
        "n": r"|\| /\/ [\] <\> {\} ^/",
        "o": r"() [] <> {}",
        "p": r'|* |o |° |^ |7 |"',
        "q": r"(_,) ()_ (,) 0_",
        "r": r"|^\ |2 12 |? /2 |~ |` i2",
        "t": r"'|' -|- '][' ~|~ 7`",
        "u": r"\_\ |_| (_) \_/ /_/",
        "v": r"\/ |/ \|",
        "w": r"\/\/ \^/ |/\| \|/ vv \x/ '//",
        "x": r">< )( }}{{",
        "y": r"`/ '/ \|/y",
        "z": r"7_ >_",
    }
)
_DRAWN_ELSE = _read_as(
    {
        "b": r"13",
        "d": r"[]",
        "n": r"/\/",
        "p": r"|>",
        "ph": r"ph",
        "r": r"|2 12",
        "x": r"}{",
    }
)
_IN_CYRILLIC = _read_as(
    {
        "ж": r"}{ }|{ >|<",
        "и": r"|\| |/|",
        "л": r"/\ ji",
        "н": r"|-|",
        "п": r"/7 |7",
        "ф": r"qp cp",
        "ц": r"|_|",
        "ш": r"iii lll",
        "ъ": r"'b",
        "ы": r"bi bl b|",
        "ю": r"io |o i0",
        "я": r"9i",
    }
)


def _pattern(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))


_DRAWING, _CYRILLIC_DRAWING = _pattern(_DRAWN), _pattern(_IN_CYRILLIC)
_TWO_L = "|_|_"
_DRAWING_TWO_L = _pattern({drawing: "" for drawing in _DRAWN if drawing != "|_|"})
_SIGNED = re.compile(r"[^\w\s]")
_CYRILLIC, _ARABIC = re.compile("[бгджзилпфцчшщъыьюя]"), re.compile("[ء-ی]")


def is_cyrillic(text: str) -> bool:
    """Tell whether a folded stretch has letters that only Cyrillic has."""
    return bool(_CYRILLIC.search(text))


Tables = tuple[dict[str, str], ...]


def tables_for(text: str) -> Tables:
    """Return what single signs stand for in a stretch of this script."""
    if is_cyrillic(text):
        return (_CYRILLIC_SIGNS,)
    return (_ARABIC_SIGNS,) if _ARABIC.search(text) else (_SIGNS, _OTHER_SIGNS)


def drawn(text: str, at: list[int]) -> Iterator[tuple[str, list[int]]]:
    """Yield a folded stretch with letters in the place of several signs, where there are any."""
    if not _SIGNED.search(text):
        return
    if is_cyrillic(text):
        yield from _replaced(text, at, _CYRILLIC_DRAWING, (_IN_CYRILLIC,))
    elif not _ARABIC.search(text):
        yield from _replaced(text, at, _DRAWING, (_DRAWN, _DRAWN | _DRAWN_ELSE))
        if _TWO_L in text:
            yield from _replaced(text, at, _DRAWING_TWO_L, (_DRAWN,))


def _replaced(
    text: str, at: list[int], drawing: re.Pattern[str], tables: Tables
) -> Iterator[tuple[str, list[int]]]:
    matches = list(drawing.finditer(text))
    seen = {text}
    for table in tables:
        units, places, last = [], [], 0
        for match in matches:
            letters = table[match[0]]
            units += [text[last : match.start()], letters]
            places += at[last : match.start()] + at[match.start() : match.start() + len(letters)]
            last = match.end()
        made = "".join(units) + text[last:]
        if made not in seen:
            seen.add(made)
            yield made, places + at[last:]
