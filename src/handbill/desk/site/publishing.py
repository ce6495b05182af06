"""Write what the live site shows, from the desk's tables: whole, or where a discussion changed.

Which version of each discussion is written stands beside the pages. So a run that was killed, a
change made by another program, and a new edition are all caught up with by :meth:`Publisher.renew`.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from handbill import __version__
from handbill.desk.decisions.threads import thread
from handbill.desk.site import common, told
from handbill.desk.site.edition import MAX_SINGLE_BYTES, Piece, ShownEdition, rules_path
from handbill.desk.site.layout import Layout
from handbill.desk.site.newest import newest_of
from handbill.desk.site.pieces import Given, House, made
from handbill.desk.site.writing import SUFFIX, Writer
from handbill.desk.store.models import Discussion
from handbill.errors import FormatError
from handbill.files import read_inside, write_whole
from handbill.letters.thread import Thread
from handbill.progress import SILENT, Progress
from handbill.reader import live
from handbill.rules.book import Book

MAX_WRITTEN_BYTES = 64 << 20
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the newsroom wants of its site; remembered from one run to the next."""

    edition: str = ""
    address: str = ""
    hosts: tuple[str, ...] = ()
    limits: told.Limits = field(default_factory=told.Limits)


@dataclass(slots=True)
class Report:
    """What a run wrote; ``odd`` are pages that it could not put letters on."""

    discussions: int = 0
    files: int = 0
    odd: list[str] = field(default_factory=list)


class Publisher:
    """Writes one newsroom's live site; one process at a time holds the folder's lock."""

    def __init__(
        self, layout: Layout, edition: ShownEdition, wishes: Wishes, book: Book | None
    ) -> None:
        self._layout, self._edition, self._wishes = layout, edition, wishes
        self._written = _read_written(layout, self._key())
        self._written["days"][str(edition.number)] = edition.issued
        self._house = _house(edition, wishes, book, self._written["days"])

    def _key(self) -> list[Any]:
        """Return what, if it changes, makes every page another one."""
        wishes = (self._wishes.address, list(self._wishes.hosts), bool(self._wishes.limits.plain))
        return [__version__, self._edition.id, self._edition.rules[1], *wishes]

    def behind(self) -> list[str]:
        """Return the pieces whose pages are not of their discussion's present version."""
        versions = dict(Discussion.objects.values_list("story", "version"))
        known = self._written["pieces"]
        return [
            item
            for item in sorted(self._edition.pieces)
            if item not in known or known[item][0] != versions.get(item, 0)
        ]

    def renew(self, *, everything: bool = False, progress: Progress = SILENT) -> Report:
        """Write what is behind; ``everything`` writes all again.

        Raises:
            OSError, FormatError
        """
        report = Report()
        names = sorted(self._edition.pieces) if everything else self.behind()
        unsure = not self._written["whole"] or self._layout.begun.exists()
        if not names and not everything and not unsure:
            self._tell()
            return report
        self._layout.begun.touch()
        progress.start("writing the site", len(names))
        for begin in range(0, len(names), _BATCH):
            self._some(names[begin : begin + _BATCH], report)
            progress.advance(len(names[begin : begin + _BATCH]))
        self._common(report, everything=everything or not self._written["whole"])
        self._gone(report)
        if unsure:
            self._sweep(report)
        self._layout.begun.unlink(missing_ok=True)
        progress.done()
        return report

    def _some(self, names: Iterable[str], report: Report) -> None:
        writer = Writer(self._layout.pages)
        kept: dict[str, list[Any]] = {}
        for name in names:
            kept[name] = self._piece(self._edition.pieces[name], writer, report)
        writer.settle()
        report.files += writer.changed
        self._written["pieces"].update(kept)
        self._save()

    def _piece(self, piece: Piece, writer: Writer, report: Report) -> list[Any]:
        """Write one piece; the version is read first, so that a later change is seen as one."""
        version = Discussion.objects.filter(story=piece.id).values_list("version", flat=True)
        number = version.first() or 0
        found = thread(piece.id) if number else Thread(piece.id, True, "", ())
        page = self._edition.page(piece.path)
        paths = self._single(piece, page, writer)
        try:
            newest = newest_of(found) if found.published else {}
            pressed = next(n for n in count(2) if not self._has(f"{piece.folder}/letters-{n}.html"))
            given = Given(piece, page, found, number, newest, pressed - 1)
            for path, data in made(self._house, given):
                writer.put(path, data)
                paths.append(path)
        except FormatError:
            report.odd.append(piece.path)
            if live.has_letters(page):
                writer.put(piece.path, live.without_letters(page))
                paths.append(piece.path)
        writer.remove(set(self._written["pieces"].get(piece.id, [0, []])[1]) - set(paths))
        report.discussions += 1
        return [number, paths]

    def _has(self, path: str) -> bool:
        return path in self._edition.paths

    def _single(self, piece: Piece, page: str, writer: Writer) -> list[str]:
        """Write the story in one file without the letters that it was pressed with, once an
        edition; what was taken back since would be read there.
        """
        if not (live.has_letters(page) and self._has(piece.single)):
            return []
        version, paths = self._written["pieces"].get(piece.id, [-1, []])
        if version < 0 or piece.single not in paths:
            whole = self._edition.page(piece.single, limit=MAX_SINGLE_BYTES)
            writer.put(piece.single, live.without_letters(whole))
        return [piece.single]

    def _common(self, report: Report, *, everything: bool) -> None:
        """Write what belongs to no single story, and tell the public process."""
        writer = Writer(self._layout.pages)
        parts = [("common", common.moving)]
        parts += [("fixed", common.fixed)] if everything else []
        for name, made_by in parts:
            paths = []
            for path, data in made_by(self._house, self._edition):
                writer.put(path, data)
                paths.append(path)
            writer.remove(set(self._written[name]) - set(paths))
            self._written[name] = sorted(paths)
        writer.settle()
        self._written["whole"] = True
        report.files += writer.changed
        self._layout.views.mkdir(exist_ok=True)
        self._save()
        self._tell()

    def _gone(self, report: Report) -> None:
        """Remove the pages of pieces that the edition has no longer."""
        gone = set(self._written["pieces"]) - set(self._edition.pieces)
        writer = Writer(self._layout.pages)
        for item in gone:
            writer.remove(self._written["pieces"].pop(item)[1])
        if gone:
            report.files += writer.changed
            self._save()

    def _sweep(self, report: Report) -> None:
        """Remove what a run wrote that could not note it: a letter may stand in it."""
        known = {path for _, paths in self._written["pieces"].values() for path in paths}
        known.update(self._written["common"], self._written["fixed"])
        writer, pages = Writer(self._layout.pages), self._layout.pages
        for folder, _, names in os.walk(pages):
            below = Path(folder).relative_to(pages)
            paths = [(below / name).as_posix() for name in names]
            writer.remove(p for p in paths if p.removesuffix(SUFFIX) not in known)
        report.files += writer.changed

    def _tell(self) -> None:
        """Tell the public process, where there is anything new."""
        data = told.write(self._told())
        if not self._layout.told.is_file() or self._layout.told.read_bytes() != data:
            write_whole(self._layout.told, data)

    def _told(self) -> told.Told:
        edition = self._edition
        written: Mapping[str, list[Any]] = self._written["pieces"]
        takes = {i for i in edition.pieces if f"write/{i}.html" in written.get(i, [0, []])[1]}
        return told.Told(
            newsroom=edition.newsroom,
            edition=edition.number,
            edition_id=edition.id,
            seal=edition.seal,
            rules=edition.rules,
            address=self._wishes.address,
            hosts=self._wishes.hosts,
            limits=self._wishes.limits,
            pieces={item: piece.path for item, piece in edition.pieces.items()},
            languages=edition.languages,
            open=frozenset(takes),
        )

    def _save(self) -> None:
        data = json.dumps(self._written, separators=(",", ":")).encode()
        write_whole(self._layout.written, data)


