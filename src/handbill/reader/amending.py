"""Amend a segment of the search index in which few documents changed. Pure.

What those had is taken out of the scripts that were made before, and what they have now put in: the
bytes are those that :func:`handbill.reader.search.segment_files` makes of all texts, which a test
holds against these.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handbill.reader.postings import DIGITS, common, numbers, terms_of, written
from handbill.reader.search import (
    FOLDER,
    PACK_BYTES,
    Doc,
    index_files,
    pack_file,
    shown_row,
)

Row = list[str]
"""What a pack says of one document: title, path, language, day, kind, text."""


def amend(
    name: str, docs: Mapping[int, Doc], languages: Sequence[str], files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the scripts of a segment by path, made of those that it had.

    ``docs`` are the documents that changed, by their numbers, and those that follow the last;
    ``languages`` are those of all.
    """
    head = _given(files[f"{FOLDER}/{name}.js"])[1]
    packs = _Packs(name, files, head["packs"], {n: _row(doc) for n, doc in docs.items()})
    terms = _Terms.read(name, files, len(head["firsts"]))
    count = len(head["of"])
    for number in sorted(docs):
        terms.change(number, packs.row(number) if number < count else None, packs.anew[number])
    starts, packed = packs.cut(len(languages))
    made = index_files(name, (terms.names, terms.listed, terms.same), starts, languages)
    return {**made, **packed}


def _given(script: bytes) -> Any:
    """Return what a script gives to the function that it calls, the segment's name first."""
    text = script.decode()
    return json.loads(f"[{text[text.index('(') + 1 : text.rindex(')')]}]")


def _row(doc: Doc) -> Row:
    return [doc.title, doc.path, doc.language, doc.shown_day, doc.kind, doc.text()]


@dataclass
class _Terms:
    """The terms in order, of each its postings, and how much it shares with the one before."""

    names: list[str]
    listed: list[str]
    same: list[int]

    @classmethod
    def read(cls, name: str, files: Mapping[str, bytes], shards: int) -> "_Terms":
        found, before = cls([], [], []), ""
        for k in range(shards):
            for row in _given(files[f"{FOLDER}/{name}.{k}.js"])[2].split("|"):
                head, _, listed = row.partition(" ")
                shared = DIGITS.index(head[0])
                term = before[:shared] + head[1:]
                found.names.append(term)
                found.listed.append(listed)
                # The first of a shard repeats what it shares.
                found.same.append(shared or common(before, term))
                before = term
        return found

    def change(self, number: int, before: Row | None, after: Row) -> None:
        """Note that a document has other terms."""
        had, had_title = _terms(before) if before else (set[str](), set[str]())
        has, has_title = _terms(after)
        for term in (had ^ has) | (had_title ^ has_title):
            self._mark(term, number, there=term in has, titled=term in has_title)

    def _mark(self, term: str, number: int, *, there: bool, titled: bool) -> None:
        at = bisect_left(self.names, term)
        known = at < len(self.names) and self.names[at] == term
        listed, _, titles = self.listed[at].partition("!") if known else ("", "", "")
        listed, titles = _marked(listed, number, there), _marked(titles, number, titled)
        if not listed:
            del self.names[at], self.listed[at], self.same[at]
            self._share(at)
            return
        posting = f"{listed}!{titles}" if titles else listed
        if known:
            self.listed[at] = posting
            return
        self.names.insert(at, term)
        self.listed.insert(at, posting)
        self.same.insert(at, 0)
        self._share(at)
        self._share(at + 1)

    def _share(self, at: int) -> None:
        if at < len(self.names):
            self.same[at] = common(self.names[at - 1], self.names[at]) if at else 0


def _terms(row: Row) -> tuple[set[str], set[str]]:
    """Return the terms of a document, and those of its title."""
    titled = terms_of(row[0].split())
    return titled | terms_of(row[-1].split()), titled


def _marked(listed: str, number: int, there: bool) -> str:
    found = set(numbers(listed))
    if there == (number in found):
        return listed
    return written(sorted(found ^ {number}))


class _Packs:
    """The texts of a segment: those that changed in ``anew``, the others where they lie."""

    def __init__(
        self, name: str, files: Mapping[str, bytes], starts: list[int], anew: Mapping[int, Row]
    ) -> None:
        self.anew = anew
        self._name, self._files, self._starts = name, files, starts
        self._read: dict[int, list[Row]] = {}

    def row(self, number: int) -> Row:
        """Return what stood of a document."""
        k = bisect_right(self._starts, number) - 1
        if k not in self._read:
            self._read[k] = _given(self._files[self._path(k)])[2]
        return self._read[k][number - self._starts[k]]

    def _path(self, k: int) -> str:
        return f"{FOLDER}/{self._name}.t{k}.js"

    def cut(self, count: int) -> tuple[list[int], dict[str, bytes]]:
        """Return where the packs begin now, and their scripts."""
        # One that began a pack may fit into the pack before it now.
        first = max(0, bisect_left(self._starts, min(self.anew)) - 1)
        starts, number = self._starts[:first], self._starts[first]
        files = {self._path(k): self._files[self._path(k)] for k in range(first)}
        while number < count:
            k = len(starts)
            if self._starts[k : k + 1] == [number] and number > max(self.anew):
                # From here on nothing changed, the numbers of packs included.
                starts += self._starts[k:]
                rest = map(self._path, range(k, len(starts)))
                files.update((path, self._files[path]) for path in rest)
                break
            rows = self._fitting(number, count)
            starts.append(number)
            files[self._path(k)] = pack_file(self._name, k, [shown_row(row) for row in rows])
            number += len(rows)
        return starts, files

    def _fitting(self, number: int, count: int) -> list[Row]:
        rows, size = list[Row](), 0
        for n in range(number, count):
            row = self.anew.get(n) or self.row(n)
            size += len(row[-1].encode())
            if rows and size > PACK_BYTES:
                break
            rows.append(row)
        return rows
