"""Take in the tray: open, verify, file each letter once, screen, compare.

Run it as often as you like, kill it when you must: a file leaves the tray only after the commit
that holds its letter, and what is still to be screened stands in the tables.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.db import DataError, IntegrityError

from handbill.desk.database import failures, writing
from handbill.desk.intake.filing import count_refusals, discount, file_letters, known
from handbill.desk.intake.opening import Opened, Opener, Refused, broken
from handbill.desk.intake.screening import compare_letters, screen_letters
from handbill.desk.intake.tray import File, Tray
from handbill.desk.intake.values import MAY_OPEN_LATER, Desk, TakenIn
from handbill.desk.store.models import RuleBook
from handbill.progress import SILENT, Progress
from handbill.rules.book import Book, canonical

BATCH = 500


def take_in(tray: Tray, desk: Desk, *, again: bool = False, progress: Progress = SILENT) -> TakenIn:
    """File every letter in the tray and let the screens read what is new.

    ``again`` also tries what was refused before and is still kept.

    Raises:
        DatabaseFailed: what was committed stands; run again.
        TrayFailed: the tray cannot be read or emptied.
    """
    intake = _Intake(tray, desk)
    with failures():
        _keep_book(desk.book)
        intake.empty(tray.again(all_of_them=again), progress, retried=True)
        tried: set[str] = set()
        while paths := tray.waiting(tried):  # ends even where nothing can be removed
            tried.update(path.name for path in paths)
            intake.empty(paths, progress)
        report = intake.report
        report.left = tray.left
        report.screened = screen_letters(desk, progress=progress)
        report.compared = compare_letters(desk, progress=progress)
    return report


def _keep_book(book: Book) -> None:
    """Keep what the rule book says: letters signed under it are judged when it is an older one."""
    text = canonical(book).decode()
    if not RuleBook.objects.filter(hash=book.hash).exists():
        RuleBook.objects.bulk_create([RuleBook(hash=book.hash, text=text)], ignore_conflicts=True)


def rehearse(tray: Tray, desk: Desk, *, progress: Progress = SILENT) -> TakenIn:
    """Say what would be filed and refused; nothing is written, the screens are not asked."""
    report, opener = TakenIn(), Opener(desk)
    seen: set[str] = set()
    paths = tray.waiting()
    report.left = tray.left
    progress.start("opening", len(paths))
    for files in _batches(tray.read(paths)):
        found = [opener.open(file.sealed) for file in files]
        ids = [one.letter.id for one in found if isinstance(one, Opened)]
        new = set(ids) - seen - set(known(ids))
        seen |= new
        report.files += len(files)
        report.filed += len(new)
        report.copies += len(ids) - len(new)
        report.refuse(one.reason for one in found if isinstance(one, Refused))
        progress.advance(len(files))
    progress.done()
    return report


def _batches(files: Iterator[File]) -> Iterator[list[File]]:
    while batch := list(islice(files, BATCH)):
        yield batch


class _Intake:
    """One run through the tray."""

    def __init__(self, tray: Tray, desk: Desk) -> None:
        self._tray, self._desk = tray, desk
        self._opener = Opener(desk)
        self.report = TakenIn()

    def empty(self, paths: Sequence[Path], progress: Progress, *, retried: bool = False) -> None:
        """Take in these files, a batch at a time."""
        progress.start("taking in", len(paths))
        for files in _batches(self._tray.read(list(paths))):
            self._batch(files, retried=retried)
            progress.advance(len(files))
        progress.done()

    def _batch(self, files: list[File], *, retried: bool) -> None:
        found = [self._opener.open(file.sealed) for file in files]
        try:
            self._file(found, retried=retried)
        except (DataError, IntegrityError):
            for file in files:
                self._one(file, retried=retried)
            return
        self._clear(files, found)

    def _one(self, file: File, *, retried: bool) -> None:
        """File one letter of a batch that the database would not have; put a bad one aside."""
        one = self._opener.open(file.sealed)
        try:
            self._file([one], retried=retried)
        except (DataError, IntegrityError):
            one = broken(file.sealed)
            self._file([one], retried=retried)
        self._clear([file], [one])

    def _file(self, found: list[Opened | Refused], *, retried: bool) -> None:
        opened = [one for one in found if isinstance(one, Opened)]
        refused = [one for one in found if isinstance(one, Refused)]
        with writing():
            if retried:
                discount(self._desk, found)
            filed = file_letters(self._desk, opened)
            count_refusals(self._desk, refused)
        report = self.report
        report.files += len(found)
        report.filed += filed.filed
        report.copies += filed.copies
        report.erased += filed.erased
        report.refuse(one.reason for one in refused)

    def _clear(self, files: list[File], found: list[Opened | Refused]) -> None:
        """Take away files whose letters the database holds; keep refused ones sealed, aside.

        What may open later and has no room aside stays where it lies.
        """
        for file, one in zip(files, found, strict=True):
            kept = None
            if isinstance(one, Refused):
                kept = self._tray.put_aside(file.sealed, one.reason)
                if kept is None and one.reason in MAY_OPEN_LATER:
                    self.report.stayed += 1
                    continue
            if kept != file.path:
                self._tray.remove(file.path)
