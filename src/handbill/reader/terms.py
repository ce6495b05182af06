"""Which documents have which term, for all the texts of a segment at once. Pure.

Millions of words pass here, and none of them becomes an object: words are places in one array of
characters, and eight letters are one number. Format: docs/formats/search.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handbill.reader.alphabet import Alphabet, Numbers
from handbill.reader.postings import MAX_WORD

# A posting in one number: the term, 16 bits of document, one bit that tells of a title.
_TERM = 17
# Knuth's multiplier: the golden ratio of 64 bits.
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
_SPACE = ord(" ")
# How far to shift so many bytes of a number to let go of the others.
_REST = 64 - 8 * np.arange(9, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a segment in order, and their postings.

    ``units`` are the UTF-16 units of all, one after the other; ``pairs`` says which are two
    characters that make a pair. ``everywhere`` and ``in_titles`` are the postings, in order, each
    ``term << 16 | document``.
    """

    units: Numbers
    lengths: Numbers
    pairs: Numbers
    everywhere: Numbers
    in_titles: Numbers


class Texts:
    """The texts of a segment in one array: a title, its text, the next title, its text."""

    def __init__(self, parts: Sequence[str], alphabet: Alphabet) -> None:
        # White space ends each part, so that no word goes on in the next.
        raw = [f"{part}\n".encode("utf-16-le") for part in parts]
        self._alphabet = alphabet
        self._ends = np.cumsum(np.fromiter(map(len, raw), np.int32, len(raw)) >> 1)
        self._chars = np.frombuffer(b"".join(raw), np.dtype("<u2"))
        self._numbers = alphabet.numbers(self._chars)

    def squeezed(self) -> list[str]:
        """Return each part as ``" ".join(part.split())`` would."""
        space = self._numbers == self._alphabet.space
        needless = np.flatnonzero(space & np.append(True, space[:-1]))
        chars = self._chars.copy()
        chars[np.flatnonzero(space & (chars != _SPACE))] = _SPACE
        data = np.delete(chars, needless).tobytes()
        ends = 2 * (self._ends - np.searchsorted(needless, self._ends))
        # A part that is not empty ends in one space still.
        bounds = pairwise([0, *ends.tolist()])
        return [data[start : max(start, end - 2)].decode("utf-16-le") for start, end in bounds]

    def plain(self) -> bool:
        """Tell whether no part needs escapes in JSON, once it is squeezed."""
        return bool(self._chars.all()) and not (self._numbers == self._alphabet.escaped).any()

    def terms(self) -> Terms:
        """Find the terms of all documents."""
        alphabet, chars, numbers, ends = self._alphabet, self._chars, self._numbers, self._ends
        dropped = np.flatnonzero(numbers == alphabet.dropped)
        if len(dropped):
            chars, numbers = np.delete(chars, dropped), np.delete(numbers, dropped)
            ends = ends - np.searchsorted(dropped, ends)
        words = _words(alphabet, numbers, ends)
        pairs = _pairs(alphabet, chars, numbers, ends)
        return _merged(words, pairs)


@dataclass(frozen=True, slots=True)
class _Found:
    """Terms of one kind in their order: ``units`` and ``lengths`` as in :class:`Terms`; and where
    they stand: ``term`` by its number, in ``part``, twice the document, and one where in a title.
    """

    units: Numbers
    lengths: Numbers
    term: Numbers
    part: Numbers


