"""What the desk's own keys may sign: today's anything, a retired one the past, a stolen one nothing."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.desk_world import make_world
from desk.test_desk_decisions import STORY, Room
from desk.world import DESK_KEY, EDITIONS, SEALS, Writers, book, desk, identity, put, sealed, short
from handbill.desk import secrets
from handbill.desk.decisions import handover, log
from handbill.desk.decisions.log import named
from handbill.desk.decisions.recording import record
from handbill.desk.decisions.transcribing import Heard, write_down
from handbill.desk.intake.knowing import desk_of
from handbill.desk.intake.opening import Opened, Opener, Refused
from handbill.desk.intake.ring_facts import RingFacts
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.intake.values import Reason
from handbill.desk.store.models import Letter, Refusal, State
from handbill.errors import KeysLocked
from handbill.keys.held import HeldKey
from handbill.keys.values import RETIRED_EDITIONS, DeskKey
from handbill.letters import draft as drafts
from handbill.letters import letter as letters
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.pen import Pen
from handbill.letters.seal import seal

OLD = HeldKey("desk", b"\x08" * 32)
ODD = HeldKey("desk", b"\x09" * 32)


def transcript(
    by: HeldKey, number: int = 5, *, into: int = 0, nonce: int = 0, **changed: Any
) -> bytes:
    """A sealed transcript from edition ``number``, sealed to edition ``into`` or to its own."""
    key = next(k for k in SEALS if k.number == (into or number))
    draft = Writers(3).draft(Kind.TRANSCRIPT, number=number, seal=key.id, **changed)
    return sealed(letters.transcribe(draft, named(by), bytes([nonce]) * 16), key)


def opened(data: bytes, **changed: Any) -> Opened | Reason:
    found = Opener(desk(**changed)).open(data)
    return found.reason if isinstance(found, Refused) else found


def keys(last: int | None = 4, withdrawn: int = 0) -> tuple[DeskKey, ...]:
    return DeskKey(DESK_KEY.public), DeskKey(OLD.public, last, withdrawn)


@pytest.mark.parametrize(
    ("name", "sealed_letter", "known", "newest", "good"),
    [
        ("today's key, an old edition", transcript(DESK_KEY, 3), keys(), 5, True),
        ("retired, its last edition", transcript(OLD, 4), keys(), 5, True),
        ("retired, an older edition", transcript(OLD, 3), keys(), 5, True),
        ("retired, an edition after it", transcript(OLD, 5), keys(), 5, False),
        ("retired, citing the past under a later seal", transcript(OLD, 4, into=5), keys(), 5, False),
        ("retired, citing the future under an old seal", transcript(OLD, 5, into=3), keys(), 5, False),
        ("retired, nearly too long ago", transcript(OLD, 4), keys(), 3 + RETIRED_EDITIONS, True),
        ("retired too long ago", transcript(OLD, 4), keys(), 4 + RETIRED_EDITIONS, False),
        ("stolen, while it spoke", transcript(OLD, 4), keys(withdrawn=5), 4, False),
        ("stolen, an older edition", transcript(OLD, 3), keys(withdrawn=5), 5, False),
    ],
)  # fmt: skip
def test_which_key_counts_for_which_edition(
    name: str, sealed_letter: bytes, known: tuple[DeskKey, ...], newest: int, good: bool
) -> None:
    found = opened(sealed_letter, desk_keys=known, newest=newest)
    assert isinstance(found, Opened) if good else found is Reason.DESK_KEY


def test_a_key_of_nobody_is_a_forgery() -> None:
    assert opened(transcript(ODD), desk_keys=keys()) is Reason.FORGED


class DeskAsPen(Pen):
    """A thief who uses the desk's key as a reader's pen."""

    def __init__(self, key: HeldKey) -> None:
        super().__init__(key.seed, b"\x01" * 32)


@pytest.mark.parametrize("by", [DESK_KEY, OLD])
@pytest.mark.parametrize(
    ("kind", "parent"),
    [(Kind.LETTER, ""), (Kind.WITHDRAW, "ab" * 8), (Kind.BURN, ""), (Kind.APPEAL, "ab" * 8)],
)
def test_the_desks_keys_sign_nothing_but_transcripts(by: HeldKey, kind: Kind, parent: str) -> None:
    w = Writers(4)
    data = sealed(w.write(w.draft(kind, parent=parent), DeskAsPen(by)))
    for withdrawn in (0, 5):
        assert opened(data, desk_keys=keys(withdrawn=withdrawn)) is Reason.DESK_KEY


def test_a_stolen_key_burns_and_withdraws_no_transcript(empty: Path) -> None:
    w = Writers(4)
    honest = transcript(OLD, 4)
    letter = opened(honest, desk_keys=keys())
    assert isinstance(letter, Opened)
    thief = DeskAsPen(OLD)
    bag = [
        honest,
        sealed(w.write(w.draft(Kind.WITHDRAW, parent=short(letter.letter.id)), thief)),
        sealed(w.write(w.draft(Kind.BURN, erase=True), thief)),
    ]
    put(empty / "tray", *bag)
    report = take_in(Tray(empty / "tray", empty / "aside"), desk(desk_keys=keys()))
    assert (report.filed, report.refused) == (1, {"desk-key": 2})
    assert Letter.objects.get().state not in (State.WITHDRAWN, State.BURNED)
    assert len(list((empty / "aside/desk-key").iterdir())) == 2


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_editions_and_keys_give_the_same(tmp_path: Path, seed: int) -> None:
    from handbill.desk.database import connect

    notes = [
        transcript(by, number, into=into, nonce=n)
        for n, (by, number, into) in enumerate(
            (by, number, into) for by in (DESK_KEY, OLD, ODD) for number in (3, 4, 5) for into in (3, 4, 5)
        )
    ]  # fmt: skip
    random.Random(seed).shuffle(notes)
    connect(tmp_path / "desk.sqlite3")
    for begin in range(0, len(notes), 7):
        put(tmp_path / "tray", *notes[begin : begin + 7])
        take_in(Tray(tmp_path / "tray", tmp_path / "aside"), desk(desk_keys=keys()))
    # Nine by today's key, and of the retired one's those that neither cite nor are sealed to 5.
    assert Letter.objects.count() == 9 + 4
    assert Refusal.objects.filter(reason="desk-key").count() == 5
    assert Refusal.objects.filter(reason="forged").count() == 9


def draft(number: int = 3) -> bytes:
    rules = book()
    made = Writers(5).draft(Kind.TRANSCRIPT, number=number, rules_version=rules.version)
    return seal(drafts.write(made), next(k for k in SEALS if k.number == number).public)


def test_a_draft_that_cites_an_older_edition_is_signed_by_todays_key() -> None:
    found = opened(draft(), scribe=named(DESK_KEY), desk_keys=keys())
    assert isinstance(found, Opened)
    assert (found.letter.edition_number, found.letter.key) == (3, DESK_KEY.public)


def test_a_draft_is_filed_once_though_the_key_was_replaced(empty: Path) -> None:
    one, two = draft(), draft()
    before = desk(scribe=named(OLD), desk_keys=(DeskKey(OLD.public),))
    after = desk(scribe=named(DESK_KEY), desk_keys=keys(withdrawn=5))
    for bag, room in ((one, before), (two, after), (one, after)):
        put(empty / "tray", bag)
        take_in(Tray(empty / "tray", empty / "aside"), room)
        assert Letter.objects.count() == 1
    assert not list((empty / "tray").iterdir())


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("HANDBILL_STATE", str(tmp_path / "state"))
    return Room(make_world(tmp_path))


def say(room: Room, **public: object) -> None:
    """Write what lies in clear beside the key store."""
    folder = room.folder / "state" / room.world.secrets.newsroom_id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "public.json").write_text(json.dumps({"published": [{"number": 5}], **public}))


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("another speaks", {"desk": OLD.public.hex()}),
        ("withdrawn", {"withdrawn": [{"key": DESK_KEY.public.hex(), "since": 6}]}),
    ],
)
def test_an_open_desk_whose_key_was_replaced_signs_nothing_more(
    room: Room, name: str, public: dict[str, object]
) -> None:
    letter, burned = room.file(), room.file(Kind.BURN, "b")
    say(room, desk=DESK_KEY.public.hex(), withdrawn=[{"key": OLD.public.hex(), "since": 2}])
    room.judge(letter, Action.APPROVE)
    handover.hand_over()
    say(room, **public)
    log.Entry.objects.filter(letter=burned).delete()
    heard = Heard(story=STORY, name="A man", language="en", text="I rowed.")
    for signs in (
        lambda: room.judge(letter, Action.REMOVE, rule="harassment"),
        handover.hand_over,
        record,
        lambda: write_down(heard, room.one),
        lambda: desk_of(room.world.secrets),
    ):
        with pytest.raises(KeysLocked, match="replaced"):
            signs()
    assert room.state(letter) == State.PUBLISHED
    assert not list((room.folder / "newsroom/tray").glob("*"))


def speaking(room: Room, signer: HeldKey, *known: DeskKey, newest: int = 5) -> None:
    """Open the desk anew with this key."""
    facts = RingFacts(desk_keys=(DeskKey(signer.public), *known))
    secrets.set_current(
        replace(room.world.secrets, signer=signer, facts=facts, newest_edition=newest)
    )


def decide(room: Room, pen: str) -> None:
    room.judge(room.file(pen=pen), Action.APPROVE)


def test_the_log_goes_on_under_the_next_key(room: Room) -> None:
    decide(room, "a")
    speaking(room, OLD, DeskKey(DESK_KEY.public, 5))
    decide(room, "b")
    assert list(log.check()) == []


@pytest.mark.parametrize(
    ("name", "back", "newest", "said"),
    [
        ("after its successor", DeskKey(DESK_KEY.public, 5), 5, "had been replaced"),
        ("in a later edition", DeskKey(DESK_KEY.public, 5), 6, "had been replaced"),
        ("withdrawn", DeskKey(DESK_KEY.public, 5, 5), 5, "had been withdrawn"),
        ("in no list", None, 5, "not signed by this desk"),
    ],
)
def test_an_entry_by_a_key_that_speaks_no_more_is_found(
    room: Room, name: str, back: DeskKey | None, newest: int, said: str
) -> None:
    speaking(room, OLD)
    decide(room, "a")
    speaking(room, DESK_KEY, DeskKey(OLD.public), newest=newest)  # the thief
    decide(room, "b")
    speaking(room, OLD, *([back] if back else []))
    decide(room, "c")
    problems = list(log.check())
    assert [p for p in problems if said in p and "entry 2:" in p], problems
    assert not [p for p in problems if "entry 3" in p]


@pytest.mark.parametrize(
    ("key", "counts"),
    [(DeskKey(OLD.public, 5), True), (DeskKey(OLD.public, 4), False), (DeskKey(OLD.public, 5, 6), False)],
)  # fmt: skip
def test_a_hand_over_by_an_old_key_drives_no_number_up(
    room: Room, key: DeskKey, counts: bool
) -> None:
    speaking(room, OLD)
    handover.hand_over()
    speaking(room, DESK_KEY, key)
    assert handover.last_handed() == (1 if counts else 0)


def test_editions_of_this_world_are_as_these_tests_want_them() -> None:
    assert set(EDITIONS) == {1, 3, 4, 5}
    assert identity(Writers(1).write(Writers(1).draft(), "a"))
