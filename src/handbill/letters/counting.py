"""Count words, in every script the same way as the page does.

Format: docs/formats/counting.md. The table beside this file is made by ``tools/counting.py``; the
page's counterpart is ``reader/letterpage/counting.js``.
"""

import json
import re
from bisect import bisect
from importlib import resources
from itertools import pairwise

VERSION = 1
_TABLE = json.loads(
    resources.files("handbill.letters").joinpath("counting.json").read_text("utf-8")
)
_WEIGHTS: dict[str, int] = _TABLE["weights"]


def _runs() -> list[tuple[int, str]]:
    """Return where each class begins, and which it is."""
    start, found = 0, []
    for length, name in re.findall("([0-9a-z]+)([A-Z])", _TABLE["classes"]):
        found.append((start, name))
        start += int(length, 36)
    return [*found, (start, "Z")]


_RUNS = _runs()
_STAND_IN = {name: chr(first) for first, name in reversed(_RUNS)}
"""The first character of each class: counts for those beyond U+FFFF, where ``re`` is slow."""


def _class(char: str) -> str:
    return _RUNS[bisect(_RUNS, (ord(char), "~")) - 1][1]


def _set(names: str) -> str:
    """Return the inside of a regular expression's set: the characters below U+10000 of classes."""
    return "".join(
        f"\\u{first:04x}-\\u{min(after - 1, 0xFFFF):04x}"
        for (first, name), (after, _) in pairwise(_RUNS)
        if name in names and first <= 0xFFFF
    )


_WORD = f"[{_set('W')}]"
_MORE = f"[{_set('WM')}]"
_RUN = re.compile(f"{_WORD}{_MORE}*(?:[{_set('J')}]{_WORD}{_MORE}*)*")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_LETTERS = re.compile(f"[{_set('HKTLCBD')}]+")
_ONE_SCRIPT = {name: re.compile(f"[{_set(name)}]+") for name in "HKTLCBD"}


def count(text: str) -> int:
    """Return how many words a body has."""
    if not text.isascii():
        text = _ASTRAL.sub(_replace, text)
    words = len(_RUN.findall(text)) * 1000
    letters = _by_script("".join(_LETTERS.findall(text))) if not text.isascii() else {}
    if not words and not letters:
        return 0
    han, kana = letters.pop("H", 0), letters.pop("K", 0)
    words += (han + kana) * _WEIGHTS["J" if kana * 8 >= han + kana else "H"]
    words += sum(number * _WEIGHTS[name] for name, number in letters.items())
    return max(1, (words + 500) // 1000)


def _by_script(letters: str) -> dict[str, int]:
    """Count the letters of each script without spaces; most texts have one or two."""
    found = {}
    while letters:
        name = _class(letters[0])
        rest = _ONE_SCRIPT[name].sub("", letters)
        found[name] = len(letters) - len(rest)
        letters = rest
    return found


def _replace(match: re.Match[str]) -> str:
    return _STAND_IN[_class(match[0])]
