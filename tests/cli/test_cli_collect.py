"""Collecting through the command line: newsrooms, folders, failing drives, what is said."""

from __future__ import annotations

import ast
import errno
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handbill.carrier import tray
from handbill.cli.main import group
from handbill.errors import TrayFailed, UsageError


def run(*words: object) -> Result:
    return CliRunner().invoke(group, ["collect", *map(str, words)])


def ok(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output


@pytest.fixture
def drives(tmp_path: Path) -> list[Path]:
    made = []
    for d in range(3):
        bag = tmp_path / f"drive {d}" / "letters"
        bag.mkdir(parents=True)
        for n in range(d, d + 3):  # each letter travels on up to three drives
            (bag / f"{d}{n}.bin").write_bytes(b"\x01" + random.Random(n).randbytes(4095))
        made.append(bag.parent)
    return made


@pytest.fixture
def newsroom(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "newsroom.toml").write_text('name = "Far Shore"\n')
    return folder


def test_drives_come_into_a_newsrooms_tray(drives: list[Path], newsroom: Path) -> None:
    said = ok(*drives, "--into", newsroom)
    assert "still on the drives" in said
    assert len(list((newsroom / "tray").iterdir())) == 5
    assert (newsroom / "tray").stat().st_mode & 0o077 == 0
    rows = [json.loads(x) for x in ok(*drives, "--into", newsroom, "--json").splitlines()]
    assert [(r["taken"], r["known"]) for r in rows] == [(0, 3)] * 3


def test_a_courier_brings_drives_together_and_clears_them(
    drives: list[Path], tmp_path: Path
) -> None:
    third = tmp_path / "third"
    third.mkdir()
    rehearsed = ok(*drives, "--into", third / "letters", "--clear", "--dry-run")
    assert rehearsed.count("3 letters would be removed") == 3
    assert not (third / "letters").exists()
    said = ok(*drives, "--into", third / "letters", "--clear")
    assert said.count("3 letters removed") == 3
    assert "destroy the drive" in said
    assert len(list((third / "letters").iterdir())) == 5
    assert not [p for d in drives for p in d.rglob("*") if p.is_file()]


def test_no_date_shows_which_drive_a_letter_came_from(
    drives: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All drives are read before anything is written, and that in the order of the names."""
    real, seen = tray.write_all, []

    def noted(fd: int, data: bytes) -> None:
        seen.append(tray.letter_name(data))
        real(fd, data)

    monkeypatch.setattr(tray, "write_all", noted)
    ok(*drives, "--into", tmp_path / "letters", "--clear")
    assert seen == sorted(p.name for p in (tmp_path / "letters").iterdir())
    first = {tray.letter_name(b"\x01" + random.Random(n).randbytes(4095)) for n in range(3)}
    assert len(seen) == 5
    assert set(seen[:3]) != first  # else the order of drives would look the same


def test_a_missing_drive_stops_no_other(drives: list[Path], newsroom: Path) -> None:
    result = run(drives[0], newsroom / "gone", drives[1], "--into", newsroom)
    assert result.exit_code == 19
    assert "FAILED" in result.output
    assert len(list((newsroom / "tray").iterdir())) == 4
    result = run(newsroom / "gone", drives[2], "--into", newsroom, "--json")
    rows = [json.loads(x) for x in result.output.splitlines()]
    assert rows[0]["hint"]
    assert rows[1]["taken"] == 1


def test_what_is_no_drive_of_ours_and_what_was_not_read_is_said(
    drives: list[Path], newsroom: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (drives[0] / "letters/notes.txt").write_text("x")
    said = ok(tmp_path / "empty", drives[0], "--into", newsroom, "--limit", 1)
    assert "no letters folder" in said
    assert "not everything was read: 1 new letters were taken" in said
    assert "left alone: 1 of another size" in ok(drives[0], "--into", newsroom)


def test_a_target_that_is_not_there_is_refused(drives: list[Path], tmp_path: Path) -> None:
    assert isinstance(run(drives[0], "--into", tmp_path / "no/where").exception, UsageError)
    (tmp_path / "file").write_text("")
    assert run(drives[0], "--into", tmp_path / "file").exit_code == 2


def test_a_full_target_is_named_and_no_other_drive_is_tried(
    drives: list[Path], newsroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def full(fd: int, data: bytes) -> None:
        tried.append(data)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tray, "write_all", full)
    failed = run(*drives, "--into", newsroom, "--clear").exception
    assert isinstance(failed, TrayFailed)
    assert str(newsroom / "tray") in str(failed)
    assert len(tried) == 1


def test_a_couriers_computer_loads_nothing_that_opens_letters() -> None:
    """What is imported when letters are collected, in a process of its own."""
    code = (
        "import sys, handbill.cli.main as m; m.group.get_command(None, 'collect');"
        "print(sorted(n for n in sys.modules if n.startswith('handbill.')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name.split(".")[1] for name in ast.literal_eval(out.stdout)}
    assert "carrier" in rooms
    assert not rooms & {"letters", "desk", "rules", "press", "reader", "newsroom", "media"}
