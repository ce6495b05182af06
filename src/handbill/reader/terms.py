"""Which documents have which term, and how a shard writes them down. Pure.

Millions of words pass here: each step handles a batch of documents at once, in numpy or in the
compiled parts of Python. Format: docs/formats/search.md.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, count, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handbill.reader.folding import PAIR, WORD, class_table, fold_table

MAX_WORD = 40
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_DIGITS = np.frombuffer(DIGITS.encode(), dtype=np.uint8)
# Documents read at once: few enough that the arrays of their characters stay in the cache.
_BATCH = 96
# A posting in one number: the term, 16 bits of document, one bit that tells of a title.
_TERM, _REST = 17, (1 << 17) - 1
_END = ord("\n")
Numbers = NDArray[Any]
Known = dict[str, int]


def postings(titles: Sequence[str], texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the terms in order, and of each the documents that have it, then ``!`` and those of
    them that have it in their title.
    """
    known: Known = defaultdict(count().__next__)
    parts = []
    for first in range(0, len(texts), _BATCH):
        batch = slice(first, first + _BATCH)
        parts.append(_batch(titles[batch], texts[batch], known) + (first << 1))
    terms = sorted({term[:MAX_WORD] for term in known})
    packed = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    packed = (_ranks(known, terms)[packed >> _TERM] << _TERM) | (packed & _REST)
    everywhere = _lists(_distinct(packed >> 1), len(terms))
    in_titles = _lists(_distinct(packed[packed & 1 == 1] >> 1), len(terms))
    both = zip(everywhere, in_titles, strict=True)
    return terms, [f"{listed}!{title}" if title else listed for listed, title in both]


def _batch(titles: Sequence[str], texts: Sequence[str], known: Known) -> Numbers:
    """Return the distinct postings of a batch, its documents counted from 0."""
    parts = [part.replace("\n", " ") for pair in zip(titles, texts, strict=True) for part in pair]
    joined = "\n".join([*parts, ""])
    if joined.isascii():
        return _distinct(_words(joined.translate(_ascii_table()), known))
    folds, kinds = _tables()
    chars = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    found = folds[np.minimum(chars, 0xFFFF)]
    found = found[found != 0]
    kind = kinds[found]
    spaced = np.where((kind == WORD) | (found == _END), found, np.uint16(ord(" ")))
    words = _words(spaced.tobytes().decode("utf-16-le"), known)
    return _distinct(np.concatenate([words, _pairs(found, kind == PAIR, known)]))


def _words(folded: str, known: Known) -> Numbers:
    """Number the words of folded texts, a title and a text in turn, each ended by a line feed."""
    found = list(map(str.split, folded.split("\n")[:-1]))
    counts = np.fromiter(map(len, found), np.int64, len(found))
    words = chain.from_iterable(found)
    numbers = np.fromiter(map(known.__getitem__, words), np.int64, int(counts.sum()))
    return (numbers << _TERM) | np.repeat(_places(len(found)), counts)


def _pairs(found: Numbers, pair: Numbers, known: Known) -> Numbers:
    """Number every two neighbours in a run of characters, and its last alone."""
    places = np.flatnonzero(pair)
    follows = np.append(pair[1:], False)[places]
    second = np.append(found[1:], 0)[places].astype(np.uint32)
    keys = (found[places].astype(np.uint32) << np.uint32(16)) | np.where(follows, second, 0)
    ends = np.flatnonzero(found == _END)
    part_of = np.searchsorted(ends, places)
    unique, index = np.unique(keys, return_inverse=True)
    terms = (chr(k >> 16) + (chr(k & 0xFFFF) if k & 0xFFFF else "") for k in unique.tolist())
    numbers = np.fromiter(map(known.__getitem__, terms), np.int64, len(unique))
    return (numbers[index] << _TERM) | _places(len(ends))[part_of]


def _places(parts: int) -> Numbers:
    """Return of each part of a batch its document, shifted, and whether it is a title."""
    part = np.arange(parts, dtype=np.int64)
    return (part >> 1 << 1) | ((part & 1) ^ 1)


@cache
def _tables() -> tuple[Numbers, Numbers]:
    return np.array(fold_table(), dtype=np.uint16), np.frombuffer(class_table(), dtype=np.uint8)


@cache
def _ascii_table() -> dict[int, str | None]:
    """Return what each ASCII character is among words: itself folded, a space, or nothing."""
    folds, kinds = fold_table(), class_table()
    table = {
        code: (chr(folds[code]) if kinds[folds[code]] == WORD else " ") if folds[code] else None
        for code in range(128)
    }
    return {**table, _END: "\n"}


def _ranks(known: Mapping[str, int], terms: Sequence[str]) -> Numbers:
    """Return the place in ``terms`` of each known number; long words share that of their cut."""
    place = {term: i for i, term in enumerate(terms)}
    ranks = np.empty(len(known), dtype=np.int64)
    numbers = np.fromiter(known.values(), np.int64, len(known))
    ranks[numbers] = np.fromiter((place[t[:MAX_WORD]] for t in known), np.int64, len(known))
    return ranks


def _distinct(values: Numbers) -> Numbers:
    # np.unique hashes whole numbers, which takes longer here than sorting them.
    values.sort()
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def _lists(packed: Numbers, size: int) -> Iterator[str]:
    """Write the documents of each term: ``packed`` are sorted ``term << 16 | document``."""
    term_of = packed >> 16
    text, ends = _encode(packed & 0xFFFF, term_of)
    bounds = ends[np.searchsorted(term_of, np.arange(size + 1))].tolist()
    for a, b in pairwise(bounds):
        yield text[a:b]


def _encode(values: Numbers, term_of: Numbers) -> tuple[str, Numbers]:
    """Write each term's ascending values as differences, five bits a digit, lowest first.

    Returns the text of all, and where each value begins; one more entry ends it.
    """
    same = np.append(False, term_of[1:] == term_of[:-1])
    steps = values - np.where(same, np.append(0, values[:-1]), 0)
    lengths = 1 + (steps > 31) + (steps > 1023) + (steps > 32767)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    out = np.zeros(int(ends[-1]), dtype=np.uint8)
    for digit in range(4):
        there = lengths > digit
        more = lengths > digit + 1
        bits = (steps >> (5 * digit)) & 31
        out[ends[:-1][there] + digit] = _DIGITS[(bits | (more << 5))[there]]
    return out.tobytes().decode(), ends


def shared(terms: Sequence[str]) -> list[int]:
    """Return of each term how many characters it shares with the one before it."""
    if not terms:
        return []
    table = np.array(terms, dtype=f"U{MAX_WORD + 1}")
    letters = table.view(np.uint32).reshape(len(terms), -1)
    return [0, *np.argmin(letters[1:] == letters[:-1], axis=1).tolist()]
