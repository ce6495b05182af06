"""The search index: segments of documents, each a few classic scripts that a page may load. Pure.

A segment is a year, or a part of a year that has many documents: what is old stays byte-identical
from one edition to the next. Format: docs/formats/search.md.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handbill.reader.folding import PAIR, WORD, class_table, fold_table
from handbill.reader.text import searched_text

MAX_SEGMENT = 2_000
SHARD_BYTES = 64 << 10
PACK_BYTES = 96 << 10
MAX_WORD = 40
FOLDER = "assets/search"
_DIGITS = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", dtype=np.uint8
)
_DIGIT = _DIGITS.tobytes().decode()
_LAST = frozenset(_DIGIT[:32])
_ODD = 0x9E3779B97F4A7C15
_ODD_INVERSE = pow(_ODD, -1, 1 << 64)
# Documents read at once: few enough that the arrays of their characters stay in the cache.
_BATCH = 96
# A posting in one number: the term, 16 bits of document, one bit that tells of a title.
_TERM, _REST = 17, (1 << 17) - 1
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Doc:
    """What can be found: ``body`` is Markdown, ``spoken`` the plain text of its captions."""

    id: str
    kind: str
    language: str
    day: str
    shown_day: str
    path: str
    title: str
    deck: str
    body: str
    spoken: str = ""

    def key(self) -> str:
        """Hash all of it."""
        parts = "\x1f".join(getattr(self, name) for name in self.__slots__)
        return blake2b(parts.encode(), digest_size=12).hexdigest()

    def text(self) -> str:
        """Return what is searched beside the title, as plain text."""
        return " ".join(f"{self.deck} {searched_text(self.body)} {self.spoken}".split())


def segments(docs: Sequence[Doc]) -> Iterator[tuple[str, list[Doc]]]:
    """Cut documents into named segments, oldest first; a day is ``2026-11-24`` or empty."""
    ordered = sorted(docs, key=lambda d: (d.day, d.id))
    for year, of_year in _cut(ordered, lambda day: day[:4]).items():
        for months in (12, 6, 3, 1):
            parts = _cut(of_year, partial(_part, months=months))
            if months == 1 or max(map(len, parts.values())) <= MAX_SEGMENT:
                break
        for name, of_part in parts.items() if len(parts) > 1 else [(year, of_year)]:
            slices = -(-len(of_part) // MAX_SEGMENT)
            for i in range(slices):
                yield (f"{name}-{i}" if slices > 1 else name), of_part[i::slices]


def _part(day: str, months: int) -> str:
    """Name the part of its year that a day lies in: ``2026-07`` begins the second half."""
    if months == 12 or not day:
        return day[:4]
    return f"{day[:4]}-{(int(day[5:7]) - 1) // months * months + 1:02}"


def _cut(docs: Sequence[Doc], name: Callable[[str], str]) -> dict[str, list[Doc]]:
    found: dict[str, list[Doc]] = {}
    for doc in docs:
        found.setdefault(name(doc.day) or "undated", []).append(doc)
    return found


def segment_files(name: str, docs: Sequence[Doc]) -> dict[str, bytes]:
    """Return the scripts of one segment by path."""
    texts = [doc.text() for doc in docs]
    files: dict[str, bytes] = {}
    firsts = []
    postings = list(_postings([doc.title for doc in docs], texts))
    for k, (first, rows) in enumerate(_shards(postings)):
        firsts.append(first)
        files[f"{FOLDER}/{name}.{k}.js"] = _call("HBS", name, k, rows)
    packs = []
    for k, (start, end) in enumerate(_packs(texts)):
        packs.append(start)
        rows_of = zip(docs[start:end], texts[start:end], strict=True)
        pack = [[d.title, d.path, d.language, d.shown_day, d.kind, text] for d, text in rows_of]
        files[f"{FOLDER}/{name}.t{k}.js"] = _call("HBT", name, k, pack)
    languages = sorted({d.language for d in docs})
    of_each = "".join(_DIGIT[min(63, languages.index(d.language))] for d in docs)
    head = {
        "firsts": firsts,
        "packs": packs,
        "languages": languages,
        "of": of_each,
        "often": _often(postings, len(docs)),
    }
    files[f"{FOLDER}/{name}.js"] = _call("HBH", name, head)
    return files


def script_json(value: object) -> str:
    """Write a value as a literal of ES5, which knows no raw line separators in strings."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _call(name: str, *values: object) -> bytes:
    return f"{name}({','.join(map(script_json, values))})\n".encode()


def _packs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each pack of documents begins and ends."""
    start, size = 0, 0
    for i, text in enumerate(texts):
        length = len(text.encode())
        if i > start and size + length > PACK_BYTES:
            yield start, i
            start, size = i, 0
        size += length
    if texts:
        yield start, len(texts)


def _often(postings: Sequence[tuple[str, str]], count: int) -> str:
    """Join the pairs that stand in more than half of the documents: questions pass them by."""
    pairs = (p for p in postings if len(p[0]) == 2 and len(p[1]) > count // 2)
    kinds = class_table()
    return "".join(
        term
        for term, listed in pairs
        if kinds[ord(term[0])] == PAIR and _length(listed) > count / 2
    )


def _length(listed: str) -> int:
    """Count the documents of a term: each ends in a digit below 32."""
    return sum(digit in _LAST for digit in listed.partition("!")[0])


def _shards(postings: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Cut the sorted terms into shards; each row is how much of the term before it shares,
    the rest of the term, a space, and its postings.
    """
    rows: list[str] = []
    size, first, before = 0, "", ""
    for term, listed in postings:
        if size > SHARD_BYTES:
            yield first, "|".join(rows)
            rows, size, before = [], 0, ""
        if not rows:
            first = term
        shared = 0
        for a, b in zip(term, before, strict=False):
            if a != b:
                break
            shared += 1
        row = f"{_DIGIT[shared]}{term[shared:]} {listed}"
        rows.append(row)
        size += len(row.encode()) + 1
        before = term
    if rows:
        yield first, "|".join(rows)


