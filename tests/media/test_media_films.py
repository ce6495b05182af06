"""Films: what comes in, what comes out; hostile and broken sources; interruption and reuse."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from handbill.errors import DriveFailed, MediaRefused, ToolMissing
from handbill.media import FilmRendition, films, prepare_film
from handbill.media.encoder import encode
from handbill.protect import audit_file


@dataclass(frozen=True)
class Sub:
    language: str
    path: str
    label: str = ""


class Bar:
    """A progress bar that remembers."""

    def __init__(self) -> None:
        self.total: int | None = -1
        self.steps = 0
        self.unit = ""
        self.ended = 0

    def start(self, label: str, total: int | None, unit: str = "files") -> None:
        self.total, self.unit = total, unit

    def advance(self, n: int = 1, note: str = "") -> None:
        self.steps += n

    def done(self) -> None:
        self.ended += 1


@dataclass(frozen=True)
class Look:
    """What a made film is, by another reader than ours."""

    streams: list[str]
    codec: str
    profile: str
    pix_fmt: str
    refs_ok: bool
    rates: set[int]
    sample_rate: int
    channels: int


def look(made: FilmRendition) -> Look:
    with av.open(str(made.file)) as box:
        video, audio = box.streams.video[0], (box.streams.audio or [None])[0]
        times = sorted(p.pts for p in box.demux(video) if p.pts is not None)
        gaps = {b - a for a, b in pairwise(times)}
        context = video.codec_context
        return Look(
            [s.type for s in box.streams],
            context.name,
            str(video.profile),
            str(context.pix_fmt),
            context.has_b_frames <= 2,
            gaps,
            audio.codec_context.sample_rate if audio else 0,
            audio.codec_context.channels if audio else 0,
        )


def test_a_plain_film(clip: Path, cache: Path) -> None:
    made = prepare_film(clip.parent, clip.name, cache=cache)
    seen = look(made)
    assert seen.streams == ["video", "audio"]
    assert (seen.codec, seen.profile, seen.pix_fmt) == ("h264", "Main", "yuv420p")
    assert seen.refs_ok
    assert len(seen.rates) == 1, "one constant rate"
    assert (seen.sample_rate, seen.channels) == (48000, 2)
    assert (made.width, made.height, made.suffix) == (192, 108, ".mp4")
    assert made.duration_s == pytest.approx(1.5, abs=0.1)
    assert made.has_audio
    assert made.file.stat().st_size == made.length
    assert made.file.read_bytes()[32:][4:8] == b"moov", "plays while it is copied"
    assert made.poster.renditions[0].width == 192


def test_reused_without_work(clip: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = prepare_film(clip.parent, clip.name, cache=cache)
    monkeypatch.setattr(films, "encode", lambda *_, **__: pytest.fail("encoded again"))
    assert prepare_film(clip.parent, clip.name, cache=cache) == first


def test_byte_identical_again(clip: Path, cache: Path, tmp_path: Path) -> None:
    first = prepare_film(clip.parent, clip.name, cache=cache)
    assert prepare_film(clip.parent, clip.name, cache=tmp_path).sha256 == first.sha256


def test_progress_counts_seconds_twice(clip: Path, tmp_path: Path) -> None:
    bar = Bar()
    prepare_film(clip.parent, clip.name, cache=tmp_path, progress=bar)  # type: ignore[arg-type]
    assert (bar.total, bar.unit, bar.ended) == (3, "seconds", 1)
    assert 0 < bar.steps <= 4


X264 = ("-c:v", "libx264", "-preset", "ultrafast")
SILENT = {"sound": ""}

SOURCES: dict[str, tuple[str, tuple[str, ...], dict[str, str], tuple[int, int], bool]] = {
    "odd sizes": ("odd.mkv", ("-c:v", "ffv1"), {"picture": "s=101x75:r=25:d=1"}, (100, 76), True),
    "tall": ("tall.mp4", X264, {"picture": "s=108x192:r=25:d=1", **SILENT}, (108, 192), False),
    "wide pixels": (
        "sar.mp4",
        ("-vf", "setsar=16/11", *X264),
        {"picture": "s=176x144:r=25:d=1", **SILENT},
        (256, 144),
        False,
    ),
    "large": ("large.mp4", X264, {"picture": "s=1920x1080:r=30:d=0.4"}, (768, 432), True),
    "large at 25": (
        "l25.mp4",
        X264,
        {"picture": "s=1280x720:r=25:d=0.4", **SILENT},
        (854, 480),
        False,
    ),
    "sixty a second": (
        "r60.mp4",
        X264,
        {"picture": "s=160x90:r=60:d=1", **SILENT},
        (160, 90),
        False,
    ),
    "mpeg2 in mpeg": ("a.mpg", ("-c:v", "mpeg2video", "-c:a", "mp2"), {}, (192, 108), True),
    "webm": ("a.webm", ("-c:v", "libvpx", "-b:v", "200k", "-c:a", "libopus"), {}, (192, 108), True),
    "avi": ("a.avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame"), {}, (192, 108), True),
    "flv": ("a.flv", ("-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"), {}, (192, 108), True),
    "transport stream": ("a.ts", (*X264, "-c:a", "aac"), {}, (192, 108), True),
    "ogg": ("a.ogv", ("-c:v", "libtheora", "-c:a", "libvorbis"), {}, (192, 108), True),
    "ten bits": (
        "ten.mkv",
        ("-c:v", "libx264", "-pix_fmt", "yuv422p10le"),
        SILENT,
        (192, 108),
        False,
    ),
    "mono": ("mono.mp4", (*X264, "-ac", "1", "-c:a", "aac"), {}, (192, 108), True),
    "5.1": ("six.mkv", (*X264, "-ac", "6", "-c:a", "ac3"), {}, (192, 108), True),
    "interlaced": (
        "inter.mpg",
        ("-vf", "interlace", "-c:v", "mpeg2video", "-flags", "+ilme+ildct"),
        {"picture": "s=192x144:r=50:d=1", **SILENT},
        (192, 144),
        False,
    ),
    "variable rate": (
        "vfr.mkv",
        ("-vf", "select='not(mod(n,3))+lt(mod(n,7),4)'", "-fps_mode", "vfr", *X264),
        {"picture": "s=192x108:r=30:d=2"},
        (192, 108),
        True,
    ),
}


@pytest.mark.parametrize("what", SOURCES)
def test_takes(what: str, film: Any, cache: Path) -> None:
    name, arguments, source, size, has_audio = SOURCES[what]
    path = film(name, *arguments, **source)
    made = prepare_film(path.parent, path.name, cache=cache)
    seen = look(made)
    assert (seen.codec, seen.profile, seen.pix_fmt) == ("h264", "Main", "yuv420p")
    assert abs(made.width - size[0]) <= 2
    assert abs(made.height - size[1]) <= 2
    assert made.width % 2 == made.height % 2 == 0
    assert made.has_audio == has_audio == ("audio" in seen.streams)
    assert len(seen.rates) == 1
    assert audit_file(made.file) == ()
    if has_audio:
        assert (seen.sample_rate, seen.channels) == (48000, 2)


@pytest.mark.parametrize(("turn", "size"), [(90, (108, 192)), (180, (192, 108)), (270, (108, 192))])
def test_a_turned_phone_film_is_upright(
    turn: int, size: tuple[int, int], film: Any, ffmpeg: str, studio: Path, cache: Path
) -> None:
    base = film("base.mp4", *X264, picture="s=192x108:r=25:d=1", sound="")
    path = studio / f"turned{turn}.mp4"
    turned = ["-display_rotation", str(turn), "-i", str(base), "-c", "copy", str(path)]
    subprocess.run([ffmpeg, "-v", "error", "-y", *turned], check=True)
    made = prepare_film(studio, path.name, cache=cache)
    assert (made.width, made.height) == size
    with av.open(str(made.file)) as box:
        assert next(box.decode(video=0)).rotation == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("a.wav", ()), ("a.mp3", ("-c:a", "libmp3lame")), ("a.m4a", ("-c:a", "aac")), ("a.flac", ())],
)
def test_sound_alone_becomes_a_film_of_a_card(
    name: str, arguments: tuple[str, ...], film: Any, cache: Path
) -> None:
    path = film(name, *arguments, picture="")
    made = prepare_film(path.parent, name, cache=cache)
    assert look(made).streams == ["video", "audio"]
    assert made.duration_s == pytest.approx(1.5, abs=0.35)
    assert (made.width, made.height) == (640, 360)
    assert audit_file(made.file) == ()


def test_sound_with_a_poster_shows_it(film: Any, tmp_path: Path) -> None:
    from PIL import Image

    source = film("a.wav", picture="")
    (tmp_path / "a.wav").write_bytes(source.read_bytes())
    Image.new("RGB", (600, 600), (200, 30, 30)).save(tmp_path / "poster.png")
    made = prepare_film(tmp_path, "a.wav", poster_rel="poster.png", cache=tmp_path / "cache")
    with av.open(str(made.file)) as box:
        frame = next(box.decode(video=0)).to_image()
    red, green, _ = frame.getpixel((320, 180))
    assert red > 150
    assert green < 80
    assert made.poster.source == "poster.png"


def test_subtitles_and_what_is_wrong_with_them(clip: Path, cache: Path) -> None:
    room = clip.parent
    (room / "ko.srt").write_bytes("1\n00:00:00,500 --> 00:00:01,000\n안녕하세요\n".encode("cp949"))
    (room / "bad.srt").write_bytes(b"no cues in here")
    wanted = [Sub("ko", "ko.srt", "한국어"), Sub("en", "bad.srt"), Sub("fr", "none.srt")]
    made = prepare_film(room, clip.name, subtitles=wanted, cache=cache)
    assert [(c.language, c.label) for c in made.captions] == [("ko", "한국어")]
    assert "안녕하세요" in made.captions[0].vtt
    assert [p.source for p in made.problems] == ["bad.srt", "none.srt"]
    assert all(p.reason for p in made.problems)


def test_a_bad_poster_is_named_and_replaced(clip: Path, cache: Path) -> None:
    (clip.parent / "bad.jpg").write_bytes(b"\xff\xd8\xffnothing")
    made = prepare_film(clip.parent, clip.name, poster_rel="bad.jpg", cache=cache)
    assert [p.source for p in made.problems] == ["bad.jpg"]
    assert made.poster.renditions


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
HOSTILE = {
    "empty": b"",
    "words": b"only words, and many of them " * 50,
    "a playlist of local files": PLAYLIST,
    "a playlist of addresses": PLAYLIST.replace(b"file:///etc/passwd", b"http://127.0.0.1:9/a.ts"),
    "a list to join": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    "a manifest": b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>',
    "a zip in disguise": b"PK\x03\x04" + bytes(4000),
    "magic alone": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
    "an index that never ends": b"\0\0\0\x08ftyp" + b"\xff\xff\xff\xffmoov" + bytes(4000),
    "matroska of zeros": b"\x1aE\xdf\xa3" + bytes(4000),
    "avi of zeros": b"RIFF\xff\xff\xff\x7fAVI " + bytes(4000),
    "ogg of zeros": b"OggS" + bytes(4000),
    "transport stream of nothing": (b"\x47" + bytes(187)) * 40,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_refuses(what: str, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(HOSTILE[what])
    with pytest.raises(MediaRefused, match=r"film\.mp4"):
        prepare_film(tmp_path, "film.mp4", cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.mp4"))


def test_refuses_a_film_cut_short(film: Any, ffmpeg: str, tmp_path: Path) -> None:
    long = film("long.mkv", *X264, picture="s=192x108:r=25:d=8", sound="")
    data = long.read_bytes()
    (tmp_path / "cut.mkv").write_bytes(data[: len(data) // 3])
    with pytest.raises(MediaRefused, match="cut short"):
        prepare_film(tmp_path, "cut.mkv", cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("film.mp4"))


def test_refuses_an_mp4_without_its_index(clip: Path, tmp_path: Path) -> None:
    data = clip.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: data.rindex(b"moov") - 4])
    with pytest.raises(MediaRefused):
        prepare_film(tmp_path, "cut.mp4", cache=tmp_path / "cache")


@pytest.mark.parametrize("name", ["-y.mp4", "50%03d.mp4", "필름 1.mp4", "http:a.mp4", "a'b;c.mp4"])
def test_names_are_only_names(name: str, clip: Path, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(clip.read_bytes())
    assert prepare_film(tmp_path, name, cache=tmp_path / "50%d cache").source == name


def test_first_pass_outlives_an_interruption(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def interrupted(*arguments: Any, **options: Any) -> list[str]:
        number = "2" if "mp4" in arguments[1] else "1"
        runs.append(number)
        if number == "2" and runs.count("2") == 1:
            raise KeyboardInterrupt
        return encode(*arguments, **options)

    monkeypatch.setattr(films, "encode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare_film(clip.parent, clip.name, cache=tmp_path)
    assert not list(tmp_path.rglob("film.mp4"))
    assert not list((tmp_path / "tmp").iterdir())
    made = prepare_film(clip.parent, clip.name, cache=tmp_path)
    assert runs == ["1", "2", "2"]
    assert made.length
    assert not list((tmp_path / "resume").iterdir())


def test_a_damaged_first_pass_is_done_again(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(films, "finish", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        prepare_film(clip.parent, clip.name, cache=tmp_path)
    monkeypatch.undo()
    for stats in (tmp_path / "resume").rglob("pass1-0.log"):
        stats.write_bytes(b"rubbish")
    assert prepare_film(clip.parent, clip.name, cache=tmp_path).length


def test_a_full_disk_is_named(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for ffmpeg says what ffmpeg says; the cage would not let a script run."""
    monkeypatch.setattr("handbill.media.encoder._caged", lambda argv, *_: argv)
    full = tmp_path / "full"
    full.write_text(
        '#!/bin/sh\ncase "$1" in -version) echo ffmpeg version 0;; '
        "*) echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1;; esac\n"
    )
    full.chmod(0o755)
    with pytest.raises(DriveFailed, match="full"):
        prepare_film(clip.parent, clip.name, cache=tmp_path / "cache", ffmpeg=full)


