"""The key store where two programs hold it open, a save fails, or its files are damaged."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from handbill.errors import FormatError, KeysLocked
from handbill.keys import fresh, handover, restoring, ring, store
from handbill.keys.held import draw_key
from handbill.keys.ring import KeyRing, Published
from keys.rooms import SECRET, TODAY, opened


def test_a_long_press_does_not_undo_a_rotation(room: tuple[str, Path]) -> None:
    """Somebody rotates the press's keys while an edition is being pressed."""
    pressing = opened(room)
    handover.rotate(opened(room), "press", TODAY)
    with pytest.raises(KeysLocked, match="another command changed") as refused:
        pressing.reserve(today=TODAY)
    assert refused.value.hint
    held = opened(room)
    assert len(held.held("press")) == 2
    assert held.seals() == ()
    part = fresh.read(room[1] / room[0], held.desk_secret())
    assert part is None or part["reservations"] == []


def test_what_was_signed_under_an_older_root_is_not_published(room: tuple[str, Path]) -> None:
    pressing = opened(room)
    pressing.reserve(today=TODAY)
    handover.add_editor(opened(room), draw_key("editor").public, None, TODAY)
    with pytest.raises(KeysLocked, match="another command changed"):
        pressing.record(Published(1, "a" * 64, "b" * 64))
    assert opened(room).published() == ()


def test_two_hand_overs_at_once_make_one_next_root(room: tuple[str, Path]) -> None:
    one, other = opened(room), opened(room)
    handover.add_editor(one, draw_key("editor").public, None, TODAY)
    with pytest.raises(KeysLocked, match="another command changed"):
        handover.add_editor(other, draw_key("editor").public, None, TODAY)
    assert len(opened(room).roots) == 2


def test_one_ring_saves_as_often_as_it_likes(room: tuple[str, Path]) -> None:
    held = opened(room)
    for number in range(1, 4):
        held.reserve(today=TODAY)
        held.record(Published(number, f"{number:064x}", f"{number:064x}"))
        handover.rotate(held, "press", TODAY)
    assert [key.number for key in opened(room).seals()] == [3, 2, 1]


def test_a_store_that_was_written_badly_gives_way_to_the_one_before(
    room: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = room[1] / room[0]
    whole = store.write_whole

    def torn(path: Path, data: bytes, **more: int) -> None:
        whole(path, data[:-1] if path.name == store.NAME else data, mode=more["mode"])

    with monkeypatch.context() as patched:
        patched.setattr(store, "write_whole", torn)
        with pytest.raises(KeysLocked):
            opened(room).reserve(today=TODAY)
    assert opened(room).held("root")
    assert not (folder / store.BEFORE).exists()


def test_what_a_killed_save_began_goes_when_the_store_is_opened(room: tuple[str, Path]) -> None:
    folder = room[1] / room[0]
    old, new = folder / ".new-killed", folder / ".new-begun-now"
    old.write_bytes((folder / store.NAME).read_bytes())
    new.write_bytes(b"")
    os.utime(old, (0, 0))
    opened(room)
    assert not old.exists()
    assert new.exists()


@pytest.mark.parametrize("data", [b"[]", b"5", b"{}", b'{"roots":[]}', b'{"roots":[5]}', b"\xff"])
def test_a_damaged_list_beside_the_store_is_an_answer(room: tuple[str, Path], data: bytes) -> None:
    (room[1] / room[0] / "public.json").write_bytes(data)
    with pytest.raises(KeysLocked, match=r"public\.json") as refused:
        opened(room)
    assert refused.value.hint


@pytest.mark.parametrize("public", [{}, {"roots": []}, [], {"roots": ["zz"]}])
def test_a_backup_without_its_list_is_refused(room: tuple[str, Path], public: object) -> None:
    backup = {**opened(room).backup(), "public": public}
    with pytest.raises(FormatError):
        restoring.restore(backup, SECRET, state=room[1] / "elsewhere")


def test_a_restore_that_is_killed_can_be_done_again(
    room: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, there = opened(room).backup(), tmp_path / "new"

    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    for module, name in ((store, "save"), (ring, "write_public")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, killed)
            with pytest.raises(KeyboardInterrupt):
                restoring.restore(backup, SECRET, state=there)
    restoring.restore(backup, SECRET, state=there)
    assert json.loads((there / room[0] / "public.json").read_text())["roots"]
    assert (there / room[0]).stat().st_mode & 0o077 == 0
    assert KeyRing.open(room[0], SECRET, state=there).held("root")


def test_an_old_list_beside_a_newer_store_draws_no_number_twice(room: tuple[str, Path]) -> None:
    """Somebody put back the list of last month: its editions would be signed again."""
    held, beside = opened(room), room[1] / room[0] / "public.json"
    held.reserve(today=TODAY)
    old = beside.read_bytes()
    for number in (1, 2):
        held.reserve(today=TODAY)
        held.record(Published(number, f"{number:064x}", f"{number:064x}"))
    held.reserve(today=TODAY)
    newest = beside.read_bytes()
    beside.write_bytes(old)
    with pytest.raises(KeysLocked, match="older than the store") as refused:
        opened(room).reserve(today=TODAY)
    assert refused.value.hint
    other = json.loads(newest)
    other["published"][-1]["head"] = "f" * 64
    beside.write_text(json.dumps(other))
    with pytest.raises(KeysLocked, match="older than the store"):
        opened(room).reserve(today=TODAY)
    beside.write_bytes(newest)
    assert opened(room).reserve(today=TODAY).number == 3
