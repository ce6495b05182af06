"""What hostile people put into a mailbag: each thing counted by its reason, none stops the bag."""

from __future__ import annotations

import json
import os
import unicodedata
import zlib
from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import pytest

from desk.world import (
    FOREIGN,
    GONE,
    NEWSROOM,
    SEALS,
    Writers,
    desk,
    identity,
    put,
    raw_sealed,
    resigned,
    sealed,
    text_of,
)
from handbill.desk.intake.knowing import alone, together
from handbill.desk.intake.take_in import rehearse, take_in
from handbill.desk.intake.tray import MOST_ASIDE, Tray
from handbill.desk.intake.values import TakenIn
from handbill.desk.store.models import Finding, Letter, Refusal, State
from handbill.errors import UnsafePath
from handbill.files import read_inside
from handbill.letters.letter import Kind
from handbill.letters.letter import Letter as Read
from handbill.letters.pen import Pen

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "xss"
KEY = SEALS[0]
W = Writers(9)
GOOD = W.write(W.draft(name="Good"), "good")
SMALL_ORDER = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"


def _packed(note: bytes, *, tail: bytes = b"", pad: bytes = b"\0", length: int = -1) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(note) + packer.flush() + tail
    size = len(packed) if length < 0 else length
    return (size.to_bytes(2, "big") + packed).ljust(4047, pad)


def _by_another() -> bytes:
    return resigned(text_of(GOOD), W.pen("thief"))


BAD = {
    "one bit of the box": ("unopened", bytes([*sealed(GOOD)[:99], 0x55, *sealed(GOOD)[100:]])),
    "noise": ("unopened", b"\x01" + os.urandom(4095)),
    "to another newsroom's key": ("unopened", sealed(GOOD, FOREIGN)),
    "to a key that was destroyed": ("unopened", sealed(GOOD, GONE)),
    "another version of the seal": ("newer", b"\x02" + sealed(GOOD)[1:]),
    "a word in needs": ("newer", sealed(GOOD.replace(b"needs:\n", b"needs: ink\n"), KEY)),
    "version 2": ("newer", sealed(GOOD.replace(b"letter 1\n", b"letter 2\n"), KEY)),
    "another counting": ("newer", sealed(GOOD.replace(b"counting: 1", b"counting: 2"), KEY)),
    "a changed word": ("forged", sealed(GOOD.replace(b"name: Good", b"name: Gold"), KEY)),
    "signed by another pen": ("forged", sealed(_by_another(), KEY)),
    "a key of small order": (
        "forged",
        sealed(GOOD.replace(W.pen("good").public.hex().encode(), SMALL_ORDER.encode()), KEY),
    ),
    "to another newsroom": (
        "other-newsroom",
        sealed(W.write(W.draft(to="ab" * 32), "good"), KEY),
    ),
    "naming another seal": ("other-seal", sealed(GOOD, SEALS[1])),
    "naming a destroyed seal": (
        "destroyed-seal",
        sealed(W.write(W.draft(seal=GONE.id), "good"), KEY),
    ),
    "a bomb": ("malformed", raw_sealed(_packed(bytes(3_000_000)), KEY)),
    "a bomb of letters": ("malformed", raw_sealed(_packed(b"a" * 60_000), KEY)),
    "bytes behind the stream": ("malformed", raw_sealed(_packed(GOOD, tail=b"more"), KEY)),
    "a stream that does not end": ("malformed", raw_sealed(_packed(GOOD, length=300), KEY)),
    "padding that is not zero": ("malformed", raw_sealed(_packed(GOOD, pad=b"x"), KEY)),
    "a length beyond the box": ("malformed", raw_sealed(_packed(GOOD, length=4046), KEY)),
    "an empty letter": ("malformed", raw_sealed(_packed(b""), KEY)),
    "no signature": ("malformed", sealed(text_of(GOOD).encode(), KEY)),
    "an unknown kind": ("malformed", sealed(GOOD.replace(b"kind: letter", b"kind: lettre"), KEY)),
    "not UTF-8": ("malformed", sealed(GOOD.replace(b"name: Good", b"name: G\xff\xffd"), KEY)),
    "a NUL": ("malformed", sealed(GOOD.replace(b"name: Good", b"name: G\0\0d"), KEY)),
    "two keys": ("malformed", sealed(GOOD.replace(b"key: ", b"key: 00\nkey: "), KEY)),
}


