"""Two people at one pen: one decision, and whoever came second reads its record again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.queue_world import Room, at, at_pen, text
from handbill.desk.decisions import deciding
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.queue import pens
from handbill.desk.staff.roles import Role
from handbill.letters.decision import Action
from handbill.letters.public import pen_words
from handbill.rules.standing import Step


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.mark.parametrize(("first", "status"), [("tomas", 409), ("mina", 302)])
def test_two_forms_at_once_pause_a_pen_once(
    room: Room, monkeypatch: pytest.MonkeyPatch, first: str, status: int
) -> None:
    """The other form, a colleague's or a second click, is carried out after this page was compared
    with the record and before this one is.
    """
    pen = room.letter(room.file()).pen_id
    mina, other = room.browser("mina"), room.world.person(Role.MODERATOR, first)
    act = deciding.act_on_pen

    def meanwhile(*args: object, **named: object) -> Entry:
        ruling = Ruling(rule="repeat", editions=2)
        act(pen, Action.PAUSE, person=other, ruling=ruling)
        return act(*args, **named)

    monkeypatch.setattr(deciding, "act_on_pen", meanwhile)
    fields = {"action": "pause", "rule": "repeat", "editions": "9", "seen": "0"}
    answer = mina.post(f"{at_pen(pen)}act/", fields)
    assert [e.editions for e in Entry.objects.filter(pen=pen)] == [2]
    assert answer.status_code == status
    if status == 409:
        assert "Read its record again" in text(answer)


def test_the_form_of_the_page_of_pens_finds_a_pen_and_leaves_no_words_in_the_address(
    room: Room,
) -> None:
    """The form is sent as a browser reads it: by its own method, with its own fields."""
    letter = room.file()
    mina = room.browser(enforce_csrf_checks=True)
    form = re.search(r'<form class="find"([^>]*)>(.*?)</form>', text(mina.get("/pens/")), re.S)
    assert form
    fields = dict(re.findall(r'name="(\w+)"(?: value="([^"]*)")?', form[2]))
    address = re.search(r'action="([^"]*)"', form[1])
    assert address
    fields["pen"] = pen_words(room.letter(letter).pen_id)
    sends = mina.post if 'method="post"' in form[1] else mina.get
    answer = sends(address[1], fields, follow=True)
    assert at(letter) in text(answer)
    assert fields["pen"] not in str(answer.redirect_chain)
    assert sends == mina.post


@pytest.mark.parametrize(
    ("role", "editions", "status"),
    [
        (Role.MODERATOR, "", 409),
        (Role.MODERATOR, "9999", 409),
        (Role.MODERATOR, "4", 302),
        (Role.EDITOR, "", 302),
        (Role.EDITOR, "9999", 302),
    ],
)
def test_a_pause_that_never_ends_is_a_block(
    room: Room, role: Role, editions: str, status: int
) -> None:
    pen = room.letter(room.file()).pen_id
    fields = {"action": "pause", "rule": "repeat", "editions": editions, "seen": "0"}
    answer = room.browser("somebody", role).post(f"{at_pen(pen)}act/", fields)
    assert answer.status_code == status
    assert Entry.objects.filter(pen=pen).count() == (status == 302)
    if status == 409:
        assert "This needs the role: editor" in text(answer)


@pytest.mark.parametrize(("step", "editions"), [(Step.PAUSE, 4), (Step.BLOCK, 24), (Step.NONE, 4)])
def test_the_ladders_own_length_stands_in_the_form(
    room: Room, monkeypatch: pytest.MonkeyPatch, step: Step, editions: int
) -> None:
    monkeypatch.setattr(pens, "due", lambda _standing: step)
    pen = room.letter(room.file()).pen_id
    page = text(room.browser("ed", Role.EDITOR).get(at_pen(pen)))
    assert re.search(rf'name="editions"[^>]* value="{editions}"', page)
