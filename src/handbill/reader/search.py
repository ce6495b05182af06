"""The search index: segments of documents, each a few classic scripts that a page may load. Pure.

A segment is a year, or a part of a year that has many documents: what is old stays byte-identical
from one edition to the next. Format: docs/formats/search.md.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain
from operator import attrgetter
from typing import Protocol, TypeVar

from handbill.reader.alphabet import Alphabet
from handbill.reader.shards import DIGITS, often, shards
from handbill.reader.terms import Texts
from handbill.reader.text import searched_text

MAX_SEGMENT = 2_000
PACK_BYTES = 96 << 10
FOLDER = "assets/search"


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
    name: str, docs: Sequence[Doc], alphabet: Alphabet | None = None
) -> dict[str, bytes]:
    """Return the scripts of one segment by path.

    An ``alphabet`` that several segments share saves time and changes nothing.
    """
    parts = chain.from_iterable((doc.title, doc.searched()) for doc in docs)
    found = Texts(list(parts), alphabet or Alphabet())
    quoted, files, firsts = script_json(name), dict[str, bytes](), []
    terms = found.terms()
    for k, (first, rows) in enumerate(shards(terms)):
        firsts.append(first)
        files[f"{FOLDER}/{name}.{k}.js"] = b'HBS(%b,%d,"%b")\n' % (quoted.encode(), k, rows)
    texts, packs = found.squeezed()[1::2], []
    literal = '"{}"'.format if found.plain() else script_json
    for k, (start, end) in enumerate(_packs(texts)):
        packs.append(start)
        rows_of = zip(docs[start:end], texts[start:end], strict=True)
        pack = ",".join(_row(doc, literal(text)) for doc, text in rows_of)
        files[f"{FOLDER}/{name}.t{k}.js"] = f"HBT({quoted},{k},[{pack}])\n".encode()
    languages = sorted({d.language for d in docs})
    of_each = "".join(DIGITS[min(63, languages.index(d.language))] for d in docs)
    head = {
        "firsts": firsts,
        "packs": packs,
        "languages": languages,
        "of": of_each,
        "often": often(terms, len(docs)),
    }
    files[f"{FOLDER}/{name}.js"] = f"HBH({quoted},{script_json(head)})\n".encode()
    return files


def script_json(value: object) -> str:
    """Write a value as a literal of ES5, which knows no raw line separators in strings."""
    text = _JSON.encode(value)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _row(doc: Doc, text: str) -> str:
    """Write what a result shows of a document, its text last."""
    shown = script_json([doc.title, doc.path, doc.language, doc.shown_day, doc.kind])
    return f"{shown[:-1]},{text}]"


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
