"""The print sheet: two A4 pages of one language, for those who read on paper. Pure.

Set by fpdf2, shaped by HarfBuzz, in fonts that travel with this package (``fonts/OFL.txt``).
The same inputs give the same bytes.
"""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

PAGE_W, PAGE_H, MARGIN, GAP = 210.0, 297.0, 15.0, 7.0
COLUMN = (PAGE_W - 2 * MARGIN - GAP) / 2
BOTTOM = PAGE_H - MARGIN - 6
PAGES = 2
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
class SheetStory:
    """A story as the sheet prints it: paragraphs of plain text."""

    title: str
    deck: str
    byline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on a sheet. ``notes`` close the second page; ``picture`` is a JPEG."""

    language: str
    direction: str
    name: str
    tagline: str
    edition: str
    stories: tuple[SheetStory, ...]
    notes: tuple[str, ...]
    more: str
    picture: bytes = b""
    credit: str = ""


def printable(language: str, texts: Sequence[str]) -> bool:
    """Tell whether our fonts have (nearly) every character of ``texts``."""
    ranges = (*_RANGES[_script(language)], *_RANGES["latin"])
    letters = {ord(c): n for c, n in Counter("".join(texts)).items() if c.isalpha()}
    unknown = sum(n for c, n in letters.items() if not any(a <= c <= b for a, b in ranges))
    return unknown * 200 <= sum(letters.values())


def sheet_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF of exactly two pages."""
    return _Setter(sheet).run()


def _script(language: str) -> str:
    return _SCRIPTS.get(language.split("-", maxsplit=1)[0], "latin")


class _Setter:
    """Sets one sheet: fills columns one after the other until the second page is full."""

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
        self._column, self._y, self._top = 0, MARGIN, MARGIN
        self._reserved = 0.0
        self._widths: dict[tuple[str, float, str], float] = {}

    def run(self) -> bytes:
        self._pdf.add_page()
        self._masthead()
        self._reserved = self._notes_height()
        left = list(self._sheet.stories)
        while left and self._room() > 24:
            self._story(left.pop(0), first=len(left) == len(self._sheet.stories) - 1)
        while self._pdf.page < PAGES:
            self._new_page()
        self._notes()
        return bytes(self._pdf.output())

    def _say(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        self._pdf.set_font(self._script, "B" if bold else "", size)
        words = text.split(" ")
        fits = all(words) and max(map(self._long, words)) < width
        if fits and text.isascii() and text.isprintable():
            return list(self._broken(words, width))
        lines: Any = self._pdf.multi_cell(
            width, self._step(size), text, dry_run=True, output="LINES"
        )
        return list(lines)

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
        return size * 0.3528 * self._loose

    def _put(self, text: str | list[str], x: float, y: float, width: float, **look: Any) -> float:
        size, bold, ink = look["size"], look.get("bold", False), look.get("ink", 25)
        align = look.get("align", "R" if self._rtl else "L")
        self._pdf.set_font(self._script, "B" if bold else "", size)
        self._pdf.set_text_color(ink)
        self._pdf.set_xy(x, y)
        for line in [text] if isinstance(text, str) else text:
            self._pdf.cell(width, self._step(size), line, align=align, new_x="LEFT", new_y="NEXT")
        return float(self._pdf.get_y())

    def _masthead(self) -> None:
        wide = PAGE_W - 2 * MARGIN
        y = self._put(self._sheet.name, MARGIN, MARGIN - 3, wide, size=34, bold=True, align="C")
        for text in filter(None, (self._sheet.tagline, self._sheet.edition)):
            y = self._put(text, MARGIN, y, wide, size=9.5, align="C", ink=90)
        self._rule(y + 1.5, double=True)
        self._y = self._top = y + 6

    def _rule(self, y: float, *, double: bool = False) -> None:
        self._pdf.set_draw_color(25)
        for offset in (0, 0.9) if double else (0,):
            self._pdf.set_line_width(0.25)
            self._pdf.line(MARGIN, y + offset, PAGE_W - MARGIN, y + offset)

    def _x(self) -> float:
        first = (self._column == 0) != self._rtl
        return MARGIN if first else MARGIN + COLUMN + GAP

    def _bottom(self) -> float:
        return BOTTOM - (self._reserved if self._pdf.page == PAGES else 0)

    def _room(self) -> float:
        """Return how much height is left on the sheet, in mm of column."""
        here = self._bottom() - self._y
        columns = (1 - self._column) * (self._bottom() - self._top)
        later = (PAGES - self._pdf.page) * 2 * (BOTTOM - self._reserved - MARGIN)
        return here + columns + later

    def _next_column(self) -> bool:
        """Go on at the top of the next column; False where the sheet is full."""
        if self._column == 0:
            self._column, self._y = 1, self._top
            return True
        if self._pdf.page >= PAGES:
            return False
        self._new_page()
        return True

    def _new_page(self) -> None:
        self._pdf.add_page()
        self._column, self._y, self._top = 0, MARGIN, MARGIN

    def _block(self, text: str, **look: Any) -> bool:
        """Set a text that may go on in the next column; False where it did not end."""
        size, bold = look["size"], look.get("bold", False)
        lines = self._say(text, size, COLUMN, bold=bold)
        step = self._step(size)
        while lines:
            fit = int((self._bottom() - self._y + 0.01) / step)
            if fit < min(2, len(lines)) or (look.get("whole") and fit < len(lines)):
                if not self._next_column():
                    return False
                continue
            now, lines = lines[:fit], lines[fit:]
            self._y = self._put(now, self._x(), self._y, COLUMN, **look)
        self._y += look.get("after", 0.0)
        return True

    def _story(self, story: SheetStory, *, first: bool) -> None:
        if self._y > self._top:
            if self._bottom() - self._y < 34 and not self._next_column():
                return
            if self._y > self._top:
                self._pdf.set_line_width(0.2)
                self._pdf.set_draw_color(150)
                self._pdf.line(self._x(), self._y + 1, self._x() + COLUMN, self._y + 1)
                self._y += 4
        if first and self._sheet.picture:
            self._picture()
        size = 17 if first else 13
        done = self._block(story.title, size=size, bold=True, whole=True, after=0.8)
        done = done and self._block(story.deck, size=9.5, ink=90, whole=True, after=0.8)
        if story.byline:
            done = done and self._block(story.byline, size=8, ink=90, whole=True, after=1.2)
        for text in story.paragraphs:
            if not done:
                break
            done = self._block(text, size=9.2, after=1.4)
        self._y += 1.5

    def _picture(self) -> None:
        found = self._pdf.image(io.BytesIO(self._sheet.picture), self._x(), self._y, w=COLUMN)
        self._y += found.rendered_height + 1
        if self._sheet.credit:
            self._block(self._sheet.credit, size=7, ink=110, after=1.5)

    def _notes_height(self) -> float:
        wide = PAGE_W - 2 * MARGIN
        lines = sum(len(self._say(text, 8.5, wide)) for text in self._all_notes())
        return lines * self._step(8.5) + 8

    def _all_notes(self) -> Iterator[str]:
        yield self._sheet.more
        yield from self._sheet.notes

    def _notes(self) -> None:
        y = BOTTOM - self._reserved + 4
        self._rule(y)
        y += 2
        for text in self._all_notes():
            lines = self._say(text, 8.5, PAGE_W - 2 * MARGIN)
            y = self._put(lines, MARGIN, y, PAGE_W - 2 * MARGIN, size=8.5, ink=40)
