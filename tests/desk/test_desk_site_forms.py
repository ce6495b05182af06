"""The plain form: for readers without JavaScript, sealed by the server, signed by the desk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desk.site_world import SiteWorld
from desk.visiting import Visitor, header
from handbill.desk import secrets
from handbill.desk.decisions.deciding import close
from handbill.desk.intake.knowing import knowing
from handbill.desk.intake.opening import Opener, Refused
from handbill.desk.intake.values import Desk, Reason
from handbill.desk.site import forms
from handbill.desk.site.layout import layout
from handbill.desk.site.told import Told, read
from handbill.desk.store.models import Letter
from handbill.letters.letter import Kind
from handbill.letters.seal import seal

SHARED = Path(__file__).resolve().parents[3] / "shared/data/xss"
STORY = "stories/orchard-gate/index.html"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteWorld]:
    kept = {name: os.environ.get(name) for name in ("HANDBILL_CACHE", "HANDBILL_STATE")}
    made = SiteWorld(tmp_path_factory.mktemp("site"))
    made.key = made.published("orchard-gate", "A letter.", name="Mina")  # type: ignore[attr-defined]
    made.rows("winter-market", 250)
    made.publish()
    yield made
    made.close()
    secrets.set_current(None)
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture
def visitor(world: SiteWorld) -> Iterator[Visitor]:
    for path in world.tray():
        path.unlink()
    made = Visitor(world, tray=20_000)
    yield made
    made.site.close()


def test_the_plain_form_becomes_a_transcript(world: SiteWorld, visitor: Visitor) -> None:
    key = world.key  # type: ignore[attr-defined]
    text = "First line.\r\n\r\nSecond <b>line</b> \u202e 글"
    answer = visitor.fill(text=text, name=" 김 철수 ", language="ko", parent=key)
    assert (answer.status, header(answer, "location")) == (303, "/said/sent.html")
    visitor.fill(text=text, name=" 김 철수 ", language="ko", parent=key)
    assert all(p.stat().st_size == 4096 for p in world.tray())
    assert not any(b"line" in p.read_bytes() for p in world.tray())
    world.take_in()
    letter = Letter.objects.get(kind=Kind.TRANSCRIPT, name="김 철수")
    assert letter.body == "First line.\n\nSecond <b>line</b> \u202e 글"
    assert (letter.language, letter.parent, letter.story) == ("ko", key, "orchard-gate")
    assert not world.refused
    world.approve(letter.id)
    world.publish()
    page = world.page(STORY)
    assert "Written down by the desk" in page
    assert "&lt;b&gt;line" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "form.need_text"),
        ({"text": " \u200b\t"}, None),
        ({"name": ""}, "form.need_name"),
        ({"name": "x" * 61}, "form.name_long"),
        ({"agree": ""}, "form.need_agree"),
        ({"text": "".join(chr(0x4E00 + n * 7 % 20000) for n in range(3000))}, "form.too_long"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(
    world: SiteWorld, visitor: Visitor, fields: dict[str, str], said: str | None
) -> None:
    from html import escape

    from handbill.reader.words import words

    answer = visitor.fill(**fields)
    if said is None:
        return
    assert answer.status == 422
    page = answer.body.decode()
    assert escape(words("en").text[said]) in page
    for value in {"text": "Words.", "name": "Mina", **fields}.values():
        assert escape(value) in page
    assert world.tray() == []


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"a=1&" * 400,
        b"%",
        b"text=%FF%FE&name=%00&agree=yes",
        b"=" * 4000,
        b"text",
        b"text=x&name=y&agree=yes&language=%3Cscript%3E&parent=..%2F..",
        b"text=%ED%A0%80&name=a&agree=yes",
    ],
)
def test_odd_forms_break_nothing(world: SiteWorld, visitor: Visitor, body: bytes) -> None:
    answer = visitor.ask("/write/orchard-gate", "POST", body)
    assert answer.status in (303, 400, 422)
    assert b"<script>" not in answer.body
    world.take_in()
    assert not world.refused


def test_forms_only_where_letters_are_taken(world: SiteWorld, visitor: Visitor) -> None:
    for story in ("closed-road", "nobody", "../orchard-gate", "ORCHARD-GATE"):
        assert visitor.fill(story).status == 404
    close("bazaar", reason="Enough.", person=world.person())
    world.publish(tray=20_000)
    visitor.time += 5
    assert visitor.fill("bazaar").status == 404
    close("bazaar", reason="", person=world.person())
    world.publish(tray=20_000)


def test_every_shared_payload_comes_back_as_text(world: SiteWorld, visitor: Visitor) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared payloads are not here")
    from desk.test_desk_site_pages import payloads, seen

    page = (world.pages / "write/orchard-gate.html").read_bytes()
    clean = seen(
        forms.again(page, forms.Filled("t", "n", "en", "", True), ["form.need_name"]).decode()
    )
    for payload in payloads():
        filled = forms.Filled(payload, payload, "en", "", True)
        found = seen(forms.again(page, filled, ["form.need_name"]).decode())
        assert found.tags == clean.tags, payload
        assert found.attributes <= clean.attributes, payload


def test_a_newsroom_may_do_without_the_form(world: SiteWorld, visitor: Visitor) -> None:
    world.publish(plain=0, tray=20_000)
    visitor.time += 5
    try:
        assert visitor.fill().status == 404
        assert not (world.pages / "write").exists()
        assert "write/" not in world.page(STORY)
        assert "write/" not in world.page("embed/en/orchard-gate/index.html")
        assert "letter.html#about" in world.page(STORY)
    finally:
        world.publish(tray=20_000)


def test_drafts_that_the_desk_does_not_sign(world: SiteWorld) -> None:
    told = read(layout(world.newsroom).told.read_bytes())
    filled = forms.Filled("Words.", "Mina", "en", "", True)
    desk = knowing(world.newsroom, world.ring())

    def opened(changed: Told, by: Desk = desk) -> object:
        found = Opener(by).open(forms.sealed(changed, "orchard-gate", filled))
        return found.reason if isinstance(found, Refused) else found.letter.kind

    assert opened(told) == Kind.TRANSCRIPT
    assert opened(replace(told, newsroom="ab" * 32)) == Reason.OTHER_NEWSROOM
    assert opened(told, replace(desk, scribe=None)) == Reason.NEWER
    odd = seal(b"handbill draft 1\nneeds:\n", told.seal)
    assert Opener(desk).open(odd).reason == Reason.MALFORMED  # type: ignore[union-attr]
    later = seal(b"handbill draft 2\nneeds:\n\nx\n", told.seal)
    assert Opener(desk).open(later).reason == Reason.NEWER  # type: ignore[union-attr]
