"""Addresses of the staff's pages: nothing of a letter in them, neither its names nor its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.desk_world import make_world
from desk.queue_scene import bring
from desk.queue_world import Room, at, at_pen, letter_at, search, send, text
from handbill.desk import secrets
from handbill.desk.queue import addresses
from handbill.desk.queue.searches import MOST
from handbill.desk.serving.door import MAX_ADDRESS_CHARACTERS
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, Pen

LEADS = re.compile(r'(?:href|action|formaction|data-claim|data-draft)="([^"]*)"')


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> None:
    make_world(tmp_path_factory.mktemp("addresses"))


@given(data=st.binary(max_size=300), at_byte=st.integers(0, 400), bit=st.integers(0, 7))
def test_what_is_hidden_is_found_again_and_nothing_else(
    world: None, data: bytes, at_byte: int, bit: int
) -> None:
    name = addresses.hide("letter", data)
    assert re.fullmatch("[A-Za-z0-9_-]+", name)
    assert addresses.hide("letter", data) == name
    assert addresses.shown("letter", name) == data
    assert addresses.shown("pen", name) is None
    from base64 import urlsafe_b64decode, urlsafe_b64encode

    whole = bytearray(urlsafe_b64decode(name + "=" * (-len(name) % 4)))
    whole[at_byte % len(whole)] ^= 1 << bit
    assert addresses.shown("letter", urlsafe_b64encode(bytes(whole)).decode()) is None


@pytest.mark.parametrize("name", ["", "A", "AAAA", "_" * 96, "é", "A" * 97, "=" * 8])
def test_made_up_names_open_as_nothing(world: None, name: str) -> None:
    assert addresses.shown("letter", name) is None


def test_another_desk_cannot_open_them(room: Room) -> None:
    name = addresses.hide("letter", bytes(32))
    secrets.set_current(replace(secrets.current(), secret=b"\x22" * 32))
    assert addresses.shown("letter", name) is None
    assert addresses.hide("letter", bytes(32)) != name


def test_addresses_of_letters_are_as_long_as_their_routes_say(room: Room) -> None:
    letter = room.file()
    assert re.fullmatch(f"/letter/{addresses.LetterConverter.regex}/", at(letter))
    assert re.fullmatch(f"/pen/{addresses.PenConverter.regex}/", at_pen(room.letter(letter).pen_id))
    assert letter_at(at(letter)) == letter


def crawl(room: Room, role: Role) -> Iterator[tuple[str, str]]:
    """Follow every link from the queue on; yield each page and where it leads."""
    client = room.browser(str(role), role)
    todo, seen = ["/queue/", "/newsroom/", "/log/", "/pens/", "/audits/"], set()
    todo.append(client.post("/search/", {"story": "last-crossing"})["Location"])
    while todo:
        page = todo.pop()
        if page in seen or "/logout" in page or "/assets/" in page:
            continue
        seen.add(page)
        response = client.get(page)
        if response.status_code == 302:
            yield page, response["Location"]
        if "text/html" not in response.get("Content-Type", ""):
            continue
        for lead in map(unescape, LEADS.findall(text(response))):
            yield page, lead
            found = urljoin(page, lead)
            if found.startswith("/") and response.status_code == 200:
                todo.append(found)


def test_no_address_says_which_letter_or_pen(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("lists", "searches", "choosing"):
        monkeypatch.setattr(f"handbill.desk.queue.{module}.PAGE", 2)
    bring(room)
    told = {n for x in Letter.objects.all() for n in (x.id, x.short, x.public)}
    told |= {p.fingerprint for p in Pen.objects.all()} | {
        p.fingerprint[:8] for p in Pen.objects.all()
    }
    leads = set(crawl(room, Role.ADMIN))
    pages = {page for page, _ in leads}
    assert sum("after=" in lead for _, lead in leads) > 3
    assert sum(page.startswith("/letter/") for page in pages) > 8
    for page, lead in leads:
        assert not [name for name in told if name in unquote(lead)], (page, lead)


def test_posts_lead_on_without_saying_which_letter(room: Room) -> None:
    first, second = room.file_all([("letter", "a", {}), ("letter", "b", {})])  # type: ignore[list-item]
    mina = room.browser()
    for answer in (
        mina.post("/queue/next/"),
        send(mina, first, "judge", action="approve", stay="yes"),
        send(mina, second, "claim"),
        mina.post("/undo/", {"sequence": "1"}),
    ):
        assert answer.status_code == 302
        assert not re.search(r"[0-9a-f]{16}", answer["Location"]), answer["Location"]


def test_words_of_a_search_stand_in_no_address(room: Room) -> None:
    letter = room.file(body="the bridge of Orsk")
    mina = room.browser()
    answer = mina.post("/search/", {"text": "orsk"})
    address = answer["Location"]
    assert answer.status_code == 302
    assert "orsk" not in address.casefold()
    assert at(letter) in text(mina.get(address))
    assert 'value="orsk"' in text(mina.get(address))  # again, as the back button does
    assert address == mina.post("/search/", {"text": "orsk"})["Location"]
    assert len(address) == len(mina.post("/search/", {"text": "o"})["Location"])
    assert at(letter) not in text(mina.get("/search/?text=orsk"))


def test_a_search_opens_for_who_asked_until_they_leave(room: Room) -> None:
    letter = room.file(body="the bridge of Orsk")
    mina, tomas = room.browser(), room.browser("tomas")
    address = mina.post("/search/", {"text": "orsk"})["Location"]
    assert mina.get(address).status_code == 200
    answer = tomas.get(address)
    assert answer.status_code == 404
    assert at(letter) not in text(answer)
    assert "This search has ended" in text(answer)
    mina.logout()
    assert room.browser().get(address).status_code == 404


def test_searching_needs_the_form_s_token(room: Room) -> None:
    strict = room.browser(enforce_csrf_checks=True)
    assert strict.post("/search/", {"text": "a"}).status_code == 403
    page = strict.get("/search/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(page))
    assert token
    given = {"text": "a", "csrfmiddlewaretoken": token[1]}
    assert strict.post("/search/", given).status_code == 302


@pytest.mark.parametrize(
    "character", ["\x00", "\x01", '"', "\\", "漢", "\U0001f600", "\u200c", "%", "\n"]
)
def test_the_longest_question_fits_an_address(room: Room, character: str) -> None:
    mina = room.browser()
    whole = {name: "a" + character * most + "z" for name, most in MOST.items()}
    answer = mina.post("/search/", whole)
    assert len(answer["Location"]) < MAX_ADDRESS_CHARACTERS
    assert mina.get(answer["Location"]).status_code == 200
    assert search(mina, text=character, state=character).status_code == 200
