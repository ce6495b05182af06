"""What the press remembers never outlives what it came from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from handbill.errors import NewsroomInvalid
from handbill.press.cache import cache_folder
from handbill.press.engine import Press

TEXT = "---\nid: {0}\ntitle: {0}\nlanguage: en\ndate: 2026-11-03\nrisk: no \n{1}---\n{2}\n"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "room"
    (folder / "stories").mkdir(parents=True)
    settings = 'name = "Paper"\nlanguage = "en"\n[sections.water]\nen = "Water"\n'
    (folder / "newsroom.toml").write_text(settings)
    put(folder, "boat", "section: water\nrelated:\n  - bridge\n", "A boat.")
    put(folder, "bridge", "", "A bridge.")
    return folder


def put(room: Path, name: str, more: str, body: str) -> None:
    (room / f"stories/{name}.md").write_text(TEXT.format(name, more, body))


def press(room: Path) -> Path:
    out = room.parent / "out"
    Press(room, out, date(2026, 11, 24), None, single_files=0).run()
    return out


def page(out: Path, name: str) -> str:
    return (out / f"stories/{name}/index.html").read_text("utf-8")


def test_a_text_marked_at_risk_is_withheld_even_where_its_date_and_size_stayed(room: Path) -> None:
    path = room / "stories/boat.md"
    out = press(room)
    assert (out / "stories/boat").exists()
    before = path.stat()
    path.write_text(path.read_text().replace("risk: no ", "risk: yes"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert not (press(room) / "stories/boat").exists()


def test_an_edited_text_is_read_again_and_others_are_not(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.newsroom import scan

    press(room)
    seen: list[str] = []
    real = scan.read

    def counted(path: str, text: str) -> object:
        seen.append(path)
        return real(path, text)

    monkeypatch.setattr(scan, "read", counted)
    put(room, "bridge", "", "Another bridge.")
    assert "Another bridge." in page(press(room), "bridge")
    assert seen == ["stories/bridge.md"]


BREAKS: dict[str, Callable[[Path], object]] = {
    "bridge": lambda r: (r / "stories/bridge.md").unlink(),
    "water": lambda r: (r / "newsroom.toml").write_text('name = "Paper"\nlanguage = "en"\n'),
}


@pytest.mark.parametrize("named", BREAKS)
def test_what_a_remembered_text_names_is_looked_for_again(room: Path, named: str) -> None:
    press(room)
    BREAKS[named](room)
    with pytest.raises(NewsroomInvalid, match=rf"stories/boat.md:[0-9]+: .*{named}"):
        press(room)


@pytest.mark.parametrize("data", [b"", b"x", b"handbill", b"[]\n" * 9])
def test_a_torn_memory_is_none(room: Path, data: bytes) -> None:
    out = press(room)
    before = page(out, "boat")
    rows = next(cache_folder(room).glob("stories.rows"))
    whole = rows.read_bytes()
    for torn in (data, whole[: len(whole) // 2], whole.replace(b"A boat.", b"A b")):
        rows.write_bytes(torn)
        assert "boat" in page(press(room), "boat")
    rows.unlink()
    assert page(press(room), "boat") == before


def test_a_text_that_changes_while_the_press_runs_stops_it(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.press import engine

    out = press(room)
    before = page(out, "boat")
    put(room, "bridge", "", "Another bridge.")
    real = engine.load

    def late(folder: Path, known: object) -> object:
        loaded = real(folder, known)  # type: ignore[arg-type]
        put(room, "boat", "section: water\nrelated:\n  - bridge\n", "Somebody is writing here.")
        return loaded

    monkeypatch.setattr(engine, "load", late)
    with pytest.raises(NewsroomInvalid, match=r"stories/boat.md: changed while the press ran"):
        press(room)
    assert page(out, "boat") == before
    monkeypatch.undo()
    monkeypatch.setenv("HANDBILL_CACHE", str(room.parent / "cache"))
    assert "Somebody is writing here." in page(press(room), "boat")


def test_a_press_after_another_gives_the_bytes_of_a_press_from_nothing(room: Path) -> None:
    press(room)
    put(room, "bridge", "film: \n", "Another *bridge*, and a [boat](boat.md).")
    again = {p: p.read_bytes() for p in sorted(press(room).rglob("*")) if p.is_file()}
    for rows in cache_folder(room).glob("*.rows"):
        rows.unlink()
    assert {p: p.read_bytes() for p in sorted(press(room).rglob("*")) if p.is_file()} == again


def test_a_text_is_read_again_where_a_coarse_clock_hides_its_change(room: Path) -> None:
    put(room, "boat", "", "One boat is here.")
    path = room / "stories/boat.md"
    whole = (time.time_ns() // 10**9 + 1) * 10**9
    os.utime(path, ns=(whole, whole))
    press(room)
    path.write_text(path.read_text().replace("here", "gone"))
    os.utime(path, ns=(whole, whole))
    assert "One boat is gone." in page(press(room), "boat")