def _postings(titles: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each term in order with the documents that have it, then ``!`` and those of them
    that have it in their title.
    """
    known: dict[str, int] = {}
    parts = []
    for first in range(0, len(texts), _BATCH):
        batch = slice(first, first + _BATCH)
        chars, doc_of, titled = _folded(titles[batch], texts[batch])
        found, index, place = _all_terms(chars)
        docs = doc_of[place].astype(np.int64) + first
        packed = _distinct((index << _TERM) | (docs << 1) | titled[place])
        numbers = np.fromiter((known.setdefault(t, len(known)) for t in found), np.int64)
        parts.append((numbers[packed >> _TERM] << _TERM) | (packed & _REST))
    terms = sorted(known)
    rank = np.empty(len(terms), dtype=np.int64)
    rank[[known[term] for term in terms]] = np.arange(len(terms))
    packed = np.concatenate(parts)
    packed = (rank[packed >> _TERM] << _TERM) | (packed & _REST)
    everywhere = _lists(_distinct(packed >> 1), len(terms))
    in_titles = _lists(_distinct(packed[packed & 1 == 1] >> 1), len(terms))
    for term, listed, title in zip(terms, everywhere, in_titles, strict=True):
        yield term, f"{listed}!{title}" if title else listed


def _distinct(values: Numbers) -> Numbers:
    # np.unique hashes whole numbers, which takes longer here than sorting them.
    values.sort()
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def _lists(packed: Numbers, count: int) -> Iterator[str]:
    """Write the documents of each term: ``packed`` are sorted ``term << 16 | document``."""
    term_of = packed >> 16
    text, ends = _encode(packed & 0xFFFF, term_of)
    bounds = ends[np.searchsorted(term_of, np.arange(count + 1))].tolist()
    for a, b in pairwise(bounds):
        yield text[a:b]


def _folded(titles: Sequence[str], texts: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Return folded characters, the document of each, and whether it stands in a title."""
    parts = [part for pair in zip(titles, texts, strict=True) for part in pair]
    joined = "\n".join([*parts, ""])
    chars = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    lengths = np.fromiter((len(part) + 1 for part in parts), dtype=np.int64, count=len(parts))
    part_of = np.repeat(np.arange(len(parts), dtype=np.int32), lengths)
    folds, _ = _tables()
    found = folds[np.minimum(chars, 0xFFFF)]
    kept = found != 0
    part_of = part_of[kept]
    return found[kept], part_of >> 1, (part_of & 1) == 0


@cache
def _tables() -> tuple[Numbers, Numbers]:
    return np.array(fold_table(), dtype=np.uint16), np.frombuffer(class_table(), dtype=np.uint8)


def _all_terms(chars: Numbers) -> tuple[list[str], Numbers, Numbers]:
    """Return the distinct terms, and of each occurrence its term and its place."""
    kinds = _tables()[1][chars]
    text = chars.tobytes().decode("utf-16-le", "replace")
    starts, ends = _runs(kinds == WORD)
    hashes = _hashes(chars, starts, ends)
    first, words = _ranked(hashes)
    found = [text[starts[i] : ends[i]] for i in first.tolist()]
    pair = kinds == PAIR
    places = np.flatnonzero(pair)
    follows = np.append(pair[1:], False)[places]
    second = np.append(chars[1:], 0)[places].astype(np.uint32)
    keys = (chars[places].astype(np.uint32) << np.uint32(16)) | np.where(follows, second, 0)
    first_pair, pairs = _ranked(keys)
    unique = keys[first_pair].tolist()
    found += [chr(k >> 16) + (chr(k & 0xFFFF) if k & 0xFFFF else "") for k in unique]
    index = np.concatenate([words, pairs + len(first)])
    return found, index, np.concatenate([starts, places])


def _ranked(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return where each distinct value first stands, and of every value its rank among them."""
    order = np.argsort(values)
    ordered = values[order]
    fresh = np.append(True, ordered[1:] != ordered[:-1]) if len(values) else np.zeros(0, bool)
    rank = np.empty(len(values), dtype=np.int64)
    rank[order] = np.cumsum(fresh) - 1
    return order[fresh], rank


def _runs(mask: Numbers) -> tuple[Numbers, Numbers]:
    edges = np.diff(np.concatenate([[0], mask.view(np.uint8).astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return starts, np.minimum(ends, starts + MAX_WORD)


def _hashes(chars: Numbers, starts: Numbers, ends: Numbers) -> Numbers:
    """Hash each run by sums of powers of an odd number modulo 2^64, whose inverses exist."""
    size = 1 << len(chars).bit_length()
    powers, inverses = _powers(size, _ODD), _powers(size, _ODD_INVERSE)
    mixed = (chars.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(29)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed * powers[: len(mixed)])])
    found: Numbers = (sums[ends] - sums[starts]) * inverses[starts]
    return found


@cache
def _powers(count: int, base: int) -> Numbers:
    row = np.full(count, base, dtype=np.uint64)
    row[0] = 1
    return np.multiply.accumulate(row)


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
