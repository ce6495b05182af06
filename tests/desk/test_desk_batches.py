"""A batch keeps letters for its person no longer than they are at it, and takes none from others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from desk.queue_world import STORY, Room
from handbill.desk.decisions import deciding
from handbill.desk.decisions.log import Ruling
from handbill.desk.queue import batching, choosing, notes
from handbill.desk.queue.models import Batch, BatchLetter
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Pile, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def harmless(room: Room, count: int = 12) -> list[str]:
    """Letters without findings, by pens of which something is published."""
    pens = [f"known{n}" for n in range(count)]
    for letter in room.file_all([(Kind.LETTER, pen, {"story": "before"}) for pen in pens]):
        room.judge(letter, Action.APPROVE, name="ed")
    return room.file_all([(Kind.LETTER, pen, {"story": STORY}) for pen in pens])


def draw(room: Room, name: str) -> Batch:
    return batching.draw(STORY, room.world.person(Role.MODERATOR, name))


def letters_of(batch: Batch) -> set[str]:
    return set(BatchLetter.objects.filter(batch=batch).values_list("letter", flat=True))


def read_sample(batch: Batch) -> None:
    for letter in batching.unread(batch):
        batching.mark_read(batch, letter)


def test_letters_of_an_abandoned_batch_are_drawn_again(
    fresh: Callable[[], Path | str], tmp_path: Path
) -> None:
    """On both databases: who closed the window never says so."""
    room = Room(tmp_path, fresh())
    ids = harmless(room)
    left = draw(room, "mina")
    Batch.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert letters_of(draw(room, "tomas")) == set(ids)
    assert not Batch.objects.filter(pk=left.pk).exists()


def test_letters_of_a_batch_of_a_closed_account_are_drawn_again(room: Room) -> None:
    ids = harmless(room)
    mina = draw(room, "mina").person
    mina.is_active = False
    mina.save()
    assert letters_of(draw(room, "tomas")) == set(ids)


def test_who_is_reading_the_sample_keeps_the_batch(room: Room) -> None:
    harmless(room)
    batch = draw(room, "mina")
    Batch.objects.update(until=timezone.now() + timedelta(seconds=5))
    batching.mark_read(batch, batching.unread(batch)[0])
    batch.refresh_from_db()
    assert batch.until > timezone.now() + timedelta(seconds=60)


def lay_aside(room: Room, letter: str) -> None:
    tomas = room.world.person(Role.MODERATOR, "tomas")
    at = deciding.seen(room.letter(letter))
    notes.hand(letter, person=tomas, reader=None, words="odd", at=at)


def stop_its_pen(room: Room, letter: str) -> None:
    editor = room.world.person(Role.EDITOR, "editor")
    ruling = Ruling(rule="repeat")
    deciding.act_on_pen(room.letter(letter).pen_id, Action.BLOCK, person=editor, ruling=ruling)


def read_it(room: Room, letter: str) -> None:
    assert choosing.claim(letter, room.world.person(Role.MODERATOR, "tomas"))


@pytest.mark.parametrize("sampled", [True, False])
@pytest.mark.parametrize("meanwhile", [lay_aside, stop_its_pen, read_it])
def test_what_a_colleague_took_meanwhile_is_not_approved_with_the_batch(
    room: Room, meanwhile: Callable[[Room, str], None], sampled: bool
) -> None:
    ids = harmless(room)
    batch = draw(room, "mina")
    letter = next(x for x in ids if (x in batching.unread(batch)) == sampled)
    read_sample(batch)
    meanwhile(room, letter)
    done = batching.approve(batch, batch.person)
    assert (done.approved, done.left) == (len(ids) - 1, 1)
    row = room.letter(letter)
    assert row.state == State.WAITING
    assert row.pile in (Pile.QUEUE, Pile.ASIDE, Pile.BLOCKED)
