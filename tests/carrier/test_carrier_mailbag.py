"""Mailbags of hostile drives: what is taken, what is left, where letters are looked for."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from bags import listed, names, put, run, sealed

from handbill.carrier import mailbag, tray
from handbill.carrier.copy import copy_edition
from handbill.carrier.mailbag import Asked
from handbill.edition.judge import Verdict
from handbill.edition.verify import verify_edition
from handbill.errors import DriveFailed, TrayFailed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from samples import Newsroom


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
        digits = base64.b32encode(sha256(file.read_bytes()).digest()).decode().lower()
        assert digits[:16] == file.stem
        assert file.stat().st_mtime == 1_577_836_800
    again = run(drive, into, renames=renames)
    assert (again.taken, again.known) == (0, 5)
    assert listed(into) == names(1, 2, 3, 4)
    assert len(listed(drive / "letters")) == 5


def test_letters_are_written_in_the_order_of_their_names(
    drive: Path, into: Path, renames: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(drive / "letters", *range(4, 24))
    real, seen = tray.write_all, []

    def noted(fd: int, data: bytes) -> None:
        seen.append(tray.letter_name(data))
        real(fd, data)

    monkeypatch.setattr(tray, "write_all", noted)
    monkeypatch.setattr(tray, "BATCH", 5)
    assert run(drive, into, renames=renames).taken == 23
    assert seen == names(*range(1, 24))
    assert listed(into) == seen


def test_what_is_held_in_memory_is_bounded(
    drive: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tray, "HELD", 2)
    held = []
    real = tray.Tray.flush

    def flush(self: tray.Tray) -> None:
        held.append(len(self._held))
        real(self)

    monkeypatch.setattr(tray.Tray, "flush", flush)
    assert run(drive, into).taken == 3
    assert held == [2, 1]


def test_another_file_under_a_letters_name_is_kept_and_the_letter_once(
    drive: Path, into: Path, renames: bool
) -> None:
    into.mkdir()
    (into / names(2)[0]).write_bytes(sealed(99))
    (into / names(3)[0]).write_bytes(sealed(3)[:1000])  # torn: written again
    report = run(drive, into, Asked(clear=True), renames=renames)
    assert (report.taken, report.cleared) == (3, 3)
    second = base64.b32encode(sha256(sealed(2)).digest()).decode().lower()[16:32] + ".bin"
    assert listed(into) == sorted([*names(1, 2, 3), second])
    assert (into / names(2)[0]).read_bytes() == sealed(99)
    assert (into / second).read_bytes() == sealed(2)
    put(drive / "letters", 2)
    assert run(drive, into, renames=renames).known == 1
    third = base64.b32encode(sha256(sealed(2)).digest()).decode().lower()[32:48] + ".bin"
    for name in (second, third):
        (into / name).write_bytes(sealed(98))
    with pytest.raises(TrayFailed, match="all names"):
        run(drive, into, renames=renames)


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
