"""Numbers that states and banks give to people: identity papers, cards, accounts.

Where a number carries check digits they decide; where it does not, a word beside it must.
"""

import re
from collections.abc import Callable, Iterator

from handbill.rules.screens.private import Hit, matches, near_digits

_NEAR = 30
_JCB_MIR = ("2131", "1800", "2200", "2201", "2202", "2203", "2204")


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _card(text: str) -> bool:
    digits = _digits(text)
    known = digits[0] in "3456" or 2221 <= int(digits[:4]) <= 2720 or digits[:4] in _JCB_MIR
    return 13 <= len(digits) <= 19 and known and _luhn(digits)


def _iban(text: str) -> bool:
    flat = re.sub(r"[ \-]", "", text).upper()
    moved = flat[4:] + flat[:4]
    return 15 <= len(flat) <= 34 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _rrn(text: str) -> bool:
    digits = _digits(text)
    return _is_day(digits[2:4], digits[4:6]) and digits[6] in "12345678"


def _rrn_checked(text: str) -> bool:
    digits = _digits(text)
    total = sum(
        int(d) * w for d, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=False)
    )
    return _rrn(text) and (11 - total % 11) % 10 == int(digits[12])


def _spanish(text: str) -> bool:
    flat = re.sub(r"[ .\-]", "", text).upper()
    number = {"X": "0", "Y": "1", "Z": "2"}.get(flat[0], flat[0]) + flat[1:-1]
    return flat[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def _ssn(text: str) -> bool:
    area, group, serial = re.split(r"[ \-]", text)
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def _iranian(text: str) -> bool:
    digits = _digits(text)
    rest = sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return len(set(digits)) > 1 and int(digits[9]) == (rest if rest < 2 else 11 - rest)


def _snils(text: str) -> bool:
    digits = _digits(text)
    total = sum(int(d) * (9 - i) for i, d in enumerate(digits[:9])) % 101
    return int(digits[9:]) == total % 100 and len(set(digits[:9])) > 1


def _inn(text: str) -> bool:
    digits = [int(c) for c in text]
    one = sum(d * w for d, w in zip(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8), strict=False))
    two = sum(d * w for d, w in zip(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8), strict=False))
    return one % 11 % 10 == digits[10] and two % 11 % 10 == digits[11]


def _always(_text: str) -> bool:
    return True


_PAPER = r"passport|passeport|pasaporte|여권|گذرنامه|پاسپورت|جواز|паспорт|загран"
_PATTERNS: tuple[tuple[str, str, Callable[[str], bool], str, float], ...] = (
    (r"(?<!\d)\d{6} ?- ?[1-8]\d{6}(?!\d)", "", _rrn, "private-id", 0.95),
    (r"(?<!\d)\d{6} ?[1-8]\d{6}(?!\d)", "", _rrn_checked, "private-id", 0.9),
    (r"(?<!\d)\d{6} ?[1-8]\d{6}(?!\d)", r"주민|등록번호|resident", _rrn, "private-id", 0.9),
    (
        r"(?<![\w.])(?:\d{8}"
        r"|\d{2}\.\d{3}\.\d{3})[ \-]?[A-HJ-NP-TV-Z]\b", "", _spanish, "private-id", 0.95),
    (r"\b[XYZ][ \-]?\d{7}[ \-]?[A-HJ-NP-TV-Z]\b", "", _spanish, "private-id", 0.95),
    (r"(?<![\d\-])\d{3}-\d{2}-\d{4}(?![\d\-])", "", _ssn, "private-id", 0.9),
    (
        r"(?<![\d\-])\d{3} \d{2} \d{4}"
        r"(?![\d\-])", r"\bSSN\b|social security", _ssn, "private-id", 0.9),
    (r"(?<!\d)\d{3}-?\d{6}-?\d(?!\d)", r"کد ?ملی|شماره ?ملی|شناسنامه|national (?:id|code)", _always, "private-id", 0.96),
    (r"(?<!\d)\d{3}-\d{6}-\d(?!\d)", "", _iranian, "private-id", 0.8),
    (r"(?<![\d\-])\d{3}-\d{3}-\d{3}[ \-]\d{2}(?!\d)", "", _snils, "private-id", 0.95),
    (r"(?<!\d)\d{11}(?!\d)", r"снилс|snils", _snils, "private-id", 0.95),
    (r"(?<!\d)\d{12}(?!\d)", r"\bинн\b|\binn\b", _inn, "private-id", 0.95),
    (r"(?<!\d)\d{2} ?\d{2}[ №]{1,3}\d{6}(?!\d)", r"паспорт|серия|выдан|passport", _always, "private-id", 0.96),
    (r"\b[A-Z]{1,2}\d{6,9}\b|(?<!\d)\d{8,9}(?!\d)", _PAPER, _always, "private-id", 0.8),
    (r"\b[A-Z]\d{3}[A-Z0-9]\d{4}\b", r"여권|passport", _always, "private-id", 0.8),
    (r"(?<!\d)[12]\d-\d{2}-\d{6}-\d{2}(?!\d)", "", _always, "private-id", 0.96),
    (
        r"(?<!\d)[1-9]\d{5}(?:19"
        r"|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)", "", _always, "private-id", 0.96),
    (r"(?<![\d.,])\d(?:[ \-]?\d){12,18}(?![\d.]|,\d)", "", _card, "private-card", 0.95),
    (r"(?<![\d\-])\d{2,6}-\d{2,6}-\d{2,7}(?:-\d{1,3})?(?![\d\-])|(?<!\d)\d{10,14}(?!\d)",
     r"계좌|은행|뱅크|입금|account (?:no|number)|acct|شماره ?حساب|حساب بانکی|شماره ?کارت|номер сч[её]та"
     r"|n[úu]mero de cuenta",
     _always, "private-account", 0.96),
)  # fmt: skip
_COMPILED = tuple(
    (re.compile(p), re.compile(cue, re.IGNORECASE) if cue else None, check, reason, sure)
    for p, cue, check, reason, sure in _PATTERNS
)
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]{1,4}){3,8}\b")
_GAP = re.compile(r"[ \-]")
_ANY = re.compile(r"\d[ .\-№]{0,3}\d[ .\-№]{0,3}\d[ .\-№]{0,3}\d[ .\-№]{0,3}\d|[A-Za-z]{2}\d{2}")


def papers(text: str) -> Iterator[Hit]:
    """Yield numbers of identity papers, cards and accounts."""
    if not _ANY.search(text):
        return
    parts = near_digits(text)
    for pattern, cue, check, reason, sure in _COMPILED:
        for match in matches((pattern,), text, parts):
            start, end = match.span()
            if cue and not cue.search(text, max(0, start - _NEAR), end + _NEAR):
                continue
            if check(match[0]):
                yield Hit(start, end, reason, sure)
    yield from _accounts(text)


def _accounts(text: str) -> Iterator[Hit]:
    """Yield IBANs; words that follow one look like its last groups, so these are tried away."""
    for match in _IBAN.finditer(text):
        groups = [match.end(), *(match.start() + m.start() for m in _GAP.finditer(match[0]))]
        for end in sorted(groups, reverse=True):
            if _iban(text[match.start() : end]):
                yield Hit(match.start(), end, "private-account", 0.97)
                break
