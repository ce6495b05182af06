"""The print sheet: two A4 pages of one language at most, for those who read on paper. Pure.

Shaped by HarfBuzz in fonts that travel with this package (``fonts/OFL.txt``), written by pydyf.
The same inputs give the same bytes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from handbill.reader.sheet_flow import SheetStory

# What tools/fonts.py leaves in the fonts.
_RANGES = {
    "latin": ((0x20, 0x17F), (0x370, 0x52F)),
    "korean": ((0xAC00, 0xD7A3),),
    "arabic": ((0x600, 0x6FF),),
}
_SCRIPTS = {"ko": "korean", "fa": "arabic", "ar": "arabic", "ur": "arabic", "ps": "arabic"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on a sheet: ``extras`` follow the stories where there is room for them.

    ``notes`` close the last page; ``picture`` is an RGB JPEG of so many ``pixels``.
    """

    language: str
    direction: str
    name: str
    tagline: str
    edition: str
    stories: tuple[SheetStory, ...]
    extras: tuple[SheetStory, ...]
    notes: tuple[str, ...]
    more: str
    picture: bytes = b""
    pixels: tuple[int, int] = (0, 0)
    credit: str = ""


def printable(language: str, texts: Sequence[str]) -> bool:
    """Tell whether our fonts have (nearly) every character of ``texts``."""
    ranges = (*_RANGES[script_of(language)], *_RANGES["latin"])
    letters = {ord(c): n for c, n in Counter("".join(texts)).items() if c.isalpha()}
    unknown = sum(n for c, n in letters.items() if not any(a <= c <= b for a, b in ranges))
    return unknown * 200 <= sum(letters.values())


def sheet_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF of two pages, one where there is little to say."""
    # Slow to load, and most presses set no sheet.
    from handbill.reader.sheet_setting import Setting  # noqa: PLC0415

    return Setting(sheet).run()


def script_of(language: str) -> str:
    """Name the script of a language, and so the font that it is set in."""
    return _SCRIPTS.get(language.split("-", maxsplit=1)[0], "latin")
