"""No appeal lies there for ever: one about nothing that stands is closed, and its writer told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desk.queue_world import Room, at, send, text
from handbill.desk import secrets
from handbill.desk.decisions import deciding, log, receipts
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, State
from handbill.errors import NotAllowed
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.receipts import Status


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def person(room: Room, name: str, role: Role = Role.MODERATOR) -> Person:
    found = room.world.person(role, name)
    assert isinstance(found, Person)
    return found


def appeal(room: Room, letter: str, said: str = "It was a quotation.") -> str:
    return room.file(Kind.APPEAL, parent=letter[:16], body=said)


def about_nothing(room: Room) -> str:
    return appeal(room, "ab" * 8)


def sent_twice(room: Room) -> str:
    letter = room.file()
    room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    first, second = appeal(room, letter), appeal(room, letter, "I ask again.")
    look = deciding.seen(room.letter(first))
    tomas = person(room, "tomas")
    ruling = Ruling()
    deciding.decide_appeal(first, Action.UPHOLD, person=tomas, ruling=ruling, looked_at=look)
    return second


def taken_back(room: Room) -> str:
    letter = room.file()
    entry = room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    late = appeal(room, letter)
    deciding.undo(entry.sequence, person=person(room, "mina"))
    return late


def published_again(room: Room) -> str:
    letter = room.file()
    room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    late = appeal(room, letter)
    room.judge(letter, Action.RESTORE, name="mina")
    return late


def erased(room: Room) -> str:
    letter = room.file()
    room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    late = appeal(room, letter)
    deciding.erase(letter, person=person(room, "ad", Role.ADMIN))
    return late


@pytest.mark.parametrize("kind", [about_nothing, sent_twice, taken_back, published_again, erased])
def test_an_appeal_about_nothing_that_stands_is_closed(
    room: Room, kind: Callable[[Room], str]
) -> None:
    late = kind(room)
    tomas = room.browser("tomas")
    page = text(tomas.get(at(late)))
    assert 'value="uphold"' not in page
    assert 'value="away"' in page
    entries = Entry.objects.count()
    assert send(tomas, late, "answer", action="uphold").status_code == 409
    seen = deciding.seen(room.letter(late))
    for _ in range(2):
        answer = send(tomas, late, "answer", action="away", seen=seen)
        assert answer["Location"] == "/appeals/"
    assert room.letter(late).state == State.DECIDED
    assert "Nothing lies here." in text(tomas.get("/appeals/"))
    assert Entry.objects.count() == entries, "nothing was decided"
    assert list(log.check()) == []
    rows = receipts.rows()[room.writers.pen("a").receipt_key]
    assert Status.APPEAL_DECIDED in {r.status for r in rows if r.letter == late[:16]}


def test_one_about_a_decision_that_stands_is_answered_and_not_closed(room: Room) -> None:
    letter = room.file()
    room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    late = appeal(room, letter)
    for name in ("mina", "tomas"):
        assert 'value="away"' not in text(room.browser(name).get(at(late)))
        assert send(room.browser(name), late, "answer", action="away").status_code == 409
    assert room.letter(late).state == State.WAITING
    other = room.file(pen="b")
    with pytest.raises(NotAllowed):
        deciding.put_away(
            other, person=person(room, "tomas"), looked_at=deciding.seen(room.letter(other))
        )
    assert Letter.objects.get(id=other).state == State.WAITING


@pytest.mark.parametrize("about", ["a letter", "a pen"])
def test_the_answer_to_an_appeal_that_waited_long_is_told(
    room: Room, monkeypatch: pytest.MonkeyPatch, about: str
) -> None:
    """With one person at the desk appeals wait, for more than ten editions too."""
    letter = room.file()
    if about == "a letter":
        room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    else:
        mina, ruling = person(room, "mina"), Ruling(rule="harassment")
        deciding.act_on_pen(room.letter(letter).pen_id, Action.WARN, person=mina, ruling=ruling)
    late = appeal(room, letter)

    def told(newest: int) -> set[Status]:
        monkeypatch.setattr(secrets, "newest_edition", lambda: newest)
        rows = receipts.rows().get(room.writers.pen("a").receipt_key, ())
        return {r.status for r in rows if r.letter == late[:16]}

    assert told(20) == set()
    look = deciding.seen(room.letter(late))
    tomas = person(room, "tomas")
    deciding.decide_appeal(late, Action.UPHOLD, person=tomas, ruling=Ruling(), looked_at=look)
    assert told(21) == {Status.APPEAL_DECIDED}
    assert told(29) == {Status.APPEAL_DECIDED}
    assert told(30) == set()


@pytest.mark.parametrize("about", ["a letter", "a pen"])
def test_who_decided_closes_no_appeal_by_taking_the_decision_back_for_a_moment(
    room: Room, about: str
) -> None:
    letter = room.file()
    mina, ruling = person(room, "mina"), Ruling(rule="harassment")
    if about == "a letter":
        entry = room.judge(letter, Action.REMOVE, name="mina", rule="harassment")
    else:
        pen = room.letter(letter).pen_id
        entry = deciding.act_on_pen(pen, Action.WARN, person=mina, ruling=ruling)
    late = appeal(room, letter)
    deciding.undo(entry.sequence, person=mina)
    browser = room.browser("mina")
    page = text(browser.get(at(late)))
    assert 'value="away"' not in page
    assert "This is your own decision" in page
    assert send(browser, late, "answer", action="away").status_code == 409
    assert room.letter(late).state == State.WAITING
    assert 'value="away"' in text(room.browser("tomas").get(at(late)))
    send(room.browser("tomas"), late, "answer", action="away")
    assert room.letter(late).state == State.DECIDED
