"""A backup brings back everything, into either database, or changes nothing and says why."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.desk_world import SECRET, World
from desk.dumping import WHOLE, dump
from desk.kept import full_desk, sealed_files
from handbill.desk import database
from handbill.desk.decisions import log
from handbill.desk.decisions.models import Entry
from handbill.desk.keeping import backup, backup_key, moving, restoring, sealing, tables
from handbill.desk.place import Place
from handbill.desk.staff.models import Person, Session
from handbill.desk.store.models import Letter
from handbill.errors import (
    DatabaseFailed,
    FormatError,
    HandbillError,
    KeysLocked,
    NeedsNewer,
    TooLarge,
    UnsafePath,
    UsageError,
)

KEY = backup_key(SECRET)
NEWSROOM = "5f" * 32


@pytest.fixture
def other(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | str:
    """An empty database of the other kind."""
    if kind == "postgresql":
        return tmp_path / "other.sqlite3"
    return str(request.getfixturevalue("postgresql").create("other"))


def wiped(where: Path | str, request: pytest.FixtureRequest) -> Path | str:
    """The same database, empty again."""
    database.close()
    if isinstance(where, Path):
        where.unlink()
        return where
    return str(request.getfixturevalue("postgresql").create(where.rpartition("/")[2]))


def test_backup_wipe_restore_gives_the_same(
    fresh: Callable[[], Path | str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = fresh()
    _, place = full_desk(tmp_path / "a", where)
    before, files, file = dump(WHOLE), sealed_files(place), tmp_path / "stick.backup"
    held = backup.write(file, place, NEWSROOM, KEY)
    assert held.rows["store.letter"] == len(before["Letter"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []
    assert Session.objects.count() == 1
    where = wiped(where, request)
    shutil.rmtree(place.folder)
    shutil.rmtree(place.tray)
    restored = restoring.restore(file, where, place, KEY)
    database.connect(where)
    assert dump(WHOLE) == before
    assert sealed_files(place) == files
    assert Session.objects.count() == 0
    assert restored.log_break == 0
    assert list(log.check()) == []
    newcomer = Person(name="new", role="moderator")
    newcomer.save()
    assert newcomer.number > max(row[1] for row in before["Person"])  # type: ignore[type-var]


def test_a_backup_of_one_database_restores_into_the_other(
    fresh: Callable[[], Path | str], other: Path | str, tmp_path: Path
) -> None:
    _, place = full_desk(tmp_path / "a", fresh())
    before, file = dump(WHOLE), tmp_path / "stick.backup"
    backup.write(file, place, NEWSROOM, KEY)
    database.close()
    restoring.restore(file, other, place, KEY)
    database.connect(other)
    assert dump(WHOLE) == before
    assert list(log.check()) == []


def test_move_and_back(fresh: Callable[[], Path | str], other: Path | str, tmp_path: Path) -> None:
    source = fresh()
    _, place = full_desk(tmp_path / "a", source)
    before, files = dump(WHOLE), sealed_files(place)
    database.close()
    moving.move(source, other, place)
    for where in (other, source):  # what was moved, and what stayed
        database.connect(where)
        assert dump(WHOLE) == before
        database.close()
    assert sealed_files(place) == files
    assert not list(place.folder.glob(".moving*"))
    with pytest.raises(UsageError, match="holds a desk"):
        moving.move(source, other, place)


def test_a_failing_move_leaves_the_target_empty(
    fresh: Callable[[], Path | str],
    other: Path | str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = fresh()
    _, place = full_desk(tmp_path / "a", source)
    database.close()

    def fail(*_: object) -> None:
        raise DatabaseFailed("database: full")

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_compare", fail)
        with pytest.raises(DatabaseFailed):
            moving.move(source, other, place)
    restoring.refuse_unless_empty(other)
    if isinstance(other, Path):
        assert not list(other.parent.glob("other.sqlite3*"))
    moving.move(source, other, place)


def test_nobody_writes_while_it_is_moved(
    fresh: Callable[[], Path | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = fresh()
    monkeypatch.setattr(database, "_WAIT_S", 0)
    from django.db import connection

    at_once = "PRAGMA busy_timeout = 0" if isinstance(where, Path) else "SET lock_timeout = '50ms'"
    with connection.cursor() as cursor:
        cursor.execute(at_once)
    with (
        database.held_still(where),
        pytest.raises(DatabaseFailed, match="lock"),
        database.failures(),
        database.writing(),
    ):
        pass
    with database.writing():
        pass


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Place, Path]:
    folder = tmp_path_factory.mktemp("whole")
    world, place = full_desk(folder, folder / "desk.sqlite3")
    backup.write(folder / "b", place, NEWSROOM, KEY)
    database.close()
    return world, place, folder / "b"


def test_a_backup_shows_nothing(whole: tuple[World, Place, Path]) -> None:
    data = whole[2].read_bytes()
    for word in (b"Mara", NEWSROOM.encode(), b"last-crossing", b"SQLite", b"store"):
        assert word not in data
    with pytest.raises(KeysLocked):
        backup.look(whole[2], backup_key(b"\x12" * 32))


def test_it_refuses_to_overwrite_and_takes_what_a_killed_run_left(
    whole: tuple[World, Place, Path], tmp_path: Path
) -> None:
    _, place, file = whole
    database.connect(file.with_name("desk.sqlite3"))
    with pytest.raises(UsageError, match="there already"):
        backup.write(file, place, NEWSROOM, KEY)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there already"):
        backup.write(link, place, NEWSROOM, KEY)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "c.part").symlink_to(victim)
    backup.write(tmp_path / "c", place, NEWSROOM, KEY)
    assert victim.read_text() == "mine"
    assert not (tmp_path / "c.part").exists()


def test_a_medium_that_loses_bytes_is_found(
    whole: tuple[World, Place, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.connect(whole[2].with_name("desk.sqlite3"))
    real = os.fsync

    def lose(fd: int) -> None:
        os.pwrite(fd, b"\0\0\0\0", 900)
        real(fd)

    monkeypatch.setattr(os, "fsync", lose)
    with pytest.raises(KeysLocked):
        backup.write(tmp_path / "bad", whole[1], NEWSROOM, KEY)
    assert list(tmp_path.iterdir()) == []


def test_every_changed_part_is_found(whole: tuple[World, Place, Path], tmp_path: Path) -> None:
    data = whole[2].read_bytes()
    chunk = sealing.CHUNK + 17
    top = len(data) - len(data[data.index(b"\n", data.index(b"\n") + 1) + 1 :])
    assert len(data) > top + 2 * chunk
    second = data[top + chunk : top + 2 * chunk]
    changed = {
        "first byte": b"H" + data[1:],
        "needs": data.replace(b'"needs":[]', b'"needs":0 '),
        "header": data[: top - 6] + b"0000" + data[top - 2 :],
        "a bit": data[: top + 99] + bytes([data[top + 99] ^ 1]) + data[top + 100 :],
        "cut": data[:-1],
        "cut at a chunk": data[: top + chunk],
        "last chunk alone": data[:top] + data[top + 2 * chunk :],
        "swapped": data[:top] + second + data[top : top + chunk] + data[top + 2 * chunk :],
        "more": data + b"x",
        "twice": data + data[top:],
        "top only": data[:top],
        "nothing": b"",
    }
    target = tmp_path / "new.sqlite3"
    for name, bytes_ in changed.items():
        path = tmp_path / "changed"
        path.write_bytes(bytes_)
        with pytest.raises((KeysLocked, FormatError)):
            restoring.restore(path, target, Place(tmp_path / "t", tmp_path / "s"), KEY)
        assert not list(tmp_path.glob("new.sqlite3*")), name
        assert not (tmp_path / "t").exists(), name


def made(tmp_path: Path, *rows: object, cut: bytes = b"") -> Path:
    """A backup of our making, as somebody with the key would make one."""
    out = io.BytesIO()
    sealer = sealing.Sealer(out, KEY)
    for row in rows:
        sealer.line(row if isinstance(row, bytes) else json.dumps(row).encode())
    sealer.finish()
    path = tmp_path / "made"
    path.write_bytes(out.getvalue() + cut)
    return path


TOP = {"handbill desk": 1, "newsroom": NEWSROOM, "release": "1"}
NOW = {"migrations": [["store", "0001_beginning"], ["decisions", "0001_beginning"]]}
PERSON = {"migrations": [["staff", "0001_beginning"]]}
PROTECTED = {"table": "store.protectedname", "columns": ["tag"]}
END = {"end": 0, "files": 0}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], FormatError),
        ([b"{"], FormatError),
        ([b"[" * 90_000], FormatError),
        ([{**TOP, "handbill desk": 2}, END], NeedsNewer),
        ([TOP], FormatError),
        ([TOP, END], FormatError),
        ([TOP, ["x"], END], FormatError),
        ([TOP, PROTECTED, END], FormatError),
        ([TOP, NOW, NOW, END], FormatError),
        ([TOP, NOW, {"end": 1, "files": 0}], FormatError),
        ([TOP, NOW, {"end": 0, "files": 1}], FormatError),
        ([TOP, NOW, END, END], FormatError),
        ([TOP, NOW, 7, END], FormatError),
        ([TOP, NOW, {"what": 1}, END], FormatError),
        ([TOP, NOW, PROTECTED, PROTECTED, END], FormatError),
        ([TOP, {"migrations": [["store", "0099_later"]]}, END], NeedsNewer),
        ([TOP, {"migrations": []}, END], FormatError),
        ([TOP, {"migrations": [["a"] * 3]}, END], FormatError),
        ([TOP, {"file": "tray/../../x.bin", "sealed": ""}, NOW, END], UnsafePath),
        ([TOP, {"file": "/etc/x.bin", "sealed": ""}, NOW, END], UnsafePath),
        ([TOP, {"file": "aside/../x/y.bin", "sealed": ""}, NOW, END], UnsafePath),
        ([TOP, {"file": "tray/a.bin", "sealed": "AAAA"}, NOW, END], FormatError),
        ([TOP, {"file": "tray/a.bin", "sealed": "!"}, NOW, END], FormatError),
        ([TOP, NOW, {"file": "tray/a.bin", "sealed": "A" * 5464}, END], FormatError),
        ([TOP, b"[" + b"1," * (3 << 20) + b"1]"], TooLarge),
        ([TOP, NOW, {"table": "store.nothing", "columns": []}, [1], {"end": 1, "files": 0}], 0),
        ([TOP, NOW, {**PROTECTED, "columns": ["tag", "x"]}, [1, 2], {"end": 1, "files": 0}], 0),
        ([TOP, NOW, {**PROTECTED, "columns": ['tag"']}, ["a"], {"end": 1, "files": 0}], 0),
        ([TOP, NOW, PROTECTED, ["a", "b"], {"end": 1, "files": 0}], FormatError),
        ([TOP, NOW, PROTECTED, [7], {"end": 1, "files": 0}], FormatError),
        ([TOP, NOW, PROTECTED, [None], {"end": 1, "files": 0}], FormatError),
        ([TOP, NOW, PROTECTED, ["a"], ["a"], {"end": 2, "files": 0}], DatabaseFailed),
    ],
)
def test_hostile_backups(tmp_path: Path, rows: list[object], error: type[HandbillError]) -> None:
    path = made(tmp_path, *rows)
    target = tmp_path / "desk.sqlite3"
    with pytest.raises(error or FormatError):
        restoring.restore(path, target, Place(tmp_path / "t", tmp_path / "s"), KEY)
    assert not list(tmp_path.glob("desk.sqlite3*"))


def test_a_small_file_that_becomes_a_large_one_is_read_in_pieces(tmp_path: Path) -> None:
    path = made(tmp_path, TOP, b" " * (300 << 20))
    assert path.stat().st_size < 2 << 20
    with pytest.raises(TooLarge):
        backup.look(path, KEY)


def test_a_row_that_names_nobody_is_refused(tmp_path: Path) -> None:
    columns = ["letter", "person_id"]
    path = made(
        tmp_path,
        TOP,
        {"migrations": [["decisions", "0001_beginning"], ["staff", "0001_beginning"]]},
        {"table": "decisions.firstyes", "columns": columns},
        ["a" * 64, 99],
        {"end": 1, "files": 0},
    )
    with pytest.raises(DatabaseFailed):
        restoring.restore(path, tmp_path / "d.sqlite3", Place(tmp_path / "t", tmp_path / "s"), KEY)
    assert not (tmp_path / "d.sqlite3").exists()


def test_restore_refuses_a_desk_with_one_row(
    fresh: Callable[[], Path | str], whole: tuple[World, Place, Path], tmp_path: Path
) -> None:
    where, place = fresh(), Place(tmp_path / "t", tmp_path / "s")
    Person(name="admin", role="admin").save()
    before = dump(WHOLE)
    database.close()
    with pytest.raises(UsageError, match="holds a desk"):
        restoring.restore(whole[2], where, place, KEY)
    database.connect(where)
    assert dump(WHOLE) == before
    Person.objects.all().delete()
    database.close()
    restoring.restore(whole[2], where, place, KEY)
    database.connect(where)
    assert Letter.objects.count() > 20


def test_restore_refuses_tables_of_something_else(
    postgresql: object, whole: tuple[World, Place, Path], tmp_path: Path
) -> None:
    import psycopg

    where = postgresql.create("shop")  # type: ignore[attr-defined]
    with psycopg.connect(where, autocommit=True) as server:
        server.execute("CREATE TABLE wares (name text)")
    with pytest.raises(UsageError, match="something else"):
        restoring.restore(whole[2], where, Place(tmp_path / "t", tmp_path / "s"), KEY)


def test_a_broken_log_is_restored_and_told(
    whole: tuple[World, Place, Path], tmp_path: Path
) -> None:
    place = Place(tmp_path / "t", tmp_path / "s")
    restoring.restore(whole[2], tmp_path / "d.sqlite3", place, KEY)
    database.connect(tmp_path / "d.sqlite3")
    Entry.objects.filter(sequence=3).update(commitment=bytes(32))
    backup.write(tmp_path / "b", None, NEWSROOM, KEY)
    held = restoring.restore(tmp_path / "b", tmp_path / "e.sqlite3", place, KEY)
    assert held.log_break == 3


def test_writers_go_on_while_it_is_read(fresh: Callable[[], Path | str], tmp_path: Path) -> None:
    where = fresh()
    full_desk(tmp_path / "a", where)
    with tables.snapshot():
        before = Letter.objects.filter(name="Changed").count()
        _elsewhere(where, "UPDATE store_letter SET name = 'Changed'")
        assert Letter.objects.filter(name="Changed").count() == before == 0
    assert Letter.objects.filter(name="Changed").count() > 20


def _elsewhere(where: Path | str, query: str) -> None:
    if isinstance(where, Path):
        import sqlite3

        with sqlite3.connect(where, timeout=1) as lite:
            lite.execute(query)
        lite.close()
        return
    import psycopg

    with psycopg.connect(where) as server:
        server.execute(query)
