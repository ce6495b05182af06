"""Start Django on the desk's database, and turn its failures into ours. The only place that does.

SQLite in the newsroom's state folder by default; PostgreSQL by one address.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from handbill.desk import django_settings
from handbill.errors import DatabaseFailed, NeedsNewer, UsageError

_LOCK = 0x68626C64  # "hbld": one take-in at a time on a PostgreSQL server
_WAIT_S = 30
_SQLITE = {
    "timeout": _WAIT_S,
    "transaction_mode": "IMMEDIATE",
    # secure_delete: a withdrawn letter's words are overwritten, not only forgotten.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
}


IN_MEMORY = Path(":memory:")


def connect(where: Path | str) -> None:
    """Use the database ``where``: a file's path, or ``postgresql://…``; make or renew its tables.

    :data:`IN_MEMORY` leaves nothing behind.
    A process serves one desk at a time; connecting again leaves the first.

    Raises:
        UsageError: an address that cannot be read.
        DatabaseFailed
    """
    if isinstance(where, Path) and where != IN_MEMORY:
        _make_private(where)
    start(options(where))
    with failures():
        renew_tables()


def _make_private(path: Path) -> None:
    """Make a database for its owner alone; SQLite gives its other files the same permissions."""
    with suppress(OSError):  # what is wrong with the place is told when it is opened
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def options(where: Path | str) -> dict[str, Any]:
    """Return what Django is told about the database ``where``.

    Raises:
        UsageError: an address that cannot be read.
    """
    return _postgresql(where) if isinstance(where, str) else _sqlite(where)


def leave() -> None:
    """Close every connection, before this process forks."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()


def start(chosen: dict[str, Any] | None = None) -> None:
    """Start Django, once a process; later calls point it to another database.

    Without ``chosen`` it has one in memory, without tables: enough to import the models.
    """
    import django  # noqa: PLC0415  (nothing of Django but its settings before this)
    from django.db import connections  # noqa: PLC0415

    if not settings.configured:
        plain = {k: getattr(django_settings, k) for k in dir(django_settings) if k.isupper()}
        if chosen:
            plain["DATABASES"] = {"default": chosen}
        settings.configure(**plain)
        django.setup()
        return
    if chosen is None:
        return
    connections.close_all()
    connections.settings = connections.configure_settings({"default": chosen})
    with suppress(AttributeError):  # it was never opened
        del connections["default"]


def close() -> None:
    """Leave the database; SQLite then clears its log away."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()


def renew_tables() -> None:
    """Bring the tables up to this release.

    Raises:
        NeedsNewer: a newer release has changed them.
    """
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    loader = executor.loader
    unknown = set(loader.applied_migrations) - set(loader.disk_migrations)
    if unknown:
        raise NeedsNewer(
            f"database: a newer release has changed its tables ({min(unknown)[1]})",
            hint="use that release, or a backup from before",
        )
    wanted = loader.graph.leaf_nodes()
    if executor.migration_plan(wanted):
        executor.migrate(wanted)


def _sqlite(path: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(_SQLITE)}


def _postgresql(address: str) -> dict[str, Any]:
    if not address.startswith(("postgresql://", "postgres://")):
        raise UsageError(
            f"database: {address.partition(':')[0]!r} is not known",
            hint="write postgresql://user@host/name, or leave it out for SQLite",
        )
    from psycopg import ProgrammingError, conninfo  # noqa: PLC0415

    try:
        found = dict(conninfo.conninfo_to_dict(address))
    except ProgrammingError as error:
        raise UsageError("database: the address cannot be read", hint=str(error).strip()) from error
    options = {"connect_timeout": 10, "options": f"-c lock_timeout={_WAIT_S}s"}
    name = found.pop("dbname", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "OPTIONS": {**options, **found},
        "CONN_MAX_AGE": None,
    }


@contextmanager
def failures() -> Iterator[None]:
    """Turn what the database raises into :class:`DatabaseFailed`."""
    from django.db import Error  # noqa: PLC0415

    try:
        yield
    except Error as error:
        raise failed(error) from error


def failed(error: Exception) -> DatabaseFailed:
    """Say what became of the database, and what to do."""
    said = str(error).strip().partition("\n")[0][:200]
    hints = (
        (("locked", "lock timeout"), "another program is at work on it; wait, then run again"),
        (("full", "No space", "exceeded"), "make room, then run again"),
        (("readonly", "read-only"), "it lies where nothing can be written"),
        (("malformed", "not a database"), "it is damaged: restore it from a backup"),
    )
    hint = next((h for words, h in hints if any(w in said for w in words)), "")
    return DatabaseFailed(
        f"database: {said}",
        hint=(hint or "look after the server, then run again") + "; nothing was lost",
    )


@contextmanager
def writing() -> Iterator[None]:
    """Do everything inside in one transaction, with nobody else writing meanwhile."""
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


@contextmanager
def held_still(where: Path | str) -> Iterator[None]:
    """Let nobody write to the database ``where`` meanwhile; they wait, then fail and lose nothing.

    Raises:
        DatabaseFailed: somebody else is writing to it for long.
    """
    if isinstance(where, Path):
        import sqlite3  # noqa: PLC0415

        other = sqlite3.connect(where, timeout=_WAIT_S, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            yield
        except sqlite3.Error as error:
            raise failed(error) from error
        finally:
            other.close()
        return
    import psycopg  # noqa: PLC0415

    try:
        with psycopg.connect(where, connect_timeout=10, autocommit=True) as server:
            server.execute("SELECT set_config('lock_timeout', %s, false)", [f"{_WAIT_S}s"])
            server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield
    except psycopg.Error as error:
        raise failed(error) from error