def _house(
    edition: ShownEdition, wishes: Wishes, book: Book | None, days: Mapping[str, str]
) -> House:
    first = min(days.values())
    shown: dict[str, dict[str, str]] = {}

    def titles(language: str) -> dict[str, str]:
        if language not in shown:
            spoken = language if language in edition.languages else edition.languages[0]
            rules = book.shown(spoken).rules if book else ()
            shown[language] = {rule.id: rule.title for rule in rules}
        return shown[language]

    return House(
        newsroom=edition.newsroom,
        name=edition.name,
        address=wishes.address,
        languages=edition.languages,
        framed=bool(wishes.hosts),
        plain=bool(wishes.limits.plain),
        titles=titles,
        rules=lambda language: rules_path(edition, language),
        day=lambda number: days.get(str(number), first),
    )


def _read_written(layout: Layout, key: list[Any]) -> dict[str, Any]:
    """Read what is written; nothing counts as written that another edition or release wrote."""
    try:
        found = json.loads(read_inside(layout.folder, layout.written.name, MAX_WRITTEN_BYTES))
        pieces = {str(k): [int(v), list(map(str, p))] for k, (v, p) in found["pieces"].items()}
        shared = {name: list(map(str, found[name])) for name in ("common", "fixed")}
        days = {str(number): str(day) for number, day in found["days"].items()}
        same = found["key"] == key
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"key": key, "whole": False, "common": [], "fixed": [], "days": {}, "pieces": {}}
    if not same:  # the paths are kept, so that what is not written again is removed
        pieces = {item: [-1, paths] for item, (_, paths) in pieces.items()}
    whole = same and found.get("whole") is True
    return {"key": key, "whole": whole, **shared, "days": days, "pieces": pieces}
