"""Which documents have which term, and how a shard writes them down. Pure.

Millions of words pass here: what happens to each happens in numpy or in the compiled parts of
Python, and what is slow happens to each distinct word once. Format: docs/formats/search.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, count, islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handbill.reader import folding
from handbill.reader.folding import PAIR, WORD
from handbill.reader.postings import DIGITS, MAX_WORD

MAX_PIECES = 100_000
_DIGITS = np.frombuffer(DIGITS.encode(), dtype=np.uint8)
# A posting in one number: the term, 16 bits of document, one bit that tells of a title.
_TERM, _REST = 17, (1 << 17) - 1
_END = ord("\n")
_LAST = folding.SIZE - 1
_NONE = np.zeros(0, np.int32)
Numbers = NDArray[Any]
Known = dict[str, int]


class Vocabulary:
    """Pieces of text and the terms of each, shared by the segments of a press: what stands between
    two spaces is taken apart once, however often it is met.
    """

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.pieces: Known = defaultdict(count().__next__)
        self._terms: Known = defaultdict(count().__next__)
        # Of the pieces that are taken apart: where the terms of each begin, and those of all.
        self._starts, self._of_piece = np.zeros(1, np.int64), np.zeros(0, np.int64)

    def bound(self) -> None:
        """Forget everything where it is too much: a language of long words has no end of them."""
        if len(self.pieces) > MAX_PIECES:
            self._clear()

    def learn(self) -> tuple[list[str], Numbers, Numbers]:
        """Take apart what is new; return the terms by their numbers, and those of each piece."""
        known = len(self._starts) - 1
        counts, of_piece = _taken_apart(islice(self.pieces, known, None), self._terms)
        starts = self._starts[-1] + np.cumsum(counts)
        self._starts = np.concatenate([self._starts, starts])
        self._of_piece = np.concatenate([self._of_piece, of_piece])
        return list(self._terms), self._starts, self._of_piece


class Index:
    """Gathers the texts of one segment."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        vocabulary.bound()
        self._vocabulary = vocabulary
        self._found: list[Numbers] = []

    def add(self, title: Sequence[str], text: Sequence[str]) -> None:
        """Add the next document: its title and its text, cut at their white space."""
        number = self._vocabulary.pieces.__getitem__
        for words in (title, text):
            self._found.append(np.fromiter(map(number, words), np.int32, len(words)))

    def postings(self) -> tuple[list[str], list[str]]:
        """Return the terms in order, and of each the documents that have it, then ``!`` and those
        of them that have it in their title.
        """
        lengths = list(map(len, self._found))
        packed = np.concatenate([*self._found, _NONE], dtype=np.int64)
        packed <<= _TERM
        packed |= np.repeat(_places(len(lengths)), lengths)
        names, starts, of_piece = self._vocabulary.learn()
        term, place = _spread(_distinct(packed), starts, of_piece)
        terms, ranks = _ranked(term, names)
        packed = _distinct((ranks[term] << _TERM) | place)
        titled = packed[packed & 1 == 1] >> 1
        packed >>= 1
        everywhere = _lists(_distinct(packed), len(terms))
        in_titles = _lists(_distinct(titled), len(terms))
        both = zip(everywhere, in_titles, strict=True)
        return terms, [f"{listed}!{title}" if title else listed for listed, title in both]


def _spread(packed: Numbers, starts: Numbers, of_piece: Numbers) -> tuple[Numbers, Numbers]:
    """Turn postings of pieces into those of the terms of each, which stand in ``of_piece``."""
    piece = packed >> _TERM
    packed &= _REST
    counts = (starts[1:] - starts[:-1])[piece]
    found = np.repeat(starts[piece] - (np.cumsum(counts) - counts), counts)
    found += np.arange(len(found))
    return of_piece[found], np.repeat(packed, counts)


def _ranked(term: Numbers, names: Sequence[str]) -> tuple[list[str], Numbers]:
    """Return those of the terms that occur, in order, and by its number the rank of each."""
    occurs = np.zeros(len(names), bool)
    occurs[term] = True
    used = np.flatnonzero(occurs)
    present = [names[number] for number in used.tolist()]
    ordered = sorted(present)
    place = dict(zip(ordered, range(len(ordered)), strict=True))
    ranks = np.zeros(len(names), np.int64)
    ranks[used] = np.fromiter(map(place.__getitem__, present), np.int64, len(present))
    return ordered, ranks


