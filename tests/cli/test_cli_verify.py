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


def _said(*words: object) -> str:
    done = handbill(*words)
    return (done.stdout + done.stderr).decode()


def test_what_lies_beside_is_not_called_genuine(edition: Path) -> None:
    (edition / "index2.html").write_bytes(b"<!doctype html><title>somebody else's</title>")
    said = _said("verify", edition)
    assert "every byte here" not in said
    assert "index2.html" in said
    assert "nobody vouches" in said


def test_bytes_added_to_a_page_are_not_called_harmless(edition: Path) -> None:
    with (edition / "index.html").open("ab") as file:
        file.write(b"<h1>Come to the square at nine</h1>")
    said = _said("verify", edition)
    assert "genuine" not in said
    assert "change what it shows" in said


def test_another_newsrooms_edition_is_not_called_unsigned(edition: Path) -> None:
    said = _said("verify", edition, "--newsroom", "0" * 64)
    assert "another newsroom's" in said
    assert "nothing here that a newsroom signed" not in said


def test_an_edition_that_lost_its_first_root_is_told_so(edition: Path) -> None:
    (edition / "_edition/metadata/1.root.json").unlink()
    said = _said("verify", edition)
    assert "1.root.json" in said
    assert "holds index.html" not in said
    assert "holds no edition" in _said("copy", edition, edition.parent)
    assert "1.root.json" in _said("verify", edition, "--known", edition)


def test_what_is_no_file_in_a_files_place_is_named(edition: Path) -> None:
    (edition / "index.html").unlink()
    (edition / "index.html").mkdir()
    assert "index.html: a link, folder or device" in _said("verify", edition)


def test_a_device_is_neither_a_drive_nor_a_film() -> None:
    asked = handbill("verify", "/dev/zero")
    assert asked.returncode == 2
    assert b"neither" in asked.stderr


@pytest.mark.parametrize("what", ["link", "folder in the way"])
def test_a_drive_that_cannot_take_an_edition_says_what_next(
    edition: Path, tmp_path: Path, what: str
) -> None:
    drive = tmp_path / "drive"
    shutil.copytree(edition, drive)
    (drive / "index.html").unlink()
    (drive / "index.html").mkdir()
    (tmp_path / "link").symlink_to(drive)
    said = _said("copy", edition, tmp_path / "link" if what == "link" else drive)
    assert ("link" if what == "link" else "move it away") in said
    assert "mounted" not in said


def test_a_newer_verifier_is_not_to_be_taken_from_the_drive(edition: Path) -> None:
    head = edition / "_edition/targets/head.txt"
    head.write_bytes(head.read_bytes().replace(b"needs:", b"needs: lasers"))
    assert "never from the drive" in _said("verify", edition)
