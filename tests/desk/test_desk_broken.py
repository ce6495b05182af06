"""A run that is killed, a database that is locked, full, read-only or gone: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection

from desk.dumping import dump
from desk.scenes import scene
from desk.world import Writers, desk, put, sealed
from handbill.desk import database
from handbill.desk.database import connect
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.intake.values import TakenIn
from handbill.errors import DatabaseFailed, NeedsNewer, TrayFailed

HERE = Path(__file__).resolve().parent
SCENE = scene()
Fresh = Callable[[], Path | str]


def _take_in(folder: Path) -> TakenIn:
    return take_in(Tray(folder / "tray", folder / "aside"), desk())


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.bin"))


def _reference(fresh: Fresh, folder: Path) -> tuple[dict[str, Any], list[str]]:
    fresh()
    put(folder / "tray", *SCENE)
    _take_in(folder)
    return dump(), _files(folder)


def _killing(*arguments: object) -> str:
    argv = [sys.executable, str(HERE / "killing.py"), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    ran = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_killed_again_and_again_it_goes_on(fresh: Fresh, tmp_path: Path) -> None:
    expected = _reference(fresh, tmp_path / "whole")
    where = fresh()
    connection.close()
    folder = tmp_path / "killed"
    put(folder / "tray", *SCENE)
    assert int(_killing("again", where, folder)) > 20
    assert (dump(), _files(folder)) == expected


def test_killed_at_each_single_event_it_ends_the_same(tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    connect(tmp_path / "bag" / "desk.sqlite3")
    connection.close()
    put(tmp_path / "bag" / "tray", *SCENE[::9])
    found = json.loads(_killing("each", tmp_path))
    assert found["killed"] > 40
    assert found["wrong"] == []


@pytest.mark.parametrize("after", [0, 1, 5, 12, 20, 30, 40])
def test_a_database_that_fails_at_any_statement(fresh: Fresh, tmp_path: Path, after: int) -> None:
    expected = _reference(fresh, tmp_path / "whole")
    fresh()
    put(tmp_path / "tray", *SCENE)
    left = after

    def full(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise OperationalError("database or disk is full")
        return execute(*args)

    with connection.execute_wrapper(full), pytest.raises(DatabaseFailed, match="full") as raised:
        _take_in(tmp_path)
    assert "make room" in str(raised.value.hint)
    _take_in(tmp_path)
    whole = [name for name in _files(tmp_path) if not name.startswith("whole/")]
    assert (dump(), whole) == expected


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    connect(tmp_path / "desk.sqlite3")
    put(tmp_path / "tray", *SCENE)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DatabaseFailed, match="full"):
        _take_in(tmp_path)
    assert len(_files(tmp_path / "tray")) == len(SCENE)
    connect(tmp_path / "desk.sqlite3")
    assert _take_in(tmp_path).filed > 30


def test_a_database_locked_by_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._SQLITE, "timeout", 0.05)
    connect(tmp_path / "desk.sqlite3")
    put(tmp_path / "tray", *SCENE)
    other = sqlite3.connect(tmp_path / "desk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseFailed, match="locked") as raised:
        _take_in(tmp_path)
    assert "another program" in str(raised.value.hint)
    other.execute("ROLLBACK")
    other.close()
    assert _take_in(tmp_path).filed > 30


def test_a_server_locked_by_another_take_in(
    postgresql: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.setattr(database, "_WAIT_S", 1)
    address = postgresql.create("locked")
    connect(address)
    put(tmp_path / "tray", *SCENE)
    with psycopg.connect(address) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [database._LOCK])
        with pytest.raises(DatabaseFailed, match="lock timeout"):
            _take_in(tmp_path)
    assert _take_in(tmp_path).filed > 30


def test_a_server_that_goes_away(postgresql: Any, tmp_path: Path) -> None:
    connect(postgresql.create("gone"))
    put(tmp_path / "tray", *SCENE)
    left = 12

    def pulled(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            postgresql.kill()
        return execute(*args)

    with connection.execute_wrapper(pulled), pytest.raises(DatabaseFailed) as raised:
        _take_in(tmp_path)
    assert "server" in str(raised.value.hint)
    assert len(_files(tmp_path / "tray")) == len(SCENE)
    with pytest.raises(DatabaseFailed):
        connect(postgresql.address("gone"))
    postgresql.start()
    connect(postgresql.address("gone"))
    assert _take_in(tmp_path).filed > 30


def test_one_letter_that_the_database_refuses_stops_no_bag(fresh: Fresh, tmp_path: Path) -> None:
    fresh()
    writers = Writers()
    notes = [writers.write(writers.draft(name=f"Reader {n}"), f"{n}") for n in range(5)]
    notes.append(writers.write(writers.draft(name="Reader Odd"), "odd"))
    put(tmp_path / "tray", *map(sealed, notes))

    def picky(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        if sql.startswith("INSERT") and "Reader Odd" in str(params):
            raise DataError("a value that this database does not hold")
        return execute(sql, params, *rest)

    with connection.execute_wrapper(picky):
        report = _take_in(tmp_path)
    assert (report.filed, dict(report.refused)) == (5, {"failed": 1})
    assert len(_files(tmp_path / "aside" / "failed")) == 1
    again = take_in(Tray(tmp_path / "tray", tmp_path / "aside"), desk(), again=True)
    assert again.filed == 1
    assert not _files(tmp_path / "aside")
    assert not dump()["Refusal"]


def test_a_tray_that_cannot_be_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: Path
) -> None:
    put(tmp_path / "tray", *SCENE[:4])

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        with pytest.raises(TrayFailed, match="denied"):
            _take_in(tmp_path)
    report = _take_in(tmp_path)
    assert report.filed == 0  # they were filed before; the files alone were left
    assert report.copies == 4


def test_tables_of_a_newer_release_are_left_alone(empty: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '0099_later', '2030-01-01')"
        )
    with pytest.raises(NeedsNewer, match="0099_later"):
        connect(empty / "desk.sqlite3")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite3").write_bytes(b"hello " * 4096)
    with pytest.raises(DatabaseFailed, match="not a database"):
        connect(tmp_path / "desk.sqlite3")
