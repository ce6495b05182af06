"""What people decide: carried out whole or not at all, on the record, open to appeal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desk.desk_world import World, make_world
from desk.world import Writers, desk, identity, put, sealed
from handbill.carrier.tray import letter_name
from handbill.desk.decisions import figures, handover, log, receipts
from handbill.desk.decisions.deciding import (
    Ruling,
    act_on_pen,
    close,
    decide_appeal,
    erase,
    judge,
    seen,
    undo,
)
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.decisions.recording import record
from handbill.desk.decisions.standing import standing_of
from handbill.desk.decisions.threads import thread
from handbill.desk.decisions.transcribing import Heard, write_down
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.intake.values import Reason
from handbill.desk.staff.roles import Role
from handbill.desk.store.discussions import version
from handbill.desk.store.models import Discussion, Finding, Letter, State
from handbill.errors import HandbillError, NotAllowed, Stale
from handbill.letters import discussion
from handbill.letters.decision import Action, read, verify
from handbill.letters.letter import Kind
from handbill.letters.receipts import Status
from handbill.letters.thread import Label, Shown

STORY = "last-crossing"


class Room:
    """A desk with some letters filed."""

    def __init__(self, world: World) -> None:
        self.world, self.folder = world, world.folder
        self.writers = Writers()
        self.one = world.person(Role.MODERATOR, "one")
        self.two = world.person(Role.MODERATOR, "two")
        self.editor = world.person(Role.EDITOR, "ed")
        self.admin = world.person(Role.ADMIN, "ad")

    def file(self, kind: Kind = Kind.LETTER, pen: str = "a", **changed: object) -> str:
        note = self.writers.write(self.writers.draft(kind, **changed), pen)
        put(self.folder / "newsroom/tray", sealed(note))
        self.take_in()
        return identity(note)

    def take_in(self) -> None:
        tray = Tray(self.folder / "newsroom/tray", self.folder / "aside")
        take_in(tray, desk())
        record()

    def judge(self, letter: str, action: Action, person: object = None, **ruling: object) -> Entry:
        row = Letter.objects.get(id=letter)
        made = judge(
            letter,
            action,
            person=person or self.one,  # type: ignore[arg-type]
            ruling=Ruling(**ruling),  # type: ignore[arg-type]
            looked_at=seen(row),
        )
        assert made
        return made

    def state(self, letter: str) -> str:
        return str(Letter.objects.get(id=letter).state)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(make_world(tmp_path))


def test_an_approved_letter_is_in_the_thread_and_on_the_record(room: Room) -> None:
    letter = room.file(name="Mara")
    before = version(STORY)
    entry = room.judge(letter, Action.APPROVE)
    found = thread(STORY)
    assert [(e.name, e.state) for e in found.entries] == [("Mara", Shown.PUBLISHED)]
    assert letter not in str(found)
    assert version(STORY) > before
    data = bytes(entry.note)
    verify(data, room.world.secrets.signer.public)
    assert read(data).moderator == room.one.mark
    assert list(log.check()) == []


def test_a_removal_names_its_rule_and_leaves_a_stub(room: Room) -> None:
    letter = room.file(name="Mara")
    with pytest.raises(NotAllowed, match="no rule"):
        room.judge(letter, Action.REMOVE)
    with pytest.raises(NotAllowed, match="the book has no"):
        room.judge(letter, Action.REMOVE, rule="taste")
    assert room.state(letter) != State.REMOVED
    assert Entry.objects.count() == 0
    room.judge(letter, Action.REMOVE, rule="harassment", reason="third time")
    stub = thread(STORY).entries[0]
    assert (stub.state, stub.rule, stub.name, stub.text) == (Shown.REMOVED, "harassment", "", "")


def test_two_who_look_at_one_letter_do_not_both_judge_it(room: Room) -> None:
    letter = room.file()
    looked_at = seen(Letter.objects.get(id=letter))
    judge(letter, Action.APPROVE, person=room.one, looked_at=looked_at)
    with pytest.raises(Stale, match="meanwhile"):
        judge(
            letter,
            Action.REMOVE,
            person=room.two,
            ruling=Ruling(rule="privacy"),
            looked_at=looked_at,
        )
    assert Entry.objects.count() == 1
    assert room.state(letter) == State.PUBLISHED


def test_what_a_life_may_hang_on_needs_two_people(room: Room) -> None:
    letter = room.file()
    book = room.world.secrets.book
    assert book
    rule = next(r.id for r in book.rules if r.two_people != "never")
    Finding.objects.create(
        letter_id=letter, screen="privacy", number=9, rule=rule, where="body", reason="phone",
        words="", confidence=1.0, version=1, holds=True,
    )  # fmt: skip
    look = seen(Letter.objects.get(id=letter))
    assert judge(letter, Action.APPROVE, person=room.one, looked_at=look) is None
    assert room.state(letter) != State.PUBLISHED
    with pytest.raises(NotAllowed, match="second person"):
        judge(letter, Action.APPROVE, person=room.one, looked_at=look)
    assert judge(letter, Action.APPROVE, person=room.two, looked_at=look)
    assert room.state(letter) == State.PUBLISHED
    assert FirstYes.objects.count() == 0


@pytest.mark.parametrize("first", [Action.APPROVE, Action.REMOVE, Action.HOLD])
def test_undo_restores_and_both_stand_in_the_log(room: Room, first: Action) -> None:
    letter = room.file()
    before = room.state(letter)
    entry = room.judge(letter, first, rule="harassment")
    undo(entry.sequence, person=room.two)
    assert room.state(letter) == before
    assert Entry.objects.count() == 2
    with pytest.raises(NotAllowed, match="already"):
        undo(entry.sequence, person=room.two)
    assert list(log.check()) == []


def test_undo_of_a_removal_of_what_was_published_publishes_again(room: Room) -> None:
    letter = room.file()
    room.judge(letter, Action.APPROVE)
    entry = room.judge(letter, Action.REMOVE, rule="harassment")
    undo(entry.sequence, person=room.two)
    assert room.state(letter) == State.PUBLISHED
    pen = Letter.objects.get(id=letter).pen_id
    assert standing_of(pen).strikes == 0


def test_nothing_is_undone_below_a_later_decision(room: Room) -> None:
    letter = room.file()
    first = room.judge(letter, Action.APPROVE)
    room.judge(letter, Action.REMOVE, rule="harassment")
    with pytest.raises(NotAllowed, match="on top"):
        undo(first.sequence, person=room.one)


def test_an_appeal_is_decided_by_somebody_else(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.REMOVE, rule="harassment")
    appeal = room.file(Kind.APPEAL, parent=letter[:16], name="Mara", body="It was a quotation.")
    look = seen(Letter.objects.get(id=appeal))
    with pytest.raises(NotAllowed, match="your own decision"):
        decide_appeal(appeal, Action.OVERTURN, person=room.one, ruling=Ruling(), looked_at=look)
    decide_appeal(appeal, Action.OVERTURN, person=room.two, ruling=Ruling(), looked_at=look)
    assert room.state(letter) == State.PUBLISHED
    assert room.state(appeal) == State.DECIDED
    assert [e.name for e in thread(STORY).entries] == ["Mara"]
    assert figures.years()[0]["overturned"] == 1


def test_an_appeal_upheld_keeps_the_stub_and_takes_the_rule(room: Room) -> None:
    letter = room.file()
    room.judge(letter, Action.REMOVE, rule="harassment")
    appeal = room.file(Kind.APPEAL, parent=letter[:16], body="Please.")
    look = seen(Letter.objects.get(id=appeal))
    made = decide_appeal(appeal, Action.UPHOLD, person=room.two, ruling=Ruling(), looked_at=look)
    assert (made.rule, room.state(letter)) == ("harassment", State.REMOVED)


def test_an_appeal_about_anothers_letter_is_about_nothing(room: Room) -> None:
    letter = room.file(pen="a")
    room.judge(letter, Action.REMOVE, rule="harassment")
    appeal = room.file(Kind.APPEAL, pen="b", parent=letter[:16], body="Let it stand.")
    look = seen(Letter.objects.get(id=appeal))
    with pytest.raises(NotAllowed, match="no decision"):
        decide_appeal(appeal, Action.OVERTURN, person=room.two, ruling=Ruling(), looked_at=look)


@pytest.mark.parametrize(
    ("name", "action", "role"),
    [("block by a moderator", Action.BLOCK, Role.MODERATOR), ("lift", Action.LIFT, Role.MODERATOR)],
)
def test_only_editors_block_and_lift(room: Room, name: str, action: Action, role: Role) -> None:
    pen = Letter.objects.get(id=room.file()).pen_id
    with pytest.raises(NotAllowed, match="role"):
        act_on_pen(pen, action, person=room.one, ruling=Ruling(rule="repeat"))


def test_a_block_ends_by_itself_or_is_lifted(room: Room) -> None:
    pen = Letter.objects.get(id=room.file()).pen_id
    entry = act_on_pen(
        pen, Action.BLOCK, person=room.editor, ruling=Ruling(rule="repeat", editions=3)
    )
    assert standing_of(pen).blocked_until == 8
    undo(entry.sequence, person=room.editor)
    assert not standing_of(pen).is_blocked


def test_a_withdrawn_letter_is_gone_from_the_thread(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.APPROVE)
    before = version(STORY)
    room.file(Kind.WITHDRAW, parent=letter[:16])
    assert [e.name for e in thread(STORY).entries] == [""]
    assert version(STORY) > before
    with pytest.raises(Stale):
        judge(letter, Action.APPROVE, person=room.one, looked_at="published 1")


def test_a_burned_pen_keeps_what_is_published_unless_it_asks(room: Room) -> None:
    shown, waiting = room.file(name="Mara"), room.file(name="Mara")
    room.judge(shown, Action.APPROVE)
    room.file(Kind.BURN)
    assert (room.state(shown), room.state(waiting)) == (State.PUBLISHED, State.BURNED)
    room.file(Kind.BURN, erase=True)
    assert room.state(shown) == State.BURNED


def test_an_erased_entry_leaves_a_chain_that_holds(room: Room) -> None:
    letter, other = room.file(), room.file(pen="b")
    room.judge(letter, Action.REMOVE, rule="harassment", reason="words")
    room.judge(other, Action.APPROVE)
    with pytest.raises(NotAllowed):
        erase(letter, person=room.editor)
    erase(letter, person=room.admin)
    assert not Entry.objects.filter(letter=letter).exists()
    assert not Entry.objects.filter(reason="words").exists()
    assert log.erased() == 2
    assert list(log.check()) == []


def test_what_a_writer_takes_back_is_gone_from_the_log_too(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.REMOVE, rule="harassment", reason="quotes: her name is Kim")
    room.file(Kind.WITHDRAW, parent=letter[:16])
    assert not Entry.objects.filter(letter=letter).exists()
    assert not Entry.objects.exclude(reason="").exists()
    assert list(log.check()) == []


def hang_a_life_on(letter: str, room: Room) -> None:
    book = room.world.secrets.book
    assert book
    rule = next(r.id for r in book.rules if r.two_people != "never")
    Finding.objects.create(
        letter_id=letter, screen="privacy", number=9, rule=rule, where="body", reason="phone",
        words="", confidence=1.0, version=1, holds=True,
    )  # fmt: skip


def test_no_way_of_publishing_passes_by_the_second_person(room: Room) -> None:
    letter = room.file(name="Mara")
    hang_a_life_on(letter, room)
    room.judge(letter, Action.REMOVE, rule="privacy")
    appeal = room.file(Kind.APPEAL, parent=letter[:16], body="Please.")
    look = seen(Letter.objects.get(id=appeal))
    decide_appeal(appeal, Action.OVERTURN, person=room.two, ruling=Ruling(), looked_at=look)
    assert room.state(letter) == State.HELD
    other = room.file(name="Mara", pen="b")
    room.judge(other, Action.APPROVE)
    hang_a_life_on(other, room)
    entry = room.judge(other, Action.REMOVE, rule="privacy")
    with pytest.raises(NotAllowed, match="two people"):
        undo(entry.sequence, person=room.two)
    assert room.state(other) == State.REMOVED


def test_what_no_screen_has_read_is_not_published(room: Room) -> None:
    letter = room.file()
    Letter.objects.filter(id=letter).update(screened="")
    with pytest.raises(NotAllowed, match="screens"):
        room.judge(letter, Action.APPROVE)


def test_who_was_overruled_does_not_remove_again_nor_decide_an_appeal(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.REMOVE, rule="harassment")
    room.judge(letter, Action.RESTORE, room.two)
    room.judge(letter, Action.REMOVE, room.editor, rule="harassment")
    appeal = room.file(Kind.APPEAL, parent=letter[:16], body="Please.")
    look = seen(Letter.objects.get(id=appeal))
    for person in (room.one, room.editor):
        with pytest.raises(NotAllowed, match="your own"):
            decide_appeal(appeal, Action.UPHOLD, person=person, ruling=Ruling(), looked_at=look)
    decide_appeal(appeal, Action.OVERTURN, person=room.two, ruling=Ruling(), looked_at=look)
    with pytest.raises(NotAllowed, match="overturned"):
        room.judge(letter, Action.REMOVE, room.editor, rule="harassment")


def test_a_block_can_be_appealed(room: Room) -> None:
    letter = room.file(name="Mara")
    pen = Letter.objects.get(id=letter).pen_id
    act_on_pen(pen, Action.BLOCK, person=room.editor, ruling=Ruling(rule="repeat"))
    appeal = room.file(Kind.APPEAL, parent=letter[:16], body="It was not me.")
    look = seen(Letter.objects.get(id=appeal))
    decide_appeal(appeal, Action.OVERTURN, person=room.two, ruling=Ruling(), looked_at=look)
    assert not standing_of(pen).is_blocked
    assert list(log.check()) == []


def test_only_editors_take_back_what_editors_do(room: Room) -> None:
    pen = Letter.objects.get(id=room.file()).pen_id
    block = act_on_pen(pen, Action.BLOCK, person=room.editor, ruling=Ruling(rule="repeat"))
    with pytest.raises(NotAllowed, match="role"):
        undo(block.sequence, person=room.one)
    lift = act_on_pen(pen, Action.LIFT, person=room.editor, ruling=Ruling())
    with pytest.raises(NotAllowed, match="role"):
        undo(lift.sequence, person=room.one)


def test_a_log_cut_behind_what_was_handed_over_is_found(room: Room) -> None:
    for pen in "abc":
        room.judge(room.file(pen=pen), Action.APPROVE)
    handover.hand_over()
    assert list(log.check()) == []
    Entry.objects.filter(sequence=3).delete()
    assert any("was handed over" in problem for problem in log.check())


def test_hand_overs_are_numbered(room: Room) -> None:
    handover.hand_over()
    handover.hand_over()
    assert handover.last_handed() == 2


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a rule changed", {"rule": "privacy"}),
        ("another edition", {"edition": 1}),
        ("another letter", {"letter": "ab" * 32}),
        ("about something else", {"about": 9}),
        ("a longer block", {"editions": 99}),
        ("a commitment changed", {"commitment": b"x" * 32}),
        ("a chain changed", {"chain": b"x" * 32}),
        ("a note replaced", {"note": b"handbill decision 1\n"}),
    ],
)
def test_a_log_that_was_rewritten_is_found(
    room: Room, name: str, change: dict[str, object]
) -> None:
    letter = room.file()
    room.judge(letter, Action.REMOVE, rule="harassment")
    Entry.objects.update(**change)
    assert list(log.check())


def test_a_log_with_a_gap_is_found(room: Room) -> None:
    for pen in "abc":
        room.judge(room.file(pen=pen), Action.APPROVE)
    Entry.objects.filter(sequence=2).delete()
    assert any("2 is missing" in problem for problem in log.check())


def test_killed_between_letter_and_log_neither_is_there(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = room.file()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("handbill.desk.decisions.deciding._set", broken)
    before = room.state(letter)
    with pytest.raises(KeyboardInterrupt):
        room.judge(letter, Action.APPROVE)
    assert room.state(letter) == before
    assert Entry.objects.count() == 0


def test_a_closed_discussion_says_why(room: Room) -> None:
    with pytest.raises(NotAllowed):
        close(STORY, reason="quiet please", person=room.one)
    close(STORY, reason="quiet please", person=room.editor)
    assert (thread(STORY).open, thread(STORY).reason) == (False, "quiet please")
    close(STORY, reason="", person=room.editor)
    assert thread(STORY).open


def test_a_letter_on_paper_is_written_down_and_labelled(room: Room) -> None:
    heard = Heard(story=STORY, name="An old man", language="en", text="I rowed that boat.")
    letter = write_down(heard, room.one)
    room.take_in()
    with pytest.raises(NotAllowed, match="somebody else"):
        room.judge(letter, Action.APPROVE)
    room.judge(letter, Action.APPROVE, room.two)
    assert list(log.check()) == []
    assert [e.label for e in thread(STORY).entries] == [Label.TRANSCRIPT]


def test_all_who_lay_letters_down_name_them_alike(room: Room) -> None:
    write_down(Heard(story=STORY, name="A man", language="en", text="I rowed."), room.one)
    tray = room.folder / "newsroom/tray"
    (written,) = tray.iterdir()
    assert written.name == letter_name(written.read_bytes())
    aside = Tray(tray, room.folder / "aside").put_aside(bytes(4096), Reason.UNOPENED)
    assert aside
    assert aside.name == letter_name(bytes(4096))


def test_receipts_say_what_became_of_each_letter(room: Room) -> None:
    shown, gone, waits = (room.file(pen="a") for _ in range(3))
    room.judge(shown, Action.APPROVE)
    room.judge(gone, Action.REMOVE, rule="harassment")
    found = receipts.rows()[room.writers.pen("a").receipt_key]
    book = room.world.secrets.book
    assert book
    assert [(r.letter, r.status, r.rule) for r in found] == [
        (gone[:16], Status.REMOVED, book.rule("harassment").number),
        (shown[:16], Status.PUBLISHED, 0),
        (waits[:16], Status.WAITS, 0),
    ]
    pen = Letter.objects.get(id=shown).pen_id
    act_on_pen(pen, Action.BLOCK, person=room.editor, ruling=Ruling(rule="repeat"))
    found = receipts.rows()[room.writers.pen("a").receipt_key]
    assert [r.status for r in found] == [Status.REMOVED, Status.PUBLISHED, Status.PEN_BLOCKED]


def test_the_press_gets_what_the_desk_signed(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.APPROVE)
    report = handover.hand_over()
    assert (report.letters, report.sequence) == (1, 1)
    folder = room.folder / "newsroom/discussion"
    secrets = room.world.secrets
    note = discussion.read_note(
        (folder / discussion.NAME).read_bytes(), secrets.signer.public, secrets.newsroom_id
    )
    for name, (path, _) in discussion.FILES.items():
        data = (folder / path).read_bytes()
        discussion.check_file(note, name, data)
        assert letter.encode() not in data
        assert room.writers.pen("a").public.hex().encode() not in data
    threads = discussion.read_threads((folder / "threads.jsonl").read_bytes())
    assert threads[STORY].entries[0].name == "Mara"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_both_databases_decide_alike(
    fresh: Callable[[], Path | str], kind: str, tmp_path: Path
) -> None:
    room = Room(make_world(tmp_path, fresh()))
    letter = room.file()
    room.judge(letter, Action.APPROVE)
    entry = room.judge(letter, Action.REMOVE, rule="harassment")
    undo(entry.sequence, person=room.two)
    assert room.state(letter) == State.PUBLISHED
    assert list(log.check()) == []
    assert Discussion.objects.get(story=STORY).version > 2


def test_every_refusal_is_ours(room: Room) -> None:
    with pytest.raises(HandbillError):
        judge("00" * 32, Action.APPROVE, person=room.one, looked_at="waiting 0")
    with pytest.raises(HandbillError):
        undo(99, person=room.one)
    with pytest.raises(HandbillError):
        act_on_pen("00", Action.WARN, person=room.one, ruling=Ruling(rule="repeat"))
