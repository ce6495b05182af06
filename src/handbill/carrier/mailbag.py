"""Take sealed letters off drives without opening one: no key, no name, no date is believed.

A letter is a file of 4,096 bytes whose first is 0x01 (docs/formats/seal.md), in a flat folder
``letters/``. Whatever else lies there is counted and left alone. All reading is bounded.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from handbill.carrier.drive import failed, sync_folder
from handbill.carrier.tray import LETTER_BYTES, Tray, letter_name, read_letter
from handbill.errors import DriveFailed, TrayFailed
from handbill.progress import SILENT, Progress

FOLDER = "letters"
VERSION_BYTE = 1
MAX_LETTERS = 100_000  # a drive and run, 400 MB; those that are here already do not count
ENTRIES_A_LETTER = 10
_MAX_BESIDE = 10_000  # folders and files of a drive's root among which editions are looked for
_MAX_BAGS = 64
_MAX_UNREADABLE = 100  # each may cost a failing drive many seconds
_FIRST_ROOT = ("_edition", "metadata", "1.root.json")
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO that takes a file's place must not hang us
)


class Other(StrEnum):
    """Why something in a mailbag is no letter."""

    KIND = "kind"  # a folder, link, device or FIFO
    SIZE = "size"
    VERSION = "version"
    CHANGED = "changed"  # while it was looked at
    UNREADABLE = "unreadable"


@dataclass(slots=True)
class CollectReport:
    """What was found on one drive.

    ``taken`` letters are new in the tray, ``known`` were there or came twice; ``other`` counts
    what is no letter; ``cleared`` were removed from the drive, ``kept`` could not be. ``unread``
    says which limits stopped the reading; empty: all was read.
    """

    drive: str
    bags: list[str] = field(default_factory=list)
    seen: int = 0
    taken: int = 0
    known: int = 0
    other: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    cleared: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the courier asked for: at most ``limit`` new letters, ten times as many files looked at.

    ``unlink`` removes a file; tests put a failing one in its place.
    """

    clear: bool = False
    dry_run: bool = False
    limit: int = MAX_LETTERS
    unlink: Callable[[Path], None] = Path.unlink


def gather(
    drive: Path, tray: Tray, *, asked: Asked | None = None, progress: Progress = SILENT
) -> "Job":
    """Read the letters of ``drive`` for ``tray``; run again after an interruption, it goes on.

    They are on the disk after ``tray.flush()``, which comes once all drives are read, so that all
    letters are written in one order, and before any job clears its drive.

    Raises:
        DriveFailed: the drive broke or was pulled out; what was read before is taken.
        TrayFailed: the tray is full, read-only or broken: no other drive can go on either.
    """
    if not drive.is_dir() or drive.is_symlink():
        raise DriveFailed(f"{drive}: is not a folder", hint="is the drive mounted?")
    job = Job(drive, tray, asked or Asked(), CollectReport(str(drive)))
    progress.start("collecting", None)
    try:
        with _pulls_told(drive, job.report):
            for bag in job.bags():
                job.read(bag, progress)
    finally:
        progress.done()
    return job


@contextlib.contextmanager
def _pulls_told(drive: Path, report: CollectReport) -> Iterator[None]:
    try:
        yield
    except TrayFailed:
        raise
    except OSError as error:
        raise _pulled(report, failed(drive, error)) from error
    except DriveFailed as error:
        raise _pulled(report, error) from error


def _pulled(report: CollectReport, error: DriveFailed) -> DriveFailed:
    said = f"{error}; {report.taken} new letters were taken before"
    said += f", {report.cleared} removed from it" if report.cleared else ""
    return DriveFailed(said, hint=error.hint)


