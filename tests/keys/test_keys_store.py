"""The encrypted key store: opened by its passphrase alone, and by nothing that was changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from handbill.errors import FormatError, HandbillError, KeysLocked, NeedsNewer
from handbill.keys import handover, ring, store
from handbill.keys.held import draw_key
from handbill.keys.store import Cost

SECRET = "six random words are easier to remember"
CHEAP = Cost(1, 8192)
CONTENT = {"keys": [{"role": "root", "seed": "00" * 32}], "서": "값"}


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return store.seal(CONTENT, SECRET, CHEAP)


def test_what_was_sealed_is_opened(sealed: bytes) -> None:
    assert store.unseal(sealed, SECRET) == (CONTENT, CHEAP)
    assert b"seed" not in sealed


def test_two_seals_of_one_content_share_nothing(sealed: bytes) -> None:
    again = store.seal(CONTENT, SECRET, CHEAP)
    assert again.split(b"\n", 2)[2] != sealed.split(b"\n", 2)[2]


def test_another_passphrase_opens_nothing(sealed: bytes) -> None:
    for wrong in (SECRET + " ", SECRET.upper(), "", "x" * 5000):
        with pytest.raises(KeysLocked) as failed:
            store.unseal(sealed, wrong)
        assert failed.value.hint


def test_no_byte_can_change(sealed: bytes) -> None:
    for at in range(0, len(sealed), 7):
        data = bytearray(sealed)
        data[at] ^= 1
        with pytest.raises(HandbillError):
            store.unseal(bytes(data), SECRET)


def test_a_store_cut_short_is_refused(sealed: bytes) -> None:
    for size in range(0, len(sealed), 11):
        with pytest.raises(HandbillError):
            store.unseal(sealed[:size], SECRET)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"passes": 33}, FormatError),
        ({"passes": 0}, FormatError),
        ({"memory": 3 << 30}, FormatError),
        ({"memory": 1}, HandbillError),
        ({"salt": "00"}, FormatError),
        ({"nonce": ""}, FormatError),
        ({"needs": ["hardware"]}, NeedsNewer),
        ({"passes": "many"}, FormatError),
    ],
)
def test_headers_that_ask_for_too_much(
    sealed: bytes, changed: dict[str, object], error: type[Exception]
) -> None:
    magic, header, rest = sealed.split(b"\n", 2)
    doc = {**json.loads(header), **changed}
    with pytest.raises(error):
        store.unseal(b"\n".join([magic, json.dumps(doc).encode(), rest]), SECRET)


def test_a_later_version_is_said_to_be_later(sealed: bytes) -> None:
    with pytest.raises(NeedsNewer):
        store.unseal(sealed.replace(b"keys 1", b"keys 2", 1), SECRET)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(KeysLocked, match="12"):
        store.seal(CONTENT, "short", CHEAP)


def test_saving_leaves_one_private_file(tmp_path: Path) -> None:
    folder = tmp_path / "state" / ("ab" * 32)
    store.save(folder, CONTENT, SECRET, CHEAP)
    store.save(folder, {**CONTENT, "more": 1}, SECRET, CHEAP)
    assert [p.name for p in folder.iterdir()] == [store.NAME]
    assert (folder / store.NAME).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert store.load(folder, SECRET)[0]["more"] == 1


def test_a_full_disk_loses_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(tmp_path, CONTENT, SECRET, CHEAP)

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(store, "write_whole", full)
        with pytest.raises(OSError, match="space"):
            store.save(tmp_path, {}, SECRET, CHEAP)
    assert store.load(tmp_path, SECRET)[0] == CONTENT


def test_two_commands_at_once_lose_no_key(tmp_path: Path) -> None:
    newsroom = ring.make_keys("solo", SECRET, today=date(2026, 11, 24), state=tmp_path, cost=CHEAP)
    slow, quick = (ring.KeyRing.open(newsroom, SECRET, state=tmp_path) for _ in range(2))
    handover.rotate(quick, "root", date(2026, 11, 24))
    kept = quick.held("root")
    for late in (
        lambda: slow.reserve(today=date(2026, 11, 24)),
        lambda: slow.record(ring.Published(1, "a", "b")),
        lambda: handover.add_editor(slow, draw_key("editor").public, None, date(2026, 11, 24)),
    ):
        with pytest.raises(KeysLocked, match="another command changed them"):
            late()
    now = ring.KeyRing.open(newsroom, SECRET, state=tmp_path)
    assert (now.held("root"), len(now.roots), now.published()) == (kept, 2, ())
    assert now.reserve(today=date(2026, 11, 24)).number == 1
