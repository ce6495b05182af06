"""Sealed letters in a backup: all that lie there, or no backup; all come back, or none is restored."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from desk.kept import full_desk, sealed_files
from handbill.desk import database
from handbill.desk.keeping import backup, backup_key, restoring
from handbill.desk.place import Place
from handbill.errors import HandbillError, TrayFailed, UsageError

KEY = backup_key(b"\x11" * 32)
NEWSROOM = "5f" * 32


@pytest.fixture
def kept(tmp_path: Path) -> Place:
    return full_desk(tmp_path / "a", tmp_path / "desk.sqlite3")[1]


def test_a_tray_that_is_no_folder_is_no_empty_tray(kept: Place, tmp_path: Path) -> None:
    kept.tray.rename(tmp_path / "away")
    kept.tray.write_bytes(b"")
    with pytest.raises(TrayFailed):
        backup.write(tmp_path / "b", kept, NEWSROOM, KEY)
    with pytest.raises(TrayFailed):
        backup.count(kept)
    assert not list(tmp_path.glob("b*"))
    kept.tray.unlink()  # a desk without a tray has none to keep
    assert backup.write(tmp_path / "b", kept, NEWSROOM, KEY).files > 0


@pytest.mark.parametrize("folder", ["tray", "aside", "aside/malformed"])
def test_a_medium_that_cannot_be_listed_is_found(
    kept: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (kept.aside / "malformed").mkdir(exist_ok=True)
    bad = kept.tray if folder == "tray" else kept.folder / folder
    listed = Path.iterdir

    def iterdir(self: Path) -> object:
        if self == bad:
            raise OSError(errno.EIO, "Input/output error")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(TrayFailed, match="Input/output"):
        backup.write(tmp_path / "b", kept, NEWSROOM, KEY)
    assert not list(tmp_path.glob("b*"))


def test_a_letter_that_cannot_be_read_is_found(
    kept: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(backup, "read_inside", broken)
    with pytest.raises(TrayFailed, match="Input/output"):
        backup.write(tmp_path / "b", kept, NEWSROOM, KEY)


def test_every_name_that_the_take_in_reads_is_kept(kept: Place, tmp_path: Path) -> None:
    long = kept.tray / f"{'a' * 250}.bin"
    long.write_bytes(b"\x01" * 4096)
    held = backup.write(tmp_path / "b", kept, NEWSROOM, KEY)
    assert held.files == len(sealed_files(kept))


@pytest.mark.parametrize("lies", ["another", "half", "folder"])
def test_a_restore_does_not_pass_over_what_lies_there(
    kept: Place, tmp_path: Path, lies: str
) -> None:
    backup.write(tmp_path / "b", kept, NEWSROOM, KEY)
    (first, *_) = sorted(kept.tray.iterdir())
    good = first.read_bytes()
    first.unlink()
    if lies == "folder":
        first.mkdir()
    else:
        first.write_bytes(b"\x02" * 4096 if lies == "another" else good[:100])
    database.close()
    new = tmp_path / "new.sqlite3"
    with pytest.raises((UsageError, HandbillError)):
        restoring.restore(tmp_path / "b", new, kept, KEY)
    assert not new.exists()
    first.rmdir() if lies == "folder" else first.unlink()
    restoring.restore(tmp_path / "b", new, kept, KEY)
    assert first.read_bytes() == good