class Job:
    """One drive on its way into the tray."""

    def __init__(self, drive: Path, tray: Tray, asked: Asked, report: CollectReport) -> None:
        self._drive, self._tray, self._asked, self.report = drive, tray, asked, report
        self._rehearsed: set[str] = set()
        self._delivered: list[tuple[Path, list[str]]] = []

    def bags(self) -> Iterator[Path]:
        """Yield the drive's mailbags, but never the folder into which letters go."""
        into = self._tray.folder
        for bag in self._found():
            if not (into.exists() and bag.samefile(into)):
                self.report.bags.append(bag.relative_to(self._drive).as_posix())
                yield bag

    def _found(self) -> Iterator[Path]:
        if self._drive.name.casefold() == FOLDER:
            yield self._drive
        below = list(self._folders(self._drive))
        yield from _bags_among(self._drive, below)
        editions = [folder for folder in below if _is_edition(folder)]
        if len(editions) > _MAX_BAGS:
            self.report.unread.append(f"more than {_MAX_BAGS} editions lie on it")
        for edition in editions[:_MAX_BAGS]:
            yield from _bags_among(edition, self._folders(edition))

    def _folders(self, folder: Path) -> Iterator[Path]:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= _MAX_BESIDE:
                    said = f"more than {_MAX_BESIDE} files and folders lie beside its mailbag"
                    self.report.unread.append(said)
                    return
                if entry.is_dir(follow_symlinks=False):
                    yield Path(entry.path)

    def read(self, bag: Path, progress: Progress) -> None:
        """Take every letter of one mailbag, and note what may be removed where that was asked."""
        delivered: list[str] = []
        self._delivered.append((bag, delivered))
        with os.scandir(bag) as entries:
            for entry in entries:
                if full := self._full():
                    self.report.unread.append(full)
                    break
                self.report.seen += 1
                progress.advance()
                if self._take(entry, bag) and self._asked.clear:
                    delivered.append(entry.name)

    def clear(self) -> CollectReport:
        """Remove from the drive what lies in the tray, where that was asked.

        Raises:
            DriveFailed, TrayFailed: as of :func:`gather`.
        """
        with _pulls_told(self._drive, self.report):
            for bag, delivered in self._delivered:
                if self._asked.dry_run:
                    self.report.cleared += len(delivered)
                elif delivered:
                    self._clear(bag, delivered)
        return self.report

    def _full(self) -> str:
        most, seen = self._asked.limit, self.report.seen
        if self.report.taken >= most:
            return f"{most} new letters were taken, and there are more files"
        if seen >= most * ENTRIES_A_LETTER:
            return f"{seen} files were looked at, and there are more"
        return ""

    def _take(self, entry: "os.DirEntry[str]", bag: Path) -> bool:
        data = self._read(entry, bag)
        if isinstance(data, Other):
            self.report.other[data] = self.report.other.get(data, 0) + 1
            return False
        if self._asked.dry_run:
            name = letter_name(data)
            new = name not in self._rehearsed and not self._tray.has(data)
            self._rehearsed.add(name)
        else:
            new = self._tray.add(data)
        self.report.taken += new
        self.report.known += not new
        return True

    def _read(self, entry: "os.DirEntry[str]", bag: Path) -> bytes | Other:
        try:
            if not entry.is_file(follow_symlinks=False):
                return Other.KIND
            if entry.stat(follow_symlinks=False).st_size != LETTER_BYTES:
                return Other.SIZE
            data, _ = _open_letter(bag / entry.name)
        except FileNotFoundError:
            bag.lstat()  # one file that went is no error; a drive that went is
            return Other.CHANGED
        except OSError as error:
            return self._unreadable(bag, error)
        if len(data) != LETTER_BYTES:
            return Other.CHANGED
        return data if data[0] == VERSION_BYTE else Other.VERSION

    def _unreadable(self, bag: Path, error: OSError) -> Other:
        """Go on after a bad file, unless the whole folder is gone or too many are bad."""
        with os.scandir(bag) as entries:
            next(entries, None)
        if self.report.other.get(Other.UNREADABLE, 0) >= _MAX_UNREADABLE:
            raise DriveFailed(
                f"{self._drive}: {_MAX_UNREADABLE} files cannot be read ({error.strerror})",
                hint="the drive is failing: copy its letters folder to another, as far as it goes",
            )
        return Other.UNREADABLE

    def _clear(self, bag: Path, names: list[str]) -> None:
        try:
            for name in names:
                done = self._remove_delivered(bag / name)
                self.report.cleared += done
                self.report.kept += not done
        finally:
            sync_folder(bag)

    def _remove_delivered(self, path: Path) -> bool:
        """Remove a letter that lies byte for byte in the tray, in another file than this one."""
        try:
            data, info = _open_letter(path)
        except FileNotFoundError:
            return False
        if len(data) != LETTER_BYTES or not self._tray.holds(data, beside=info):
            return False
        self._asked.unlink(path)
        if not self._tray.renames and self._tray.add(data):
            self._tray.flush()
            raise DriveFailed(
                f"{path.parent}: is the folder that letters go to, under another name",
                hint="nothing is lost; collect into another folder",
            )
        return True


def _bags_among(folder: Path, below: Iterable[Path]) -> Iterator[Path]:
    """Yield ``letters`` however its case is written, also from behind a heap of other files."""
    first = folder / FOLDER
    there = first.is_dir() and not first.is_symlink()
    if there:
        yield first
    for path in below:
        if path.name.casefold() == FOLDER and not (there and path.samefile(first)):
            yield path


def _is_edition(folder: Path) -> bool:
    """Tell whether an edition begins here, as edition.verify does; no link on the way."""
    path = folder
    for name in _FIRST_ROOT:
        path = path / name
        if path.is_symlink():
            return False
    return path.is_file()


def _open_letter(path: Path) -> tuple[bytes, os.stat_result]:
    """Read a letter; empty where something else than a plain file has taken its place."""
    fd = os.open(path, _READ)
    with os.fdopen(fd, "rb", buffering=0) as file:
        info = os.fstat(fd)
        return (read_letter(file) if stat.S_ISREG(info.st_mode) else b""), info
