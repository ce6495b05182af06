"""Receipts for many pens: in as many questions as the database takes, about those that get one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from desk.queue_world import Room
from handbill.desk.decisions import deciding, receipts
from handbill.desk.decisions.log import Ruling
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, Pen, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.receipts import Status


def crowd(count: int) -> None:
    """Letters of so many pens, that wait."""
    pens = [Pen(fingerprint=f"{n:032x}", key=n.to_bytes(32)) for n in range(1, count + 1)]
    Pen.objects.bulk_create(pens, batch_size=100)
    fields = {
        "kind": Kind.LETTER, "state": State.WAITING, "story": "a", "parent": "",
        "edition_number": 5, "edition_id": "0" * 32, "seal": "0" * 16, "rules_version": 1,
        "rules_hash": "0" * 64, "language": "en", "name": "A", "body": "b", "words": 1,
        "nfc": True, "head": "", "signature": b"",
    }  # fmt: skip
    Letter.objects.bulk_create(
        [
            Letter(
                id=f"{n:064x}", short=f"{n:016x}", public=f"{n:016x}", pen=pen,
                receipt=n.to_bytes(32), **fields,
            )
            for n, pen in enumerate(pens, 1)
        ],
        batch_size=20,
    )  # fmt: skip


def test_more_pens_than_a_query_takes_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite takes 250,000 values where Debian built it, 32,766 elsewhere; here 600."""
    room = Room(tmp_path)
    crowd(700)
    editor = room.world.person(Role.EDITOR, "ed")
    for n in (1, 650):
        ruling = Ruling(rule="repeat")
        deciding.act_on_pen(f"{n:032x}", Action.BLOCK, person=editor, ruling=ruling)
    connection.ensure_connection()
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 600)
    found = receipts.rows()
    assert len(found) == 700
    blocked = {n for n in range(1, 701) if found[n.to_bytes(32)][0].status is Status.PEN_BLOCKED}
    assert blocked == {1, 650}
    monkeypatch.setattr(receipts, "MOST_WAITING", 30)
    assert len(receipts.rows()) == 30
