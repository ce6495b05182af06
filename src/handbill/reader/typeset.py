"""Texts as glyphs of fonts, in the order in which they are seen: each word shaped once by HarfBuzz.

Lengths are in thousandths of the letters' size.
"""

import re
import struct
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, zip_longest

import uharfbuzz as hb

_WITHOUT_LOOK = dict.fromkeys([0xAD, *range(0xE0100, 0xE01F0)])
_DIRECTIONS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_FROM_THE_RIGHT = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))
# Takes the direction of the character that it follows, and has no look of its own.
MIRROR = "\U000e01ef"
_SHAPING_TABLES = ("GSUB", "GPOS", "GDEF", "name", "OS/2", "post", "cmap")
_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph, how far it moves on, where it is shifted to, and the text that it stands for, in the
    order in which it is seen.
    """

    number: int
    advance: int
    right: int
    up: int
    text: str


class Face:
    """A font's file: which characters it has, its glyphs, and a smaller font of some of them."""

    def __init__(self, name: str, data: bytes, language: str) -> None:
        self.name, self._language = name, language
        self._face = hb.Face(hb.Blob(data))
        self._font = hb.Font(self._face)
        self._font.scale = (_UNITS, _UNITS)

    def has(self, char: str) -> bool:
        """Tell whether there is a glyph of this character."""
        return self._font.get_nominal_glyph(ord(char)) is not None

    def width(self, glyph: int) -> int:
        """Return how far a glyph moves on where nothing is beside it."""
        return int(self._font.get_glyph_h_advance(glyph))

    def heights(self) -> tuple[int, int]:
        """Return how far letters reach above the line and, as a negative number, below it."""
        extents = self._font.get_font_extents("ltr")
        return extents.ascender, extents.descender

    def box(self) -> tuple[int, ...]:
        """Return the box around all glyphs: left, bottom, right, top (OpenType, table head)."""
        edges = struct.unpack_from(">4h", self._face.reference_table("head").data, 36)
        return tuple(edge * _UNITS // self._face.upem for edge in edges)

    def shaped(self, text: str, *, rtl: bool) -> tuple[Glyph, ...]:
        """Return the glyphs of a text in one direction, from left to right."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction, buffer.language = "rtl" if rtl else "ltr", self._language
        hb.shape(self._font, buffer)
        step = -1 if rtl else 1
        placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))[::step]
        texts = _cut(text, {info.cluster for info, _ in placed})
        glyphs = [
            Glyph(
                info.codepoint,
                at.x_advance,
                at.x_offset,
                at.y_offset,
                # A mark says nothing: it is told with its letter, which comes first.
                texts.pop(info.cluster, "")[::step],
            )
            for info, at in placed
        ]
        return tuple(glyphs[::step])

    def subset(self, glyphs: Collection[int]) -> bytes:
        """Return a font of these glyphs alone, which keep their numbers and cannot be shaped."""
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).update(glyphs)
        wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(map(_tag, _SHAPING_TABLES))
        return bytes(hb.subset(self._face, wanted).blob.data)


def _cut(text: str, starts: Collection[int]) -> dict[int, str]:
    """Return what stands at each start, as far as the next."""
    return {a: text[a:b] for a, b in pairwise([*sorted(starts), len(text)])}


def _tag(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one face, from left to right."""

    face: Face
    glyphs: tuple[Glyph, ...]

    @property
    def width(self) -> int:
        """Return how far all of them move on."""
        return sum(glyph.advance for glyph in self.glyphs)


class Type:
    """Letters of one look: of its faces the first that has a character shows it."""

    def __init__(self, faces: Sequence[Face], *, rtl: bool) -> None:
        self._faces, self._rtl = faces, rtl
        self._words: dict[str, tuple[Run, ...]] = {}
        self._widths: dict[str, int] = {}

    def line(self, text: str) -> list[Run]:
        """Return the glyphs of a line of text, from left to right."""
        words = seen(text, rtl=self._rtl).split(" ")
        runs = list(self._word(words[0]))
        for word in words[1:]:
            runs += [*self._word(" "), *self._word(word)]
        return runs

    def width(self, text: str) -> int:
        """Return how wide a line of text is."""
        return sum(map(self._width, text.split(" "))) + text.count(" ") * self._width(" ")

    def _width(self, word: str) -> int:
        if word not in self._widths:
            runs = self._word(seen(word, rtl=self._rtl))
            self._widths[word] = sum(run.width for run in runs)
        return self._widths[word]

    def _word(self, word: str) -> tuple[Run, ...]:
        if word not in self._words:
            self._words[word] = tuple(self._shaped(word))
        return self._words[word]

    def _shaped(self, word: str) -> Iterator[Run]:
        for (index, rtl), chars in groupby(self._parted(word), lambda part: part[:2]):
            face, text = self._faces[index], "".join(char for _, _, char in chars)
            text = text[::-1] if rtl else text
            yield Run(face, face.shaped(text, rtl=rtl))

    def _parted(self, word: str) -> list[tuple[int, bool, str]]:
        """Return for each character its face and direction; a mark has those of its letter."""
        parts: list[tuple[int, bool, str]] = []
        marks = 0
        for char, follows in zip_longest(word, word[1:]):
            kind = unicodedata.bidirectional(char)
            if char == MIRROR:
                continue
            if kind in ("NSM", "BN"):
                face, rtl, _ = parts[-1] if parts else (0, False, "")
                parts.append((face, rtl, char))
                marks += 1
                continue
            face = next((i for i, f in enumerate(self._faces) if f.has(char)), 0)
            rtl = kind in ("R", "AL") or follows == MIRROR
            if rtl and marks:
                # What is seen from right to left has its marks before it.
                parts[-marks:] = [(face, True, mark) for _, _, mark in parts[-marks:]]
            parts.append((face, rtl, char))
            marks = 0
        return parts


def seen(text: str, *, rtl: bool) -> str:
    """Return a line's characters in the order in which they are seen from left to right (UAX 9).

    ``rtl`` is the direction of the paragraph. After a character that is to be mirrored stands
    :data:`MIRROR`.
    """
    if text.isascii() and not rtl:
        return text
    text = text.translate(_WITHOUT_LOOK)
    if rtl or any(unicodedata.bidirectional(char) in _FROM_THE_RIGHT for char in text):
        text = _reordered(text, "R" if rtl else "L")
    return text.translate(_DIRECTIONS)


def _reordered(text: str, base: str) -> str:
    from bidi import get_display  # noqa: PLC0415  (most newsrooms write from left to right)

    # A bracket has no direction of its own, and its level is not told: but a mark that follows it
    # stands before it where all is seen from right to left.
    brackets = "".join({char for char in text if unicodedata.mirrored(char)})
    if not brackets:
        return str(get_display(text, base_dir=base))
    told = re.sub(f"[{re.escape(brackets)}]", rf"\g<0>{MIRROR}", text)
    marked = re.compile(f"{MIRROR}(.)|([{re.escape(brackets)}]){MIRROR}")
    shown = get_display(told, base_dir=base)
    return marked.sub(lambda found: found[2] or f"{found[1]}{MIRROR}", shown)
