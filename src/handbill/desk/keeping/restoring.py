"""Put a backup into an empty desk: whole, checked row by row, or not at all."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import groupby
from pathlib import Path

from django.db import connection, transaction

from handbill.desk import database
from handbill.desk.keeping import backup, tables
from handbill.desk.keeping.backup import Held, Row, Sealed
from handbill.desk.keeping.tables import Sum, Table
from handbill.desk.place import Place
from handbill.desk.site.layout import layout
from handbill.errors import DatabaseFailed, FormatError, HandbillError, UsageError
from handbill.files import read_inside, write_whole
from handbill.progress import SILENT, Progress

Where = Path | str
"""A SQLite file, or a PostgreSQL address."""


def refuse_unless_empty(where: Where) -> None:
    """Look whether a desk may be put into ``where``.

    Raises:
        UsageError: it holds something.
    """
    if isinstance(where, Path) and not where.exists():
        return
    database.start(database.options(where))
    with database.failures():
        empty = tables.is_empty()
    database.close()
    if not empty:
        shown = where if isinstance(where, Path) else "the database"
        raise UsageError(
            f"{shown}: holds a desk or something else already",
            hint="move it away, or use a database that was just made; nothing was changed",
        )


def refuse_newer(held: Held) -> None:
    """Look whether this release can restore what a backup holds.

    Raises:
        NeedsNewer: a later release made its tables.
    """
    tables.newest(set(held.migrations))


def restore(
    path: Path, where: Where, place: Place, key: bytes, *, progress: Progress = SILENT
) -> Held:
    """Put the backup ``path`` into the empty database ``where``, its sealed letters beside.

    Its tables are those of the release that wrote it; then they are brought up to this one. A log
    whose chain was broken already is restored as it is, and ``log_break`` says where.

    Raises:
        UsageError: the database is not empty.
        FormatError, KeysLocked, NeedsNewer, DatabaseFailed
    """
    database.start()
    found = backup.look(path, key, progress=progress)  # to its end, before anything is written
    refuse_newer(found)
    refuse_unless_empty(where)
    place.make()
    with _anew(where) as into:
        database.start(database.options(into))
        with database.failures(), _whole():
            held = _load(path, key, place, progress)
            _compare(held)
            database.renew_tables()
            held.log_break = tables.chain_break()
        database.close()
    # Versions of discussions count on from the backup: the live site is written anew, whole.
    layout(place.tray.parent).written.unlink(missing_ok=True)
    return held


@contextmanager
def _anew(where: Where) -> Iterator[Where]:
    """Give a SQLite desk a file of its own until it is whole; a server has transactions."""
    if isinstance(where, str):
        yield where
        return
    new = where.with_name(where.name + ".new")
    _remove(new)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        yield new
        for end in ("-wal", "-shm"):  # an empty desk's: they must not meet the new file
            where.with_name(where.name + end).unlink(missing_ok=True)
        new.replace(where)
    except BaseException:
        database.close()
        _remove(new)
        raise


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _whole() -> "AbstractContextManager[None]":
    # SQLite changes no table inside a transaction; there the whole file is thrown away instead.
    return nullcontext() if _is_sqlite() else transaction.atomic()


def _load(path: Path, key: bytes, place: Place, progress: Progress) -> Held:
    held = Held()
    found = backup.read(path, key, held, progress=progress)
    made: dict[str, Table] = {}
    for kind, parts in groupby(found, _group):
        if not kind:
            _put_back(parts, place)
            continue
        if not made:
            tables.make(held.migrations)
            made = {t.name: t for t in tables.tables(held.migrations)}
        table = made.get(kind)
        if table is None:
            raise FormatError(f"backup: its release had no table {kind[:80]!r}")
        rows = (part.values for part in parts if isinstance(part, Row))
        with _late_checks(), transaction.atomic():
            tables.insert(table, held.columns[kind], rows)
    if not made:
        tables.make(held.migrations)
    tables.settle(list(made.values()))
    return held


def _late_checks() -> "AbstractContextManager[None]":
    """Let rows name rows that come later; :func:`tables.settle` looks at all of them in the end."""
    return connection.constraint_checks_disabled() if _is_sqlite() else nullcontext()


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _group(part: Row | Sealed) -> str:
    return part.table if isinstance(part, Row) else ""


def _put_back(parts: "Iterator[Row | Sealed]", place: Place) -> None:
    for part in parts:
        if not isinstance(part, Sealed):
            continue
        room, _, name = part.path.partition("/")
        target = (place.tray if room == "tray" else place.aside) / name
        if target.parent.is_symlink():
            raise UsageError(f"{target.parent}: is a link, and links are never followed")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.path.lexists(target):
            write_whole(target, part.data, mode=0o600)
        elif _differs(target, part.data):
            raise UsageError(
                f"{target}: lies where a sealed letter of the backup belongs, and is another",
                hint="move it away, then restore again",
            )


def _differs(path: Path, data: bytes) -> bool:
    try:
        return read_inside(path.parent, path.name, len(data)) != data
    except (OSError, HandbillError):
        return True


def _compare(held: Held) -> None:
    """Read every row again and compare it with what the backup holds."""
    for table in tables.tables(held.migrations):
        total = Sum()
        for row in table.rows():
            total.add(tables.written(_in_order(table, row, held.columns.get(table.name))))
        if total.state != held.sums.get(table.name, Sum()).state:
            raise DatabaseFailed(f"database: {table.name} does not hold what the backup holds")


def _in_order(table: Table, row: list[object], columns: list[str] | None) -> list[object]:
    if not columns or columns == table.columns:
        return row
    by_name = dict(zip(table.columns, row, strict=True))
    return [by_name[name] for name in columns]
