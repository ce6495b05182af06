"""``handbill desk export`` and ``log`` in processes of their own, on a newsroom of their own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from desk.desk_server import handbill, newsroom

pytestmark = pytest.mark.slow


def test_a_desk_without_decisions_is_handed_over_and_whole(tmp_path: Path) -> None:
    made = newsroom(tmp_path)
    word = ["--passphrase-file", str(tmp_path / "passphrase")]
    handbill(tmp_path, "desk", "take-in", str(made), *word)
    done = json.loads(handbill(tmp_path, "desk", "export", str(made), "--json", *word).stdout)
    assert done == {"stories": 0, "letters": 0, "pens": 0, "sequence": 0}
    assert (made / "discussion/discussion.txt").read_text().startswith("handbill discussion 1\n")
    again = handbill(tmp_path, "desk", "export", str(made), "--restored", *word, check=False)
    assert again.returncode != 0
    assert "holds all that was handed over" in again.stderr
    said = handbill(tmp_path, "desk", "log", str(made), "--check", *word).stdout
    assert "The log is whole." in said
    handbill(tmp_path, "desk", str(made), "--check", *word, check=False)
    # SQLite's log holds what was erased: no command leaves it behind.
    assert {p.name for p in (tmp_path / "state").glob("*/desk/desk.sqlite3*")} == {"desk.sqlite3"}


def test_a_log_that_was_rewritten_ends_with_a_status(tmp_path: Path) -> None:
    import sqlite3

    made = newsroom(tmp_path)
    word = ["--passphrase-file", str(tmp_path / "passphrase")]
    handbill(tmp_path, "desk", "take-in", str(made), *word)
    path = next((tmp_path / "state").glob("*/desk/desk.sqlite3"))
    with sqlite3.connect(path) as base:
        base.execute(
            "INSERT INTO staff_person (name, role, language, is_active, password) VALUES ('x', 'admin', '', 1, '')"
        )
        columns = "sequence, commitment, chain, note, salt, action, edition, year, letter, pen, before, written_from, rule, fact, origin, automation, person_id, appeal, about, reason"
        base.execute(
            f"INSERT INTO decisions_entry ({columns}) VALUES (1, x'00', x'00', NULL, '', 'hold', 1, 2026, '', '', '', 0, '', '', 'desk', 0, 1, 0, 0, '')"
        )
    done = handbill(tmp_path, "desk", "log", str(made), "--check", "--json", *word, check=False)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert "chain breaks" in lines[0]["problem"]
    assert "note of entry 1 is gone" in lines[1]["problem"]
    assert lines[-1]["problems"] == 2
