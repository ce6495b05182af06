"""Mailbags of failing and pulled drives; what a killed run leaves; what is removed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from bags import listed, names, put, run, sealed

from handbill.carrier import mailbag
from handbill.carrier import tray as trays
from handbill.carrier.mailbag import Asked
from handbill.carrier.tray import Tray, letter_name
from handbill.errors import DriveFailed, TrayFailed


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
            p.read_bytes() for p in (*into.glob("[a-z2-7]*.bin"), *(drive / "letters").iterdir())
        ]
        assert {sealed(n) for n in (1, 2, 3)} <= set(found), step
        if renames:  # the desk reads meanwhile: nothing but whole letters has a letter's name
            assert all(letter_name(p.read_bytes()) == p.name for p in into.glob("[a-z2-7]*.bin"))
        report = run(drive, into, Asked(clear=True), renames=renames)
        assert sorted(p.name for p in into.glob("[a-z2-7]*.bin")) == names(1, 2, 3)
        assert all(letter_name(p.read_bytes()) == p.name for p in into.glob("[a-z2-7]*.bin"))
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
    run(drive, into, renames=False)

    def both(path: Path) -> None:
        data = path.read_bytes()
        path.unlink()
        (into / letter_name(data)).unlink()

    with pytest.raises(DriveFailed, match="another name"):
        run(drive, into, Asked(clear=True, unlink=both), renames=False)
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


def test_a_desk_that_empties_its_tray_meanwhile_disturbs_nothing(drive: Path, into: Path) -> None:
    def both(path: Path) -> None:
        (into / letter_name(path.read_bytes())).unlink()
        path.unlink()

    report = run(drive, into, Asked(clear=True, unlink=both))
    assert (report.cleared, report.kept) == (3, 0)
    assert listed(into) == []


def test_what_a_killed_run_left_is_on_the_disk_before_a_drive_is_cleared(
    drive: Path, into: Path, renames: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that lies there already may be in the system's memory alone: its folder, too."""
    run(drive, into, renames=renames)
    done: list[Path | str] = []
    monkeypatch.setattr(trays, "sync_folder", lambda folder: done.append(Path(folder)))

    def unlink(path: Path) -> None:
        done.append("cleared")
        path.unlink()

    assert run(drive, into, Asked(clear=True, unlink=unlink), renames=renames).cleared == 3
    before = done[: done.index("cleared")]
    assert into in before
    assert into.parent in before