def spans(starts: Numbers, lengths: Numbers) -> Numbers:
    """Return every place of runs that begin at ``starts``."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)


def _words(alphabet: Alphabet, numbers: Numbers, ends: Numbers) -> _Found:
    letter = (numbers > 0) & (numbers < alphabet.space)
    # The last of all is white space: what begins ends.
    edges = np.flatnonzero(letter != np.append(False, letter[:-1])).astype(np.int32)
    starts, lengths = edges[0::2], np.minimum(edges[1::2] - edges[0::2], MAX_WORD)
    term, seen = _spelled(_Letters(numbers), starts, lengths)
    units = alphabet.letters[numbers[spans(starts[seen], lengths[seen])]]
    return _Found(units, lengths[seen], term, _parts(starts, ends))


def _pairs(alphabet: Alphabet, chars: Numbers, numbers: Numbers, ends: Numbers) -> _Found:
    """Find every two neighbours in a run of characters that make pairs, and its last alone."""
    places = np.flatnonzero(numbers == alphabet.pair)
    first = alphabet.folds[chars[places]].astype(np.uint64)
    follows = np.append(places[1:], 0) == places + 1
    keys = first << 16 | np.where(follows, np.append(first[1:], np.uint64(0)), 0)
    term, seen = _numbered(keys)
    both = np.stack([keys[seen] >> 16, keys[seen] & 0xFFFF], axis=1).astype(np.uint16)
    return _Found(both[both > 0], 1 + (both[:, 1] > 0), term, _parts(places, ends))


def _parts(places: Numbers, ends: Numbers) -> Numbers:
    """Return for each place its document, doubled, and one more where it stands in the title."""
    counts = np.diff(np.searchsorted(places, ends), prepend=0)
    return np.repeat(np.arange(len(ends), dtype=np.int32) ^ 1, counts)


class _Letters:
    """Reads as many letters as make a number of 64 bits, from any place on."""

    def __init__(self, numbers: Numbers) -> None:
        self.size = numbers.dtype.itemsize
        # The first letter counts most, so that numbers are in the order of words.
        data = numbers.astype(numbers.dtype.newbyteorder(">")).tobytes() + bytes(8)
        self._from = np.ndarray((len(numbers),), ">u8", data, strides=(self.size,))

    def read(self, starts: Numbers, lengths: Numbers) -> Numbers:
        """Return the first letters of words as one number each."""
        rest = _REST[np.minimum(lengths * self.size, 8)]
        found = self._from[starts].astype(np.uint64)
        found >>= rest
        found <<= rest
        return found


def _spelled(letters: _Letters, starts: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Number words in their order; return the number of each, and a place of each number."""
    term, seen = _numbered(letters.read(starts, lengths))
    width = 8 // letters.size
    longer = np.flatnonzero(lengths > width)
    if not len(longer):
        return term, seen
    rest, _ = _spelled(letters, starts[longer] + width, lengths[longer] - width)
    keys = term.astype(np.uint64)
    keys <<= np.uint64(32)
    keys[longer] |= (rest + 1).astype(np.uint64)
    return _numbered(keys)


def _numbered(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Number distinct keys in their order; return the number of each, and a place of each number.

    Every key claims a place in a table; whoever shares it with another key is sorted instead.
    """
    bits = max(1, len(keys).bit_length())
    claimed = keys * _MIX
    claimed >>= np.uint64(64 - bits)
    claimed = claimed.astype(np.int32)
    table = np.full(1 << bits, -1, np.int32)
    table[claimed] = np.arange(len(keys), dtype=np.int32)
    holder = table[claimed]
    lost = np.flatnonzero(keys[holder] != keys)
    others, first = np.unique(keys[lost], return_index=True)
    seen = np.concatenate([table[table >= 0], lost[first]])
    seen = seen[np.argsort(keys[seen])]
    number = np.empty(len(keys), np.int32)
    number[seen] = np.arange(len(seen))
    numbers = number[holder]
    numbers[lost] = number[lost[first]][np.searchsorted(others, keys[lost])]
    return numbers, seen


def _merged(words: _Found, pairs: _Found) -> Terms:
    """Put words and pairs into one order: no word begins with a character that makes pairs."""
    size = len(words.lengths) + len(pairs.lengths)
    first_of_word, first_of_pair = _firsts(words), _firsts(pairs)
    word_at = np.arange(len(first_of_word)) + np.searchsorted(first_of_pair, first_of_word)
    pair_at = np.arange(len(first_of_pair)) + np.searchsorted(first_of_word, first_of_pair)
    lengths, is_pair = np.empty(size, np.int64), np.zeros(size, bool)
    lengths[word_at], lengths[pair_at] = words.lengths, pairs.lengths
    is_pair[pair_at] = pairs.lengths == 2
    starts = np.cumsum(lengths) - lengths
    units = np.empty(len(words.units) + len(pairs.units), np.uint16)
    units[spans(starts[word_at], words.lengths)] = words.units
    units[spans(starts[pair_at], pairs.lengths)] = pairs.units
    term = np.concatenate([word_at[words.term], pair_at[pairs.term]])
    term <<= _TERM
    packed = term | np.concatenate([words.part, pairs.part])
    # np.unique hashes whole numbers, which takes longer here than sorting them.
    packed.sort()
    titled = packed[packed & 1 == 1] >> 1
    return Terms(units, lengths, is_pair, _once(packed >> 1), _once(titled))


def _firsts(found: _Found) -> Numbers:
    return np.take(found.units, np.cumsum(found.lengths) - found.lengths)


def _once(values: Numbers) -> Numbers:
    """Return sorted values without those that repeat."""
    anew = np.append(True, values[1:] != values[:-1])[: len(values)]
    return np.compress(anew, values)
