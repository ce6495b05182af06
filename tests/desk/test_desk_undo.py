"""What is taken back is as before, and no way back is a way around a rule of the house."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.queue_world import STORY, Room
from desk.world import desk
from handbill.desk.decisions import deciding, figures, log
from handbill.desk.decisions.models import Entry
from handbill.desk.decisions.transcribing import Heard, write_down
from handbill.desk.intake.screening import compare_letters, screen_letters
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.queue import choosing
from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, Pile, State
from handbill.errors import NotAllowed
from handbill.letters.decision import Action


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def person(room: Room, name: str) -> Person:
    found = room.world.person(Role.MODERATOR, name)
    assert isinstance(found, Person)
    return found


def written_down(room: Room, by: str) -> str:
    heard = Heard(story=STORY, name="An old man", language="en", text="I rowed that boat.")
    letter = write_down(heard, person(room, by))
    take_in(Tray(room.folder / "newsroom/tray", room.folder / "aside"), desk())
    return letter


@pytest.mark.parametrize("action", ["an undone approval", "a removal"])
def test_who_wrote_a_letter_down_does_not_publish_it_by_taking_back(
    room: Room, action: str
) -> None:
    """Somebody else had thought better of it; then the transcriber alone would publish it."""
    letter = written_down(room, "mina")
    entry = room.judge(letter, Action.APPROVE, name="tomas")
    if action == "a removal":
        back = room.judge(letter, Action.REMOVE, name="tomas", rule="harassment")
    else:
        back = deciding.undo(entry.sequence, person=person(room, "tomas"))
    with pytest.raises(NotAllowed, match="somebody else"):
        deciding.undo(back.sequence, person=person(room, "mina"))
    assert room.letter(letter).state != State.PUBLISHED
    deciding.undo(back.sequence, person=person(room, "tomas"))
    assert room.letter(letter).state == State.PUBLISHED


def test_a_letter_judged_before_any_screen_read_it_waits_again_after_an_undo(room: Room) -> None:
    """The screens came between the decision and its undo: they do not come again."""
    letter = room.file()
    Letter.objects.filter(id=letter).update(
        state=State.ARRIVED, screened="", compared=False, pile="", place=""
    )
    entry = room.judge(letter, Action.REMOVE, rule="harassment")
    screen_letters(desk())
    compare_letters(desk())
    deciding.undo(entry.sequence, person=person(room, "mina"))
    row = room.letter(letter)
    assert (row.state, row.pile) == (State.WAITING, Pile.QUEUE)
    found = choosing.take_next(person(room, "mina"))
    assert found
    assert found.id == letter


def test_a_letter_that_no_screen_has_read_yet_is_as_before(room: Room) -> None:
    letter = room.file()
    Letter.objects.filter(id=letter).update(
        state=State.ARRIVED, screened="", compared=False, pile="", place=""
    )
    entry = room.judge(letter, Action.REMOVE, rule="harassment")
    deciding.undo(entry.sequence, person=person(room, "mina"))
    assert room.letter(letter).state == State.ARRIVED
    screen_letters(desk())
    compare_letters(desk())
    assert room.letter(letter).pile == Pile.QUEUE


def test_an_undo_that_was_undone_counts_the_letter_again(room: Room) -> None:
    letter = room.file()
    first = room.judge(letter, Action.APPROVE)
    second = deciding.undo(first.sequence, person=person(room, "mina"))
    assert figures.years()[0]["published"] == 0
    deciding.undo(second.sequence, person=person(room, "mina"))
    assert room.letter(letter).state == State.PUBLISHED
    (year,) = figures.years()
    assert (year["letters"], year["published"]) == (1, 1)
    assert list(log.check()) == []
    assert Entry.objects.count() == 3


def test_a_letter_that_a_person_holds_stays_held_when_the_screens_read_it_again(room: Room) -> None:
    letter, other = room.file(pen="a"), room.file(pen="b")
    room.judge(letter, Action.HOLD)
    look = deciding.seen(room.letter(letter))
    Letter.objects.update(screened="", compared=False)
    screen_letters(desk())
    compare_letters(desk())
    assert deciding.seen(room.letter(letter)) == look
    assert (room.letter(letter).state, room.letter(letter).pile) == (State.HELD, Pile.ASIDE)
    assert room.letter(other).state == State.WAITING
