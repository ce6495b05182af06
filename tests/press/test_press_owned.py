"""The press replaces and removes in its output folder only what this newsroom's presses made."""

from __future__ import annotations

import fcntl
import shutil
from datetime import date
from pathlib import Path

import pytest

from handbill.errors import DriveFailed, UsageError
from handbill.keys import ring, store
from handbill.press.cache import alone, cache_folder
from handbill.press.engine import Press, PressReport
from handbill.press.output import STAGE

STORY = "---\nid: {0}\ntitle: The {0}\ndate: 2026-11-03\n---\nText.\n"
PASSPHRASE = "correct horse battery"
CHEAP = store.Cost(1, 1 << 20)
TODAY = date(2026, 11, 24)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HANDBILL_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("handbill.reader.printing.printable", lambda *_: False)
    return tmp_path


def room(base: Path, name: str = "room") -> Path:
    folder = base / name
    (folder / "stories").mkdir(parents=True)
    made = ring.make_keys("solo", PASSPHRASE, today=TODAY, cost=CHEAP)
    (folder / "newsroom.toml").write_text(f'newsroom_id = "{made}"\nname = "P"\nlanguage = "en"\n')
    for story in ("boat", "lamp"):
        (folder / f"stories/{story}.md").write_text(STORY.format(story))
    return folder


def press(folder: Path, out: Path, *, draft: bool = False) -> PressReport:
    keys = None if draft else (lambda newsroom: ring.KeyRing.open(newsroom, PASSPHRASE))
    return Press(folder, out, TODAY, keys, single_files=0).run()


def test_without_its_cache_a_withdrawn_story_still_leaves_the_edition(base: Path) -> None:
    folder, out = room(base), base / "out"
    press(folder, out)
    (out / "holiday.jpg").write_bytes(b"theirs")
    shutil.rmtree(base / "cache")
    (folder / "stories/lamp.md").unlink()
    assert press(folder, out).number == 2
    assert [p.name for p in (out / "stories").iterdir()] == ["boat"]
    assert (out / "holiday.jpg").read_bytes() == b"theirs"


@pytest.mark.parametrize("harm", [b"", b"torn"])
def test_a_damaged_cache_does_not_hide_what_is_to_go(base: Path, harm: bytes) -> None:
    folder, out = room(base), base / "out"
    press(folder, out)
    (rows,) = cache_folder(folder).glob("out-*.rows")
    rows.write_bytes(harm)
    (folder / "stories/lamp.md").unlink()
    press(folder, out)
    assert [p.name for p in (out / "stories").iterdir()] == ["boat"]


def test_an_edition_of_another_newsroom_is_not_replaced(base: Path) -> None:
    ours, theirs, out = room(base), room(base, "other"), base / "out"
    press(theirs, out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    for draft in (True, False):
        with pytest.raises(DriveFailed, match="an edition of another newsroom"):
            press(ours, out, draft=draft)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("path", "said"), [("index.html", "did not make"), ("assets/handbill.css", "was not made by")]
)
def test_files_of_others_are_not_replaced(base: Path, path: str, said: str) -> None:
    folder, out = room(base), base / "out"
    (out / path).parent.mkdir(parents=True)
    (out / path).write_text("theirs")
    for _ in range(2):
        with pytest.raises(DriveFailed, match=said):
            press(folder, out)
    assert [p.read_text() for p in out.rglob("*") if p.is_file()] == ["theirs"]
    (out / path).unlink()
    assert press(folder, out).number == 1


@pytest.mark.parametrize("inside", [".", "stories", "films/new", "site"])
def test_a_newsroom_is_no_place_for_its_edition(base: Path, inside: str) -> None:
    folder = room(base)
    with pytest.raises(UsageError, match="the newsroom's own files"):
        press(folder, folder / inside, draft=True)
    assert press(folder, folder / "edition", draft=True).files


def test_another_press_at_work_is_not_disturbed(base: Path) -> None:
    folder, out = room(base), base / "out"
    press(folder, out, draft=True)
    (out / STAGE).mkdir()
    with alone(cache_folder(folder), out), pytest.raises(DriveFailed, match="another press"):
        press(folder, out, draft=True)
    assert (out / STAGE).is_dir()
    press(folder, out, draft=True)


def test_a_disk_without_locks_is_pressed_from(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    assert press(room(base), base / "out", draft=True).files


def test_a_draft_whose_cache_is_gone_is_replaced_and_told(base: Path) -> None:
    folder, out = room(base), base / "out"
    assert press(folder, out, draft=True).problems == ()
    shutil.rmtree(base / "cache")
    (folder / "stories/lamp.md").unlink()
    told = press(folder, out, draft=True).problems
    assert ["not remembered" in problem.text for problem in told] == [True]
    assert press(folder, out, draft=True).problems == ()


def test_an_edition_that_cannot_be_read_is_not_guessed_at(base: Path) -> None:
    folder, out = room(base), base / "out"
    press(folder, out)
    shutil.rmtree(base / "cache")
    (out / "_edition/targets/head.txt").write_text("")
    with pytest.raises(DriveFailed, match="damaged"):
        press(folder, out)
