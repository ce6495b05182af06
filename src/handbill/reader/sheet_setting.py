"""Sets a print sheet: its texts in lines of letters, each at its place on a page. Pure."""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any

from handbill.reader.pdf import POINT, Document
from handbill.reader.sheet import Sheet, script_of
from handbill.reader.sheet_flow import BOTTOM, MARGIN, WIDE, Frame, Placed, fill, line_step
from handbill.reader.typeset import Face, Type

_LEAD_HEIGHT = 84.0
# Longer than any line, in letters.
_LONGEST = 400
_FONTS = {
    "latin": ("NotoSerif-Regular", "NotoSerif-Bold"),
    "korean": ("Handbill-Batang-Regular", "Handbill-Batang-Bold"),
    "arabic": ("NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold"),
}


def broken(text: str, width: Callable[[str], float], most: float) -> Iterator[str]:
    """Break a text between words into lines that are at most so wide, and a word that is wider."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer) <= most:
            line = longer
            continue
        if line:
            yield line
        *parts, line = _pieces(word, width, most)
        yield from parts
    yield line


def _pieces(word: str, width: Callable[[str], float], most: float) -> Iterator[str]:
    while len(word) > _LONGEST or (width(word) > most and len(word) > 1):
        fit = bisect(range(2, min(len(word), _LONGEST)), most, key=lambda n: width(word[:n]))
        yield word[: 1 + fit]
        word = word[1 + fit :]
    yield word


class Setting:
    """Sets one sheet as :mod:`handbill.reader.sheet_flow` places it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._rtl = sheet.direction == "rtl"
        script = script_of(sheet.language)
        self._loose = 1.5 if script == "latin" else 1.75
        self._types = _types(script, sheet.language, rtl=self._rtl)
        self._pdf = Document(sheet.name, sheet.language)
        self._said: dict[tuple[str, float, bool, float], tuple[str, ...]] = {}

    def run(self) -> bytes:
        """Return the PDF."""
        self._pdf.page()
        top = self._picture(self._masthead())
        frame = Frame(top, self._notes_height(), self._loose, self._rtl)
        made = fill(self._say, frame, self._sheet.stories, self._sheet.extras)
        for placed in made.placed:
            while self._pdf.pages < placed.page:
                self._pdf.page()
            self._draw(placed)
        self._notes(frame.notes)
        return self._pdf.finish()

    def _say(self, text: str, size: float, bold: bool, width: float) -> tuple[str, ...]:
        key = (text, size, bold, width)
        if key not in self._said:
            self._said[key] = tuple(
                broken(text, self._types[bold].width, width / POINT / size * 1000)
            )
        return self._said[key]

    def _step(self, size: float) -> float:
        return line_step(size, self._loose)

    def _draw(self, placed: Placed) -> None:
        if placed.lines:
            look = placed.look
            self._put(placed.lines, placed.x, placed.y, placed.width, size=look.size,
                      bold=look.bold, ink=look.ink)  # fmt: skip
            return
        at = (placed.x, placed.y)
        self._pdf.rule(at, placed.width, thick=0.2, grey=placed.look.ink)

    def _put(self, lines: Sequence[str], x: float, y: float, width: float, **look: Any) -> float:
        size, ink = look["size"], look.get("ink", 25)
        letters, step = self._types[look.get("bold", False)], self._step(size)
        aside = {"L": 0.0, "C": 0.5, "R": 1.0}[look.get("align", "R" if self._rtl else "L")]
        for line in lines:
            runs = letters.line(line)
            long = sum(run.width for run in runs) * size * POINT / 1000
            at = (x + (width - long) * aside, y + 0.5 * step + 0.3 * size * POINT)
            self._pdf.text(runs, at, size, ink)
            y += step
        return y

    def _masthead(self) -> float:
        y = self._put([self._sheet.name], MARGIN, MARGIN - 3, WIDE, size=34, bold=True, align="C")
        for text in filter(None, (self._sheet.tagline, self._sheet.edition)):
            y = self._put([text], MARGIN, y, WIDE, size=9.5, align="C", ink=90)
        self._rule(y + 1.5, double=True)
        return y + 6

    def _rule(self, y: float, *, double: bool = False) -> None:
        for offset in (0, 0.9) if double else (0,):
            self._pdf.rule((MARGIN, y + offset), WIDE, thick=0.25, grey=25)

    def _picture(self, y: float) -> float:
        """Set the first story's picture across the page, its middle where it is too high."""
        if not self._sheet.picture:
            return y
        wide, high = self._sheet.pixels
        shown = min(WIDE * high / wide, _LEAD_HEIGHT)
        self._pdf.picture(self._sheet.picture, (wide, high), (MARGIN, y), (WIDE, shown))
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


def _types(script: str, language: str, *, rtl: bool) -> tuple[Type, Type]:
    """Return plain and bold letters; what their script has not is set in Latin ones."""

    def face(name: str) -> Face:
        data = (files("handbill.reader") / "fonts" / f"{name}.ttf").read_bytes()
        return Face(name, data, language)

    scripts = dict.fromkeys((script, "latin"))
    plain, bold = ([face(_FONTS[s][weight]) for s in scripts] for weight in (0, 1))
    return Type(plain, rtl=rtl), Type(bold, rtl=rtl)
