"""The print sheet: two A4 pages of one language at most, for those who read on paper. Pure.

Set by fpdf2, shaped by HarfBuzz, in fonts that travel with this package (``fonts/OFL.txt``).
The same inputs give the same bytes.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

from handbill.reader.sheet_flow import (
    BOTTOM,
    MARGIN,
    PAGE_W,
    WIDE,
    Frame,
    Placed,
    SheetStory,
    fill,
    line_step,
)

_LEAD_HEIGHT = 84.0
_MADE = datetime(2020, 1, 1, tzinfo=UTC)
_FONTS = {
    "latin": ("NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf"),
    "korean": ("Handbill-Batang-Regular.ttf", "Handbill-Batang-Bold.ttf"),
    "arabic": ("NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf"),
}
# What tools/fonts.py leaves in the fonts.
_RANGES = {
    "latin": ((0x20, 0x17F), (0x370, 0x52F)),
    "korean": ((0xAC00, 0xD7A3),),
    "arabic": ((0x600, 0x6FF),),
}
_SCRIPTS = {"ko": "korean", "fa": "arabic", "ar": "arabic", "ur": "arabic", "ps": "arabic"}
_OPENTYPE = {"korean": "hang", "arabic": "arab", "latin": "latn"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on a sheet: ``extras`` follow the stories where there is room for them.

    ``notes`` close the last page; ``picture`` is a JPEG, ``shape`` its height by its width.
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
    shape: float = 0.0
    credit: str = ""


def printable(language: str, texts: Sequence[str]) -> bool:
    """Tell whether our fonts have (nearly) every character of ``texts``."""
    ranges = (*_RANGES[_script(language)], *_RANGES["latin"])
    letters = {ord(c): n for c, n in Counter("".join(texts)).items() if c.isalpha()}
    unknown = sum(n for c, n in letters.items() if not any(a <= c <= b for a, b in ranges))
    return unknown * 200 <= sum(letters.values())


def sheet_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF of two pages, one where there is little to say."""
    return _Setter(sheet).run()


def _script(language: str) -> str:
    return _SCRIPTS.get(language.split("-", maxsplit=1)[0], "latin")


