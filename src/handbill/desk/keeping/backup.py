"""Write a desk into one encrypted file, and read it back. Format: docs/formats/backup.md."""

import io
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from handbill import __version__
from handbill.desk.keeping import sealing, tables
from handbill.desk.keeping.tables import Migration, Sum
from handbill.desk.place import Place
from handbill.errors import (
    FormatError,
    HandbillError,
    NeedsNewer,
    TrayFailed,
    UnsafePath,
    UsageError,
)
from handbill.files import open_inside, read_inside
from handbill.letters.seal import SEALED_BYTES
from handbill.progress import SILENT, Progress

_FILE = re.compile(
    r"tray/[A-Za-z0-9][A-Za-z0-9_-]{0,250}\.bin"
    r"|aside/[A-Za-z0-9][A-Za-z0-9.+-]{0,99}/[A-Za-z0-9][A-Za-z0-9_-]{0,250}\.bin"
)
_MOST_ROOMS = 100


@dataclass(slots=True)
class Held:
    """What a backup holds: rows by table, and sealed files.

    ``files`` counts sealed letters of tray and aside; ``migrations`` say which tables there were;
    ``log_break`` is the first entry at which the log's chain does not hold, 0 where it holds.
    """

    files: int = 0
    migrations: list[Migration] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    log_break: int = 0

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: total.rows for name, total in self.sums.items()}

    @property
    def states(self) -> dict[str, tuple[int, int]]:
        """What two backups of the same desk have in common."""
        return {name: total.state for name, total in self.sums.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    table: str
    values: list[Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed letter that waits in the tray or was put aside."""

    path: str
    data: bytes


def write(
    path: Path, place: Place | None, newsroom: str, key: bytes, *, progress: Progress = SILENT
) -> Held:
    """Write the connected desk into ``path``, read it back, and say what it holds.

    Without ``place`` its tables alone.

    Raises:
        UsageError: ``path`` is there already.
        UnsafePath: something that is no plain file lies where it is written.
        TrayFailed: sealed letters lie there that cannot be read.
        DatabaseFailed, NeedsNewer
    """
    _refuse_existing(path)
    part = path.with_name(path.name + ".part")
    try:
        with _made(part) as file:
            held = _written(file, place, newsroom, key, progress)
            file.flush()
            os.fsync(file.fileno())
        _compare(path, held, look(part, key, progress=progress))
        _refuse_existing(path)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return held


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise UsageError(f"{path}: is there already", hint="give another name")


def _compare(path: Path, held: Held, read_back: Held) -> None:
    if (held.files, held.states) != (read_back.files, read_back.states):
        raise FormatError(f"{path}: does not hold what was written: the medium is bad")


def count(place: Place | None) -> Held:
    """Say what a backup of the connected desk would hold.

    Raises:
        NeedsNewer
    """
    held = Held(files=sum(1 for _ in _sealed_files(place)) if place else 0)
    with tables.snapshot():
        held.migrations = tables.migrations()
        for table in tables.tables(held.migrations):
            held.sums[table.name] = Sum(table.model._base_manager.count())
    return held


def _made(part: Path) -> BinaryIO:
    """Make the file for its owner alone, anew where a killed backup left it."""
    with suppress(FileNotFoundError):
        part.unlink()
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(part, flags, 0o600), "w+b")


def _written(
    file: BinaryIO, place: Place | None, newsroom: str, key: bytes, progress: Progress
) -> Held:
    held, sealer = Held(), sealing.Sealer(file, key)
    stated = {"handbill desk": 1, "newsroom": newsroom, "release": __version__}
    sealer.line(tables.written(stated))
    # Files first: a letter that is taken in meanwhile is then in both, never in neither.
    for one in _sealed_files(place) if place else ():
        data = b64encode(one.data).decode("ascii")
        sealer.line(tables.written({"file": one.path, "sealed": data}))
        held.files += 1
    with tables.snapshot():
        held.migrations = tables.migrations()
        sealer.line(tables.written({"migrations": held.migrations}))
        for table in tables.tables(held.migrations):
            held.columns[table.name] = table.columns
            total = held.sums[table.name] = Sum()
            sealer.line(tables.written({"table": table.name, "columns": table.columns}))
            progress.start(table.name, None, "steps")
            for row in table.rows():
                line = tables.written(row)
                sealer.line(line)
                total.add(line)
                progress.advance()
            progress.done()
    sealer.line(tables.written({"end": sum(held.rows.values()), "files": held.files}))
    sealer.finish()
    return held


def _sealed_files(place: Place) -> Iterator[Sealed]:
    """Yield what waits in the tray and what was put aside; links and other things are left out."""
    folders = [("tray", place.tray)]
    with _read_from(place.aside):
        folders += [
            (f"aside/{f.name}", f)
            for f in sorted(place.aside.iterdir())
            if f.is_dir() and not f.is_symlink()
        ]
    for prefix, folder in folders:
        names: list[str] = []
        with _read_from(folder):
            names = sorted(p.name for p in folder.iterdir())
        for name in names:
            rel, data = f"{prefix}/{name}", b""
            if not _FILE.fullmatch(rel):
                continue
            with _read_from(folder / name), suppress(HandbillError):  # no sealed letter
                data = read_inside(folder, name, SEALED_BYTES)
            if len(data) == SEALED_BYTES:
                yield Sealed(rel, data)


@contextmanager
def _read_from(path: Path) -> Iterator[None]:
    """Pass over what is not there, or was taken in meanwhile; what cannot be read is no less."""
    try:
        yield
    except FileNotFoundError:
        return
    except OSError as error:
        raise TrayFailed(
            f"{path}: {error.strerror or error}", hint="mend it, then make the backup again"
        ) from error


def look(path: Path, key: bytes, *, progress: Progress = SILENT) -> Held:
    """Read a backup to its end and say what it holds.

    Raises:
        FormatError, NeedsNewer, TooLarge, UnsafePath
        KeysLocked: another newsroom's, or a byte was changed.
    """
    held = Held()
    for _ in read(path, key, held, progress=progress):
        pass
    return held


def read(
    path: Path, key: bytes, held: Held, *, progress: Progress = SILENT
) -> Iterator[Row | Sealed]:
    """Yield what a backup holds and note it in ``held``; only who reads to the end has it whole.

    Raises:
        As :func:`look`.
    """
    try:
        opened = open_inside(path.parent, path.name)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    with opened as raw:
        progress.start(f"reading {path.name}", os.fstat(raw.fileno()).st_size, "bytes")
        file = io.BufferedReader(cast(io.RawIOBase, raw))
        yield from _Reader(held).read(sealing.lines(file, key, advance=progress.advance))
        progress.done()


class _Reader:
    """Reads lines in the one order in which they may stand."""

    def __init__(self, held: Held) -> None:
        self._held, self._table, self._ended = held, "", False

    def read(self, lines: Iterator[bytes]) -> Iterator[Row | Sealed]:
        first = _parsed(next(lines, b""))
        if not isinstance(first, dict) or sorted(first) != ["handbill desk", "newsroom", "release"]:
            raise FormatError("backup: does not begin as one does")
        if first["handbill desk"] != 1:
            raise NeedsNewer(f"backup: form {first['handbill desk']!r}"[:80])
        for line in lines:
            found = self._one(line)
            if found:
                yield found
        if not self._ended:
            raise FormatError("backup: its last line is missing")

    def _one(self, line: bytes) -> Row | Sealed | None:
        parsed = _parsed(line)
        if self._ended:
            raise FormatError("backup: something follows its end")
        if isinstance(parsed, list):
            if not self._table:
                raise FormatError("backup: a row without a table")
            self._held.sums[self._table].add(line)
            return Row(self._table, parsed)
        if not isinstance(parsed, dict):
            raise FormatError("backup: a line that is neither row nor heading")
        match sorted(parsed):
            case ["file", "sealed"]:
                return self._sealed(parsed)
            case ["migrations"]:
                self._migrations(parsed["migrations"])
            case ["columns", "table"]:
                self._heading(parsed)
            case ["end", "files"]:
                self._end(parsed)
            case _:
                raise FormatError("backup: a heading that this version does not have")
        return None

    def _sealed(self, parsed: dict[str, Any]) -> Sealed:
        path, data = parsed["file"], parsed["sealed"]
        if not isinstance(path, str) or not _FILE.fullmatch(path):
            raise UnsafePath("backup: a file's name leaves its folder")
        if self._held.migrations:
            raise FormatError("backup: a file among the tables")
        try:
            sealed = b64decode(data, validate=True)
        except (ValueError, TypeError) as error:
            raise FormatError("backup: a sealed letter cannot be read") from error
        if len(sealed) != SEALED_BYTES:
            raise FormatError(f"backup: a sealed letter of {len(sealed)} bytes")
        self._held.files += 1
        return Sealed(path, sealed)

    def _migrations(self, rows: Any) -> None:
        good = isinstance(rows, list) and 0 < len(rows) <= _MOST_ROOMS
        if not good or self._held.migrations or not all(map(_is_migration, rows)):
            raise FormatError("backup: its migrations cannot be read")
        self._held.migrations = [(app, name) for app, name in rows]

    def _heading(self, parsed: dict[str, Any]) -> None:
        name, columns = parsed["table"], parsed["columns"]
        if not self._held.migrations or not isinstance(name, str) or name in self._held.sums:
            raise FormatError("backup: a table out of its place")
        if not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
            raise FormatError(f"backup: the columns of {name[:80]!r} cannot be read")
        self._table = name
        self._held.sums[name], self._held.columns[name] = Sum(), columns

    def _end(self, parsed: dict[str, Any]) -> None:
        counted = sum(self._held.rows.values()), self._held.files
        if (parsed["end"], parsed["files"]) != counted or not self._held.migrations:
            raise FormatError("backup: its counts are wrong")
        self._ended = True


def _is_migration(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 2
        and all(isinstance(part, str) and len(part) <= 200 for part in row)
    )


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FormatError("backup: a line cannot be read") from error