def test_a_missing_ffmpeg_is_named(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolMissing):
        prepare_film(clip.parent, clip.name, cache=tmp_path, ffmpeg=tmp_path / "none")


def test_the_systems_ffmpeg_does_too(clip: Path, tmp_path: Path) -> None:
    found = shutil.which("ffmpeg")
    if not found:
        pytest.skip("this computer has no ffmpeg of its own")
    made = prepare_film(clip.parent, clip.name, cache=tmp_path, ffmpeg=Path(found))
    assert look(made).streams == ["video", "audio"]
    assert audit_file(made.file) == ()


def test_an_encoder_ends_with_a_press_that_is_killed(tmp_path: Path) -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("only Linux ends it then")
    code = (
        "from pathlib import Path\nfrom handbill.media.encoder import encode, find_encoder\n"
        "long = ['-f', 'lavfi', '-i', 'testsrc2=s=640x480:d=36000', '-c:v', 'libx264', '-f', 'null', '-']\n"
        f"encode(find_encoder(None), long, rel='x', room=Path({str(tmp_path)!r}))\n"
    )
    press = subprocess.Popen([sys.executable, "-c", code])
    children = Path(f"/proc/{press.pid}/task/{press.pid}/children")
    try:
        encoder = _soon(lambda: next((c for c in children.read_text().split() if _runs(c)), ""))
    finally:
        press.kill()
        press.wait()
    try:
        assert _soon(lambda: not _runs(encoder))
    finally:
        if _runs(encoder):
            os.kill(int(encoder), signal.SIGKILL)


def _runs(pid: str) -> bool:
    """Tell whether a process is ffmpeg, past its cage, and no corpse."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text()
        return "ffmpeg" in name and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _soon(found: Callable[[], Any]) -> Any:
    for _ in range(400):
        if value := found():
            return value
        time.sleep(0.05)
    raise AssertionError("not within 20 s")
