"""The search index: segments of documents, each a few classic scripts that a page may load. Pure.

A segment is a year, or a part of a year that has many documents: what is old stays byte-identical
from one edition to the next. Format: docs/formats/search.md.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import accumulate, chain
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

from handbill.reader.folding import PAIR, kind
from handbill.reader.postings import DIGITS
from handbill.reader.text import searched_text

if TYPE_CHECKING:
    from handbill.reader.alphabet import Alphabet

MAX_SEGMENT = 2_000
SHARD_BYTES = 64 << 10
PACK_BYTES = 96 << 10
FOLDER = "assets/search"
_LAST = frozenset(DIGITS[:32])


@dataclass(frozen=True, slots=True)
class Doc:
    """What can be found: ``body`` is Markdown, ``spoken`` the plain text of its captions.

    ``words`` are those of ``body`` where they are known already; it may then be empty.
    """

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
    words: str = ""

    def key(self) -> str:
        """Hash all of it."""
        parts = "\x1f".join(getattr(self, name) for name in self.__slots__)
        return blake2b(parts.encode(), digest_size=12).hexdigest()

    def searched(self) -> str:
        """Return what is searched beside the title, as plain text with white space as it falls."""
        return f"{self.deck} {self.words or searched_text(self.body)} {self.spoken}"

    def text(self) -> str:
        """Return what is searched beside the title, as plain text in one line."""
        return " ".join(self.searched().split())


class Dated(Protocol):
    """What has its place among the segments; the day is ``2026-11-24`` or empty."""

    @property
    def day(self) -> str:
        """Return the day by which it is filed."""

    @property
    def id(self) -> str:
        """Return what orders those of one day."""


D = TypeVar("D", bound=Dated)


def segments(docs: Sequence[D]) -> Iterator[tuple[str, list[D]]]:
    """Cut documents into named segments, oldest first; a day is ``2026-11-24`` or empty."""
    # In two steps, each of which compares one plain value.
    ordered = sorted(sorted(docs, key=attrgetter("id")), key=attrgetter("day"))
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


def _cut(docs: Sequence[D], name: Callable[[str], str]) -> dict[str, list[D]]:
    found: dict[str, list[D]] = {}
    for doc in docs:
        found.setdefault(name(doc.day) or "undated", []).append(doc)
    return found


def segment_files(
    name: str, docs: Sequence[Doc], alphabet: "Alphabet | None" = None
) -> dict[str, bytes]:
    """Return the scripts of one segment by path.

    An ``alphabet`` that several segments share saves time and changes nothing.
    """
    # They bring numpy, which takes longer to load than a press in which little changed.
    from handbill.reader.alphabet import Alphabet  # noqa: PLC0415
    from handbill.reader.shards import often, shards  # noqa: PLC0415
    from handbill.reader.terms import Texts  # noqa: PLC0415

    parts = chain.from_iterable((doc.title, doc.searched()) for doc in docs)
    found = Texts(list(parts), alphabet or Alphabet())
    terms, named = found.terms(), script_json(name)
    firsts, starts, files = [], [], dict[str, bytes]()
    for k, (first, rows) in enumerate(shards(terms, SHARD_BYTES)):
        firsts.append(first)
        files[f"{FOLDER}/{name}.{k}.js"] = _call("HBS", named, str(k), f'"{rows.decode()}"')
    texts = found.squeezed()[1::2]
    quoted = '"{}"'.format if found.plain() else _literal
    for k, (start, end) in enumerate(_packs(texts)):
        starts.append(start)
        shown = map(_row, docs[start:end], map(quoted, texts[start:end]))
        files[f"{FOLDER}/{name}.t{k}.js"] = pack_file(name, k, list(shown))
    languages = [doc.language for doc in docs]
    head = _head(name, firsts, starts, languages=languages, often=often(terms, len(docs)))
    return {**files, f"{FOLDER}/{name}.js": head}


def index_files(
    name: str,
    index: tuple[Sequence[str], Sequence[str], Sequence[int]],
    packs: Sequence[int],
    languages: Sequence[str],
) -> dict[str, bytes]:
    """Return a segment's scripts beside its packs: its shards, and the head that tells of all.

    ``index`` are the terms in order, of each its documents, and how much each shares with the one
    before; ``packs`` where each pack begins; ``languages`` those of the documents.
    """
    terms, listed, _ = index
    quoted = script_json(name)
    files: dict[str, bytes] = {}
    firsts = []
    for k, (first, rows) in enumerate(_shards(*index)):
        firsts.append(first)
        files[f"{FOLDER}/{name}.{k}.js"] = _call("HBS", quoted, str(k), _literal(rows))
    often = _often(terms, listed, len(languages))
    files[f"{FOLDER}/{name}.js"] = _head(name, firsts, packs, languages=languages, often=often)
    return files


def _head(
    name: str,
    firsts: Sequence[str],
    packs: Sequence[int],
    *,
    languages: Sequence[str],
    often: str,
) -> bytes:
    distinct = sorted(set(languages))
    places = {language: DIGITS[min(63, i)] for i, language in enumerate(distinct)}
    head = {
        "firsts": firsts,
        "packs": packs,
        "languages": distinct,
        "of": "".join(map(places.__getitem__, languages)),
        "often": often,
    }
    return _call("HBH", script_json(name), script_json(head))


def pack_file(name: str, k: int, rows: Sequence[str]) -> bytes:
    """Return the script of a pack of what results show."""
    return _call("HBT", script_json(name), str(k), f"[{','.join(rows)}]")


def script_json(value: object) -> str:
    """Write a value as a literal of ES5, which knows no raw line separators in strings."""
    text = _JSON.encode(value)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _call(name: str, *literals: str) -> bytes:
    return f"{name}({','.join(literals)})\n".encode()


def _literal(text: str) -> str:
    # Looking whether a text needs escapes is quicker than writing it with care.
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else script_json(text)


def _row(doc: Doc, text: str) -> str:
    """Write what a result shows of a document, its text, a literal already, last."""
    shown = script_json([doc.title, doc.path, doc.language, doc.shown_day, doc.kind])
    return f"{shown[:-1]},{text}]"


def shown_row(values: Sequence[str]) -> str:
    """Write what a result shows of a document, its text last."""
    return f"{script_json(values[:-1])[:-1]},{_literal(values[-1])}]"


def _packs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each pack of documents begins and ends."""
    start, size = 0, 0
    for i, text in enumerate(texts):
        length = len(text) if text.isascii() else len(text.encode())
        if i > start and size + length > PACK_BYTES:
            yield start, i
            start, size = i, 0
        size += length
    if texts:
        yield start, len(texts)


