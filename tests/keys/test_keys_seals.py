"""Sealing keys, the desk's key and secret: drawn once, handed on, destroyed for good."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from nacl.public import PrivateKey, SealedBox

from handbill.errors import FormatError
from handbill.keys import fresh, handover, restoring, seals, store
from handbill.keys.ring import KeyRing, Published
from keys.rooms import CHEAP, SECRET, TODAY, opened


def published(held: KeyRing, count: int, *, days: int = 7) -> None:
    """Reserve and record editions, one every ``days``."""
    start = len(held.published())
    for n in range(start + 1, start + count + 1):
        drawn = held.reserve(today=TODAY + timedelta(days=days * n))
        held.record(Published(drawn.number, f"{n:064x}", f"{n:064x}"))


def content(room: tuple[str, Path]) -> dict[str, object]:
    return store.load(room[1] / room[0], SECRET)[0]


def test_sealing_keys_open_what_was_sealed_newest_first(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 3)
    keys = opened(room).seals()
    assert [key.number for key in keys] == [3, 2, 1]
    for key in keys:
        drawn = held.reservation(key.number)
        assert drawn
        assert (drawn.seal_key, drawn.issued) == (key.public.hex(), key.issued)
        assert key.id == sha256(key.public).hexdigest()[:16]
        sealed = SealedBox(PrivateKey(key.private).public_key).encrypt(b"words")
        assert SealedBox(PrivateKey(key.private)).decrypt(sealed) == b"words"
    assert held.destroyed_seals() == ()
    assert keys[0].private.hex() not in repr(keys)


def test_destroyed_keys_are_gone_and_named(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 4)
    before = {key.number: key for key in held.seals()}
    held.destroy_seals({1, 3})
    again = opened(room)
    assert [key.number for key in again.seals()] == [4, 2]
    assert again.destroyed_seals() == ((3, before[3].id), (1, before[1].id))
    kept = json.dumps(content(room))
    assert before[1].private.hex() not in kept
    assert before[2].private.hex() in kept


def test_no_copy_of_a_destroyed_key_stays_in_the_store(room: tuple[str, Path]) -> None:
    """A save that was killed leaves the store before it, and a half-written one."""
    folder = room[1] / room[0]
    held = opened(room)
    published(held, 2)
    old = (folder / store.NAME).read_bytes()
    (folder / store.BEFORE).write_bytes(old)
    (folder / ".new-killed").write_bytes(old)
    held.destroy_seals({1})
    assert sorted(p.name for p in folder.iterdir()) == [fresh.NAME, store.NAME, "public.json"]
    # Killed after the new store was moved into place, before the old one went:
    (folder / store.BEFORE).write_bytes(old)
    assert [key.number for key in opened(room).seals()] == [2]
    assert sorted(p.name for p in folder.iterdir()) == [fresh.NAME, store.NAME, "public.json"]


def test_a_store_that_does_not_open_keeps_the_one_before(room: tuple[str, Path]) -> None:
    folder = room[1] / room[0]
    (folder / store.BEFORE).write_bytes((folder / store.NAME).read_bytes())
    (folder / store.NAME).write_bytes(b"handbill keys 1\n{}\n")
    with pytest.raises(FormatError):
        opened(room)
    assert (folder / store.BEFORE).exists()


def test_a_rehearsal_destroys_nothing(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 2)
    held.rehearsal().destroy_seals({1, 2})
    assert len(opened(room).seals()) == 2
    assert len(held.seals()) == 2


@pytest.mark.parametrize(
    ("newest", "day", "editions", "days", "expected"),
    [
        (3, 1000, 60, 400, []),
        (63, 1000, 60, 400, [3, 2, 1]),
        (61, 1000, 60, 400, [1]),
        (61, 406, 60, 400, []),
        (61, 407, 60, 400, [1]),
        (63, 414, 60, 400, [2, 1]),
        (3, 1000, 0, 0, [3, 2, 1]),
        (3, 14, 0, 0, [2, 1]),
    ],
)
def test_only_what_is_old_by_number_and_by_date_is_outdated(
    newest: int, day: int, editions: int, days: int, expected: list[int]
) -> None:
    def dated(n: int) -> str:
        return (TODAY + timedelta(days=7 * n)).isoformat()

    keys = [seals.SealKey(n, "", b"", b"", dated(n)) for n in (3, 2, 1)]
    today = TODAY + timedelta(days=day)
    found = seals.outdated(keys, newest, today, editions=editions, days=days)
    assert [key.number for key in found] == expected


def test_a_backup_holds_no_sealing_key_and_keeps_the_desk(
    room: tuple[str, Path], tmp_path: Path
) -> None:
    held = opened(room)
    published(held, 2)
    saved = held.backup()
    for key in held.seals():
        assert key.private.hex() not in json.dumps(saved)
    elsewhere = tmp_path / "elsewhere"
    restoring.restore(saved, SECRET, state=elsewhere)
    back = KeyRing.open(room[0], SECRET, state=elsewhere)
    assert back.seals() == ()
    assert [number for number, _ in back.destroyed_seals()] == [2, 1]
    assert back.desk_secret() == held.desk_secret()
    assert back.held("desk") == held.held("desk")


def test_the_desks_secret_and_key_are_drawn_once(room: tuple[str, Path]) -> None:
    held = opened(room)
    secret, signer = held.desk_secret(), held.held("desk")
    assert len(secret) == 32
    assert len(signer) == 1
    assert signer[0].name.startswith("desk-")
    again = opened(room)
    assert (again.desk_secret(), again.held("desk")) == (secret, signer)


def test_a_store_made_before_desks_draws_what_it_lacks(room: tuple[str, Path]) -> None:
    folder, old = room[1] / room[0], content(room)
    old.pop("desk_secret")
    old["keys"] = [k for k in old["keys"] if k["role"] != "desk"]  # type: ignore[attr-defined]
    old["reservations"] = [
        {
            "number": 1,
            "edition_id": "ab" * 16,
            "issued": "2026-01-01",
            "stale_after": "2026-07-01",
            "seal_key": "cd" * 32,
            "previous": "",
        }
    ]
    store.save(folder, old, SECRET, CHEAP)
    held = opened(room)
    drawn = held.reservation(1)
    assert drawn
    assert drawn.desk_key == ""
    # Edition 1 was never published, so nobody has seen it without a desk.
    assert held.reserve(today=TODAY).desk_key == held.held("desk")[0].public.hex()
    assert held.desk_secret() == opened(room).desk_secret()


def test_a_new_desk_key_speaks_from_the_next_edition_on(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 1)
    first = asdict(held.reservation(1))  # type: ignore[arg-type]
    pending = held.reserve(today=TODAY)
    assert handover.rotate(held, "desk", TODAY) is None
    again = opened(room)
    new = again.held("desk")[0].public.hex()
    assert new != pending.desk_key
    assert again.reserve(today=TODAY).desk_key == new
    assert again.reserve(today=TODAY).edition_id == pending.edition_id
    assert asdict(again.reservation(1)) == first  # type: ignore[arg-type]


def test_an_open_desk_learns_new_sealing_keys_and_no_key_that_signs(room: tuple[str, Path]) -> None:
    held = opened(room)
    published(held, 2)
    secret, mine = held.desk_secret(), held.held("desk")[0]
    own = {
        "keys": [{"role": "desk", "seed": content(room)["keys"][-1]["seed"]}],  # type: ignore[index]
        "seals": [{"number": k.number, "private": k.private.hex()} for k in held.seals()],
    }
    published(opened(room), 1)
    found = KeyRing.fresh(room[0], secret, own, state=room[1])
    assert found
    assert found.seals() == opened(room).seals()
    assert len(found.seals()) == 3
    assert found.published() == opened(room).published()
    assert found.reservation(3) == opened(room).reservation(3)
    assert found.held("desk")[0].public == mine.public
    assert [found.held(role) for role in ("root", "editor", "press", "ssh")] == [(), (), (), ()]
    before = {p.name: p.read_bytes() for p in (room[1] / room[0]).iterdir()}
    found.destroy_seals({3})
    assert {p.name: p.read_bytes() for p in (room[1] / room[0]).iterdir()} == before


def test_what_an_open_desk_learns_lies_closed_and_goes_when_destroyed(
    room: tuple[str, Path],
) -> None:
    held = opened(room)
    published(held, fresh.NEWEST + 3)
    path = room[1] / room[0] / fresh.NAME
    part = fresh.read(path.parent, held.desk_secret())
    assert part
    assert [row["number"] for row in part["seals"]] == list(range(4, fresh.NEWEST + 4))
    assert "keys" not in part
    assert "desk_secret" not in part
    assert path.stat().st_mode & 0o777 == 0o600
    assert fresh.read(path.parent, bytes(32)) is None
    held.destroy_seals({5, fresh.NEWEST + 3})
    part = fresh.read(path.parent, held.desk_secret())
    assert part
    assert not {5, fresh.NEWEST + 3} & {row["number"] for row in part["seals"]}
    for broken in (b"", path.read_bytes()[:-1], b"x" * 100, path.read_bytes() + b"x"):
        path.write_bytes(broken)
        assert fresh.read(path.parent, held.desk_secret()) is None
    path.unlink()
    assert fresh.read(path.parent, held.desk_secret()) is None
    assert (
        KeyRing.fresh(room[0], held.desk_secret(), {"keys": [], "seals": []}, state=room[1]) is None
    )
