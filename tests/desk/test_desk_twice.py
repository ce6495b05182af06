"""A form that is sent twice, by a double click without JavaScript or by a reload, does one thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.queue_world import STORY, Room, at, send, text
from desk.world import desk
from handbill.carrier.tray import Tray as Dropped
from handbill.desk.decisions import log
from handbill.desk.decisions.models import Entry
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.queue.models import Note
from handbill.desk.store.models import Letter
from handbill.errors import TrayFailed
from handbill.letters.decision import Action
from handbill.letters.letter import Kind

PAPER = {"story": STORY, "name": "An old man", "language": "en", "body": "I rowed that boat."}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def written(room: Room) -> int:
    take_in(Tray(room.folder / "newsroom/tray", room.folder / "aside"), desk())
    return Letter.objects.filter(kind=Kind.TRANSCRIPT).count()


def blank(client: object) -> str:
    """The mark of a form that nobody has sent yet."""
    page = text(client.get("/newsroom/transcribe/"))  # type: ignore[attr-defined]
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_a_letter_on_paper_is_written_down_once(room: Room) -> None:
    mina = room.browser()
    once = blank(mina)
    for _ in range(2):
        answer = mina.post("/newsroom/transcribe/", {**PAPER, "once": once})
        assert answer["Location"] == "/newsroom/"
    assert Entry.objects.filter(action=Action.TRANSCRIBE).count() == 1
    assert written(room) == 1
    mina.post("/newsroom/transcribe/", {**PAPER, "once": blank(mina)})
    assert written(room) == 2, "the same words on another paper are another letter"
    room.browser("tomas").post("/newsroom/transcribe/", {**PAPER, "once": once})
    mina.post("/newsroom/transcribe/", {**PAPER, "once": "x"})
    assert written(room) == 4
    assert list(log.check()) == []


def test_what_a_full_disk_kept_from_the_tray_comes_with_the_next_click(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> bool:
        raise TrayFailed("tray: No space left on device")

    mina = room.browser()
    once = blank(mina)
    with monkeypatch.context() as patched:
        patched.setattr(Dropped, "add", full)
        page = mina.post("/newsroom/transcribe/", {**PAPER, "once": once})
        assert page.status_code == 400
        assert once in text(page)
    mina.post("/newsroom/transcribe/", {**PAPER, "once": once})
    assert Entry.objects.filter(action=Action.TRANSCRIBE).count() == 1
    assert written(room) == 1


def test_a_letter_is_handed_over_once(room: Room) -> None:
    letter = room.file()
    mina, tomas = room.browser("mina"), room.browser("tomas")
    for _ in range(2):
        send(mina, letter, "hand", reader="tomas", words="you know Farsi")
    assert Note.objects.count() == 1
    send(mina, letter, "hand", reader="tomas", words="and he writes Dari")
    assert Note.objects.count() == 2
    assert text(tomas.get(at(letter))).count("you know Farsi") == 1
