"""The ways in which people disguise a word, undone in the text: what ``spellings`` cannot foresee.

Digits and signs for letters, letters or syllables set apart, signs and markup thrown in, letters
held down. Everything is linear in the text: a word gives a handful of readings, each about as long
as the word itself.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from handbill.rules.folding import FANCY_SIGNS, Folded, fold_char, is_hangul
from handbill.rules.signs import HANGUL_SIGNS, KNOWN, drawn, is_cyrillic, tables_for

STAR = "*"


class Reading(StrEnum):
    """How a stretch of text was read before it was compared with the lists."""

    PLAIN = "plain"
    JOINED = "joined"
    SIGNS = "signs"
    STARRED = "starred"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of folded text in one reading.

    ``at`` maps to code points of the original. ``seams`` are the places where something was taken
    out, so that a word may begin or end there. ``runs`` tells for a held reading how often each
    letter stood there.
    """

    text: str
    at: list[int]
    reading: Reading
    seams: frozenset[int] = frozenset()
    runs: list[int] = field(default_factory=list)


_TURNED = dict(zip("ɐɔǝɟƃɥᴉɾʞʃɯɹʇʌʍʎnuqdpb", "acefghijklmrtvwyunbpdq", strict=True))
_TURNED_ONLY = re.compile("[ɐɔǝɟƃɥᴉɾʞʃɯɹʇʌʍʎ]")
_EDGES = "".join(c for c in map(chr, range(33, 127)) if not c.isalnum() and c not in "*#$@%^&")
_EDGES += "«»“”„‘’‚‹›…—–、。「」『』《》،؛؟¿¡·"
_AFTER_WORDS = ".,;:!?…"
_STARS = frozenset("*#%&@?!_-~^$•·×█■□●○✱＊+=|/\\:")
_HANDLES = frozenset("@#")
_MOCK = dict(zip("яипцшщчдлфгьжзйбэюыъћђљњџтвнкм", "rnnuwwyanorbxenbeobbhhnnutbhkm", strict=True))
_SEEN_TWO_WAYS = {"ς": "s", "Ŧ": "f", "ł": "i"}
_MOCKING = re.compile(f"[{''.join(_MOCK)}{''.join(_SEEN_TWO_WAYS)}]", re.IGNORECASE)
_NOT_CYRILLIC = re.compile("[^\\W\\d_\u0400-\u04ff]")
_LONGEST_MOCKED = 60
_DOUBLED = re.compile(r"(\w)\1")
_INNER_DOTS = re.compile(r"(?<=[^\W\d_])\.{2,4}(?=[^\W\d_])")
_INNER_DIGIT = re.compile(r"(?<=[^\W\d_])\d(?=[^\W\d_])")
_LENGTHENED = re.compile(r"([ㅏ-ㅣ])(?:ㅇ?\1)+")
_LATIN_IN_CYRILLIC = re.compile("[iunrw]")
_NOT_HANGUL, _SAID_TWICE = re.compile("[^ㄱ-ㆎ]"), re.compile(r"([ㄱ-ㆎ]{2,5})\1")
_HANGUL = re.compile("[ㄱ-ㆎ]")
_NUMBERED = re.compile(r"[^\w ]*[0-9]+[ㄱ-ㆎ]")
_THROWN_IN = re.compile(
    r"<[!/a-z][^<>]{0,80}>|\[/?[a-z]{1,6}\]|&#?\w{1,8};|(?<=[^\W\d_])- (?=[^\W\d_])"
)
_SIGN_BETWEEN = re.compile(r"(?<=[^\W\d_]) (?:[^\w ]{1,8} )+(?=[^\W\d_])")
_LONE = frozenset("bcfghjklnpqrvwxz")
_SHORT, _BESIDE_LONE, _MOST_SEAMED, _FEWEST_SHOWN = 2, 6, 40, 3


