"""The interface's words in each language, and dates, sizes and lengths as people write them."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ko", "es", "fa", "ar")
"""Languages with a catalogue of their own; others are served in their base language or English."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_DIGITS = {"fa": "۰۱۲۳۴۵۶۷۸۹", "ar": "٠١٢٣٤٥٦٧٨٩"}


def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr`` for a language tag."""
    parts = language.lower().split("-")
    if len(parts) > 1 and parts[1] in ("arab", "hebr"):
        return "rtl"
    return "rtl" if parts[0] in RIGHT_TO_LEFT and "latn" not in parts else "ltr"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's catalogue. ``language`` is the catalogue's own, not always the one asked."""

    language: str
    text: dict[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a phrase with its ``{placeholders}`` filled in."""
        return self.text[key].format(**values)

    def number(self, value: object) -> str:
        """Write a number in the language's own digits."""
        digits = _DIGITS.get(self.language)
        text = str(value)
        return text.translate(str.maketrans("0123456789.", digits + "٫")) if digits else text

    def day(self, value: date) -> str:
        """Write a day in full, for example ``24 November 2026``; in Persian in the calendar of its
        readers first.
        """
        written = self.say(
            "date",
            day=self.number(value.day),
            month=self.text[f"month.{value.month}"],
            year=self.number(value.year),
        )
        if self.language != "fa":
            return written
        year, month, day = solar(value)
        return f"{self.number(day)} {SOLAR_MONTHS[month - 1]} {self.number(year)} ({written})"

    def size(self, length: int) -> str:
        """Write a length in bytes as decimal kB, MB or GB, as drives are sold."""
        if length < 1_000_000:
            return self.say("size.kb", n=self.number(max(1, round(length / 1000))))
        if length < 1_000_000_000:
            return self.say("size.mb", n=self.number(round(length / 1_000_000)))
        return self.say("size.gb", n=self.number(f"{length / 1_000_000_000:.1f}"))

    def duration(self, seconds: float) -> str:
        """Write how long a film is: minutes, or seconds for one under two minutes."""
        whole = round(seconds)
        if whole < 120:
            return self.say("length.s", n=self.number(max(1, whole)))
        if whole < 3600:
            return self.say("length.min", n=self.number(round(whole / 60)))
        hours, minutes = divmod(round(whole / 60), 60)
        return self.say("length.h", h=self.number(hours), n=self.number(minutes))

    def clock(self, seconds: float) -> str:
        """Write a point in a film, for example ``12:05``."""
        minutes, rest = divmod(int(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
        return self.number(text)

    def language_name(self, tag: str) -> str:
        """Return a language's name in itself, as its readers look for it; else its tag."""
        return _OWN_NAMES.get(tag) or _OWN_NAMES.get(tag.split("-", maxsplit=1)[0]) or tag


@cache
def words(language: str) -> Words:
    """Return the catalogue for ``language``, else of its base language, else English."""
    base = language.split("-", maxsplit=1)[0]
    known = base if base in LANGUAGES else "en"
    source = files("handbill.reader") / "locale" / f"{known}.json"
    return Words(known, json.loads(source.read_text("utf-8")))


SOLAR_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
# In each 33 years these are leap years, which is how the calendar falls from 1178 to 1633.
_LEAPS = (1, 5, 9, 13, 17, 22, 26, 30)
# The day before the first of year 1, so that the first of 1403 is 20 March 2024.
_EPOCH = 226894


def solar(value: date) -> tuple[int, int, int]:
    """Return year, month and day in the Solar Hijri calendar; exact from 1799 to 2254."""
    year = value.year - 621
    if value.toordinal() <= _days_before(year):
        year -= 1
    day = value.toordinal() - _days_before(year) - 1
    if day < 186:
        return year, day // 31 + 1, day % 31 + 1
    return year, (day - 186) // 30 + 7, (day - 186) % 30 + 1


def _days_before(year: int) -> int:
    """Return the ordinal of the last day before a year of the Solar Hijri calendar."""
    rounds, rest = divmod(year - 1, 33)
    leaps = 8 * rounds + sum(leap <= rest for leap in _LEAPS)
    return _EPOCH + 365 * (year - 1) + leaps


_OWN_NAMES = {
    "am": "አማርኛ", "ar": "العربية", "be": "Беларуская", "bo": "བོད་སྐད་", "ckb": "کوردی",
    "de": "Deutsch", "en": "English", "es": "Español", "fa": "فارسی", "fr": "Français",
    "he": "עברית", "ja": "日本語", "km": "ខ្មែរ", "ko": "한국어", "ko-KP": "조선어",
    "my": "မြန်မာ", "pt": "Português", "ru": "Русский", "so": "Soomaali", "sw": "Kiswahili",
    "th": "ไทย", "ti": "ትግርኛ", "tk": "Türkmençe", "tr": "Türkçe", "ug": "ئۇيغۇرچە",
    "uk": "Українська", "ur": "اردو", "uz": "Oʻzbekcha", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
