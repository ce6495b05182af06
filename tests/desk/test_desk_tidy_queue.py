"""What people at the desk told each other, and a first yes, go when nobody needs them any more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from desk.queue_world import Room
from handbill.desk.decisions import deciding
from handbill.desk.decisions.models import FirstYes
from handbill.desk.keeping.tidying import Keep, Tidied, tidy
from handbill.desk.place import Place
from handbill.desk.queue import batching, choosing, notes
from handbill.desk.queue.models import Batch, Claim, Note
from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import State
from handbill.letters.decision import Action


def tidied(room: Room, newest: int) -> Tidied:
    place = Place(room.folder / "newsroom/tray", room.folder / "state/desk")
    place.make()
    rows = [{"number": newest}]
    (place.folder.parent / "public.json").write_text(json.dumps({"published": rows}))
    planned = tidy(place, Keep(aside=60, reasons=20), dry_run=True)
    assert tidy(place, Keep(aside=60, reasons=20)) == planned
    return planned


def person(room: Room, name: str) -> Person:
    found = room.world.person(Role.MODERATOR, name)
    assert isinstance(found, Person)
    return found


@pytest.fixture
def room(fresh: Callable[[], Path | str], tmp_path: Path) -> Room:
    return Room(tmp_path, fresh())


def test_a_first_yes_to_publish_a_removed_letter_again_waits_for_the_second(room: Room) -> None:
    letter = room.file()
    room.judge(letter, Action.REMOVE, rule="privacy")
    room.point(letter, "privacy")
    row = room.letter(letter)
    row.state = State.REMOVED
    row.save()
    at = deciding.seen(room.letter(letter))
    assert deciding.judge(letter, Action.RESTORE, person=person(room, "mina"), looked_at=at) is None
    assert tidied(room, 5).yeses == 0
    assert FirstYes.objects.count() == 1
    assert deciding.judge(letter, Action.RESTORE, person=person(room, "tomas"), looked_at=at)


def test_notes_about_letters_judged_long_ago_go(room: Room) -> None:
    judged, waits = room.file(pen="a"), room.file(pen="b")
    for letter in (judged, waits):
        at = deciding.seen(room.letter(letter))
        mina = person(room, "mina")
        notes.hand(letter, person=mina, reader=None, words="her name is Kim", at=at)
    room.judge(judged, Action.APPROVE)  # while edition 5 is the newest
    notes.settle(judged)
    assert tidied(room, 24).words == 0
    assert tidied(room, 25).words == 1
    assert [note.letter for note in Note.objects.all()] == [waits]


def test_who_read_what_is_not_kept(room: Room) -> None:
    letter = room.file()
    assert choosing.claim(letter, person(room, "mina"))
    batch = Batch.objects.create(person=person(room, "mina"), story="a", until=timezone.now())
    assert tidied(room, 5).claims == 1
    assert not Batch.objects.filter(pk=batch.pk).exists()
    kept = Batch.objects.create(person=person(room, "mina"), story="a", until=batching.until())
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert tidied(room, 5).claims == 1
    assert (Claim.objects.count(), Batch.objects.get()) == (0, kept)
