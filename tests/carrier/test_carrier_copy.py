"""Copying to drives that fail, lie, are pulled out, or hold what is not ours."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest

from handbill.carrier.copy import copy_edition
from handbill.carrier.drive import Drive, Source
from handbill.edition.judge import Verdict
from handbill.edition.verify import verify_edition
from handbill.errors import DriveFailed, FormatError, HandbillError, UnsafePath

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from bags import full_after, tree
from samples import FILM, ROOT_1, ROOT_2, Newsroom

FILM_PATH = "films/The film 1.mp4"
FILM_2 = FILM[::-1]


class Second(Newsroom):
    """An edition that changes a page, drops the film and brings another."""

    def payload(self) -> dict[str, bytes]:
        return {
            "index.html": b"<!doctype html><title>new door</title>",
            "stories/a/index.html": b"<!doctype html><title>a, corrected</title>",
            "films/The film 2.mp4": FILM_2,
            "films/The film 2.srt": b"2\n",
        }


def pressed(room: Newsroom, out: Path, number: int) -> Path:
    room.press(out, number)
    proof = out / "films/The film 1.proof.txt"
    if not (out / FILM_PATH).exists() and proof.exists():
        proof.rename(out / "films/The film 2.proof.txt")
    return out


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return pressed(Newsroom(), tmp_path / "first", 1)


@pytest.fixture
def second(tmp_path: Path, first: Path) -> Path:
    room = Newsroom()
    room.press(tmp_path / "again", 1)
    shutil.rmtree(tmp_path / "again")
    return pressed(Second(past=list(room.past)), tmp_path / "second", 2)


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters/sealed").write_bytes(b"a letter")
    (folder / "family.jpg").write_bytes(b"theirs")
    return folder


THEIRS = {
    "letters/sealed": sha256(b"a letter").hexdigest(),
    "family.jpg": sha256(b"theirs").hexdigest(),
}


def test_a_copy_is_the_edition_and_nothing_else_changes(first: Path, drive: Path) -> None:
    report = copy_edition(first, drive)
    assert tree(drive) == tree(first) | THEIRS
    assert report.written[0] == "_edition/metadata/1.root.json"
    assert report.written[-1] == "index.html"
    again = copy_edition(first, drive)
    assert again.written == []
    assert again.same == len(report.written)


def test_an_update_writes_what_changed_and_drops_what_went(
    first: Path, second: Path, drive: Path
) -> None:
    copy_edition(first, drive)
    report = copy_edition(second, drive)
    assert set(report.dropped) >= {FILM_PATH, "films/The film 1.srt", "films/The film 1.proof.txt"}
    assert tree(drive) == tree(second) | THEIRS


def test_packed_proofs_that_an_edition_has_no_more_are_dropped_and_a_strangers_not_carried(
    tmp_path: Path, drive: Path
) -> None:
    many = Newsroom(more=400)
    many.press(tmp_path / "many", 1)
    copy_edition(tmp_path / "many", drive)
    assert (drive / "_edition/proofs/1.proofs.txt").is_file()
    many.more = 0
    few = pressed(many, tmp_path / "few", 2)
    (few / "_edition/proofs/3.proofs.txt").write_bytes(b"reader 7")
    copy_edition(few, drive)
    assert [p.name for p in (drive / "_edition/proofs").iterdir()] == ["0.proofs.txt"]
    assert verify_edition(drive).verdict is Verdict.GENUINE


def test_an_older_edition_never_replaces_a_newer_one(
    first: Path, second: Path, drive: Path
) -> None:
    copy_edition(second, drive)
    before = tree(drive)
    with pytest.raises(DriveFailed) as refused:
        copy_edition(first, drive)
    assert "edition 2 already" in str(refused.value)
    assert refused.value.hint
    assert tree(drive) == before


def test_a_thiefs_high_number_does_not_keep_a_drive_from_newer_keys(
    first: Path, tmp_path: Path, drive: Path
) -> None:
    Newsroom().press(tmp_path / "forged", 999)
    copy_edition(tmp_path / "forged", drive)
    Newsroom((ROOT_1, ROOT_2), 2).press(tmp_path / "ours", 3)
    copy_edition(tmp_path / "ours", drive)
    assert verify_edition(drive).number == 3


def test_a_dry_run_touches_nothing(first: Path, second: Path, drive: Path) -> None:
    copy_edition(first, drive)
    before = tree(drive)
    report = copy_edition(second, drive, dry_run=True)
    assert "films/The film 2.mp4" in report.written
    assert tree(drive) == before


class Pulled(Exception):
    """The drive is gone."""


def data_of(source: Source) -> bytes:
    return source if isinstance(source, bytes) else (source[0] / source[1]).read_bytes()


def pulled_at(limit: int, seen: list[str], keeps: int = 0) -> type[Drive]:
    """A drive that is pulled out before its ``limit``-th change, or in the middle of a write.

    Of what was not yet synced it keeps all, parts or nothing, another one for each ``keeps``.
    """

    class Pull(Drive):
        def _count(self, what: str) -> None:
            seen.append(what)
            if len(seen) > limit:
                raise Pulled

        def create_all(
            self,
            files: Sequence[tuple[str, Source]],
            advance: Callable[[int, str], object],
        ) -> None:
            begun: list[tuple[str, bytes]] = []
            for path, source in files:
                seen.append(f"create {path}")
                begun.append((path, data_of(source)))
                if len(seen) > limit:
                    self._tear(begun, advance)
            super().create_all(begun, advance)

        def _tear(
            self, begun: Sequence[tuple[str, bytes]], advance: Callable[[int, str], object]
        ) -> NoReturn:
            for i, (path, data) in enumerate(begun):
                kept = (i + keeps) % 4
                if kept < 3:
                    part = (data, data[: len(data) // 2], b"")[kept]
                    super().create_all([(path, part)], advance)
            raise Pulled

        def unlink(self, path: str) -> None:
            self._count(f"unlink {path}")
            super().unlink(path)

    return Pull


def whole_somewhere(drive: Path, edition: Path, path: str) -> bool:
    wanted = sha256((edition / path).read_bytes()).hexdigest()
    return wanted in tree(drive).values()


def test_pulled_out_at_any_moment_nothing_is_lost_and_it_goes_on(
    first: Path, second: Path, tmp_path: Path
) -> None:
    seen: list[str] = []
    whole = tmp_path / "whole"
    whole.mkdir()
    copy_edition(first, whole)
    copy_edition(second, whole, open_drive=pulled_at(10**6, seen))
    assert len(seen) > 30
    for limit, keeps in zip(range(len(seen)), itertools.cycle(range(4)), strict=False):
        drive = tmp_path / f"drive {limit}"
        shutil.copytree(whole.parent / "first", drive)
        (drive / "family.jpg").write_bytes(b"theirs")
        with pytest.raises(Pulled):
            copy_edition(second, drive, open_drive=pulled_at(limit, [], keeps))
        # Of every page, the old or the new one is whole somewhere on the drive.
        for path in ("index.html", "stories/a/index.html"):
            assert whole_somewhere(drive, first, path) or whole_somewhere(drive, second, path), (
                limit
            )
        copy_edition(second, drive)
        assert tree(drive) == tree(second) | {"family.jpg": THEIRS["family.jpg"]}, (
            limit,
            keeps,
            seen[limit],
        )
        shutil.rmtree(drive)


def test_pulled_out_of_an_empty_drive_it_goes_on(first: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    (tmp_path / "w").mkdir()
    copy_edition(first, tmp_path / "w", open_drive=pulled_at(10**6, seen))
    for limit, keeps in zip(range(len(seen)), itertools.cycle(range(4)), strict=False):
        drive = tmp_path / f"drive {limit}"
        drive.mkdir()
        with pytest.raises(Pulled):
            copy_edition(first, drive, open_drive=pulled_at(limit, [], keeps))
        assert verify_edition(drive).verdict is not Verdict.GENUINE or limit > len(seen) - 3
        copy_edition(first, drive)
        assert tree(drive) == tree(first), (limit, keeps)


class Many(Newsroom):
    """An edition of more small files than are written at once."""

    def payload(self) -> dict[str, bytes]:
        return super().payload() | {f"films/{n:03}.srt": b"%d\n" % n for n in range(150)}


class Watched(Drive):
    """A drive that notes what is on it for good when the next files are begun."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.batches: list[list[str]] = []
        self.late: list[str] = []
        self.synced: set[int] = set()

    def create_all(
        self, files: Sequence[tuple[str, Source]], advance: Callable[[int, str], object]
    ) -> None:
        for path in itertools.chain.from_iterable(self.batches):
            for place in (self.root / path, *(self.root / path).parents):
                if place == self.root.parent:
                    break
                if place.stat().st_ino not in self.synced:
                    self.late.append(path)
        self.batches.append([path for path, _ in files])
        super().create_all(files, advance)


