"""How a segment writes down its terms and their documents: rows, cut into shards. Pure.

All rows are written at once, in numpy; :func:`handbill.reader.search.index_files` writes the same
one by one. Format: docs/formats/search.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from handbill.reader.alphabet import Numbers
from handbill.reader.postings import DIGITS, MAX_WORD
from handbill.reader.terms import Terms, spans

_DIGITS = np.frombuffer(DIGITS.encode(), np.uint8)
_SPACE, _TITLES, _NEXT = b" !|"


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Bytes of many things, one after the other: where each begins, and how long it is."""

    data: Numbers
    starts: Numbers
    lengths: Numbers

    def put(self, out: Numbers, places: Numbers) -> Numbers:
        """Copy each to its place in ``out``; return where it ends there."""
        out[spans(places, self.lengths)] = self.data[spans(self.starts, self.lengths)]
        return places + self.lengths


def shards(terms: Terms, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield the first term and the rows of each shard, cut after about ``size`` bytes."""
    count = len(terms.lengths)
    names, shared = _names(terms, np.zeros(count, np.int64)), _shared(terms)
    rest = _names(terms, shared)
    starts, ends, data = _rows(terms, shared, rest)
    postings = (starts + 1 + rest.lengths).tolist()
    start = 0
    while start < count:
        # The first row repeats what the row before it had.
        begin, length = int(names.starts[start]), int(names.lengths[start])
        name = names.data[begin : begin + length].tobytes()
        end = int(ends[start])
        first = b"0" + name + data[postings[start] : end - 1]
        room = size + end - len(first) - 1
        stop = max(start, int(np.searchsorted(ends, room, side="right"))) + 1
        yield name.decode(), first + data[end - 1 : int(ends[min(stop, count) - 1]) - 1]
        start = stop


def often(terms: Terms, documents: int) -> str:
    """Join the pairs that stand in more than half of the documents: questions pass them by."""
    counts = np.diff(_bounds(terms.everywhere, len(terms.lengths)))
    found = np.flatnonzero(terms.pairs & (2 * counts > documents))
    starts = (np.cumsum(terms.lengths) - terms.lengths)[found]
    units = terms.units[spans(starts, terms.lengths[found])]
    return str(units.astype("<u2").tobytes().decode("utf-16-le"))


def _rows(terms: Terms, shared: Numbers, rest: _Pieces) -> tuple[Numbers, Numbers, bytes]:
    """Write the rows, each ended by ``|``; return where each begins and ends, and their bytes."""
    count = len(terms.lengths)
    listed, titles = _postings(terms.everywhere, count), _postings(terms.in_titles, count)
    titled = titles.lengths > 0
    ends = np.cumsum(3 + rest.lengths + listed.lengths + titled + titles.lengths)
    starts = np.append(0, ends[:-1])
    out = np.empty(ends[-1] if count else 0, np.uint8)
    out[starts[:count]] = _DIGITS[shared]
    at = rest.put(out, starts[:count] + 1)
    out[at] = _SPACE
    at = listed.put(out, at + 1)
    out[at[titled]] = _TITLES
    titles.put(out, at + titled)
    out[ends - 1] = _NEXT
    return starts, ends, out.tobytes()


def _shared(terms: Terms) -> Numbers:
    """Return of each term how many characters it shares with the one before it."""
    lengths, units = terms.lengths, terms.units
    starts = np.cumsum(lengths) - lengths
    inside = np.arange(len(units)) - np.repeat(starts, lengths)
    before = np.repeat(np.append(0, starts[:-1])[: len(starts)], lengths) + inside
    reach = np.repeat(np.append(0, lengths[:-1])[: len(lengths)], lengths)
    same = (inside < reach) & (units[np.minimum(before, len(units) - 1)] == units)
    # No term is the beginning of the one before it: each has a character that differs.
    return np.minimum.reduceat(np.where(same, MAX_WORD, inside), starts)


def _names(terms: Terms, passed: Numbers) -> _Pieces:
    """Return each term in UTF-8, but for the characters that are ``passed`` at its beginning."""
    units = terms.units
    sizes = 1 + (units > 0x7F) + (units > 0x7FF)
    bounds = np.append(0, np.cumsum(sizes))
    data = np.empty(bounds[-1], np.uint8)
    for size, mark in ((1, 0), (2, 0xC0), (3, 0xE0)):
        of_size = np.flatnonzero(sizes == size)
        bits = units[of_size]
        for place in range(size - 1, 0, -1):
            data[bounds[of_size] + place] = 0x80 | (bits & 0x3F)
            bits = bits >> 6
        data[bounds[of_size]] = mark | bits
    ends = np.cumsum(terms.lengths)
    starts = bounds[ends - terms.lengths + passed]
    return _Pieces(data, starts, bounds[ends] - starts)


def _bounds(packed: Numbers, count: int) -> Numbers:
    """Return where the postings of each term begin, and where the last end."""
    return np.append(0, np.cumsum(np.bincount(packed >> 16, minlength=count)))


def _postings(packed: Numbers, count: int) -> _Pieces:
    """Write each term's documents as differences, five bits a digit, lowest first."""
    bounds = _bounds(packed, count)
    steps = (packed & 0xFFFF).astype(np.int32)
    firsts = bounds[:-1][np.diff(bounds) > 0]
    begin = steps[firsts]
    steps[1:] -= steps[:-1].copy()
    steps[firsts] = begin
    sizes = 1 + (steps >= 1 << 5) + (steps >= 1 << 10) + (steps >= 1 << 15)
    ends = np.append(0, np.cumsum(sizes))
    out = np.empty(ends[-1], np.uint8)
    for digit in range(int(sizes.max(initial=0))):
        there = np.flatnonzero(sizes > digit)
        value = steps[there] >> (5 * digit) & 31
        out[ends[there] + digit] = _DIGITS[value | (sizes[there] > digit + 1) << 5]
    return _Pieces(out, ends[bounds[:-1]], np.diff(ends[bounds]))
