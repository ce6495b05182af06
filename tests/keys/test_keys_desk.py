"""Keys of the desk: which one speaks, which are retired, and what a stolen one can still do: nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from handbill.errors import FormatError, UsageError
from handbill.keys import handover, restoring, store
from handbill.keys.ring import KeyRing, Published
from handbill.keys.values import RETIRED_EDITIONS, DeskKey
from keys.rooms import SECRET, TODAY, opened
from keys.test_keys_seals import content, published

KEY = b"\x07" * 32


def speaks(held: KeyRing) -> bytes:
    return held.held("desk")[0].public


def state_of(held: KeyRing, public: bytes) -> DeskKey:
    return next(key for key in held.desk_keys() if key.public == public)


@pytest.mark.parametrize(
    ("name", "key", "cited", "newest", "counts"),
    [
        ("speaks, old edition", DeskKey(KEY), 1, 900, True),
        ("speaks, an edition to come", DeskKey(KEY), 901, 900, True),
        ("retired, its last edition", DeskKey(KEY, 7), 7, 7, True),
        ("retired, an older edition", DeskKey(KEY, 7), 2, 8, True),
        ("retired, an edition to come", DeskKey(KEY, 7), 8, 8, False),
        ("retired, at the end of its time", DeskKey(KEY, 7), 7, 6 + RETIRED_EDITIONS, True),
        ("retired, past its time", DeskKey(KEY, 7), 7, 7 + RETIRED_EDITIONS, False),
        ("retired, nothing published yet", DeskKey(KEY, 0), 0, 0, True),
        ("retired before any edition", DeskKey(KEY, 0), 1, 1, False),
        ("withdrawn, while it spoke", DeskKey(KEY, None, 8), 1, 7, False),
        ("withdrawn, an edition from before", DeskKey(KEY, 7, 8), 2, 7, False),
    ],
)  # fmt: skip
def test_what_counts_when(name: str, key: DeskKey, cited: int, newest: int, counts: bool) -> None:
    assert key.counts(cited, newest) is counts


def test_rotating_lists_the_old_key_as_retired(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 3)
    held.reserve(today=TODAY)  # number 4, which nobody has seen
    old, seed = speaks(held), held.held("desk")[0].seed.hex()  # type: ignore[attr-defined]
    assert handover.rotate(held, "desk", TODAY) is None
    again = opened(room)
    assert again.desk_keys() == (DeskKey(speaks(again)), DeskKey(old, 4))
    assert speaks(again) != old
    assert seed not in json.dumps(content(room))


def test_a_key_that_an_earlier_release_replaced_ends_with_its_last_edition(
    room: tuple[str, Path],
) -> None:
    held = opened(room)
    published(held, 2)
    old = speaks(held)
    handover.rotate(held, "desk", TODAY)
    published(held, 1)
    kept = content(room)
    del kept["desk_retired"]
    store.save(room[1] / room[0], kept, SECRET, store.Cost(1, 8192))
    assert state_of(opened(room), old) == DeskKey(old, 2)


def test_a_stolen_key_that_speaks_is_withdrawn_and_replaced(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 2)
    stolen = speaks(held)
    assert handover.withdraw(held, stolen, TODAY) is None
    again = opened(room)
    assert speaks(again) != stolen
    assert state_of(again, stolen) == DeskKey(stolen, 2, 3)
    assert (stolen.hex(), 3) in again.withdrawn()
    assert again.reserve(today=TODAY).desk_key == speaks(again).hex()


def test_a_retired_key_can_be_withdrawn_later(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 1)
    old = speaks(held)
    handover.rotate(held, "desk", TODAY)
    now = speaks(held)
    published(held, 2)
    for _ in range(2):  # the second time changes nothing
        handover.withdraw(held, old, TODAY)
        assert state_of(opened(room), old) == DeskKey(old, 1, 4)
        assert speaks(opened(room)) == now
        published(held, 1)
    assert [key for key, _ in held.withdrawn()] == [old.hex()]


def test_a_key_of_nobody_is_not_withdrawn(room: tuple[str, Path]) -> None:
    with pytest.raises(UsageError, match="no key of this newsroom"):
        handover.withdraw(opened(room), KEY, TODAY)


def test_a_rehearsal_withdraws_nothing(room: tuple[str, Path]) -> None:
    held = opened(room)
    old = speaks(held)
    before = (room[1] / room[0] / "public.json").read_bytes()
    assert handover.withdraw(held.rehearsal(), old, TODAY) is None
    assert handover.rotate(held.rehearsal(), "desk", TODAY) is None
    assert opened(room).desk_keys() == (DeskKey(old),)
    assert (room[1] / room[0] / "public.json").read_bytes() == before


def forge(room: tuple[str, Path], **changed: object) -> None:
    path = room[1] / room[0] / "public.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


@pytest.mark.parametrize(
    ("name", "forged"),
    [
        ("another key speaks", {"desk": KEY.hex()}),
        ("another key is retired", {"desk_retired": [{"key": KEY.hex(), "last": 99, "withdrawn": 0}]}),
        ("nothing was withdrawn", {"withdrawn": []}),
        ("withdrawn from a later edition", {"withdrawn": [{"key": "STOLEN", "since": 900}]}),
    ],
)  # fmt: skip
def test_a_forged_list_beside_the_store_appoints_nobody(
    room: tuple[str, Path], name: str, forged: dict[str, object]
) -> None:
    held = opened(room)
    published(held, 2)
    stolen = speaks(held)
    handover.withdraw(held, stolen, TODAY)
    before = opened(room).desk_keys()
    forge(room, **json.loads(json.dumps(forged).replace("STOLEN", stolen.hex())))
    assert opened(room).desk_keys() == before
    assert (
        json.loads((room[1] / room[0] / "public.json").read_text())["desk"]
        == before[0].public.hex()
    )


def test_a_backup_knows_who_was_retired_and_who_withdrawn(
    room: tuple[str, Path], tmp_path: Path
) -> None:
    held = opened(room)
    published(held, 2)
    first = speaks(held)
    handover.rotate(held, "desk", TODAY)
    second = speaks(held)
    handover.withdraw(held, second, TODAY)
    restoring.restore(held.backup(), SECRET, state=tmp_path / "other")
    back = KeyRing.open(room[0], SECRET, state=tmp_path / "other")
    assert back.desk_keys() == held.desk_keys()
    assert {key.public for key in back.desk_keys()[1:]} == {first, second}


def test_an_old_backup_with_a_key_withdrawn_since_speaks_with_a_new_one(
    room: tuple[str, Path], tmp_path: Path
) -> None:
    held = opened(room)
    published(held, 1)
    stolen, old_backup = speaks(held), held.backup()
    handover.withdraw(held, stolen, TODAY)
    # What 'handbill keys restore --edition' learns from the newest edition's history.
    old_backup["public"]["withdrawn"] = [{"key": stolen.hex(), "since": 2}]
    restoring.restore(old_backup, SECRET, state=tmp_path / "other")
    back = KeyRing.open(room[0], SECRET, state=tmp_path / "other")
    assert speaks(back) != stolen
    assert state_of(back, stolen).withdrawn == 2
    assert speaks(KeyRing.open(room[0], SECRET, state=tmp_path / "other")) == speaks(back)


@pytest.mark.parametrize(
    "rows", [[{"key": "zz", "last": 1, "withdrawn": 0}], [{"key": "ab"}], [7], 7]
)
def test_a_backup_with_a_bad_list_is_refused(
    room: tuple[str, Path], tmp_path: Path, rows: object
) -> None:
    bad = {**opened(room).backup(), "desk_retired": rows}
    with pytest.raises(FormatError):
        restoring.restore(bad, SECRET, state=tmp_path / "other")


def test_killed_between_store_and_list_the_next_opening_says_who_speaks(
    room: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = opened(room)
    held.record(Published(held.reserve(today=date(2026, 1, 2)).number, "ab" * 32, "cd" * 32))
    stolen = speaks(held)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(held, "_publish", killed)
    with pytest.raises(KeyboardInterrupt):
        handover.withdraw(held, stolen, TODAY)
    again = opened(room)
    assert state_of(again, stolen).withdrawn == 2
    assert speaks(again) != stolen
    named = json.loads((room[1] / room[0] / "public.json").read_text())["desk"]
    assert named == speaks(again).hex()
    handover.withdraw(again, stolen, TODAY)
    assert (stolen.hex(), 2) in again.withdrawn()
