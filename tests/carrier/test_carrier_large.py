"""Copying large files: written alone, to drives that fill up, from sources that change meanwhile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from handbill.carrier.copy import copy_edition
from handbill.carrier.drive import Drive, Source
from handbill.errors import DriveFailed, FormatError
from handbill.progress import Unit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from bags import full_after, tree
from samples import Newsroom

LARGE = bytes(range(256)) * 50_000  # 12.8 MB: three blocks and a part, written alone


class Large(Newsroom):
    """An edition with a large film."""

    def payload(self) -> dict[str, bytes]:
        return super().payload() | {"films/large.mp4": LARGE}


def pressed(out: Path) -> Path:
    Large().press(out, 1)
    return out


def test_a_large_file_is_written_alone(tmp_path: Path, drive: Path) -> None:
    batches: list[list[str]] = []

    class Noting(Drive):
        def create_all(
            self, files: Sequence[tuple[str, Source]], advance: Callable[[int, str], object]
        ) -> None:
            batches.append([path for path, _ in files])
            super().create_all(files, advance)

    first, theirs = pressed(tmp_path / "first"), tree(drive)
    copy_edition(first, drive, open_drive=Noting)
    assert ["films/large.mp4"] in batches
    assert tree(drive) == tree(first) | theirs


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_drive_that_fills_up_in_a_large_file_goes_on_with_room(
    tmp_path: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    first, theirs = pressed(tmp_path / "first"), tree(drive)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full_after(after, least=1 << 19))
        with pytest.raises(DriveFailed, match="space"):
            copy_edition(first, drive)
    assert not (drive / "index.html").exists()
    copy_edition(first, drive)
    assert tree(drive) == tree(first) | theirs


class Changing:
    """Somebody who changes the source whenever a piece of its large film was copied."""

    def __init__(self, change: Callable[[], object]) -> None:
        self.change, self.left = change, 20

    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        pass

    def advance(self, n: int = 1, note: str = "") -> None:
        if note == "films/large.mp4":
            self.left -= 1
            assert self.left, "the copy does not end"
            self.change()

    def done(self) -> None:
        pass


@pytest.mark.parametrize("how", ["cut", "other"])
def test_a_large_source_that_changes_while_it_is_copied_is_found_out(
    tmp_path: Path, drive: Path, how: str
) -> None:
    first = pressed(tmp_path / "first")
    film = first / "films/large.mp4"

    def change() -> None:
        with film.open("r+b") as file:
            if how == "cut":
                file.truncate(5_000_000)
            else:
                file.seek(-5, os.SEEK_END)
                file.write(b"other")

    with pytest.raises(FormatError, match="damaged"):
        copy_edition(first, drive, progress=Changing(change))
    assert not (drive / "films/large.mp4").exists()
    assert not (drive / "index.html").exists()


@pytest.mark.parametrize("more", [1, 5_000_000])
def test_a_source_that_grows_while_it_is_copied_does_not_fill_the_drive(
    tmp_path: Path, drive: Path, more: int
) -> None:
    first, theirs = pressed(tmp_path / "first"), tree(drive)
    whole = tree(first)

    def grow() -> None:
        with (first / "films/large.mp4").open("ab") as file:
            file.write(bytes(more))

    copy_edition(first, drive, progress=Changing(grow))
    assert tree(drive) == whole | theirs