def readings(folded: Folded, text: str) -> Iterator[Piece]:
    """Yield every way in which a text is to be compared with the lists, the plain one first."""
    yield Piece(folded.text, folded.at, Reading.PLAIN)
    yield from _disguise_readings(folded)
    if _THROWN_IN.search(folded.text):
        mended = _mended(folded, _THROWN_IN)
        yield Piece(mended.text, mended.at, Reading.JOINED)
        yield from _disguise_readings(mended)
    if _SIGN_BETWEEN.search(folded.text):
        parted = _mended(folded, _SIGN_BETWEEN)
        yield Piece(parted.text, parted.at, Reading.JOINED)
    if _MOCKING.search(text):
        yield from _mocking(text)
    if _TURNED_ONLY.search(text):
        turned = "".join(_TURNED.get(char, char) for char in reversed(text))
        yield Piece(turned, list(range(len(text) - 1, -1, -1)), Reading.JOINED)


def _mocking(text: str) -> Iterator[Piece]:
    # Letters for what they look like, where the word has others too: shiт, fцck.
    for chunk in re.finditer(r"\S+", text):
        word = chunk[0]
        if len(word) > _LONGEST_MOCKED or not _MOCKING.search(word):
            continue
        if not _NOT_CYRILLIC.search(word):
            continue
        # In one order in every process: findings must not depend on how sets are shuffled.
        doubtful = "".join(char for char in _SEEN_TWO_WAYS if char in word)
        for otherwise in dict.fromkeys(("", doubtful, *doubtful)):
            read = [_SEEN_TWO_WAYS[c] if c in otherwise else _looks_like(c) for c in word]
            at = [chunk.start() + i for i, units in enumerate(read) for _ in units]
            yield Piece("".join(read), at, Reading.JOINED)


def _looks_like(char: str) -> str:
    return _MOCK.get(char.lower()) or FANCY_SIGNS.get(char) or fold_char(char)


def _disguise_readings(folded: Folded) -> Iterator[Piece]:
    chunks = _chunks(folded.text)
    for start, end in chunks:
        yield from _chunk_readings(folded, start, end)
    for run in _spaced_runs(folded, chunks):
        yield from _joined(folded, run)


def _mended(folded: Folded, thrown_in: re.Pattern[str]) -> Folded:
    # Without markup and without the hyphen at a line's end; letters in the place of their numbers.
    units, places, last = [], [], 0
    for match in thrown_in.finditer(folded.text):
        # A sign that stands alone (a mail's mark at a line's beginning) leaves a blank.
        end = match.start() + match[0].startswith(" ")
        units.append(folded.text[last:end])
        places += folded.at[last:end]
        if match[0].startswith("&") and (char := html.unescape(match[0])).isalpha():
            written = fold_char(char)
            units.append(written)
            places += [folded.at[match.start()]] * len(written)
        last = match.end()
    return Folded("".join(units) + folded.text[last:], places + folded.at[last:])


def _chunks(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^ ]+", text)]


def _chunk_readings(folded: Folded, start: int, end: int) -> Iterator[Piece]:
    if not _NUMBERED.match(folded.text, start, end):
        yield from _bare_readings(folded, start, end)
        return
    # A number before a Korean word belongs to it (5개년, five years): it must not be taken out.
    for piece in _bare_readings(folded, start, end):
        seams = frozenset(seam + 1 for seam in piece.seams if seam)
        runs = [1, *piece.runs] if piece.runs else []
        places = [folded.at[start], *piece.at]
        yield Piece("0" + piece.text, places, piece.reading, seams, runs)


