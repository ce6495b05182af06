"""Serving a draft goes on whatever happens to the folder and the disk meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from handbill.errors import NewsroomInvalid, UsageError
from handbill.press import serving
from handbill.press.cache import cache_folder
from handbill.press.serving import serve

TODAY = date(2026, 11, 24)
STORY = "---\nid: boat\ntitle: The boat\ndate: 2026-11-03\n---\nText.\n"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("handbill.reader.printing.printable", lambda *_: False)
    monkeypatch.setattr(serving, "PAUSE_S", 0)
    folder = tmp_path / "room"
    (folder / "stories").mkdir(parents=True)
    (folder / "newsroom.toml").write_text('name = "P"\nlanguage = "en"\n')
    (folder / "stories/boat.md").write_text(STORY)
    return folder


def served(room: Path, turns: int) -> list[str]:
    left: Iterator[int] = iter(range(turns))
    said: list[str] = []
    serve(
        room,
        today=lambda: TODAY,
        port=0,
        say=said.append,
        go_on=lambda: next(left, None) is not None,
    )
    return said


def test_a_file_that_goes_while_we_look_does_not_end_it(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, turn = serving.sources, iter(range(9))

    def flicker(folder: Path) -> object:
        if next(turn) == 0:
            raise NewsroomInvalid("room: cannot be read as a newsroom")
        return real(folder)

    monkeypatch.setattr(serving, "sources", flicker)
    assert [line for line in served(room, 3) if "made anew" in line]


def test_a_full_disk_is_told_and_does_not_end_it(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("handbill.press.engine.remember", full)
    assert "No space left on device" in served(room, 2)[-1]


def test_a_port_that_is_taken_is_told(room: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="port"):
            serve(room, today=lambda: TODAY, port=taken.getsockname()[1], say=print)


def test_what_nobody_remembers_of_a_preview_goes(room: Path) -> None:
    served(room, 1)
    out = cache_folder(room) / "preview"
    assert (out / "stories/boat/index.html").is_file()
    (room / "stories/boat.md").unlink()
    for rows in cache_folder(room).glob("out-*.rows"):
        rows.unlink()
    served(room, 1)
    assert (out / "index.html").is_file()
    assert not (out / "stories").exists()
