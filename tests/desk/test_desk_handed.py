"""Who has a letter's page open learns that a colleague laid it aside, before it is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.queue_world import Room, at, send, text
from handbill.desk.decisions import deciding
from handbill.desk.decisions.models import Entry
from handbill.desk.queue.models import Note
from handbill.desk.store.models import Pile, State

WARNED = "Do not publish this: he is in their hands. Ask me."


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_a_page_from_before_a_note_judges_nothing(room: Room) -> None:
    letter = room.file()
    mina, tomas = room.browser("mina"), room.browser("tomas")
    look = deciding.seen(room.letter(letter))  # mina opens the page
    send(tomas, letter, "hand", reader="", words=WARNED, seen=look)
    answer = send(mina, letter, "judge", action="approve", seen=look)
    assert answer.status_code == 409
    assert WARNED in text(answer)
    assert room.letter(letter).state == State.WAITING
    assert Note.objects.get().waits
    assert send(mina, letter, "judge", action="approve").status_code == 302, "she has read it now"
    assert room.letter(letter).state == State.PUBLISHED


def test_a_double_click_on_either_form_is_one(room: Room) -> None:
    first, second = room.file(pen="a"), room.file(pen="b")
    mina = room.browser("mina")
    look = deciding.seen(room.letter(first))
    for _ in range(2):
        assert send(mina, first, "hand", reader="", words="?", seen=look).status_code == 302
    assert (Note.objects.count(), room.letter(first).pile) == (1, Pile.ASIDE)
    look = deciding.seen(room.letter(first))
    for _ in range(2):
        answer = send(mina, first, "judge", action="hold", seen=look)
        assert answer.status_code == 302
    look = deciding.seen(room.letter(second))
    for _ in range(2):
        answer = send(mina, second, "judge", action="approve", seen=look)
        assert answer.status_code == 302
    assert Entry.objects.count() == 2
    assert at(first) in text(mina.get("/queue/?pile=aside"))