class _Setter:
    """Sets one sheet as :mod:`handbill.reader.sheet_flow` places it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._rtl = sheet.direction == "rtl"
        self._script = _script(sheet.language)
        self._loose = 1.5 if self._script == "latin" else 1.75
        from fpdf import FPDF  # noqa: PLC0415  (slow to load; most presses set no sheet)

        self._pdf = pdf = FPDF(format="A4", unit="mm")
        pdf.set_creation_date(_MADE)
        pdf.set_producer("Handbill")
        pdf.set_title(sheet.name)
        pdf.set_lang(sheet.language)
        pdf.set_auto_page_break(False)
        pdf.set_margins(MARGIN, MARGIN, MARGIN)
        pdf.c_margin = 0
        for script in dict.fromkeys((self._script, "latin")):
            for style, name in zip(("", "B"), _FONTS[script], strict=True):
                with as_file(files("handbill.reader") / "fonts" / name) as path:
                    pdf.add_font(script, style, path)
        if self._script != "latin":
            pdf.set_fallback_fonts(["latin"], exact_match=True)
        pdf.set_text_shaping(
            use_shaping_engine=True,
            direction=sheet.direction,
            script=_OPENTYPE[self._script],
        )
        self._widths: dict[tuple[str, float, str], float] = {}
        self._said: dict[tuple[str, float, bool, float], tuple[str, ...]] = {}

    def run(self) -> bytes:
        self._pdf.add_page()
        top = self._picture(self._masthead())
        frame = Frame(top, self._notes_height(), self._loose, self._rtl)
        made = fill(self._say, frame, self._sheet.stories, self._sheet.extras)
        for placed in made.placed:
            while self._pdf.page < placed.page:
                self._pdf.add_page()
            self._draw(placed)
        self._notes(frame.notes)
        return bytes(self._pdf.output())

    def _say(self, text: str, size: float, bold: bool, width: float) -> tuple[str, ...]:
        key = (text, size, bold, width)
        if key not in self._said:
            self._pdf.set_font(self._script, "B" if bold else "", size)
            self._said[key] = tuple(self._lines(text, size, width))
        return self._said[key]

    def _lines(self, text: str, size: float, width: float) -> Iterable[str]:
        words = text.split(" ")
        plain = text.isascii() and text.isprintable() and all(words)
        if plain and max(map(self._long, words)) < width:
            return self._broken(words, width)
        lines: Any = self._pdf.multi_cell(
            width, self._step(size), text, dry_run=True, output="LINES"
        )
        return tuple(lines)

    def _broken(self, words: Sequence[str], width: float) -> Iterator[str]:
        """Break lines where ``multi_cell`` does, which shapes a line anew for each character."""
        line = words[0]
        for word in words[1:]:
            longer = f"{line} {word}"
            if self._fits(longer, width):
                line = longer
            else:
                yield line
                line = word
        yield line

    def _fits(self, line: str, width: float) -> bool:
        # Kerning changes a line by less than a twentieth: only near its end must it be known.
        if (rough := self._long(line)) < 0.95 * width or rough > 1.05 * width:
            return rough < width
        return self._pdf.get_string_width(line[:-1]) + self._wide(line[-1]) <= width

    def _long(self, text: str) -> float:
        return sum(map(self._wide, text))

    def _wide(self, char: str) -> float:
        key = (self._pdf.font_style, self._pdf.font_size_pt, char)
        if key not in self._widths:
            self._widths[key] = self._pdf.get_string_width(char)
        return self._widths[key]

    def _step(self, size: float) -> float:
        return line_step(size, self._loose)

    def _draw(self, placed: Placed) -> None:
        if placed.lines:
            look = placed.look
            self._put(placed.lines, placed.x, placed.y, placed.width, size=look.size,
                      bold=look.bold, ink=look.ink)  # fmt: skip
            return
        self._pdf.set_line_width(0.2)
        self._pdf.set_draw_color(placed.look.ink)
        self._pdf.line(placed.x, placed.y, placed.x + placed.width, placed.y)

    def _put(self, lines: Sequence[str], x: float, y: float, width: float, **look: Any) -> float:
        size, bold, ink = look["size"], look.get("bold", False), look.get("ink", 25)
        align = look.get("align", "R" if self._rtl else "L")
        self._pdf.set_font(self._script, "B" if bold else "", size)
        self._pdf.set_text_color(ink)
        self._pdf.set_xy(x, y)
        for line in lines:
            self._pdf.cell(width, self._step(size), line, align=align, new_x="LEFT", new_y="NEXT")
        return float(self._pdf.get_y())

    def _masthead(self) -> float:
        y = self._put([self._sheet.name], MARGIN, MARGIN - 3, WIDE, size=34, bold=True, align="C")
        for text in filter(None, (self._sheet.tagline, self._sheet.edition)):
            y = self._put([text], MARGIN, y, WIDE, size=9.5, align="C", ink=90)
        self._rule(y + 1.5, double=True)
        return y + 6

    def _rule(self, y: float, *, double: bool = False) -> None:
        self._pdf.set_draw_color(25)
        for offset in (0, 0.9) if double else (0,):
            self._pdf.set_line_width(0.25)
            self._pdf.line(MARGIN, y + offset, PAGE_W - MARGIN, y + offset)

    def _picture(self, y: float) -> float:
        """Set the first story's picture across the page, its middle where it is too high."""
        if not self._sheet.picture:
            return y
        whole = WIDE * self._sheet.shape
        shown = min(whole, _LEAD_HEIGHT)
        with self._pdf.rect_clip(MARGIN, y, WIDE, shown):
            picture = io.BytesIO(self._sheet.picture)
            self._pdf.image(picture, MARGIN, y - (whole - shown) / 2, w=WIDE)
        y += shown + 0.8
        if self._sheet.credit:
            end = "L" if self._rtl else "R"
            y = self._put([self._sheet.credit], MARGIN, y, WIDE, size=7, ink=110, align=end)
        return y + 1

    def _notes_height(self) -> float:
        lines = sum(len(self._say(text, 8.5, False, WIDE)) for text in self._all_notes())
        return lines * self._step(8.5) + 8

    def _all_notes(self) -> Iterator[str]:
        yield self._sheet.more
        yield from self._sheet.notes

    def _notes(self, height: float) -> None:
        y = BOTTOM - height + 4
        self._rule(y)
        y += 2
        for text in self._all_notes():
            y = self._put(self._say(text, 8.5, False, WIDE), MARGIN, y, WIDE, size=8.5, ink=40)
