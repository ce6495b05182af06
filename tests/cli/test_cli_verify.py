"""Hostile drives through the command line: verify and copy answer, whatever names lie there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from samples import Newsroom

ESCAPE = "\x1b]0;owned\x07\x1b[2K"


def handbill(*words: object, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a person does, with the streams of a UTF-8 terminal's pipe."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHONIO", "LC_", "LANG"))}
    env |= {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8:strict"} | more
    argv = [sys.executable, "-m", "handbill", *map(str, words)]
    return subprocess.run(argv, env=env, check=False, capture_output=True, timeout=60)


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    Newsroom().press(tmp_path / "edition")
    return tmp_path / "edition"


def test_a_name_that_is_no_text_is_reported_and_not_stumbled_over(edition: Path) -> None:
    (edition / os.fsdecode(b"\xff\xfe.exe")).write_bytes(b"")
    asked = handbill("verify", edition, "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["foreign"] == ["\udcff\udcfe.exe"]
    assert handbill("verify", edition).returncode == 0


def test_a_terminal_of_another_alphabet_gets_an_answer(edition: Path) -> None:
    asked = handbill("verify", edition, "--json", PYTHONIOENCODING="latin-1:strict")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["words"]["ko"]
    (edition / "films/The film 1.srt").unlink()
    (edition / "영상.exe").write_bytes(b"")
    assert b"somebody else" in handbill("verify", edition, PYTHONIOENCODING="latin-1:strict").stdout


@pytest.mark.parametrize("command", ["copy", "collect", "verify"])
def test_no_name_on_a_drive_steers_the_terminal(
    edition: Path, tmp_path: Path, command: str
) -> None:
    drive = tmp_path / "drive"
    inside = drive / f"x{ESCAPE}"
    shutil.copytree(edition, inside)
    (inside / "letters").mkdir()
    words: dict[str, tuple[object, ...]] = {
        "copy": (edition, drive, inside),
        "collect": (drive, "--into", tmp_path / "into", "--dry-run"),
        "verify": (drive, inside),
    }
    asked = handbill(command, *words[command])
    assert asked.returncode == 0, asked.stderr
    (inside / "films/The film 1.mp4").unlink()
    (inside / "films/The film 1.mp4").symlink_to("/etc/passwd")
    again = handbill(command, *words[command])
    for said in (asked.stdout, asked.stderr, again.stdout, again.stderr):
        assert b"\x1b" not in said
        assert b"Traceback" not in said


def test_more_editions_than_are_judged_are_told(edition: Path, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    for number in range(65):
        meta = drive / f"{number:03}/_edition/metadata"
        meta.mkdir(parents=True)
        shutil.copy(edition / "_edition/metadata/1.root.json", meta)
    asked = handbill("verify", drive, "--json")
    reports = [json.loads(line) for line in asked.stdout.splitlines()]
    assert (asked.returncode, len(reports)) == (2, 65)
    assert "more than 64" in reports[-1]["message"]
