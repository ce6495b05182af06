"""Telephone numbers written out in words, so that a machine should not see them: 공일공, "five five"."""

import re
from collections.abc import Iterator

from handbill.rules.screens.private import Hit

LEAST = 7
"""Digits in a row, from which they are taken for a number and not for speech."""

_WORDS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
    "|cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
    "|ноль|нуль|один|два|три|четыре|пять|шесть|семь|восемь|девять"
    "|صفر|یک|دو|سه|چهار|پنج|شش|هفت|هشت|نه|واحد|اثنان|اثنين|ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة"
)
_SPELLED = re.compile(
    rf"(?<!\w)(?:(?:{_WORDS}|\d)[ ,.;\-–/_·]{{1,3}}(?:و )?){{{LEAST - 1},20}}(?:{_WORDS}|\d)(?!\w)",
    re.IGNORECASE,
)
_KO = re.compile(
    r"(?<![가-힣])[공영빵0](?:[ ,.\-~_·/]{0,2}(?:[공영빵일이삼사오육륙칠팔구]|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉"
    r"|\d)){6,14}(?![가-힣]{2})"
    r"|(?<![가-힣])(?:(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|공|영)[ ,.\-]{1,2}){6,14}(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉"
    r"|공|영)"
    r"|(?<![가-힣])[일이삼사오육륙칠팔구](?:[ ,.\-]{0,2}[공영일이삼사오육륙칠팔구]){8,14}(?![가-힣])"
)
_LETTER = re.compile(r"[^\W\d_]")


_SEPARATORS = str.maketrans(",.;-–/_·", "        ")
_NUMERALS = frozenset({*_WORDS.split("|"), *"0123456789"})
_HANGUL = re.compile("[\uac00-\ud7a3]")


def spelled(text: str) -> Iterator[Hit]:
    """Yield numbers that are written in words, wholly or in part."""
    words = text.lower().translate(_SEPARATORS).split()
    patterns = [_SPELLED] if sum(word in _NUMERALS for word in words) >= LEAST - 1 else []
    patterns += [_KO] if _HANGUL.search(text) else []
    for pattern in patterns:
        for match in pattern.finditer(text):
            if _LETTER.search(match[0]) and _counts(match[0]):
                yield Hit(*match.span(), "private-spelled", 0.8)


def _counts(text: str) -> bool:
    """Tell whether digits are more than one, two, three, four: counting is no number to call."""
    found = re.findall(r"\w+" if " " in text or "," in text or "-" in text else r"\w", text.lower())
    return len(set(found)) > 2 and found[:4] not in _COUNTING


_COUNTING = [
    ["one", "two", "three", "four"], ["uno", "dos", "tres", "cuatro"], ["один", "два", "три", "четыре"],
    ["یک", "دو", "سه", "چهار"], ["일", "이", "삼", "사"], ["하나", "둘", "셋", "넷"],
]  # fmt: skip
