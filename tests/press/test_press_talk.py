"""What the desk hands over reaches the pages only as it signed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from handbill.errors import HandbillError, SignatureInvalid
from handbill.keys import store
from handbill.keys.held import HeldKey
from handbill.keys.ring import KeyRing, make_keys
from handbill.letters import discussion
from handbill.letters.receipts import Row, Status, look_up
from handbill.letters.thread import Entry, Shown, Thread
from handbill.press.engine import Press

PASSPHRASE = "a sample newsroom keeps no secrets"
RECEIPT = b"r" * 32


class Desk:
    """The desk's key under the name that its notes use."""

    name = "desk"

    def __init__(self, held: HeldKey) -> None:
        self.public, self.sign = held.public, held.sign


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    cost = store.Cost(1, 8 << 20)
    made = make_keys("solo", PASSPHRASE, today=date(2026, 11, 1), cost=cost)
    folder = tmp_path / "room"
    (folder / "stories").mkdir(parents=True)
    (folder / "newsroom.toml").write_text(
        f'newsroom_id = "{made}"\nname = "P"\nlanguage = "en"\nlanguages = ["en"]\n'
    )
    (folder / "stories/boat.md").write_text(
        "---\nid: boat\ntitle: Boat\nlanguage: en\ndate: 2026-11-01\n---\nText.\n"
    )
    return folder


def keys(room: Path) -> KeyRing:
    made = (room / "newsroom.toml").read_text().split('"')[1]
    return KeyRing.open(made, PASSPHRASE)


def hand_over(room: Path, text: str = "A letter.", number: int = 1) -> None:
    ring = keys(room)
    entry = Entry("0" * 16, "", Shown.PUBLISHED, 1, name="Min", language="en", text=text)
    rows = {RECEIPT: (Row("12" * 8, Status.PUBLISHED, 0, 1),)}
    files = {
        "threads": discussion.write_threads([Thread("boat", True, "", (entry,))]),
        "decisions": discussion.write_record("decisions", {"log": {}, "rows": [], "years": []}),
        "receipts": discussion.seal_receipts(rows, ring.desk_secret(), b"n" * 24),
        "demand": discussion.write_record("demand", {"items": []}),
    }
    hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
    summary = discussion.Note(ring.newsroom_id, 1, number, 2, "cd" * 32, hashes)
    folder = room / "discussion"
    folder.mkdir(exist_ok=True)
    (folder / discussion.NAME).write_bytes(
        discussion.write_note(summary, Desk(ring.held("desk")[0]))
    )
    for name, data in files.items():
        (folder / discussion.FILES[name][0]).write_bytes(data)


def press(room: Path, out: Path) -> int:
    return Press(room, out, date(2026, 11, 2), lambda _: keys(room)).run().number


def test_letters_decisions_and_receipts_are_in_the_edition(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "edition"
    assert press(room, out) == 1
    assert "l-0000" not in (out / "stories/boat/index.html").read_text()
    hand_over(room)
    assert press(room, out) == 2
    assert 'id="l-0000000000000000"' in (out / "stories/boat/index.html").read_text()
    assert (out / "pages/decisions.en.html").is_file()
    drawn = keys(room).reservation(2)
    assert drawn
    found = look_up((out / "receipts.bin").read_bytes(), drawn.edition_id, RECEIPT)
    assert [(r.status, r.edition) for r in found] == [(Status.PUBLISHED, 1)]


def test_the_same_discussion_written_again_is_no_new_edition(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "edition"
    hand_over(room)
    assert press(room, out) == 1
    hand_over(room)
    assert press(room, out) == 1


def test_an_older_hand_over_put_back_stops_the_press(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "edition"
    hand_over(room, "First.", 1)
    old = {p.name: p.read_bytes() for p in (room / "discussion").iterdir()}
    assert press(room, out) == 1
    hand_over(room, "Second.", 2)
    assert press(room, out) == 2
    for name, data in old.items():
        (room / "discussion" / name).write_bytes(data)
    with pytest.raises(HandbillError, match="older"):
        press(room, out)
    hand_over(room, "Third.", 2)
    with pytest.raises(HandbillError, match="older"):
        press(room, out)


def edit(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(
            (folder / name).read_bytes().replace(b"letter", b"ltter!") + b"\n"
        )

    return change


def link_out(folder: Path) -> None:
    target = folder.parent / "elsewhere.jsonl"
    (folder / "threads.jsonl").rename(target)
    (folder / "threads.jsonl").symlink_to(target)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("threads edited", edit("threads.jsonl")),
        ("decisions edited", edit("decisions.json")),
        ("hits edited", edit("demand.json")),
        ("the note edited", edit("discussion.txt")),
        ("a file taken away", lambda f: (f / "threads.jsonl").unlink()),
        ("a file linked out of the folder", link_out),
    ],
)
def test_what_the_desk_did_not_sign_stops_the_press(
    room: Path, tmp_path: Path, name: str, change: Callable[[Path], None]
) -> None:
    hand_over(room)
    change(room / "discussion")
    with pytest.raises(HandbillError, match=r"^discussion") as failed:
        press(room, tmp_path / "edition")
    assert "handbill desk export" in str(failed.value.hint)
    assert not (tmp_path / "edition/index.html").exists()


def test_another_newsrooms_desk_is_refused(room: Path, tmp_path: Path) -> None:
    hand_over(room)
    path = room / "discussion" / discussion.NAME
    text = path.read_text().replace(keys(room).newsroom_id, "00" * 32)
    path.write_text(text)
    with pytest.raises(SignatureInvalid):
        press(room, tmp_path / "edition")