@pytest.mark.skipif(os.name == "nt", reason="Windows syncs no folders")
def test_small_files_are_synced_together_and_before_what_speaks_of_them(
    tmp_path: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pressed(Many(), tmp_path / "first", 1)
    opened: list[Watched] = []
    sync = os.fsync

    def spy(fd: int) -> None:
        opened[0].synced.add(os.fstat(fd).st_ino)
        sync(fd)

    def watched(folder: Path) -> Watched:
        opened.append(Watched(folder))
        return opened[0]

    monkeypatch.setattr(os, "fsync", spy)
    report = copy_edition(first, drive, open_drive=watched)
    batches = opened[0].batches
    assert opened[0].late == []
    assert list(itertools.chain.from_iterable(batches)) == report.written
    assert batches[0] == ["_edition/metadata/1.root.json"]
    assert batches[-1] == ["index.html"]
    assert max(map(len, batches)) == 64
    together = [path for batch in batches if len(batch) > 1 for path in batch]
    assert not [p for p in together if p.startswith(("_edition/metadata", "_edition/targets"))]
    assert len(batches) < 30


@pytest.mark.parametrize("after", [0, 3, 70])
def test_a_drive_that_fills_up_among_small_files_goes_on_with_room(
    tmp_path: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    first = pressed(Many(), tmp_path / "first", 1)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full_after(after))
        with pytest.raises(DriveFailed, match="space") as failed:
            copy_edition(first, drive)
    assert failed.value.hint
    assert not (drive / "index.html").exists()
    copy_edition(first, drive)
    assert tree(drive) == tree(first) | THEIRS


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.ENODEV])
def test_a_broken_drive_is_an_answer_with_a_hint(first: Path, drive: Path, number: int) -> None:
    class Broken(Drive):
        def create_all(
            self,
            files: Sequence[tuple[str, Source]],
            advance: Callable[[int, str], object],
        ) -> None:
            raise OSError(number, os.strerror(number))

    with pytest.raises(DriveFailed) as failed:
        copy_edition(first, drive, open_drive=Broken)
    assert failed.value.hint
    assert tree(drive) == THEIRS


