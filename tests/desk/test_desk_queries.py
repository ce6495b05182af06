"""Lists cost the same few queries however long they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk.queue_world import Room, at_pen, text
from handbill.desk.decisions import deciding, log
from handbill.desk.decisions.appeals import appealed, appealed_all
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.intake import listing
from handbill.desk.queue import pens as pens_page
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Finding, Letter
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.rules.standing import Step


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        work()
    return len(caught)


def test_letters_on_the_terminal(
    fresh: Callable[[], Path | str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, fresh())
    ids = room.file_all([(Kind.LETTER, f"p{n}", {}) for n in range(9)])
    for letter in ids[::2]:
        for rule in ("racism", "privacy"):
            room.point(letter, rule, holds=rule == "privacy", confidence=0.5)
    few = queries(lambda: list(listing.waiting(most=2)))
    assert queries(lambda: list(listing.waiting(most=9))) == few
    whole = list(listing.waiting(most=9))
    monkeypatch.setattr(listing, "BATCH", 2)
    assert list(listing.waiting(most=9)) == whole
    assert [w.id for w in listing.waiting(most=5)] == [w.id for w in whole[:5]]
    for one in whole:
        rows = Finding.objects.filter(letter=one.id).order_by("-holds", "-confidence", "start")
        assert [f.rule for f in one.findings] == [row.rule for row in rows]
    assert sum(len(one.findings) for one in whole) == Finding.objects.count()


def appeals(room: Room, first: int, last: int) -> list[str]:
    pens = [f"w{n}" for n in range(first, last)]
    removed = room.file_all([(Kind.LETTER, pen, {}) for pen in pens])
    wanted = []
    for pen, letter in zip(pens, removed, strict=True):
        if int(pen[1:]) % 3 == 0:  # about the pen
            warned = room.letter(letter).pen_id
            editor = room.world.person(Role.EDITOR, "ed")
            ruling = Ruling(rule="harassment")
            deciding.act_on_pen(warned, Action.WARN, person=editor, ruling=ruling)
        elif int(pen[1:]) % 3 == 1:  # about a removal
            room.judge(letter, Action.REMOVE, name="mina", rule="racism")
        fields: dict[str, object] = {"parent": letter[:16], "body": f"Please, {pen}."}
        wanted.append((Kind.APPEAL, pen, fields))
    return room.file_all(wanted)


def test_the_page_of_appeals(room: Room) -> None:
    client = room.browser("mina")
    ids = appeals(room, 0, 3)
    few = queries(lambda: client.get("/appeals/"))
    ids += appeals(room, 3, 15)
    assert queries(lambda: client.get("/appeals/")) == few
    page = text(client.get("/appeals/"))
    assert page.count("your own decision: somebody else answers") == 5
    assert page.count("about no decision that stands") == 5
    assert page.count("warning: <bdi>") == 5
    rows = list(Letter.objects.filter(id__in=ids))
    assert appealed_all(rows) == {row.id: appealed(row) for row in rows}


def test_the_check_of_the_log(room: Room) -> None:
    def decide(first: int, last: int) -> None:
        for letter in room.file_all([(Kind.LETTER, f"p{n}", {}) for n in range(first, last)]):
            room.judge(letter, Action.APPROVE)

    decide(0, 3)
    few = queries(lambda: list(log.check()))
    decide(3, 12)
    assert queries(lambda: list(log.check())) == few
    assert list(log.check()) == []
    other = Entry.objects.get(sequence=12)
    Entry.objects.filter(sequence=4).update(pen=other.pen)
    assert [said.partition(" says")[0] for said in log.check()] == ["log: the row of entry 4"]


def test_the_page_of_pens_names_those_who_are_due_first(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More pens had a letter removed than the page lists."""
    pens = [f"p{n}" for n in range(12)]
    for letter in room.file_all([(Kind.LETTER, pen, {"number": 4}) for pen in pens]):
        room.judge(letter, Action.REMOVE, rule="racism")
    worst = room.file_all([(Kind.LETTER, "p7", {"number": n}) for n in (3, 4, 5)])
    for letter in worst:
        room.judge(letter, Action.REMOVE, rule="racism")
    pen = room.letter(worst[0]).pen_id
    monkeypatch.setattr(pens_page, "MOST_LISTED", 2)
    Entry.objects.filter(pen=pen).update(edition=3)
    monkeypatch.setattr(pens_page, "due", lambda s: Step.NOTICE if s.strikes > 1 else Step.NONE)
    Entry.objects.update(edition=3)
    assert at_pen(pen) in text(room.browser().get("/pens/"))