def _often(terms: Sequence[str], listed: Sequence[str], count: int) -> str:
    """Join the pairs that stand in more than half of the documents: questions pass them by."""
    return "".join(
        term
        for term, posting in zip(terms, listed, strict=True)
        if len(term) == 2
        and len(posting) > count // 2
        and kind(ord(term[0])) == PAIR
        and _length(posting) > count / 2
    )


def _length(posting: str) -> int:
    """Count the documents of a term: each ends in a digit below 32."""
    return sum(digit in _LAST for digit in posting.partition("!")[0])


def _shards(
    terms: Sequence[str], listed: Sequence[str], same: Sequence[int]
) -> Iterator[tuple[str, str]]:
    """Cut the sorted terms into shards; each row is how much of the term before it shares,
    the rest of the term, a space, and its postings.
    """
    rows = [
        f"{DIGITS[n]}{term[n:]} {post}" for n, term, post in zip(same, terms, listed, strict=True)
    ]
    plain = all(map(str.isascii, rows))
    ends = list(accumulate(len(row if plain else row.encode()) + 1 for row in rows))
    start = 0
    while start < len(rows):
        first = terms[start]
        rows[start] = f"0{first} {listed[start]}"
        # The first row repeats what the row before it had, and may so be longer than counted.
        room = SHARD_BYTES + ends[start] - len(rows[start].encode()) - 1
        stop = bisect_right(ends, room, lo=start) + 1
        yield first, "|".join(rows[start:stop])
        start = stop