def test_a_drive_too_small_is_refused_before_a_byte(first: Path, drive: Path) -> None:
    class Full(Drive):
        def free(self) -> int:
            return 100_000

    with pytest.raises(DriveFailed, match="free"):
        copy_edition(first, drive, open_drive=Full)
    assert tree(drive) == THEIRS


def test_a_drive_that_lies_is_found_out(first: Path, drive: Path) -> None:
    class Liar(Drive):
        def read_back(self, paths: Sequence[str]) -> list[tuple[int, str] | None]:
            found = super().read_back(paths)
            return [
                (len(FILM), "0" * 64) if p == FILM_PATH else f
                for p, f in zip(paths, found, strict=True)
            ]

    with pytest.raises(DriveFailed, match="other bytes"):
        copy_edition(first, drive, open_drive=Liar)


def test_a_damaged_source_is_the_sources_fault(first: Path, drive: Path) -> None:
    data = bytearray((first / FILM_PATH).read_bytes())
    data[5] ^= 1
    (first / FILM_PATH).write_bytes(data)
    with pytest.raises(FormatError, match="damaged"):
        copy_edition(first, drive)
    assert not (drive / FILM_PATH).exists()
    assert not (drive / "index.html").exists()


def test_a_source_that_is_cut_short_is_refused_before_a_byte(first: Path, drive: Path) -> None:
    (first / FILM_PATH).write_bytes(b"short")
    with pytest.raises(FormatError):
        copy_edition(first, drive)
    assert tree(drive) == THEIRS


