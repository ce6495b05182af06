"""Telephone numbers, by libphonenumber, for the countries where a language is written.

A number that is valid is a hit; one that is merely possible only beside a word such as "call":
possible numbers alone stand in 4 of 100 ordinary newspaper comments, valid ones in almost none.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import phonenumbers

from handbill.rules.screens.private import Hit

_DIGITS = re.compile(r"[+(]?\d(?:[ ()./\-]{0,3}\d){6,14}")
_REGIONS = {
    "en": ("US", "GB"), "ko": ("KR", "KP"), "es": ("ES", "MX", "VE", "CU"), "fa": ("IR", "AF"),
    "ar": ("EG", "SY", "IQ", "SA"), "ru": ("RU", "BY", "KZ"), "zh": ("CN", "TW"), "ja": ("JP",),
    "vi": ("VN",), "my": ("MM",), "tr": ("TR",), "uk": ("UA",), "bo": ("CN",), "ug": ("CN",),
}  # fmt: skip
_EVERYWHERE = ("KR", "IR", "RU", "US", "ES")
_CUE = re.compile(
    r"\b(?:tel|phone|telephone|call|mobile|cell|whatsapp|signal|text me|sms|viber|contact|reach"
    r"|teléfono|móvil|celular|llam[ae]\w*|tfno|llámame)\b"
    r"|전화|휴대폰|핸드폰|폰번호|번호|연락|문자|카톡|콜"
    r"|تلفن|موبایل|تماس|شماره|همراه|زنگ|واتساپ|هاتف|جوال|اتصل|رقم"
    r"|\bтел\b|телефон|звони|моб\b|номер|ватсап",
    re.IGNORECASE,
)
_NEAR = 40
MOST = 40
# Written as nothing but a telephone number is, whether it exists or not.
_SHAPE = re.compile(
    r"(?:(?:\+?1|001)[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}"
    r"|(?:\+7|8) ?\(?\d{3}\)? ?\d{3}[- ]\d{2}[- ]?\d{2}|0\d{1,2}-\d{3,4}-\d{4}"
    r"|\+\d(?:[ ()./\-]{0,2}\d){8,13}"
)
_EXTENSION = re.compile(r" ?(?:x|ext\.?|доб\.?|내선) ?\d{1,5}\b")
# An amount, a year span or a score is no number to call.
_AMOUNT = re.compile(r"[$€£¥₩]\s*$|(?:19|20)\d\d\s*-\s*(?:19|20)?\d\d$")


def phones(text: str, language: str) -> Iterator[Hit]:
    """Yield telephone numbers; of a text that is full of numbers the first forty are looked at."""
    for count, match in enumerate(_DIGITS.finditer(text)):
        start, end = match.span()
        if count == MOST:
            yield Hit(start, end, "private-many", 0.3)
            return
        if _AMOUNT.search(text, max(0, start - 3), start) or _AMOUNT.fullmatch(match[0]):
            continue
        # Particles of other scripts may follow a number at once: 010-1234-5678로.
        more = _EXTENSION.match(text, end)
        after = "" if more else text[end : end + 1]
        if text[start - 1 : start].isalnum() or (after.isascii() and after.isalnum()):
            continue
        regions = regions_of(language)
        if _SHAPE.fullmatch(match[0]) or _is_valid(text, start, end, regions):
            yield Hit(start, more.end() if more else end, "private-phone", 0.95)
        elif _CUE.search(text, max(0, start - _NEAR), end + _NEAR) and _is_possible(
            match[0], regions
        ):
            yield Hit(start, end, "private-phone", 0.7)


@cache
def regions_of(language: str) -> tuple[str, ...]:
    """Return the countries whose national numbers are looked for in a letter of this language."""
    own = _REGIONS.get(language.partition("-")[0], ())
    return tuple(dict.fromkeys((*own, *_EVERYWHERE)))


def _is_valid(text: str, start: int, end: int, regions: Iterable[str]) -> bool:
    # The matcher, and not only the number: it knows dates, page numbers and fractions.
    left, right = max(0, start - 12), end + 12
    part = text[left:right]
    for region in regions:
        found = phonenumbers.PhoneNumberMatcher(part, region, leniency=phonenumbers.Leniency.VALID)
        if any(m.start < end - left and m.end > start - left for m in found):
            return True
    return False


def _is_possible(raw: str, regions: Iterable[str]) -> bool:
    for region in regions:
        try:
            if phonenumbers.is_possible_number(phonenumbers.parse(raw, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
