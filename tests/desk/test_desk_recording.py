"""Withdrawals and burnings in the log: each once, in no order of arrival, found where one is missing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import IntegrityError, connections

from desk.desk_world import make_world
from desk.dumping import entered
from desk.scenes import scene
from desk.test_desk_decisions import STORY, Room
from desk.world import desk, put, sealed
from handbill.desk.decisions import figures, handover, log, receipts, recording
from handbill.desk.decisions.deciding import erase, undo
from handbill.desk.decisions.models import Entry
from handbill.desk.decisions.recording import record
from handbill.desk.decisions.threads import thread
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, State
from handbill.errors import NotAllowed, Stale
from handbill.letters import discussion
from handbill.letters.decision import Action, read, verify
from handbill.letters.letter import Kind
from handbill.letters.receipts import Status

SCENE = scene()
ASKED = {Action.WITHDRAW: 8, Action.BURN: 2}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(make_world(tmp_path))


def bags(folder: Path, seed: int, *, each: bool) -> None:
    """Take the scene in, shuffled and cut in bags; enter after each bag, or once in the end."""
    chance = random.Random(seed)
    files = [*SCENE, *chance.choices(SCENE, k=10)]
    chance.shuffle(files)
    size = chance.randrange(5, 40)
    for begin in range(0, len(files), size):
        put(folder / "tray", *files[begin : begin + size])
        take_in(Tray(folder / "tray", folder / "aside"), desk())
        if each:
            record()
    record()


def test_every_withdrawal_and_burning_is_an_entry_of_its_own(room: Room) -> None:
    put(room.folder / "newsroom/tray", *SCENE)
    room.take_in()
    entries = list(Entry.objects.order_by("sequence"))
    assert Counter(Action(e.action) for e in entries) == ASKED
    for entry in entries:
        letter = Letter.objects.get(id=entry.letter)
        decision = read(bytes(entry.note))
        verify(bytes(entry.note), room.world.secrets.signer.public)
        assert (decision.action, decision.letter, decision.origin) == (
            letter.kind,
            letter.id,
            "writer",
        )
        assert (decision.moderator, entry.person, decision.pen) == (
            "",
            None,
            bytes(letter.pen.key).hex(),
        )
    assert [e.letter for e in entries] == sorted(e.letter for e in entries)
    assert record() == 0
    assert list(log.check()) == []


@pytest.mark.parametrize("seed", range(3))
def test_any_order_gives_the_same_log(
    fresh: Callable[[], Path | str], kind: str, tmp_path: Path, seed: int
) -> None:
    found = []
    for name, at, each in (("a", 1, False), ("b", seed + 2, False), ("c", seed + 9, True)):
        make_world(tmp_path, fresh())
        bags(tmp_path / name, at, each=each)
        assert list(log.check()) == []
        found.append(entered())
    whole, shuffled, piecemeal = found
    assert shuffled == whole
    assert sorted(row[1:] for row in piecemeal) == sorted(row[1:] for row in whole)


def test_two_who_enter_at_once_enter_each_once(
    fresh: Callable[[], Path | str], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "BATCH", 2)
    room = Room(make_world(tmp_path, fresh()))
    put(room.folder / "newsroom/tray", *SCENE)
    take_in(Tray(room.folder / "newsroom/tray", room.folder / "aside"), desk())

    def enter() -> int:
        try:
            return record()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        counts = [job.result() for job in [pool.submit(enter) for _ in range(3)]]
    assert sum(counts) == sum(ASKED.values()) == Entry.objects.count()
    assert list(log.check()) == []


def test_the_same_request_cannot_stand_there_twice(room: Room) -> None:
    room.file(Kind.BURN)
    entry = Entry.objects.get()
    entry.pk = entry.sequence = 2
    with pytest.raises(IntegrityError):
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("the last entry", lambda: Entry.objects.filter(sequence=4).delete()),
        ("one in the middle", lambda: Entry.objects.filter(sequence=2).delete()),
        ("the letter that asked", lambda: Letter.objects.filter(kind=Kind.BURN).delete()),
        ("the note", lambda: Entry.objects.filter(sequence=3).update(note=None, salt="")),
        ("of another letter", lambda: Entry.objects.filter(sequence=3).update(letter="ab" * 32)),
        ("of a person", lambda: Entry.objects.filter(sequence=3).update(person=1)),
        ("a withdrawal called a burning", lambda: Entry.objects.filter(action="withdraw").update(action="burn")),
    ],
)  # fmt: skip
def test_what_is_missing_or_changed_is_found(
    room: Room, name: str, cut: Callable[[], object]
) -> None:
    first, second = room.file(), room.file(pen="b")
    room.file(Kind.WITHDRAW, parent=first[:16])
    room.judge(second, Action.APPROVE)
    room.file(Kind.WITHDRAW, "b", parent=second[:16])
    room.file(Kind.BURN, "c")
    assert list(log.check()) == []
    cut()
    assert list(log.check())


def test_an_entry_cut_off_the_end_is_made_again_or_found(room: Room) -> None:
    room.file(Kind.BURN, "a")
    room.file(Kind.BURN, "b")
    Entry.objects.filter(sequence=2).delete()
    assert record() == 1
    assert list(log.check()) == []
    handover.hand_over()
    Entry.objects.filter(sequence=2).delete()
    assert any("was handed over" in problem for problem in log.check())
    with pytest.raises(NotAllowed, match="is not here"):
        record()


def test_a_hand_over_leaves_no_request_out(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.APPROVE)
    note = room.writers.write(room.writers.draft(Kind.WITHDRAW, parent=letter[:16]), "a")
    put(room.folder / "newsroom/tray", sealed(note))
    take_in(Tray(room.folder / "newsroom/tray", room.folder / "aside"), desk())
    assert len(log.unentered()) == 1
    assert handover.hand_over().sequence == 2
    assert log.unentered() == []


def test_a_hand_over_does_not_wait_for_ever(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "unentered", lambda: ["ab" * 32])
    with pytest.raises(Stale, match="taken in"):
        handover.hand_over()
    assert not (room.folder / "newsroom/discussion").exists()


def test_the_public_is_told_how_many_and_nothing_else(room: Room) -> None:
    letters = [room.file(name="Mara", pen=pen) for pen in "abc"]
    for letter in letters:
        room.judge(letter, Action.APPROVE)
    requests = [
        room.file(Kind.WITHDRAW, pen, parent=i[:16]) for pen, i in zip("ab", letters, strict=False)
    ]
    requests.append(room.file(Kind.BURN, "c"))
    handover.hand_over()
    folder = room.folder / "newsroom/discussion"
    record = discussion.read_record("decisions", (folder / "decisions.json").read_bytes())
    assert [row["action"] for row in record["rows"]] == ["approve"] * 3
    assert record["years"][-1]["withdrawn"] == 3
    assert record["log"]["sequence"] == 6
    assert figures.table().splitlines()[1].endswith(",3")
    public = b"".join(p.read_bytes() for p in folder.iterdir())
    for name in (*letters, *requests, *(room.writers.pen(p).public.hex() for p in "abc")):
        assert name.encode() not in public
        assert name[:16].encode() not in public
    assert b"burn" not in public


def test_a_flood_of_withdrawals_pushes_no_decision_out(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST_ROWS", 3)
    room.judge(room.file(), Action.REMOVE, rule="harassment")
    for n in range(6):
        room.file(Kind.WITHDRAW, f"f{n}", parent=f"{n:016x}")
    assert [row["action"] for row in figures.rows()] == ["remove"]


def test_what_a_writer_asked_nobody_takes_back_or_erases(room: Room) -> None:
    letter = room.file(name="Mara")
    request = room.file(Kind.WITHDRAW, parent=letter[:16])
    with pytest.raises(NotAllowed, match="cannot be taken back"):
        undo(1, person=room.admin)
    with pytest.raises(NotAllowed, match="must stay"):
        erase(request, person=room.admin)
    assert room.state(letter) == State.WITHDRAWN
    assert thread(STORY).entries


def test_erasing_leaves_the_entry_of_the_request(room: Room) -> None:
    letter = room.file(name="Mara")
    room.judge(letter, Action.REMOVE, rule="harassment", reason="quotes her name")
    request = room.file(Kind.WITHDRAW, parent=letter[:16])
    assert not Entry.objects.filter(letter=letter).exists()
    kept = Entry.objects.get(letter=request)
    assert letter.encode() not in bytes(kept.note)
    assert letter[:16].encode() not in bytes(kept.note)
    assert bytes(Letter.objects.get(id=request).signature)


def test_a_writer_learns_that_an_old_letter_is_gone(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, other = room.file(name="Mara"), room.file(name="Mara")
    monkeypatch.setattr("handbill.desk.secrets.newest_edition", lambda: 30)
    assert room.writers.pen("a").receipt_key not in receipts.rows()
    room.file(Kind.WITHDRAW, parent=letter[:16])
    found = receipts.rows()[room.writers.pen("a").receipt_key]
    assert [(r.letter, r.status) for r in found] == [(letter[:16], Status.WITHDRAWN)]
    room.file(Kind.BURN)
    found = receipts.rows()[room.writers.pen("a").receipt_key]
    assert {r.letter for r in found} == {letter[:16], other[:16]}
    monkeypatch.setattr("handbill.desk.secrets.newest_edition", lambda: 45)
    assert room.writers.pen("a").receipt_key not in receipts.rows()


def test_withdrawn_letters_stay_within_the_bound_of_receipts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "MOST_WAITING", 2)
    for n in range(5):
        letter = room.file(pen=f"f{n}")
        room.file(Kind.WITHDRAW, f"f{n}", parent=letter[:16])
    assert len(receipts.rows()) == 2


def test_the_log_page_shows_what_writers_asked(room: Room) -> None:
    letter = room.file(name="Mara")
    room.file(Kind.WITHDRAW, parent=letter[:16])
    client = room.world.client(Role.MODERATOR, "one")
    for path in ("/log/", "/log/check/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "None" not in answer.content.decode()
