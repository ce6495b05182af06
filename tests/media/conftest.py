"""Small films, sounds and pictures for the media tests, made once a session."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="the press extra is not installed")

Maker = Callable[..., Path]


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the session's sources lie."""
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the session: a film made in one test is not made again in the next."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def film(ffmpeg: str, studio: Path) -> Maker:
    """Make ``name`` in the studio from a moving picture and a tone, with ffmpeg's own arguments."""

    def make(
        name: str, *extra: str, picture: str = "s=192x108:r=25:d=1.5", sound: str = "d=1.5"
    ) -> Path:
        path = studio / name
        if not path.exists():
            command = [ffmpeg, "-v", "error", "-y", "-bitexact"]
            if picture:
                command += ["-f", "lavfi", "-i", f"testsrc2={picture}"]
            if sound:
                command += ["-f", "lavfi", "-i", f"sine=f=440:{sound}"]
            subprocess.run([*command, *extra, str(path)], check=True, timeout=60)
        return path

    return make


@pytest.fixture(scope="session")
def clip(film: Maker) -> Path:
    """A plain film of a second and a half, with sound."""
    return film("clip.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
