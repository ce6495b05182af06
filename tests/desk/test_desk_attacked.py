"""The desk against who is inside it, and against its own past: old tables, closed accounts, cut logs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desk.desk_world import known_keys, make_world
from desk.test_desk_decisions import STORY, Room, hang_a_life_on
from desk.world import desk
from handbill.desk import database, secrets
from handbill.desk.decisions import handover, log
from handbill.desk.decisions.deciding import (
    Ruling,
    act_on_pen,
    decide_appeal,
    judge,
    needs_two,
    seen,
    undo,
)
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.decisions.recording import record
from handbill.desk.decisions.threads import thread
from handbill.desk.decisions.transcribing import Heard, write_down
from handbill.desk.intake.protecting import protect
from handbill.desk.intake.screening import compare_letters, screen_letters
from handbill.desk.site import keeping
from handbill.desk.site.publishing import Wishes
from handbill.desk.store.models import Finding, Letter, State
from handbill.errors import NotAllowed, SignatureInvalid, TrayFailed
from handbill.letters import discussion
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.thread import Shown


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("HANDBILL_STATE", str(tmp_path / "state"))
    return Room(make_world(tmp_path))


def test_writing_down_cannot_be_undone(room: Room) -> None:
    write_down(Heard(story=STORY, name="A man", language="en", text="I rowed."), room.one)
    room.take_in()
    with pytest.raises(NotAllowed, match="cannot be taken back"):
        undo(1, person=room.two)


def test_a_letter_that_cannot_be_laid_down_is_not_entered(room: Room) -> None:
    (room.folder / "newsroom/tray").write_bytes(b"in the way")
    heard = Heard(story=STORY, name="A man", language="en", text="I rowed.")
    with pytest.raises(TrayFailed):
        write_down(heard, room.one)
    assert not Entry.objects.exists()


def test_who_was_overruled_does_not_remove_by_undoing(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.REMOVE, rule="harassment")
    appeal = room.file(Kind.APPEAL, parent=letter[:16], body="Please.")
    look = seen(Letter.objects.get(id=appeal))
    decide_appeal(appeal, Action.OVERTURN, person=room.two, ruling=Ruling(), looked_at=look)
    room.judge(letter, Action.REMOVE, room.editor, rule="harassment")
    again = room.judge(letter, Action.RESTORE, room.two)
    with pytest.raises(NotAllowed, match="overturned"):
        undo(again.sequence, person=room.one)
    assert room.state(letter) == State.PUBLISHED


def test_the_yes_of_a_closed_account_counts_no_more(room: Room) -> None:
    letter = room.file()
    hang_a_life_on(letter, room)
    look = seen(Letter.objects.get(id=letter))
    assert judge(letter, Action.APPROVE, person=room.one, looked_at=look) is None
    room.one.is_active = False
    room.one.save()
    assert judge(letter, Action.APPROVE, person=room.two, looked_at=look) is None
    assert room.state(letter) != State.PUBLISHED
    assert FirstYes.objects.get().person == room.two
    assert judge(letter, Action.APPROVE, person=room.editor, looked_at=look)


def test_a_name_that_is_protected_since_keeps_a_removed_letter_from_coming_back(room: Room) -> None:
    letter = room.file(name="Mara", body="Kim Cheolsu of the mill rowed us over the river.")
    room.judge(letter, Action.APPROVE)
    removal = room.judge(letter, Action.REMOVE, rule="harassment")
    protect(["Kim Cheolsu"], room.world.secrets.secret)
    for publish in (
        lambda: undo(removal.sequence, person=room.two),
        lambda: room.judge(letter, Action.RESTORE, room.two),
    ):
        with pytest.raises(NotAllowed):
            publish()
    screen_letters(desk())
    compare_letters(desk())
    assert room.state(letter) == State.REMOVED
    room.judge(letter, Action.RESTORE, room.two)


def test_a_letter_of_a_burned_pen_does_not_go_back_to_the_queue(room: Room) -> None:
    letter = room.file()
    approval = room.judge(letter, Action.APPROVE)
    room.file(Kind.BURN)
    with pytest.raises(NotAllowed, match="burned"):
        undo(approval.sequence, person=room.two)
    assert room.state(letter) == State.PUBLISHED


@pytest.mark.parametrize("of", ["a letter", "a pen"])
def test_a_note_that_went_by_itself_is_found(room: Room, of: str) -> None:
    letter = room.file()
    room.judge(letter, Action.APPROVE)
    pen = Letter.objects.get(id=letter).pen_id
    act_on_pen(pen, Action.WARN, person=room.one, ruling=Ruling(rule="repeat"))
    assert list(log.check()) == []
    row = Entry.objects.filter(sequence=1 if of == "a letter" else 2)
    row.update(note=None, salt="", rule="privacy")
    assert any("is gone" in problem for problem in log.check())


class Restored:
    """A desk whose tables were put back to before a withdrawal, a removal and an approval."""

    def __init__(self, room: Room) -> None:
        self.room = room
        letters = [room.file(name=n, pen=n) for n in ("stays", "withdrawn", "removed", "answered")]
        self.stays, self.withdrawn, self.removed, self.answered = letters
        for letter in letters:
            room.judge(letter, Action.APPROVE)
        handover.hand_over()
        database.close()
        shutil.copy(room.folder / "desk.sqlite3", room.folder / "old")
        database.connect(room.folder / "desk.sqlite3")
        room.file(Kind.WITHDRAW, "withdrawn", parent=self.withdrawn[:16])
        room.judge(self.removed, Action.REMOVE, rule="harassment")
        handover.hand_over()
        database.close()
        shutil.copy(room.folder / "old", room.folder / "desk.sqlite3")
        database.connect(room.folder / "desk.sqlite3")


@pytest.fixture
def restored(room: Room) -> Restored:
    return Restored(room)


def test_a_desk_on_old_tables_does_nothing_before_it_has_caught_up(restored: Restored) -> None:
    room = restored.room
    for act in (
        handover.hand_over,
        lambda: room.judge(restored.stays, Action.REMOVE, rule="harassment"),
        lambda: keeping.publish(Wishes(), everything=True),
        lambda: write_down(Heard(story=STORY, name="A", language="en", text="I rowed."), room.one),
    ):
        with pytest.raises(NotAllowed, match="tables are older"):
            act()
    assert room.state(restored.stays) == State.PUBLISHED
    assert any("was handed over" in problem for problem in log.check())


def test_what_was_taken_back_since_the_backup_stays_gone(restored: Restored) -> None:
    room = restored.room
    assert len(thread(STORY).entries) == 4
    handover.hand_over(restored=True)
    found = {e.state: e for e in thread(STORY).entries}
    assert (room.state(restored.withdrawn), room.state(restored.removed)) == (
        "withdrawn",
        "removed",
    )
    assert found[Shown.REMOVED].rule == "harassment"
    assert Letter.objects.get(id=restored.withdrawn).body == ""
    assert {room.state(restored.stays), room.state(restored.answered)} == {"published"}
    assert list(log.check()) == []
    room.judge(restored.stays, Action.REMOVE, rule="harassment")
    handover.hand_over()
    assert handover.last_handed() == 4


def test_what_is_taken_back_after_the_restoration_is_entered_then(restored: Restored) -> None:
    room = restored.room
    with pytest.raises(NotAllowed, match="tables are older"):
        room.file(Kind.WITHDRAW, "answered", parent=restored.answered[:16])
    assert room.state(restored.answered) == State.WITHDRAWN
    assert len(log.unentered()) == 1
    handover.hand_over(restored=True)
    assert log.unentered() == []
    assert list(log.check()) == []
    assert handover.last_handed() == 4


def test_a_desk_whose_log_is_empty_again_catches_up(room: Room) -> None:
    database.close()
    shutil.copy(room.folder / "desk.sqlite3", room.folder / "old")
    database.connect(room.folder / "desk.sqlite3")
    room.judge(room.file(), Action.APPROVE)
    handover.hand_over()
    note = log.handed_over()
    assert note
    handed(room, note.handed, note.sequence, note.chain)
    database.close()
    shutil.copy(room.folder / "old", room.folder / "desk.sqlite3")
    database.connect(room.folder / "desk.sqlite3")
    with pytest.raises(NotAllowed, match="tables are older"):
        handover.hand_over()
    handover.hand_over(restored=True)
    room.judge(room.file(pen="b"), Action.APPROVE)
    assert list(log.check()) == []


def test_nothing_is_taken_away_from_tables_that_are_not_old(room: Room) -> None:
    room.judge(room.file(pen="a"), Action.APPROVE)
    handover.hand_over()
    letter = room.file(pen="b")
    room.judge(letter, Action.APPROVE)
    with pytest.raises(NotAllowed, match="holds all"):
        handover.hand_over(restored=True)
    assert room.state(letter) == State.PUBLISHED


def test_a_hand_over_that_was_edited_takes_nothing_away(restored: Restored) -> None:
    path = restored.room.folder / "newsroom/discussion" / discussion.FILES["threads"][0]
    path.write_bytes(b"")
    with pytest.raises(SignatureInvalid) as refused:
        handover.hand_over(restored=True)
    assert "put discussion/ back" in str(refused.value.hint)
    assert len(thread(STORY).entries) == 4


def handed(room: Room, number: int, sequence: int, chain: str) -> None:
    """Write what the press noted of the last hand-over that it published."""
    folder = room.folder / "state" / room.world.secrets.newsroom_id
    folder.mkdir(parents=True, exist_ok=True)
    told = {"number": number, "note": "", "sequence": sequence, "chain": chain}
    (folder / "public.json").write_text(json.dumps({"published": [{"number": 5}], "handed": told}))


def test_without_the_folder_the_press_still_knows_where_the_log_ended(restored: Restored) -> None:
    room = restored.room
    note = log.handed_over()
    assert note
    handed(room, note.handed, note.sequence, note.chain)
    shutil.rmtree(room.folder / "newsroom/discussion")
    with pytest.raises(NotAllowed, match="tables are older"):
        handover.hand_over()
    assert any("was handed over" in problem for problem in log.check())
    handover.hand_over(restored=True)  # nothing to go by: said in the guide
    assert list(log.check()) == []
    assert handover.last_handed() == note.handed + 1


def test_the_newer_of_two_ends_counts(room: Room) -> None:
    room.judge(room.file(pen="a"), Action.APPROVE)
    handover.hand_over()
    note = log.handed_over()
    assert note
    handed(room, 0, 9, "ab" * 32)
    assert log.handed_ends() == [(note.sequence, note.chain)]
    handed(room, note.handed, note.sequence, note.chain)
    assert log.handed_ends() == [(note.sequence, note.chain)]
    handed(room, 7, 9, "ab" * 32)
    assert log.handed_ends() == [(9, "ab" * 32)]
    secrets.set_current(known_keys(room.folder / "newsroom"))
    assert record() == 0


def test_without_a_rule_book_whatever_holds_a_letter_asks_for_two_people(room: Room) -> None:
    letter = room.file()
    Finding.objects.create(
        letter_id=letter, screen="lexicon", number=9, rule="profanity", where="body",
        reason="word", words="", confidence=1.0, version=1, holds=True,
    )  # fmt: skip
    assert not needs_two(Letter.objects.get(id=letter))
    secrets.set_current(replace(room.world.secrets, book=None))
    assert needs_two(Letter.objects.get(id=letter))
