"""A batch keeps letters for its person no longer than they are at it, and takes none from others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from desk.queue_world import STORY, Room, at, letter_at, send, text
from handbill.desk.decisions import deciding
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.queue import batching, choosing, notes
from handbill.desk.queue.models import Audit, Batch, BatchLetter
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Pile, State
from handbill.errors import Stale
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
    if sampled and meanwhile is lay_aside:  # like one that was judged, it ends the batch
        with pytest.raises(Stale):
            batching.approve(batch, batch.person)
        assert room.letter(letter).state == State.WAITING
        return
    done = batching.approve(batch, batch.person)
    assert (done.approved, done.left) == (len(ids) - 1, 1)
    row = room.letter(letter)
    assert row.state == State.WAITING
    assert row.pile in (Pile.QUEUE, Pile.ASIDE, Pile.BLOCKED)


def test_colleagues_see_who_reads_a_letter_of_a_sample(room: Room) -> None:
    harmless(room)
    mina, tomas = room.browser("mina"), room.browser("tomas")
    mina.post("/batches/draw/", {"story": STORY})
    batch = Batch.objects.get()
    for _ in range(2):
        first = batching.unread(batch)[0]
        assert "mina is reading this" in text(tomas.get(at(first)))
        other = room.world.person(Role.MODERATOR, "tomas")
        next_one = choosing.take_next(other)
        assert next_one
        assert next_one.id != first
        choosing.let_go(next_one.id, other)
        mina.post(f"/batches/{batch.pk}/read/", {"letter": first})


def approved(room: Room, name: str = "mina") -> str:
    """Approve a batch; return the one letter that is drawn for the audit."""
    batch = draw(room, name)
    read_sample(batch)
    batching.approve(batch, batch.person)
    return str(Audit.objects.get(auditor=None).letter)


def test_an_audit_waits_for_nobody_once_its_letter_is_gone_from_sight(room: Room) -> None:
    harmless(room)
    letter = approved(room)
    tomas = room.browser("tomas")
    assert at(letter) in text(tomas.get("/audits/"))
    send(room.browser("mina"), letter, "judge", action="remove", rule="racism")
    assert at(letter) not in text(tomas.get("/audits/"))
    assert "/audits/" not in text(tomas.get("/queue/"))
    send(room.browser("mina"), letter, "judge", action="restore")
    assert at(letter) in text(tomas.get("/audits/"))
    assert "/audits/" in text(tomas.get("/queue/"))


def test_a_letter_that_is_approved_unread_again_is_audited_again(room: Room) -> None:
    ids = harmless(room)
    tomas = room.world.person(Role.MODERATOR, "tomas")
    letter = approved(room)
    Audit.objects.update(auditor=tomas)
    for approval in Entry.objects.filter(letter__in=ids, action=Action.APPROVE):
        deciding.undo(approval.sequence, person=tomas)
    batch = draw(room, "mina")
    BatchLetter.objects.filter(batch=batch).update(read=True, sample=True)
    BatchLetter.objects.filter(batch=batch, letter=letter).update(sample=False)
    done = batching.approve(batch, batch.person)
    assert (done.approved, done.audited) == (len(ids), 1)
    assert Audit.objects.get(letter=letter).auditor is None


def test_what_a_killed_request_left_for_a_colleague_is_not_shown(room: Room) -> None:
    """The letter was judged, and what waits for it was not cleared any more."""
    letter = room.file()
    lay_aside(room, letter)
    mina = room.world.person(Role.MODERATOR, "mina")
    assert [x.id for _, x in notes.handed_to(mina)] == [letter]
    room.judge(letter, Action.APPROVE)
    assert notes.handed_to(mina) == []


def test_who_leaves_a_sample_for_the_queue_gets_what_comes_first_there(room: Room) -> None:
    harmless(room)
    urgent = room.file(pen="other")
    room.point(urgent, "privacy")
    mina = room.browser("mina")
    mina.post("/batches/draw/", {"story": STORY})
    assert letter_at(mina.post("/queue/next/")["Location"]) == urgent
