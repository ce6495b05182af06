"""A newsroom of media that nobody here made: wheels from PyPI and Debian's opencv-doc."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from handbill.newsroom.scan import load
from handbill.press.engine import Press
from handbill.protect import audit_file

ROOT = Path(__file__).resolve().parents[2]
FETCHED = ROOT / ".cache" / "real-media"
DEBIAN = Path("/usr/share/doc/opencv-doc/examples/data")
FILMS = ("bikes.mp4", "carphone_pristine.mp4", "cityCC0.mpg")
PICTURES = ("cityCC0.png", "faust_github.jpg", "kiwi.jpg", "Bubbles.jpg")
DEBIAN_FILMS = ("Megamind.avi", "vtest.avi", "tree.avi")
SUBTITLES = "1\r\n00:00:00,100 --> 00:00:01,000\r\n배가 떠난다\r\n".encode("cp949")


def cut(ffmpeg: str, source: Path, target: Path) -> None:
    """Keep the first two seconds as they are: no stream is made anew here."""
    target.parent.mkdir(parents=True)
    command = [ffmpeg, "-v", "fatal", "-i", source, "-t", "2", "-c", "copy", target]
    subprocess.run(list(map(str, command)), check=True, timeout=60)


def newsroom(folder: Path, films: list[Path], ffmpeg: str) -> None:
    (folder / "stories").mkdir(parents=True)
    (folder / "newsroom.toml").write_text('name = "Real"\nlanguage = "en"\nlanguages = ["en"]\n')
    for number, source in enumerate(films):
        name = f"film-{number}"
        cut(ffmpeg, source, folder / "films" / name / source.name)
        text = f"---\nid: {name}\ntitle: {source.stem}\nlanguage: en\n---\n"
        (folder / "films" / name / "film.en.md").write_text(text)
    (folder / "films/film-0/words.ko.srt").write_bytes(SUBTITLES)
    for name in PICTURES:
        shutil.copy(FETCHED / name, folder / "stories" / name)
        stem = name.split(".")[0].lower().replace("_", "-")
        text = (
            f"---\nid: {stem}\ntitle: {stem}\nlanguage: en\ndate: 2026-11-03\n"
            f"lead:\n  path: {name}\n  alt: A picture\n---\nText.\n"
        )
        (folder / "stories" / f"{stem}.md").write_text(text)


def test_media_that_nobody_here_made(
    ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not all((FETCHED / name).is_file() for name in (*FILMS, *PICTURES)):
        pytest.skip("real media are not fetched (run: tools/real_media.py)")
    films = [FETCHED / name for name in FILMS]
    films += [DEBIAN / name for name in DEBIAN_FILMS if (DEBIAN / name).is_file()]
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    newsroom(tmp_path / "room", films, ffmpeg)
    assert load(tmp_path / "room").problems == ()
    out = tmp_path / "out"
    report = Press(tmp_path / "room", out, date(2026, 11, 24), None, single_files=0).run()
    assert report.media_problems == ()
    made = [*out.glob("films/*.mp4"), *out.rglob("*.jpg")]
    assert len(list(out.glob("films/*.mp4"))) == len(films)
    assert [finding for file in made for finding in audit_file(file)] == []
    for path in out.rglob("stories/**/*.jpg"):
        with Image.open(path) as image:
            image.load()
            assert not image.getexif()
    page = (out / "watch/film-0/index.html").read_text("utf-8")
    track = re.search(r"text/vtt;base64,([A-Za-z0-9+/=]+)", page)
    assert track
    assert "배가 떠난다" in base64.b64decode(track[1]).decode()
