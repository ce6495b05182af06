"""Mailbags of hostile, failing and pulled drives; what a killed run leaves; what is removed."""

from __future__ import annotations

import errno
import os
import random
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from handbill.carrier import mailbag
from handbill.carrier import tray as trays
from handbill.carrier.copy import copy_edition
from handbill.carrier.mailbag import Asked, CollectReport, collect
from handbill.carrier.tray import LETTER_BYTES, Tray, letter_name
from handbill.edition.judge import Verdict
from handbill.edition.verify import verify_edition
from handbill.errors import DriveFailed, TrayFailed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from samples import Newsroom


def sealed(number: int) -> bytes:
    return b"\x01" + random.Random(number).randbytes(LETTER_BYTES - 1)


def put(bag: Path, *numbers: int) -> list[Path]:
    bag.mkdir(parents=True, exist_ok=True)
    made = []
    for n in numbers:
        made.append(bag / f"letter {n}.bin")
        made[-1].write_bytes(sealed(n))
    return made


def names(*numbers: int) -> list[str]:
    return sorted(letter_name(sealed(n)) for n in numbers)


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    put(folder / "letters", 1, 2, 3)
    (folder / "family.jpg").write_bytes(b"theirs")
    return folder


@pytest.fixture(params=["tray", "drive"])
def renames(request: pytest.FixtureRequest) -> bool:
    return request.param == "tray"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "into"


def run(
    drive: Path, into: Path, asked: Asked | None = None, *, renames: bool = True
) -> CollectReport:
    with Tray(into, renames=renames, reads_only=bool(asked and asked.dry_run)) as tray:
        return collect(drive, tray, asked=asked)