def _taken_apart(pieces: Iterable[str], known: Known) -> tuple[Numbers, Numbers]:
    """Number the terms of each piece; return how many each has, and those of each in turn."""
    joined = "\n".join([*pieces, ""])
    folds, kinds = _tables(joined)
    chars = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    found = folds[np.minimum(chars, _LAST)]
    found = found[found != 0]
    kind = kinds[found]
    spaced = np.where((kind == WORD) | (found == _END), found, np.uint16(ord(" ")))
    words, word_piece = _words(spaced.tobytes().decode("utf-16-le"), known)
    pairs, pair_piece = _pairs(found, kind == PAIR, known)
    piece = np.concatenate([word_piece, pair_piece])
    counts = np.bincount(piece, minlength=joined.count("\n"))
    return counts, np.concatenate([words, pairs])[np.argsort(piece, kind="stable")]


def _words(folded: str, known: Known) -> tuple[Numbers, Numbers]:
    """Number the words of folded lines; return the numbers, and the line of each."""
    found = list(map(str.split, folded.split("\n")[:-1]))
    counts = np.fromiter(map(len, found), np.int64, len(found))
    words = (known[word[:MAX_WORD]] for word in chain.from_iterable(found))
    numbers = np.fromiter(words, np.int64, int(counts.sum()))
    return numbers, np.repeat(np.arange(len(found)), counts)


def _pairs(found: Numbers, pair: Numbers, known: Known) -> tuple[Numbers, Numbers]:
    """Number every two neighbours in a run of characters, and its last alone; and their lines."""
    places = np.flatnonzero(pair)
    follows = np.append(pair[1:], False)[places]
    second = np.append(found[1:], 0)[places].astype(np.uint32)
    keys = (found[places].astype(np.uint32) << np.uint32(16)) | np.where(follows, second, 0)
    unique, index = np.unique(keys, return_inverse=True)
    terms = (chr(k >> 16) + (chr(k & 0xFFFF) if k & 0xFFFF else "") for k in unique.tolist())
    numbers = np.fromiter(map(known.__getitem__, terms), np.int64, len(unique))
    return numbers[index], np.searchsorted(np.flatnonzero(found == _END), places)


def _places(parts: int) -> Numbers:
    """Return of each part, a title and a text in turn, its document and whether it is a title."""
    part = np.arange(parts, dtype=np.int64)
    return (part >> 1 << 1) | ((part & 1) ^ 1)


def _tables(text: str) -> tuple[Numbers, Numbers]:
    """Return how the characters of ``text`` fold, and the kinds of what they fold to."""
    folds, kinds = _blank()
    for code in {min(ord(char), _LAST) for char in set(text)} - _told:
        folds[code] = folding.fold(code)
        kinds[folds[code]] = folding.kind(int(folds[code]))
        _told.add(code)
    return folds, kinds


# Few texts have many scripts: of each character it is found out once, when it is first seen.
_told: set[int] = set()


@cache
def _blank() -> tuple[Numbers, Numbers]:
    return np.zeros(folding.SIZE, np.uint16), np.zeros(folding.SIZE, np.uint8)


def _distinct(values: Numbers) -> Numbers:
    # np.unique hashes whole numbers, which takes longer here than sorting them.
    values.sort()
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def _lists(packed: Numbers, size: int) -> Iterator[str]:
    """Write the documents of each term: ``packed`` are sorted ``term << 16 | document``."""
    term_of = (packed >> 16).astype(np.int32)
    text, ends = _encode((packed & 0xFFFF).astype(np.int32), term_of)
    bounds = ends[np.searchsorted(term_of, np.arange(size + 1, dtype=np.int32))].tolist()
    return (text[a:b] for a, b in pairwise(bounds))


def _encode(values: Numbers, term_of: Numbers) -> tuple[str, Numbers]:
    """Write each term's ascending values as differences, five bits a digit, lowest first.

    Returns the text of all, and where each value begins; one more entry ends it.
    """
    steps = values.copy()
    steps[1:] -= np.where(term_of[1:] == term_of[:-1], values[:-1], 0)
    lengths = np.ones(len(steps), np.uint8)
    for bits in (5, 10, 15):
        lengths += steps >= 1 << bits
    ends = np.zeros(len(steps) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    out = np.zeros(int(ends[-1]), dtype=np.uint8)
    for digit in range(4):
        there = np.flatnonzero(lengths > digit)
        value = (steps[there] >> (5 * digit)) & 31
        value |= (lengths[there] > digit + 1).astype(np.int32) << 5
        out[ends[there] + digit] = _DIGITS[value]
    return out.tobytes().decode(), ends


def shared(terms: Sequence[str]) -> list[int]:
    """Return of each term how many characters it shares with the one before it."""
    if not terms:
        return []
    table = np.array(terms, dtype=f"U{MAX_WORD + 1}")
    letters = table.view(np.uint32).reshape(len(terms), -1)
    return [0, *np.argmin(letters[1:] == letters[:-1], axis=1).tolist()]