def test_a_forged_source_is_refused(first: Path, drive: Path) -> None:
    head = first / "_edition/targets/head.txt"
    head.write_bytes(head.read_bytes().replace(b"items: 3", b"items: 4"))
    with pytest.raises(HandbillError):
        copy_edition(first, drive)
    assert tree(drive) == THEIRS


@pytest.mark.parametrize("path", ["films", "index.html", "_edition", "_edition/targets"])
def test_links_on_the_drive_are_never_followed(
    first: Path, drive: Path, tmp_path: Path, path: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep").write_bytes(b"keep")
    (drive / path).parent.mkdir(parents=True, exist_ok=True)
    (drive / path).symlink_to(outside if path != "index.html" else outside / "keep")
    with contextlib.suppress(UnsafePath, DriveFailed):
        copy_edition(first, drive)
    assert tree(outside) == {"keep": sha256(b"keep").hexdigest()}
    assert (drive / path).is_symlink()


def test_another_newsrooms_edition_is_left_alone(first: Path, drive: Path) -> None:
    from samples import key, roots

    other = roots.Root(
        1,
        "2026-01-01",
        {
            "root": (1, (key("root", 7).public,)),
            "targets": (1, (key("editor").public,)),
            "snapshot": (1, (key("press").public,)),
            "timestamp": (1, (key("press").public,)),
        },
    )
    Newsroom((roots.render(other, [key("root", 7)]),)).press(drive)
    before = tree(drive)
    report = copy_edition(first, drive)
    assert Path(report.folder) != drive
    assert {k: v for k, v in tree(drive).items() if k in before} == before
    assert tree(Path(report.folder)) == tree(first)


def test_files_of_others_with_our_names_are_not_overwritten(first: Path, drive: Path) -> None:
    (drive / "index.html").write_bytes(b"somebody's own page")
    report = copy_edition(first, drive)
    assert (drive / "index.html").read_bytes() == b"somebody's own page"
    assert tree(Path(report.folder)) == tree(first)


def test_a_drive_that_is_not_there(first: Path, tmp_path: Path) -> None:
    with pytest.raises(DriveFailed, match="not a folder"):
        copy_edition(first, tmp_path / "nowhere")


@pytest.mark.skipif(os.name == "nt", reason="Windows syncs no folders")
def test_a_file_is_synced_with_its_time_then_its_folder_and_each_new_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive, synced, sync = tmp_path / "drive", [], os.fsync
    drive.mkdir()
    (tmp_path / "film").write_bytes(FILM)

    def spy(fd: int) -> None:
        synced.append((os.stat(fd).st_ino, os.stat(fd).st_mtime))
        sync(fd)

    monkeypatch.setattr(os, "fsync", spy)
    out = Drive(drive)
    out.create("a/b/film", (tmp_path, "film"), lambda _n: None)
    made = [drive / "a/b/film", drive / "a/b", drive / "a", drive]
    assert [number for number, _ in synced] == [path.stat().st_ino for path in made]
    assert synced[0][1] == 1_577_836_800
    assert (drive / "a/b/film").read_bytes() == FILM
    synced.clear()
    out.create("a/b/page", b"short", lambda _n: None)
    assert [number for number, _ in synced] == [
        (drive / path).stat().st_ino for path in ("a/b/page", "a/b")
    ]
    synced.clear()
    out.unlink("a/b/page")
    out.unlink("a/b/page")
    assert [number for number, _ in synced] == [(drive / "a/b").stat().st_ino] * 2