def listed(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_letters_are_taken_once_under_their_own_hash(
    drive: Path, into: Path, renames: bool
) -> None:
    put(drive / "letters", 4)
    shutil.copy(drive / "letters/letter 4.bin", drive / "letters/the same again")
    report = run(drive, into, renames=renames)
    assert (report.taken, report.known, report.other, report.unread) == (4, 1, {}, [])
    assert report.bags == ["letters"]
    assert listed(into) == names(1, 2, 3, 4)
    for file in into.iterdir():
        assert sha256(file.read_bytes()).hexdigest()[:32] == file.stem
        assert file.stat().st_mtime == 1_577_836_800
    again = run(drive, into, renames=renames)
    assert (again.taken, again.known) == (0, 5)
    assert listed(into) == names(1, 2, 3, 4)
    assert len(listed(drive / "letters")) == 5


def test_every_edition_on_a_drive_has_a_mailbag(tmp_path: Path, into: Path) -> None:
    drive = tmp_path / "drive"
    Newsroom().press(drive / "The Far Shore")
    put(drive / "The Far Shore/letters", 1)
    put(drive / "LETTERS", 2)
    put(drive / "letters", 3)
    put(drive / "holiday/letters", 4)  # a folder of somebody's, no edition
    put(drive / "letters/letters", 5)  # one flat folder
    report = run(drive, into)
    assert sorted(report.bags) == ["LETTERS", "The Far Shore/letters", "letters"]
    assert listed(into) == names(1, 2, 3)
    # A courier's own folder of letters is a mailbag, too.
    assert run(drive / "holiday/letters", into).taken == 1


def test_the_letters_of_an_edition_in_the_root_are_taken_and_nothing_else_changes(
    tmp_path: Path, into: Path
) -> None:
    drive = tmp_path / "drive"
    Newsroom().press(drive)
    put(drive / "letters", 1, 2)
    assert run(drive, into, Asked(clear=True)).cleared == 2
    assert listed(drive / "letters") == []
    assert verify_edition(drive).verdict is Verdict.GENUINE


def test_copying_and_checking_leave_letters_alone(tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    put(drive / "letters", 1, 2)
    before = {p.name: p.read_bytes() for p in (drive / "letters").iterdir()}
    Newsroom().press(tmp_path / "edition")
    put(tmp_path / "edition/letters", 3)
    copy_edition(tmp_path / "edition", drive)
    report = verify_edition(drive)
    assert (report.verdict, report.foreign_count) == (Verdict.GENUINE, 0)
    assert {p.name: p.read_bytes() for p in (drive / "letters").iterdir()} == before


def _fifo(bag: Path) -> None:
    os.mkfifo(bag / "fifo")


def _socket(bag: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(bag)  # a socket's path is short
        listening.bind("socket")
        os.fchdir(here)
    os.close(here)


def _link_to_a_letter(bag: Path) -> None:
    (bag.parent / "elsewhere").write_bytes(sealed(9))
    (bag / "link").symlink_to(bag.parent / "elsewhere")


def _folder_as_a_letter(bag: Path) -> None:
    put(bag / "deep/er/and/deeper", 9)


def _sparse(bag: Path) -> None:
    with (bag / "endless").open("wb") as file:
        file.truncate(1 << 40)


HOSTILE: list[tuple[str, Callable[[Path], object], dict[str, int]]] = [
    ("a FIFO that nobody writes to", _fifo, {"kind": 1}),
    ("a socket", _socket, {"kind": 1}),
    ("a link to a letter", _link_to_a_letter, {"kind": 1}),
    ("a link to nothing", lambda b: (b / "l").symlink_to("nowhere"), {"kind": 1}),
    ("a link to itself", lambda b: (b / "l").symlink_to("l"), {"kind": 1}),
    ("a link to endless zeros", lambda b: (b / "l").symlink_to("/dev/zero"), {"kind": 1}),
    ("a deep tree", _folder_as_a_letter, {"kind": 1}),
    ("a terabyte", _sparse, {"size": 1}),
    ("an empty file", lambda b: (b / "e").touch(), {"size": 1}),
    ("one byte short", lambda b: (b / "s").write_bytes(sealed(9)[:-1]), {"size": 1}),
    ("one byte long", lambda b: (b / "s").write_bytes(sealed(9) + b"\0"), {"size": 1}),
    ("another version", lambda b: (b / "v").write_bytes(b"\x02" * 4096), {"version": 1}),
    ("what a Mac leaves", lambda b: (b / "._1").write_bytes(b"\0\5\x16\7" * 1024), {"version": 1}),
]


@pytest.mark.parametrize(("make", "other"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_whatever_else_lies_there_is_counted_and_left(
    drive: Path, into: Path, make: Callable[[Path], object], other: dict[str, int]
) -> None:
    make(drive / "letters")
    before = listed(drive / "letters")
    report = run(drive, into, Asked(clear=True))
    assert (report.taken, report.cleared, report.other) == (3, 3, other)
    assert listed(into) == names(1, 2, 3)
    assert listed(drive / "letters") == [n for n in before if not n.startswith("letter ")]


@pytest.mark.parametrize(
    "name", [b"x" * 255, "편지".encode() * 20, b"\xff\xfe", b"a\\b", b" \n ", b"-rf"]
)
def test_no_name_is_believed_or_refused(drive: Path, into: Path, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(drive / "letters") + b"/" + name))).write_bytes(sealed(7))
    assert run(drive, into).taken == 4
    assert listed(into) == names(1, 2, 3, 7)


@pytest.mark.parametrize("place", ["letters", "_edition", "The Far Shore"])
def test_folders_that_are_links_are_no_mailbags(tmp_path: Path, into: Path, place: str) -> None:
    drive, outside = tmp_path / "drive", tmp_path / "outside"
    put(outside / "letters", 1)
    Newsroom().press(outside)
    drive.mkdir()
    target = {"letters": "letters", "_edition": "_edition", "The Far Shore": "."}[place]
    folder = drive / "shore" if place == "_edition" else drive
    put(folder / "letters", 2) if place == "_edition" else None
    (folder / place).symlink_to(outside / target)
    report = run(drive, into, Asked(clear=True))
    assert (report.bags, report.taken, listed(into)) == ([], 0, [])
    assert listed(outside / "letters") == ["letter 1.bin"]


def test_a_drive_that_is_a_link_or_no_folder(drive: Path, tmp_path: Path, into: Path) -> None:
    (tmp_path / "link").symlink_to(drive)
    for wrong in (tmp_path / "link", tmp_path / "gone", drive / "family.jpg"):
        with pytest.raises(DriveFailed) as failed:
            run(wrong, into)
        assert failed.value.hint


def test_a_heap_of_files_is_read_up_to_a_limit_and_resumed(drive: Path, into: Path) -> None:
    bag = drive / "letters"
    for n in range(200):
        (bag / f"junk {n}").write_bytes(b"x")
    put(bag, *range(10, 30))
    report = run(drive, into, Asked(limit=5))
    assert report.seen <= 50
    assert report.taken <= 5
    assert report.unread
    for _ in range(10):
        report = run(drive, into, Asked(limit=30))
    assert not report.unread
    assert listed(into) == names(1, 2, 3, *range(10, 30))


def test_letters_already_taken_do_not_use_up_the_limit(tmp_path: Path, into: Path) -> None:
    drive = tmp_path / "drive"
    put(drive / "letters", *range(12))
    taken = []
    while True:
        report = run(drive, into, Asked(limit=5))
        taken.append(report.taken)
        if not report.unread:
            break
    assert taken == [5, 5, 2]


def test_a_root_full_of_folders_does_not_hide_its_mailbag(
    drive: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbag, "_MAX_BESIDE", 20)
    for n in range(40):
        (drive / f"folder {n}").mkdir()
    report = run(drive, into)
    assert report.taken == 3
    assert "beside" in report.unread[0]


def test_a_file_that_grows_shrinks_or_goes_meanwhile(
    drive: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mailbag._open_letter
    changes = iter([b"more", b"", None])

    def meddled(path: Path) -> tuple[bytes, os.stat_result]:
        change = next(changes, b"-")
        if change is None:
            path.unlink()
        elif change == b"":
            path.write_bytes(b"")
        elif change == b"more":
            with path.open("ab") as file:
                file.write(change)
        return real(path)

    monkeypatch.setattr(mailbag, "_open_letter", meddled)
    report = run(drive, into)
    assert (report.taken, report.other) == (0, {"changed": 3})


def test_a_drive_pulled_in_the_middle_keeps_what_was_read_and_goes_on(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "drive"
    put(drive / "letters", *range(10))
    real, seen = mailbag._open_letter, []

    def pulled(path: Path) -> tuple[bytes, os.stat_result]:
        seen.append(path)
        if len(seen) == 5:
            drive.rename(tmp_path / "pulled")
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(mailbag, "_open_letter", pulled)
        with pytest.raises(DriveFailed, match="4 new letters were taken before") as failed:
            run(drive, into)
    assert failed.value.hint
    assert len(listed(into)) == 4
    (tmp_path / "pulled").rename(drive)
    report = run(drive, into)
    assert (report.taken, report.known) == (6, 4)


def test_bad_cells_are_counted_and_a_dying_drive_is_given_up(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "drive"
    put(drive / "letters", *range(10))
    real = mailbag._open_letter

    def bad(path: Path) -> tuple[bytes, os.stat_result]:
        if path.name in ("letter 3.bin", "letter 4.bin"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    monkeypatch.setattr(mailbag, "_open_letter", bad)
    report = run(drive, into)
    assert (report.taken, report.other) == (8, {"unreadable": 2})
    monkeypatch.setattr(mailbag, "_MAX_UNREADABLE", 1)
    with pytest.raises(DriveFailed, match="cannot be read"):
        run(drive, into)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_tray_that_fails_is_said_to_be_the_trays(
    drive: Path, into: Path, renames: bool, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, data: bytes) -> None:
        os.write(fd, data[:1000])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(trays, "write_all", full)
    with pytest.raises(TrayFailed) as failed:
        run(drive, into, Asked(clear=True), renames=renames)
    assert failed.value.hint
    assert str(into) in str(failed.value)
    assert listed(into) == []
    assert len(listed(drive / "letters")) == 3


def test_something_that_stands_where_a_letter_belongs(drive: Path, into: Path) -> None:
    (into / names(2)[0]).mkdir(parents=True)
    with pytest.raises(TrayFailed):
        run(drive, into)
    (into / names(2)[0]).rmdir()
    (into / names(2)[0]).symlink_to("/dev/zero")
    with pytest.raises(TrayFailed):
        run(drive, into)


class Killed(BaseException):
    """The process is gone: in the child, ``os._exit``."""


def _killed_at(step: int, drive: Path, into: Path, *, renames: bool, clear: bool) -> int:
    """Run a collection in a child that dies at its ``step``-th write; returns its exit status."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0

    def dies() -> None:
        nonlocal count
        count += 1
        if count == step:
            os._exit(9)

    def torn(fd: int, data: bytes) -> None:
        dies()
        os.write(fd, data[:1000])
        dies()
        os.write(fd, data[1000:])

    def unlink(path: Path) -> None:
        dies()
        path.unlink()
        dies()

    try:
        trays.write_all = torn  # type: ignore[assignment]
        trays.BATCH = 2  # type: ignore[misc]
        real = Path.replace

        def replace(self: Path, target: Path) -> Path:
            dies()
            return real(self, target)

        Path.replace = replace  # type: ignore[method-assign,assignment]
        run(drive, into, Asked(clear=clear, unlink=unlink), renames=renames)
    except BaseException:  # noqa: BLE001  (nothing of pytest may run in the child)
        os._exit(8)
    os._exit(0)


def test_killed_at_any_moment_nothing_is_lost_and_it_goes_on(tmp_path: Path, renames: bool) -> None:
    for step in range(1, 100):
        drive, into = tmp_path / f"drive {step}", tmp_path / f"into {step}"
        put(drive / "letters", 1, 2, 3)
        status = _killed_at(step, drive, into, renames=renames, clear=True)
        assert status in (0, 9)
        found = [
            p.read_bytes() for p in (*into.glob("[0-9a-f]*.bin"), *(drive / "letters").iterdir())
        ]
        assert {sealed(n) for n in (1, 2, 3)} <= set(found), step
        if renames:  # the desk reads meanwhile: nothing but whole letters has a letter's name
            assert all(letter_name(p.read_bytes()) == p.name for p in into.glob("[0-9a-f]*.bin"))
        report = run(drive, into, Asked(clear=True), renames=renames)
        assert sorted(p.name for p in into.glob("[0-9a-f]*.bin")) == names(1, 2, 3)
        assert all(letter_name(p.read_bytes()) == p.name for p in into.glob("[0-9a-f]*.bin"))
        assert listed(drive / "letters") == []
        assert report.kept == 0
        if status == 0:
            break
    assert step > 12


def test_what_a_killed_run_began_is_swept_later(drive: Path, into: Path) -> None:
    into.mkdir()
    (into / ".new-1-x.bin").write_bytes(b"begun")
    run(drive, into)
    assert ".new-1-x.bin" in listed(into)  # another run may be writing it
    old = trays._FORGOTTEN_S
    try:
        trays._FORGOTTEN_S = -1
        run(drive, into)
    finally:
        trays._FORGOTTEN_S = old
    assert listed(into) == names(1, 2, 3)


def test_clearing_removes_only_what_lies_whole_in_the_tray(drive: Path, into: Path) -> None:
    report = run(drive, into, Asked(clear=True, dry_run=True))
    assert (report.taken, report.cleared) == (3, 3)
    assert not into.exists()
    assert len(listed(drive / "letters")) == 3
    (drive / "letters/notes.txt").write_bytes(b"theirs")
    report = run(drive, into, Asked(clear=True))
    assert (report.taken, report.cleared, report.kept) == (3, 3, 0)
    assert listed(drive / "letters") == ["notes.txt"]
    assert (drive / "family.jpg").exists()


def test_a_letter_that_changed_since_it_was_taken_is_not_removed(
    drive: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Tray.flush

    def flush(self: Tray) -> None:
        real(self)
        (drive / "letters/letter 2.bin").write_bytes(sealed(20))
        (drive / "letters/letter 3.bin").write_bytes(sealed(30) + b"more")

    monkeypatch.setattr(Tray, "flush", flush)
    report = run(drive, into, Asked(clear=True))
    assert (report.cleared, report.kept) == (1, 2)
    assert listed(drive / "letters") == ["letter 2.bin", "letter 3.bin"]


def test_a_tray_that_lost_a_letter_keeps_it_on_the_drive(
    drive: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Tray.flush

    def flush(self: Tray) -> None:
        real(self)
        (into / names(2)[0]).write_bytes(sealed(2)[:-1] + b"?")

    monkeypatch.setattr(Tray, "flush", flush)
    report = run(drive, into, Asked(clear=True))
    assert (report.cleared, report.kept) == (2, 1)
    assert listed(drive / "letters") == ["letter 2.bin"]


def test_a_folder_is_never_collected_into_itself(drive: Path) -> None:
    report = run(drive, drive / "letters", Asked(clear=True), renames=False)
    assert (report.bags, report.taken, report.cleared) == ([], 0, 0)
    assert len(listed(drive / "letters")) == 3


def test_one_file_under_two_names_is_not_removed(drive: Path, into: Path) -> None:
    into.mkdir()
    for n in (1, 2, 3):
        (into / names(n)[0]).hardlink_to(drive / f"letters/letter {n}.bin")
    report = run(drive, into, Asked(clear=True))
    assert (report.known, report.cleared, report.kept) == (3, 0, 3)
    assert len(listed(drive / "letters")) == 3


def test_one_folder_under_two_mounts_loses_nothing(drive: Path, into: Path) -> None:
    """Shares may show one folder twice with other numbers: the removal is noticed and undone."""
    run(drive, into)

    def both(path: Path) -> None:
        data = path.read_bytes()
        path.unlink()
        (into / letter_name(data)).unlink()

    with pytest.raises(DriveFailed, match="another name"):
        run(drive, into, Asked(clear=True, unlink=both))
    assert listed(into) == names(1, 2, 3)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EIO])
def test_a_drive_that_cannot_be_cleared_says_so(drive: Path, into: Path, number: int) -> None:
    def fails(path: Path) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(DriveFailed) as failed:
        run(drive, into, Asked(clear=True, unlink=fails))
    assert failed.value.hint
    assert listed(into) == names(1, 2, 3)
    assert len(listed(drive / "letters")) == 3


def test_letters_of_two_drives_come_together_on_a_third(tmp_path: Path, drive: Path) -> None:
    put(tmp_path / "other/letters", 3, 4)
    third = tmp_path / "third"
    third.mkdir()
    run(drive, third / "letters", renames=False)
    run(tmp_path / "other", third / "letters", renames=False)
    assert listed(third / "letters") == names(1, 2, 3, 4)
    into = tmp_path / "newsroom tray"
    assert run(third, into).taken == 4
    assert not [p for p in third.rglob("*") if p.name.startswith(".")]


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    yield
    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    assert after <= before
