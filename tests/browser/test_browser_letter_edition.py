"""From an edition to the desk: the page that the press made, a letter through it, the key store's key."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from browser import letter_pages as on
from browser.driver import Browser
from handbill.edition.verify import verify_edition
from handbill.keys import store
from handbill.keys.ring import KeyRing, make_keys
from handbill.letters import letter, seal
from handbill.newsroom.beginning import beginning
from handbill.press.engine import Press

pytestmark = pytest.mark.browser
TODAY = date(2026, 11, 24)


def test_a_letter_from_a_pressed_edition(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    newsroom = make_keys(
        "solo", "correct horse", today=TODAY, state=tmp_path, cost=store.Cost(1, 8192)
    )
    room, out = tmp_path / "room", tmp_path / "out"
    for path, text in beginning("The Far Shore", "en", "2026-11-24").items():
        (room / path).parent.mkdir(parents=True, exist_ok=True)
        (room / path).write_text(text, "utf-8")
    toml = room / "newsroom.toml"
    toml.write_text(f'newsroom_id = "{newsroom}"\n' + toml.read_text("utf-8"), "utf-8")

    def ring(name: str = newsroom) -> KeyRing:
        return KeyRing.open(name, "correct horse", state=tmp_path)

    assert Press(room, out, TODAY, ring).run().number == 1
    before = (out / "letter.html").read_bytes()
    assert Press(room, out, TODAY, ring).run().unchanged
    assert (out / "letter.html").read_bytes() == before
    assert verify_edition(out).verdict.value == "genuine"
    story = next((out / "stories").glob("*/index.html"))
    chromium.open(story)
    address = chromium.evaluate("document.querySelector('a.write').href")
    assert address == (out / "letter.html").as_uri() + "#en"

    chromium.open(out / "letter.html", language="en", before=on.KEEP)
    chosen = chromium.evaluate("document.querySelector('#story option').value")
    on.fill(chromium, story=chosen)
    on.with_phrase(chromium)
    data = on.sealed(chromium)
    keys = ring().seals()
    found = letter.parse(seal.unseal(data, keys[0].private))
    letter.verify(found, None)
    told = json.loads((out / "_edition/targets/newsroom.json").read_text("utf-8"))
    assert (found.to, found.seal, found.story) == (newsroom, told["seal"]["id"], chosen)
    assert (found.rules_version, found.rules_hash) == (
        told["rules"]["version"],
        told["rules"]["sha256"],
    )
    assert found.edition_number == told["edition"]
