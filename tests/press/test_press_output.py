"""The edition's folder survives interruption, keeps what is unchanged, and touches nothing else."""

import hashlib
import os
from pathlib import Path

import pytest

from handbill.errors import DriveFailed, UnsafePath
from handbill.press.output import FIXED_TIME, STAGE, Output, Record


def _press(root: Path, files: dict[str, bytes], known: dict[str, Record] | None = None) -> Output:
    out = Output(root, known or {})
    out.begin()
    for path, data in files.items():
        key = hashlib.sha256(data).hexdigest()
        if not out.keep(path, key):
            out.put(path, key, data)
    out.commit()
    return out


def _tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_files_stand_with_one_date_and_true_hashes(tmp_path: Path) -> None:
    data = os.urandom(3 << 20) + b"tail"
    out = _press(
        tmp_path / "e", {"index.html": b"<p>", "stories/a/index.html": b"a", "b.bin": data}
    )
    assert _tree(tmp_path / "e") == {
        "index.html": b"<p>",
        "stories/a/index.html": b"a",
        "b.bin": data,
    }
    entry = out.records["b.bin"].entry
    assert entry.sha256 == hashlib.sha256(data).hexdigest()
    assert entry.chunks[-32:] == hashlib.sha256(b"tail").digest()
    assert len(entry.chunks) == 4 * 32
    assert {p.stat().st_mtime for p in (tmp_path / "e").rglob("*") if p.is_file()} == {FIXED_TIME}
    assert not (tmp_path / "e" / STAGE).exists()


def test_unchanged_files_are_kept_and_changed_places_are_seen(tmp_path: Path) -> None:
    files = {"index.html": b"1", "a.html": b"2", "c.html": b"3"}
    first = _press(tmp_path, files)
    assert _press(tmp_path, files, first.records).written == []
    (tmp_path / "a.html").write_bytes(b"X")
    (tmp_path / "c.html").unlink()
    assert sorted(_press(tmp_path, files, first.records).written) == ["a.html", "c.html"]
    assert _tree(tmp_path) == files


def test_dropped_files_go_and_foreign_ones_stay(tmp_path: Path) -> None:
    first = _press(tmp_path, {"index.html": b"1", "stories/old/index.html": b"2"})
    (tmp_path / "mine.txt").write_text("mine")
    _press(tmp_path, {"index.html": b"1"}, first.records)
    assert _tree(tmp_path) == {"index.html": b"1", "mine.txt": b"mine"}
    assert not (tmp_path / "stories").exists()


def test_an_interrupted_press_leaves_the_earlier_tree(tmp_path: Path) -> None:
    first = _press(tmp_path, {"index.html": b"1", "a.html": b"2"})
    second = Output(tmp_path, first.records)
    second.begin()
    second.put("a.html", "k", b"new")
    # killed here: the next press begins again
    assert _tree(tmp_path) == {"index.html": b"1", "a.html": b"2", f"{STAGE}/a.html": b"new"}
    _press(tmp_path, {"index.html": b"1", "a.html": b"2"}, first.records)
    assert _tree(tmp_path) == {"index.html": b"1", "a.html": b"2"}


@pytest.mark.parametrize("path", ["../out.html", "a/../../out.html", "/out.html", "con/index.html"])
def test_no_path_leaves_the_folder_or_cannot_stand_on_a_drive(tmp_path: Path, path: str) -> None:
    out = Output(tmp_path / "e", {})
    out.begin()
    with pytest.raises(UnsafePath):
        out.put(path, "k", b"x")
    out.abandon()
    assert [p.name for p in tmp_path.iterdir()] == ["e"]
    assert _tree(tmp_path) == {}


def test_links_in_the_tree_are_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.html").write_text("theirs")
    root = tmp_path / "e"
    root.mkdir()
    (root / "stories").symlink_to(outside)
    with pytest.raises(UnsafePath):
        _press(root, {"stories/a.html": b"ours"})
    known = _press(tmp_path / "f", {"stories/a.html": b"ours"}).records
    _press(root, {"index.html": b"1"}, known)
    assert (outside / "a.html").read_text() == "theirs"
    with pytest.raises(UnsafePath):
        Output(root / "stories", {}).begin()


def test_a_full_disk_is_said_and_the_earlier_tree_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _press(tmp_path, {"index.html": b"1"})

    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    out = Output(tmp_path, first.records)
    out.begin()
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DriveFailed, match="No space left"):
        out.put("index.html", "k", b"22")
    out.abandon()
    assert _tree(tmp_path) == {"index.html": b"1"}


@pytest.mark.parametrize("path", ["/{}", "../mine.txt", "a/../../mine.txt", "C:\\mine.txt"])
def test_nothing_outside_is_removed_whatever_is_remembered(tmp_path: Path, path: str) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    path = path.format(mine)
    _press(tmp_path / "e", {"index.html": b"1"}, {path: Record(path, "", 4, "", "")})
    assert mine.read_text() == "mine"