def _bare_readings(folded: Folded, start: int, end: int) -> Iterator[Piece]:
    text = folded.text[start:end]
    if not text.isalpha():
        raw = text.rstrip(_AFTER_WORDS)
        for written, places in drawn(raw, folded.at[start : start + len(raw)]):
            yield from _in_signs(written, places, set())
        bare = text.lstrip(_EDGES + "*#")
        start += len(text) - len(bare)
        bare = bare.rstrip(_EDGES)
        if start and folded.text[start - 1] == STAR and not bare.endswith(STAR):
            yield Piece(STAR + _starred(bare), folded.at[start - 1 : start + len(bare)],
                        Reading.STARRED)  # fmt: skip
        text, end = bare, start + len(bare)
        if text and not text.isalpha() and any(c.isalpha() for c in text):
            yield from _odd(folded, start, end)
    at = folded.at[start:end]
    if _DOUBLED.search(text):
        yield _held(Piece(text, at, Reading.PLAIN))
    if text.isascii():
        return
    if _HANGUL.search(text):
        yield from _hangul_readings(text, at)
    elif is_cyrillic(text) and _LATIN_IN_CYRILLIC.search(text) and text.isalpha():
        yield _read_signs(text, at, tables_for(text)[0])


def _odd(folded: Folded, start: int, end: int) -> Iterator[Piece]:
    joined = _taken_out(folded, start, end)
    yield from _with_repeats(joined)
    text, at = folded.text[start:end], folded.at[start:end]
    yield from _in_signs(text, at, {joined.text})
    stars = _starred(text)
    if STAR in stars:
        yield Piece(stars, at, Reading.STARRED)
    numbers = _INNER_DIGIT.sub(STAR, text)
    if numbers != text and sum(map(str.isalpha, numbers)) >= _FEWEST_SHOWN:
        yield Piece(_starred(numbers), at, Reading.STARRED)


def _in_signs(text: str, at: list[int], seen: set[str]) -> Iterator[Piece]:
    for table in tables_for(text):
        read = _read_signs(text, at, table)
        if read.text not in seen:
            seen.add(read.text)
            yield read
            yield from _repeats(read)


def _starred(text: str) -> str:
    # Two to four dots between letters are a mask too: f...k; one dot or an ellipsis is not.
    dotted = _INNER_DOTS.sub(lambda dots: STAR * len(dots[0]), text)
    first = dotted[:1] if dotted[:1] in _HANDLES else STAR if dotted[:1] in _STARS else dotted[:1]
    return first + "".join(STAR if c in _STARS or _is_picture(c) else c for c in dotted[1:])


def _is_picture(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char) == "So"


def _repeats(piece: Piece) -> Iterator[Piece]:
    if _DOUBLED.search(piece.text):
        yield _held(piece)


def _taken_out(folded: Folded, start: int, end: int) -> Piece:
    return _only_letters(folded.text[start:end], folded.at[start:end], set())


def _read_signs(text: str, at: list[int], table: dict[str, str]) -> Piece:
    units: list[str] = []
    places: list[int] = []
    seams = set()
    for unit, place in zip(text, at, strict=True):
        read = table.get(unit, unit)
        if read.isalpha():
            units.append(read)
            places.append(place)
        else:
            seams.add(len(units))
    return Piece("".join(units), places, Reading.SIGNS, frozenset(seams))


def _held(piece: Piece) -> Piece:
    units: list[str] = []
    places: list[int] = []
    runs: list[int] = []
    seams, i = set(), 0
    for unit, group in groupby(piece.text):
        count = len(list(group))
        if i in piece.seams:
            seams.add(len(units))
        units.append(unit)
        places.append(piece.at[i])
        runs.append(count)
        i += count
    return Piece("".join(units), places, Reading.HELD, frozenset(seams), runs)


def _hangul_readings(text: str, at: list[int]) -> Iterator[Piece]:
    if _LENGTHENED.search(text):
        yield _shortened(text, at)
    if _NOT_HANGUL.search(text):
        yield _read_signs(text, at, HANGUL_SIGNS)
        only = [i for i, unit in enumerate(text) if is_hangul(unit)]
        yield Piece("".join(text[i] for i in only), [at[i] for i in only], Reading.JOINED)
    if _SAID_TWICE.search(text):
        yield _each_once(Piece(text, at, Reading.PLAIN))