def _take_in(folder: Path, *files: bytes, **known: object) -> TakenIn:
    put(folder / "tray", *files)
    return take_in(Tray(folder / "tray", folder / "aside"), desk(**known))


@pytest.mark.parametrize("name", BAD)
def test_each_is_refused_for_its_reason(name: str, empty: Path) -> None:
    reason, data = BAD[name]
    assert len(data) == 4096
    report = _take_in(empty, data, sealed(GOOD))
    assert (report.filed, dict(report.refused)) == (1, {reason: 1})
    assert list(Refusal.objects.values_list("reason", flat=True)) == [reason]
    kept = list((empty / "aside").rglob("*.bin"))
    assert [path.read_bytes() for path in kept] == [data]
    assert not list((empty / "tray").iterdir())


def test_the_same_refusal_counts_once_and_a_copy_is_no_letter(empty: Path) -> None:
    forged = GOOD.replace(b"name: Good", b"name: Gold")
    first = _take_in(empty, sealed(GOOD), sealed(GOOD), sealed(forged, KEY))
    again = _take_in(empty, sealed(GOOD), sealed(forged, KEY), sealed(forged, SEALS[1]))
    assert (first.filed, first.copies, again.filed, again.copies) == (1, 1, 0, 1)
    assert Refusal.objects.count() == 1
    assert Letter.objects.count() == 1


