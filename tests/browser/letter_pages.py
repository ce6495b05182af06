"""A letter page of a sample edition, what a person does in it, and the desk's side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey

from browser.driver import Browser
from handbill.letters import letter, seal
from handbill.letters.letter import Letter
from handbill.reader.letter_page import LetterFacts, ListedStory, letter_page
from handbill.rules.reading import read

ROOT = Path(__file__).resolve().parents[2]
PRIVATE = bytes(range(32))
PUBLIC = bytes(PrivateKey(PRIVATE).public_key)
NEWSROOM, EDITION = "5f" * 32, "8c" * 16
LANGUAGES = ("en", "ko", "es", "fa")
PHRASE = "abandon ability length gentle zone zoo"
STORIES = (
    ListedStory("last-crossing", "The last crossing", "en"),
    ListedStory("winter-market", "겨울 시장", "ko"),
    ListedStory("mercado", "El mercado de invierno", "es"),
)


def facts(stories: Sequence[ListedStory] = STORIES, name: str = "The Ferry") -> LetterFacts:
    """What the press gives the page."""
    book, flaws = read((ROOT / "demo/newsroom/rules/book.toml").read_bytes(), LANGUAGES)
    assert book
    assert not flaws
    rules = tuple(book.shown(tag) for tag in LANGUAGES)
    return LetterFacts(
        NEWSROOM, name, 42, EDITION, PUBLIC.hex(), rules, tuple(stories), LANGUAGES
    )  # fmt: skip


def write_page(folder: Path, given: LetterFacts | None = None) -> Path:
    """Write the page into a folder and return its path."""
    path = folder / "letter.html"
    path.write_bytes(letter_page(given or facts()))
    return path


def choose(browser: Browser, name: str, value: str) -> None:
    """Choose one of several round buttons."""
    browser.click(f"input[name={name}][value={value}]")


def put(browser: Browser, field: str, text: str) -> None:
    """Put a text into a field as if it were typed, faster than key by key."""
    browser.evaluate(
        f"(function () {{ var f = document.getElementById({json.dumps(field)}); f.value ="
        f" {json.dumps(text)}; ['input', 'change'].forEach(function (n) {{"
        " f.dispatchEvent(new Event(n, { bubbles: true })); }); }())"
    )


def fill(browser: Browser, **texts: str) -> None:
    """Fill in a letter about the first story that agrees to the rules."""
    given = {"story": "last-crossing", "body": "It was so.", "name": "Kim", **texts}
    for field, text in given.items():
        put(browser, field.replace("_", "-"), text)
    browser.click("#agree")


def with_phrase(browser: Browser, phrase: str = PHRASE) -> None:
    choose(browser, "pen", "have")
    put(browser, "phrase", phrase)


def sealed(browser: Browser) -> bytes:
    """Press the button and return what was sealed, as the link would save it."""
    browser.click("#go")
    return taken(browser)


def taken(browser: Browser) -> bytes:
    """Return the sealed letter that the page shows."""
    browser.wait("!document.getElementById('sealed').hidden && Boolean(window.__blob)")
    return bytes(browser.evaluate(BYTES))


KEEP = (
    "window.__blob = null; (function () { var make = URL.createObjectURL; URL.createObjectURL ="
    " function (blob) { window.__blob = blob; return make.call(URL, blob); }; }())"
)
"""Runs before the page: what it hands to the browser for saving is seen by the test."""
BYTES = "window.__blob.arrayBuffer().then(function (b) { return Array.from(new Uint8Array(b)); })"


def opened(data: bytes) -> Letter:
    """Open a sealed letter as the desk does."""
    assert len(data) == 4096
    found = letter.parse(seal.unseal(data, PRIVATE))
    letter.verify(found, None)
    assert (found.to, found.seal) == (NEWSROOM, seal.key_id(PUBLIC))
    assert (found.edition_number, found.edition_id, found.nfc) == (42, EDITION, True)
    return found


def said(browser: Browser, selector: str) -> str:
    """Return the text of an element."""
    return str(browser.evaluate(f"document.querySelector({json.dumps(selector)}).textContent"))


def vectors(name: str) -> list[dict[str, Any]]:
    return list(json.loads((ROOT / "vectors" / f"{name}.json").read_text("utf-8")))