def _each_once(piece: Piece) -> Piece:
    units: list[str] = []
    places: list[int] = []
    seams, last, i = set(), "", 0
    for place, group in groupby(zip(piece.at, piece.text, strict=True), key=lambda pair: pair[0]):
        syllable = "".join(unit for _, unit in group)
        if i in piece.seams:
            seams.add(len(places))
        if syllable != last:
            units.append(syllable)
            places += [place] * len(syllable)
        last = syllable
        i += len(syllable)
    return Piece("".join(units), places, Reading.JOINED, frozenset(seams))


def _shortened(text: str, at: list[int]) -> Piece:
    units: list[str] = []
    places: list[int] = []
    last = 0
    for match in _LENGTHENED.finditer(text):
        units.append(text[last : match.start() + 1])
        places += at[last : match.start() + 1]
        last = match.end()
    return Piece("".join(units) + text[last:], places + at[last:], Reading.JOINED)


def _spaced_runs(folded: Folded, chunks: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    # Runs of very short chunks: letters, syllables or pairs of letters set apart.
    run: list[tuple[int, int]] = []
    sized = [(chunk, _size(folded, chunk)) for chunk in chunks]
    sized = [(c, size) for c, size in sized if size or c[1] - c[0] > _SHORT]
    chunks, sizes = [chunk for chunk, _ in sized], [size for _, size in sized]
    for i, chunk in enumerate(chunks):
        beside = _is_lone(folded, chunks, sizes, i - 1) or _is_lone(folded, chunks, sizes, i + 1)
        if 0 < sizes[i] <= _SHORT or (beside and 0 < sizes[i] <= _BESIDE_LONE):
            run.append(chunk)
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _size(folded: Folded, chunk: tuple[int, int]) -> int:
    # The most characters that stand together: f_u-c is as short as f.
    start, end = chunk
    text, at = folded.text, folded.at
    if end - start > 4 * _MOST_SEAMED:
        return 0
    if text[start].isascii() and text[start:end].isalpha():
        return 1 if text[start:end] == text[start] * (end - start) else end - start
    most = size = 0
    before = -1
    for i in range(start, end):
        if not (text[i].isalnum() or text[i] in KNOWN):
            size = 0
        elif at[i] != before:
            size += 1
            most = max(most, size)
        before = at[i]
    return most


def _is_lone(folded: Folded, chunks: list[tuple[int, int]], sizes: list[int], index: int) -> bool:
    if not 0 <= index < len(chunks) or sizes[index] != 1:
        return False
    start, end = chunks[index]
    return any(unit in _LONE for unit in folded.text[start:end])


def _joined(folded: Folded, run: list[tuple[int, int]]) -> Iterator[Piece]:
    kept: list[int] = []
    seams = set()
    for start, end in run:
        seams.add(len(kept))
        bare = folded.text[start:end].rstrip(_EDGES)
        kept += [
            i
            for i in range(start, start + len(bare))
            if folded.text[i].isalpha() or folded.text[i] in KNOWN or folded.text[i] in _STARS
        ]
    text, places = "".join(folded.text[i] for i in kept), [folded.at[i] for i in kept]
    if text.isalpha():
        yield from _with_repeats(Piece(text, places, Reading.JOINED, frozenset(seams)))
        return
    table = tables_for(text)[0]
    read = "".join(table.get(unit, unit) for unit in text)
    yield Piece(read, places, Reading.SIGNS, frozenset(seams))
    yield Piece(_starred(text), places, Reading.STARRED, frozenset(seams))
    yield from _with_repeats(_only_letters(text, places, seams))


def _only_letters(text: str, at: list[int], seams: set[int]) -> Piece:
    kept = [i for i, unit in enumerate(text) if unit.isalpha()]
    parted = {bisect_left(kept, i) for i in seams}
    parted |= {bisect_left(kept, i) for i, unit in enumerate(text) if not unit.isalpha()}
    word = "".join(text[i] for i in kept)
    return Piece(word, [at[i] for i in kept], Reading.JOINED, frozenset(parted))


def _with_repeats(piece: Piece) -> Iterator[Piece]:
    yield piece
    yield from _repeats(piece)
    if _SAID_TWICE.search(piece.text):
        yield _each_once(piece)