def test_a_letter_of_a_newer_form_is_read_by_the_release_that_knows_it(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.desk.intake import opening, tray

    newer = GOOD.replace(b"needs:\n", b"needs: ink\n")
    _take_in(empty, sealed(newer, KEY))
    assert Refusal.objects.count() == 1
    parse = opening.parse

    def parse_ink(data: bytes) -> Read:
        return replace(parse(data.replace(b"needs: ink", b"needs:")), raw=data)

    monkeypatch.setattr(opening, "parse", parse_ink)
    assert _take_in(empty).files == 0  # this release has tried
    monkeypatch.setattr(tray, "_NEWER", "newer-9.9")
    assert _take_in(empty).filed == 1
    assert Refusal.objects.count() == 0
    assert not list((empty / "aside").rglob("*.bin"))


def test_a_key_that_comes_back_opens_what_was_kept(empty: Path) -> None:
    put(empty / "tray", sealed(GOOD))
    tray = Tray(empty / "tray", empty / "aside")
    assert take_in(tray, desk(seals=SEALS[1:])).refused == {"unopened": 1}
    assert take_in(tray, desk(), again=True).filed == 1
    assert Refusal.objects.count() == 0


def test_a_code_fault_costs_one_letter(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from handbill.desk.intake import opening

    def broken(text: str) -> int:
        if text.startswith("break"):
            raise RecursionError
        return 7

    monkeypatch.setattr(opening, "count", broken)
    bad = W.write(W.draft(body="break me"), "good")
    report = _take_in(empty, sealed(GOOD), sealed(bad))
    assert (report.filed, dict(report.refused)) == (1, {"failed": 1})


def test_what_is_kept_aside_is_bounded_and_its_choice_knows_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.desk.intake import tray as trays
    from handbill.desk.intake.values import Reason

    assert MOST_ASIDE * 4096 < 10_000_000
    monkeypatch.setattr(trays, "MOST_ASIDE", 5)
    files = [b"%d" % n + bytes(4090) for n in range(30)]
    kept = []
    for order, name in ((files, "a"), (files[::-1], "b")):
        tray = Tray(tmp_path / "tray", tmp_path / name)
        for data in order:
            tray.put_aside(data, Reason.FORGED)
        kept.append(sorted(p.name for p in (tmp_path / name / "forged").iterdir()))
    assert kept[0] == kept[1]
    assert len(kept[0]) == 5


LATER = {
    "unopened": [sealed(W.write(W.draft(name=f"R {n}"), "good")) for n in range(9)],
    "newer": [sealed(GOOD.replace(b"needs:", b"needs: ink%d" % n), KEY) for n in range(9)],
    "failed": [sealed(W.write(W.draft(body=f"break {n}"), "good")) for n in range(9)],
}


@pytest.mark.parametrize("reason", LATER)
def test_what_may_open_later_is_never_deleted_however_full_it_is_aside(
    reason: str, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.desk.intake import opening
    from handbill.desk.intake import tray as trays

    def broken(text: str) -> int:
        if text.startswith("break"):
            raise RecursionError
        return 7

    monkeypatch.setattr(trays, "MOST_ASIDE", 3)
    monkeypatch.setattr(trays, "MOST_AT_ONCE", 4)
    monkeypatch.setattr(opening, "count", broken)
    known = desk(seals=SEALS[1:] if reason == "unopened" else SEALS)
    put(empty / "tray", *LATER[reason])
    for refused, stayed, again in ((9, 6, False), (6, 6, False), (9, 6, True)):
        report = take_in(Once(empty / "tray", empty / "aside", most=5), known, again=again)
        assert (report.refused, report.stayed) == ({reason: refused}, stayed)
        assert len(list((empty / "aside").rglob("*.bin"))) == 3
        kept = {path.read_bytes() for path in empty.rglob("*.bin")}
        assert kept == set(LATER[reason])
    assert Refusal.objects.count() == 9


def test_letters_that_found_no_room_aside_are_filed_when_their_key_comes_back(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.desk.intake import tray as trays

    monkeypatch.setattr(trays, "MOST_ASIDE", 3)
    _take_in(empty, *LATER["unopened"], seals=SEALS[1:])
    assert take_in(Tray(empty / "tray", empty / "aside"), desk(), again=True).filed == 9
    assert not list(empty.rglob("*.bin"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_links_devices_and_strangers_in_the_tray_are_left_alone(empty: Path) -> None:
    tray = empty / "tray"
    put(tray, sealed(GOOD))
    secret = empty / "secret.bin"
    secret.write_bytes(sealed(W.write(W.draft(name="Linked"), "good")))
    (tray / "a.bin").symlink_to(secret)
    (tray / "b.bin").symlink_to("/dev/zero")
    os.mkfifo(tray / "c.bin")
    (tray / "d.bin").mkdir()
    (tray / "e.bin").write_bytes(b"\x01" * 4095)
    (tray / "f.bin").write_bytes(b"\x01" * 4097)
    (tray / "g.bin").write_bytes(b"")
    with (tray / "h.bin").open("wb") as huge:
        huge.truncate(1 << 40)
    (tray / "Thumbs.db").write_bytes(b"x" * 4096)
    (tray / "\u202egnp.bin").write_bytes(sealed(W.write(W.draft(name="Turned"), "good")))
    (tray / ".new-1-x.bin").write_bytes(b"\x01" * 4096)
    report = _take_in(empty)
    assert (report.filed, report.left) == (1, 10)
    assert secret.exists()
    assert len(list(tray.iterdir())) == 11


ODD_FILES = [
    "a\\b.bin",
    "a b.bin",
    "letter (1).bin",
    "A.bin",
    "a.bin\n",
    "a..bin",
    "é.bin",
    "-a.bin",
]


@pytest.mark.parametrize("name", ODD_FILES)
def test_a_file_of_another_name_is_left_and_take_in_ends(name: str, empty: Path) -> None:
    put(empty / "tray", sealed(GOOD))
    try:
        (empty / "tray" / name).write_bytes(b"\x01" * 4096)
    except OSError:
        pytest.skip("this system has no such names")
    tray = Once(empty / "tray", empty / "aside")
    report = take_in(tray, desk())
    assert (report.files, report.filed, report.left) == (1, 1, 1)
    assert [path.name for path in (empty / "tray").iterdir()] == [name]


class Once(Tray):
    """A tray that may be looked at so often: enough for its passes and their end."""

    def __init__(self, folder: Path, aside: Path, *, most: int = 3) -> None:
        super().__init__(folder, aside)
        self.looks = most

    def waiting(self, *tried: Container[str]) -> list[Path]:
        self.looks -= 1
        assert self.looks >= 0, "take-in does not end"
        return super().waiting(*tried)


def test_files_that_cannot_be_read_do_not_hold_up_the_others(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handbill.desk.intake import tray as trays

    def locked(folder: Path, name: str, most: int) -> bytes:
        if name.startswith("0"):
            raise UnsafePath("a link by now")
        return read_inside(folder, name, most)

    monkeypatch.setattr(trays, "read_inside", locked)
    monkeypatch.setattr(trays, "MOST_AT_ONCE", 2)
    put(empty / "tray", sealed(GOOD))
    for name in ("00.bin", "01.bin"):
        (empty / "tray" / name).write_bytes(b"\x01" * 4096)
    assert take_in(Once(empty / "tray", empty / "aside"), desk()).filed == 1
    assert len(list((empty / "tray").iterdir())) == 2


def test_clocks_of_1980_and_2038_change_nothing(empty: Path) -> None:
    for when, name in ((315_532_800, "Early"), (2_145_916_800, "Late")):
        data = sealed(W.write(W.draft(name=name), "good"))
        put(empty / "tray", data)
        for path in (empty / "tray").iterdir():
            os.utime(path, (when, when))
        assert _take_in(empty).filed == 1
    assert not [f for f in Letter._meta.get_fields() if "Date" in type(f).__name__]


def _payloads() -> list[str]:
    if not SHARED.is_dir():
        pytest.skip("the shared payloads are not here")
    found = (SHARED / "payloadbox.txt").read_text("utf-8", "replace").splitlines()
    found += map(str, json.loads((SHARED / "dompurify.json").read_text("utf-8")))
    return sorted({text for text in found if text.strip()})


def test_every_shared_payload_is_stored_as_it_came(empty: Path) -> None:
    from handbill.letters.letter import tidy_body, tidy_name

    notes, expected = [], {}
    for at, payload in enumerate(_payloads()):
        body, name = tidy_body(payload), tidy_name(payload)[:60].strip() or "x"
        if not body:
            continue
        note = W.write(W.draft(name=name, body=body), f"xss {at}")
        notes.append(note)
        expected[identity(note)] = (name, body)
    report = _take_in(empty, *map(sealed, notes), alone=alone(), together=together())
    assert report.filed == len(expected) > 2000
    rows = Letter.objects.values_list("id", "name", "body", "state")
    assert {i: (n, b) for i, n, b, _ in rows} == expected
    assert {state for *_, state in rows} <= {State.WAITING, State.HELD}
    assert not Finding.objects.filter(reason="screen-failed").exists()


ODD_NAMES = {
    "zero width": ("\u200b\u2060\ufeff\u200b", "name-no-letter"),
    "hidden inside": ("Ma\u200bra", "name-hidden"),
    "turned around": ("Mara \u202enevlI", "name-turns"),
    "fillers": ("\u3164\u3164", "name-no-letter"),
    "two scripts": ("M\u0430ra", "name-mixed"),
}


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_stored_as_they_came_and_held(name: str, empty: Path) -> None:
    written, reason = ODD_NAMES[name]
    text = text_of(GOOD).replace("name: Good", f"name: {written}")
    _take_in(empty, sealed(resigned(text, W.pen("good")), KEY))
    letter = Letter.objects.get()
    assert (letter.name, letter.state) == (written, State.HELD)
    assert Finding.objects.filter(letter=letter, reason=reason, holds=True).exists()


def test_text_that_is_not_nfc_is_held_and_never_changed(empty: Path) -> None:
    body = unicodedata.normalize("NFD", "Él dijo que sí, y 김철수도 그랬다.")
    text = text_of(GOOD).rpartition("\n\n")[0] + f"\n\n{body}\n"
    note = resigned(text, W.pen("good"))
    _take_in(empty, sealed(note, KEY))
    letter = Letter.objects.get()
    assert (letter.body, letter.nfc, letter.state) == (body, False, State.HELD)
    assert letter.note() == note


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"rules_version": 9}, "opened-other-rules"),
        ({"edition_id": "ab" * 16}, "opened-other-edition"),
        ({"edition_number": 4}, "opened-other-edition"),
        ({"edition_number": 77}, "opened-other-edition"),
    ],
)
def test_what_a_changed_page_would_say_is_held(
    changed: dict[str, object], reason: str, empty: Path
) -> None:
    _take_in(empty, sealed(W.write(W.draft(**changed), "good")))
    assert Letter.objects.get().state == State.HELD
    assert list(Finding.objects.values_list("reason", flat=True)) == [reason]


def test_two_good_signatures_over_one_text_are_one_letter(tmp_path: Path) -> None:
    """A writer may sign twice with other nonces; whichever comes first, the same one is kept."""
    from nacl import bindings

    from handbill import note
    from handbill.desk.database import connect

    pen = W.pen("good")
    text = text_of(GOOD)
    other = note.signature_line("pen", pen.public, _signed_otherwise(pen, text.encode()))
    twice = [GOOD, f"{text}\n{other}".encode()]
    assert bindings.crypto_sign_BYTES == 64
    kept = []
    for at, order in enumerate((twice, twice[::-1])):
        connect(tmp_path / f"{at}.sqlite3")
        for one in order:
            _take_in(tmp_path, sealed(one, KEY))
        kept.append(Letter.objects.get().note())
    assert kept[0] == kept[1]
    assert kept[0] in twice


def _signed_otherwise(pen: Pen, message: bytes) -> bytes:
    """Sign with a nonce of our choice: as good a signature, and another one."""
    from hashlib import sha512

    from nacl import bindings as b

    digest = sha512(pen.seed).digest()
    scalar = bytearray(digest[:32])
    scalar[0] &= 248
    scalar[31] = (scalar[31] & 127) | 64
    nonce = b.crypto_core_ed25519_scalar_reduce(sha512(b"another" + message).digest())
    point = b.crypto_scalarmult_ed25519_base_noclamp(nonce)
    challenge = b.crypto_core_ed25519_scalar_reduce(sha512(point + pen.public + message).digest())
    private = b.crypto_core_ed25519_scalar_reduce(bytes(scalar) + bytes(32))
    product = b.crypto_core_ed25519_scalar_mul(challenge, private)
    return bytes(point + b.crypto_core_ed25519_scalar_add(nonce, product))


def test_a_rehearsal_writes_nothing(empty: Path) -> None:
    put(empty / "tray", sealed(GOOD), sealed(GOOD), BAD["noise"][1])
    report = rehearse(Tray(empty / "tray", empty / "aside"), desk())
    assert (report.filed, report.copies, dict(report.refused)) == (1, 1, {"unopened": 1})
    assert len(list((empty / "tray").iterdir())) == 3
    assert not (empty / "aside").exists()
    assert not Letter.objects.exists()
    assert not Refusal.objects.exists()


def test_ten_keys_more_or_less_open_the_same(empty: Path) -> None:
    many = tuple(KEY if n == 40 else FOREIGN for n in range(60))
    notes = [W.write(W.draft(name=f"Reader {n}"), f"{n}") for n in range(30)]
    assert _take_in(empty, *map(sealed, notes), seals=many).filed == 30
    assert desk().newsroom_id == NEWSROOM
    assert {letter.kind for letter in Letter.objects.all()} == {Kind.LETTER}
