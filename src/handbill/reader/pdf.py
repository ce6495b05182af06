"""A4 pages of glyphs, rules and pictures as a PDF (ISO 32000-1) that pydyf writes.

Lengths are in mm from the upper left corner, sizes of letters in points. The same calls give the
same bytes.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import groupby

import pydyf

from handbill.reader.sheet_flow import PAGE_H, PAGE_W
from handbill.reader.typeset import Face, Glyph, Run

POINT = 25.4 / 72
"""A point in mm."""
_MADE = "D:20200101000000Z"
_TOUNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{} endcmap CMapName currentdict /CMap defineresource pop end end"""
_MOST_IN_A_RANGE = 100


class Document:
    """One PDF, written from the top of its first page on."""

    def __init__(self, title: str, language: str) -> None:
        self._pdf = pydyf.PDF()
        self._pdf.info.update(
            Title=pydyf.String(title), Producer=pydyf.String("Handbill"),
            CreationDate=pydyf.String(_MADE),
        )  # fmt: skip
        self._pdf.catalog["Lang"] = pydyf.String(language)
        self._codes: dict[Face, _Codes] = {}
        self._pictures: list[pydyf.Stream] = []
        self._pages: list[pydyf.Stream] = []

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return len(self._pages)

    def page(self) -> None:
        """Begin a page."""
        self._pages.append(pydyf.Stream(compress=True))

    def text(self, runs: Sequence[Run], at: tuple[float, float], size: float, grey: int) -> None:
        """Set a line whose letters stand on ``at``, from left to right."""
        page = self._pages[-1]
        page.begin_text()
        page.set_color_rgb(*[grey / 255] * 3)
        page.set_text_matrix(1, 0, 0, 1, *_point(*at))
        for run in runs:
            codes = self._codes_of(run.face)
            page.set_font_size(codes.name, size)
            for up, shown in codes.strings(run.glyphs):
                page.set_text_rise(up * size / 1000)
                page.stream.append(f"[{shown}] TJ")
        page.end_text()

    def _codes_of(self, face: Face) -> "_Codes":
        if face not in self._codes:
            self._codes[face] = _Codes(face, f"F{len(self._codes)}")
        return self._codes[face]

    def rule(self, at: tuple[float, float], length: float, *, thick: float, grey: int) -> None:
        """Draw a horizontal line."""
        page = self._pages[-1]
        page.set_color_rgb(*[grey / 255] * 3, stroke=True)
        page.set_line_width(thick / POINT)
        page.move_to(*_point(*at))
        page.line_to(*_point(at[0] + length, at[1]))
        page.stroke()

    def picture(
        self,
        jpeg: bytes,
        pixels: tuple[int, int],
        at: tuple[float, float],
        size: tuple[float, float],
    ) -> None:
        """Draw an RGB picture over a rectangle; what is too high is cut off above and below."""
        extra = {
            "Type": "/XObject", "Subtype": "/Image", "ColorSpace": "/DeviceRGB",
            "Width": pixels[0], "Height": pixels[1], "BitsPerComponent": 8, "Filter": "/DCTDecode",
        }  # fmt: skip
        self._pictures.append(pydyf.Stream([jpeg], extra))
        page, (left, bottom) = self._pages[-1], _point(at[0], at[1] + size[1])
        width, height = size[0] / POINT, size[1] / POINT
        whole = width * pixels[1] / pixels[0]
        page.push_state()
        page.rectangle(left, bottom, width, height)
        page.clip()
        page.end()
        page.set_matrix(width, 0, 0, whole, left, bottom - (whole - height) / 2)
        page.draw_x_object(f"I{len(self._pictures) - 1}")
        page.pop_state()

    def finish(self) -> bytes:
        """Return the PDF."""
        fonts = {codes.name: self._font(codes) for codes in self._codes.values()}
        shown = {f"I{i}": self._add(picture) for i, picture in enumerate(self._pictures)}
        resources = self._add(
            pydyf.Dictionary({"Font": pydyf.Dictionary(fonts), "XObject": pydyf.Dictionary(shown)})
        )
        box = pydyf.Array([0, 0, *(round(side / POINT, 2) for side in (PAGE_W, PAGE_H))])
        for content in self._pages:
            page = {
                "Type": "/Page", "Parent": self._pdf.pages.reference, "MediaBox": box,
                "Contents": self._add(content), "Resources": resources,
            }  # fmt: skip
            self._pdf.add_page(pydyf.Dictionary(page))
        out = io.BytesIO()
        self._pdf.write(out)
        return out.getvalue()

    def _add(self, thing: pydyf.Object) -> bytes:
        self._pdf.add_object(thing)
        return bytes(thing.reference)

    def _font(self, codes: "_Codes") -> bytes:
        """Add a font of the glyphs that are used (9.7.4, CIDFontType2)."""
        face, used = codes.face, codes.used()
        data = face.subset({glyph for glyph, _ in used})
        ascent, descent = face.heights()
        name = f"/HNDBLL+{face.name}"
        descriptor = {
            "Type": "/FontDescriptor", "FontName": name, "Flags": 4, "ItalicAngle": 0,
            "FontBBox": pydyf.Array(face.box()), "Ascent": ascent, "Descent": descent,
            "CapHeight": ascent, "StemV": 80,
            "FontFile2": self._add(pydyf.Stream([data], {"Length1": len(data)}, compress=True)),
        }  # fmt: skip
        widths = pydyf.Array([face.width(glyph) for glyph, _ in used])
        glyphs = b"".join(glyph.to_bytes(2, "big") for glyph, _ in used)
        system = {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity")}
        below = {
            "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": name,
            "CIDSystemInfo": pydyf.Dictionary({**system, "Supplement": 0}),
            "FontDescriptor": self._add(pydyf.Dictionary(descriptor)),
            "W": pydyf.Array([0, widths]),
            "CIDToGIDMap": self._add(pydyf.Stream([glyphs], compress=True)),
        }  # fmt: skip
        font = {
            "Type": "/Font", "Subtype": "/Type0", "BaseFont": name, "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([self._add(pydyf.Dictionary(below))]),
            "ToUnicode": self._add(pydyf.Stream([_to_unicode(used)], compress=True)),
        }  # fmt: skip
        return self._add(pydyf.Dictionary(font))


class _Codes:
    """The codes of a face in a document: one for each glyph and each text that it stands for.

    One glyph may be a bracket that opens here and closes there, a letter with a mark and without.
    """

    def __init__(self, face: Face, name: str) -> None:
        self.face, self.name = face, name
        self._made = {(0, ""): 0}

    def used(self) -> list[tuple[int, str]]:
        """Return the glyph and the text of each code, in order."""
        return list(self._made)

    def strings(self, glyphs: Sequence[Glyph]) -> Iterator[tuple[int, str]]:
        """Yield what is shown at each height above the line: codes, and how they move on."""
        for up, level in groupby(glyphs, lambda glyph: glyph.up):
            yield up, "".join(map(self._shown, level)).replace("><", "")

    def _shown(self, glyph: Glyph) -> str:
        code = self._made.setdefault((glyph.number, glyph.text), len(self._made))
        back = self.face.width(glyph.number) + glyph.right - glyph.advance
        before, after = (f" {-glyph.right} " if glyph.right else ""), (f" {back} " if back else "")
        return f"{before}<{code:04x}>{after}"


def _point(x: float, y: float) -> tuple[float, float]:
    """Return a place as PDF counts: in points from the lower left corner."""
    return round(x / POINT, 3), round((PAGE_H - y) / POINT, 3)


def _to_unicode(used: Sequence[tuple[int, str]]) -> str:
    told = [
        f"<{code:04x}> <{text.encode('utf-16-be').hex()}>"
        for code, (_, text) in enumerate(used)
        if text
    ]
    parts = [told[i : i + _MOST_IN_A_RANGE] for i in range(0, len(told), _MOST_IN_A_RANGE)]
    ranges = (f"{len(part)} beginbfchar {' '.join(part)} endbfchar" for part in parts)
    return _TOUNICODE.format("\n".join(ranges))
