"""Copying where thieves of keys and strangers' files stand on the drive."""

from __future__ import annotations

import sys
from pathlib import Path
from unicodedata import normalize

import pytest

from handbill.carrier import copy as copying
from handbill.carrier.copy import copy_edition
from handbill.edition.judge import Verdict
from handbill.edition.verify import verify_edition
from handbill.errors import DriveFailed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from bags import tree
from samples import FILM, ROOT_1, ROOT_2, Newsroom

FILM_PATH = "films/The film 1.mp4"


class Other(Newsroom):
    """The same edition with another door."""

    def payload(self) -> dict[str, bytes]:
        return {**super().payload(), "index.html": b"<!doctype html><title>another</title>"}


@pytest.fixture
def first(tmp_path: Path) -> Path:
    Newsroom().press(tmp_path / "first")
    return tmp_path / "first"


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    (tmp_path / "drive").mkdir()
    return tmp_path / "drive"


def _root_beyond(folder: Path, data: bytes, version: int) -> None:
    (folder / f"_edition/metadata/{version}.root.json").write_bytes(data)


@pytest.mark.parametrize("damaged", [False, True])
def test_old_keys_never_replace_an_edition_of_newer_keys(
    tmp_path: Path, drive: Path, damaged: bool
) -> None:
    """A thief of an old key gives an edition a high number; the drive knows that it was replaced."""
    Newsroom((ROOT_1, ROOT_2), 2).press(tmp_path / "ours", 3)
    copy_edition(tmp_path / "ours", drive)
    if damaged:
        (drive / "_edition/metadata/targets.json").write_bytes(b"{}")
    before = tree(drive)
    Newsroom().press(tmp_path / "forged", 999)
    with pytest.raises(DriveFailed, match="newer keys") as refused:
        copy_edition(tmp_path / "forged", drive)
    assert refused.value.hint
    assert tree(drive) == before


def test_another_edition_of_the_same_number_is_not_replaced(
    first: Path, tmp_path: Path, drive: Path
) -> None:
    copy_edition(first, drive)
    before = tree(drive)
    Other().press(tmp_path / "other", 1)
    with pytest.raises(DriveFailed, match="another edition 1") as refused:
        copy_edition(tmp_path / "other", drive)
    assert refused.value.hint
    assert tree(drive) == before


@pytest.mark.parametrize("data", [b"", b"{}", ROOT_1])
def test_a_strangers_root_on_the_drive_goes(first: Path, drive: Path, data: bytes) -> None:
    copy_edition(first, drive)
    _root_beyond(drive, data, 2)
    assert verify_edition(drive).verdict is Verdict.FORGED
    report = copy_edition(first, drive)
    assert report.dropped == ["_edition/metadata/2.root.json"]
    assert verify_edition(drive).verdict is Verdict.GENUINE


def test_a_strangers_root_in_the_source_is_left_there(first: Path, drive: Path) -> None:
    _root_beyond(first, b"{}", 3)
    copy_edition(first, drive)
    assert not (drive / "_edition/metadata/3.root.json").exists()


def test_a_drive_with_too_many_files_does_not_stop_the_others(
    first: Path, tmp_path: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_edition(first, drive)
    room = Other()
    room.press(tmp_path / "again", 1)
    room.press(tmp_path / "second", 2)
    (drive / "_edition/next-2").mkdir()
    for name in "abcd":
        (drive / "_edition/next-2" / name).touch()
    whole = copying.walk
    monkeypatch.setattr(
        copying, "walk", lambda root: whole(root, limit=3 if drive in root.parents else 10_000)
    )
    with pytest.raises(DriveFailed, match="more than 3"):
        copy_edition(tmp_path / "second", drive)


def test_a_huge_file_in_the_way_is_not_read(first: Path, drive: Path) -> None:
    copy_edition(first, drive)
    with (drive / FILM_PATH).open("r+b") as file:
        file.truncate(1 << 36)
    copy_edition(first, drive)
    assert tree(drive) == tree(first)


def test_a_folder_of_its_own_is_on_the_drive_before_what_lies_in_it(
    first: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drive / "index.html").write_bytes(b"somebody's own page")
    synced: list[Path] = []
    monkeypatch.setattr(copying, "sync_folder", synced.append)
    report = copy_edition(first, drive)
    assert synced == [drive]
    assert Path(report.folder).parent == drive


@pytest.mark.parametrize("theirs", ["Films", "FILMS", "Stories"])
def test_a_folder_that_differs_in_case_alone_is_not_ours_to_fill(
    first: Path, drive: Path, theirs: str
) -> None:
    """FAT takes both for one: our films would lie in theirs, and be absent by their name."""
    (drive / theirs).mkdir()
    (drive / theirs / "holiday.mp4").write_bytes(b"theirs")
    report = copy_edition(first, drive)
    assert Path(report.folder).parent == drive
    assert [p.name for p in (drive / theirs).iterdir()] == ["holiday.mp4"]
    assert copy_edition(first, drive).written == []


class Korean(Newsroom):
    """A film with subtitles whose path a Mac takes apart."""

    def payload(self) -> dict[str, bytes]:
        return {**super().payload(), "films/바다/파도 é.mp4": FILM[::-1]}


def test_a_source_that_came_from_a_mac_is_copied_as_it_was_signed(
    tmp_path: Path, drive: Path
) -> None:
    source = tmp_path / "first"
    Korean().press(source)
    whole = tree(source)
    inner = source / "films/바다"
    (inner / "파도 é.mp4").rename(inner / normalize("NFD", "파도 é.mp4"))
    inner.rename(source / "films" / normalize("NFD", "바다"))
    copy_edition(source, drive)
    assert tree(drive) == whole
