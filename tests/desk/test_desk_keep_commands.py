"""``handbill desk backup``, ``restore``, ``move`` and ``tidy`` as a person runs them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from desk.desk_server import Desk, handbill, newsroom

pytestmark = pytest.mark.slow


def said(folder: Path, *args: str, **more: str) -> dict[str, object]:
    done = handbill(folder, "desk", *args, "--json", **more)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_a_desk_is_kept(tmp_path: Path, postgresql: object) -> None:
    made = newsroom(tmp_path)
    word = ("--passphrase-file", str(tmp_path / "passphrase"))
    file, weekly = str(tmp_path / "desk.backup"), str(made)
    early = handbill(tmp_path, "desk", "backup", weekly, file, *word, check=False)
    assert (early.returncode, "no desk yet" in early.stderr) == (2, True)
    Desk(tmp_path, made).stop()  # makes the first account

    dry = said(tmp_path, "backup", weekly, file, "--dry-run", *word)
    assert dry["rows"]["staff.person"] == 1  # type: ignore[index]
    assert not Path(file).exists()
    kept = said(tmp_path, "backup", weekly, file, *word)
    assert kept["rows"] == dry["rows"]
    again = handbill(tmp_path, "desk", "backup", weekly, file, *word, check=False)
    assert again.returncode == 2
    assert "there already" in again.stderr

    full = handbill(tmp_path, "desk", "restore", weekly, file, *word, check=False)
    assert full.returncode == 2
    assert "holds a desk" in full.stderr
    (state,) = [p for p in (tmp_path / "state").iterdir() if p.is_dir()]
    shutil.rmtree(state / "desk")
    tried = said(tmp_path, "restore", weekly, file, "--dry-run", *word)
    assert tried["rows"] == kept["rows"]
    assert not (state / "desk/desk.sqlite3").exists()
    plain = handbill(tmp_path, "desk", "restore", weekly, file, *word)
    assert "1 people" in plain.stdout
    assert names(state) == ["admin"]

    server = postgresql.create("kept")  # type: ignore[attr-defined]
    said(tmp_path, "move", weekly, "--to", server, "--dry-run")
    moved = handbill(tmp_path, "desk", "move", weekly, "--to", server)
    assert f'database = "{server}"' in moved.stdout
    assert names(state) == ["admin"]
    twice = handbill(tmp_path, "desk", "move", weekly, "--to", server, check=False)
    assert twice.returncode == 2

    (state / "desk.toml").write_text(f'database = "{server}"\n')
    there = said(tmp_path, "backup", weekly, str(tmp_path / "two.backup"), *word)
    assert there["rows"] == kept["rows"]
    assert said(tmp_path, "tidy", weekly)["sessions"] == 0
    (state / "desk/desk.sqlite3").unlink()
    handbill(tmp_path, "desk", "move", weekly, "--to", "sqlite")
    assert names(state) == ["admin"]


def names(state: Path) -> list[str]:
    lite = sqlite3.connect(state / "desk/desk.sqlite3")
    found = [row[0] for row in lite.execute("SELECT name FROM staff_person")]
    lite.close()
    return found


def test_another_newsrooms_backup_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    file = tmp_path / "desk.backup"
    for name in ("a", "b"):
        newsroom(tmp_path / name)
    word = str(tmp_path / "a/passphrase")
    handbill(
        tmp_path / "a", "desk", "take-in", str(tmp_path / "a/weekly"), "--passphrase-file", word
    )
    handbill(
        tmp_path / "a", "desk", "backup", str(tmp_path / "a/weekly"), str(file),
        "--passphrase-file", word,
    )  # fmt: skip
    done = handbill(
        tmp_path / "b", "desk", "restore", str(tmp_path / "b/weekly"), str(file),
        "--passphrase-file", word, check=False,
    )  # fmt: skip
    assert done.returncode == 20
    assert "another newsroom's" in done.stderr
