"""What the press does with media that could not be made as they should be."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from handbill.errors import DriveFailed, HandbillError, ToolMissing
from handbill.media.values import MediaProblem
from handbill.press import prepare
from handbill.press.cache import cache_folder
from handbill.press.engine import Press, PressReport

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="the press extra is not installed")

STORY = "---\nid: boat\ntitle: The boat\ndate: 2026-11-03\n---\n![A boat](a/p.jpg)\n"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("handbill.reader.printing.printable", lambda *_: False)
    folder = tmp_path / "room"
    (folder / "stories/a").mkdir(parents=True)
    (folder / "newsroom.toml").write_text('name = "P"\nlanguage = "en"\n')
    Image.effect_noise((600, 400), 50).convert("RGB").save(folder / "stories/a/p.jpg")
    (folder / "stories/boat.md").write_text(STORY)
    return folder


def press(room: Path) -> PressReport:
    out = room.parent / "out"
    return Press(room, out, date(2026, 11, 24), None, single_files=0).run()


def film(room: Path) -> Path:
    place = room / "films/ferry"
    place.mkdir(parents=True)
    (place / "film.en.md").write_text("---\nid: ferry\ntitle: Ferry\n---\n")
    make = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=5:d=1", "-c:v", "mpeg4", place / "a.mp4"]
    tool = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([tool, "-v", "error", *map(str, make)], check=True, timeout=60)
    return place


def test_subtitles_that_cannot_be_read_are_told_at_every_press(room: Path) -> None:
    place = film(room)
    (place / "a.en.srt").write_bytes(b"no subtitles")
    for _ in range(2):
        report = press(room)
        told = MediaProblem(
            "films/ferry/a.en.srt",
            "not subtitles that we accept",
            report.media_problems[0].hint,
        )
        assert report.media_problems == (told,)
    (place / "a.en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    assert press(room).media_problems == ()


@pytest.mark.parametrize("error", [DriveFailed("cache: full"), ToolMissing("ffmpeg: not found")])
def test_what_is_no_fault_of_a_source_stops_the_press(
    room: Path, monkeypatch: pytest.MonkeyPatch, error: HandbillError
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(prepare.media, "prepare_picture", fail)
    with pytest.raises(type(error)):
        press(room)
    monkeypatch.undo()


def test_copies_of_one_picture_are_made_at_once(room: Path) -> None:
    names = [f"a/copy{n}.jpg" for n in range(6)]
    for name in names:
        (room / "stories" / name).write_bytes((room / "stories/a/p.jpg").read_bytes())
    text = "\n\n".join(f"![A boat]({name})" for name in names)
    (room / "stories/boat.md").write_text(STORY + text)
    assert press(room).media_problems == ()


def test_what_was_damaged_in_the_cache_is_not_published_and_made_anew(room: Path) -> None:
    press(room)
    (kept,) = room.parent.glob("out/stories/boat/p-480-*.jpg")
    data = kept.read_bytes()
    kept.unlink()
    (made,) = cache_folder(room).glob("stills/*/*/480.jpg")
    made.write_bytes(data[:-9] + bytes(9))
    with pytest.raises(DriveFailed, match="was damaged"):
        press(room)
    assert not kept.exists()
    assert press(room).media_problems == ()
    assert kept.read_bytes() == data


def test_another_release_looks_at_its_media_again(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(room)
    monkeypatch.setattr(prepare, "_SHAPE", prepare._SHAPE.replace("media ", "media 9.9."))
    seen = []
    monkeypatch.setattr("handbill.protect.audit_file", lambda path: seen.append(path) or ())
    press(room)
    assert seen


def test_subtitles_that_are_not_clean_are_left_out_and_told(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = film(room)
    (place / "a.en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    monkeypatch.setattr("handbill.media.captions.to_srt", lambda cues: "NOTE kept\n")
    for _ in range(2):
        (told,) = press(room).media_problems
        assert told.source == "films/ferry/a.en.srt"
        assert "not clean" in told.reason
    assert not [*room.parent.glob("out/films/*.srt")]
