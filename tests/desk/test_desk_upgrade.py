"""Desks of every release so far open in this one, with every row that they had."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from desk.desk_world import SECRET, TOTP_SECRET, make_world
from handbill.desk import database
from handbill.desk.decisions import log, recording
from handbill.desk.decisions.threads import all_threads
from handbill.desk.keeping import backup_key, restoring, tables
from handbill.desk.place import Place
from handbill.desk.staff.models import Person

DATA = Path(__file__).parent / "data"
DESKS = sorted(DATA.glob("desk-*.sqlite3.gz"))
DERIVED = frozenset({("store_letter", "compared")})
"""What an upgrade may change: the next take-in makes it anew."""
PASSING = ("django_migrations", "staff_session", "staff_remembered", "sqlite_sequence")

Rows = dict[str, tuple[list[str], set[tuple[object, ...]]]]


def test_there_is_one_desk_at_least() -> None:
    assert DESKS
    assert all(path.with_name(path.name.replace("sqlite3.gz", "backup")).exists() for path in DESKS)


def rows(path: Path, like: Rows | None = None) -> Rows:
    """Every table's rows, by name of column; ``like`` names those to read."""
    lite = sqlite3.connect(path)
    listed = "SELECT name FROM sqlite_master WHERE type = 'table'"
    found: Rows = {}
    for (table,) in lite.execute(listed).fetchall():
        if table in PASSING or (like and table not in like):
            continue
        names = [row[1] for row in lite.execute(f'PRAGMA table_info("{table}")')]
        names = [n for n in (like[table][0] if like else names) if (table, n) not in DERIVED]
        quoted = ", ".join(f'"{name}"' for name in names)
        found[table] = names, set(lite.execute(f'SELECT {quoted} FROM "{table}"'))
    lite.close()
    return found


def check(where: Path, before: Rows, folder: Path) -> None:
    """The desk in ``where`` holds what it held and works."""
    assert rows(where, before) == before
    make_world(folder, where)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert tables.chain_break() == 0
    assert recording.record() > 0  # an older release entered no withdrawals
    assert list(log.check()) == []
    assert sum(len(thread.entries) for thread in all_threads()) >= 6
    from allauth.mfa.models import Authenticator

    person = Person.objects.get(name="one")
    second = Authenticator.objects.get(user=person, type="totp").wrap()
    from allauth.mfa.adapter import get_adapter

    assert get_adapter().decrypt(second.instance.data["secret"]) == TOTP_SECRET


@pytest.mark.parametrize("path", DESKS, ids=lambda path: path.name)
def test_an_older_desk_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    where = tmp_path / "desk.sqlite3"
    where.write_bytes(gzip.decompress(path.read_bytes()))
    before = rows(where)
    assert len(before["store_letter"][1]) > 20
    assert len(before["decisions_entry"][1]) >= 7
    database.connect(where)
    check(where, before, tmp_path)


@pytest.mark.parametrize("path", DESKS, ids=lambda path: path.name)
def test_an_older_backup_is_restored_and_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    old, where = tmp_path / "old.sqlite3", tmp_path / "desk.sqlite3"
    old.write_bytes(gzip.decompress(path.read_bytes()))
    file = path.with_name(path.name.replace("sqlite3.gz", "backup"))
    place = Place(tmp_path / "tray", tmp_path / "state")
    restoring.restore(file, where, place, backup_key(SECRET))
    check(where, rows(old), tmp_path)


@pytest.mark.parametrize("path", DESKS, ids=lambda path: path.name)
def test_an_older_backup_is_restored_on_a_server(
    path: Path, tmp_path: Path, postgresql: object
) -> None:
    where = postgresql.create("older")  # type: ignore[attr-defined]
    file = path.with_name(path.name.replace("sqlite3.gz", "backup"))
    held = restoring.restore(file, where, Place(tmp_path / "t", tmp_path / "s"), backup_key(SECRET))
    make_world(tmp_path, where)
    from handbill.desk.store.models import Letter

    assert Letter.objects.count() == held.rows["store.letter"] > 20
    assert recording.record() > 0  # an older release entered no withdrawals
    assert list(log.check()) == []
