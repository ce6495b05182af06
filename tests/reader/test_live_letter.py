"""The letter page on the live site: the edition's own, which can also send."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from handbill.errors import FormatError
from handbill.reader.letter_page import LetterFacts, letter_page
from handbill.reader.live_letter import live_letter
from handbill.reader.words import LANGUAGES
from handbill.rules.reading import read

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src/handbill/reader/letterpage"


def page(name: str = "The Ferry") -> bytes:
    book, _ = read((ROOT / "demo/newsroom/rules/book.toml").read_bytes(), ("en", "ko"))
    assert book
    rules = tuple(book.shown(tag) for tag in ("en", "ko"))
    return letter_page(LetterFacts("5f" * 32, name, 42, "8c" * 16, "11" * 32, rules))


def script(made: str) -> str:
    return made.partition("<script>")[2].partition("</script>")[0]


def test_its_policy_names_its_script_and_lets_it_reach_its_own_site_alone() -> None:
    made = live_letter(page()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', made)
    assert policy
    digest = base64.b64encode(sha256(script(made).encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "connect-src 'self'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert made.count("<script>") == made.count("</script>") == 1


def test_the_editions_scripts_stand_in_it_unchanged_and_a_drives_page_cannot_send() -> None:
    before = page().decode()
    own = script(before).partition("\n")[2]
    assert own in script(live_letter(before.encode()).decode())
    assert "connect-src" not in before
    assert "XMLHttpRequest" not in before


def test_hostile_names_end_nothing() -> None:
    name = "</script><script>alert(1)</script><noscript>@script@ \\g<0> var H = { data: 1 };\n"
    made = live_letter(page(name)).decode()
    assert made.count("<script>") == 1
    assert "<script>alert" not in made


@pytest.mark.parametrize(
    "junk", [b"", b"<script></script>", b"\xff", b"<script>var H = { data: {} };\n"]
)
def test_what_is_no_letter_page_is_refused(junk: bytes) -> None:
    with pytest.raises(FormatError):
        live_letter(junk)


def catalogue(path: str) -> dict[str, str]:
    return dict(json.loads((SOURCES / path).read_text("utf-8")))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_it_says_is_there_in_every_language(tag: str) -> None:
    english, own = catalogue("live/en.json"), catalogue(f"live/{tag}.json")
    assert list(own) == list(english)
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", own[key])), key
    asked = re.findall(r'(?:say|again)\("(\w+)"', (SOURCES / "live/live.js").read_text("utf-8"))
    assert set(asked) - {"say"} <= set(own) | set(catalogue("locale/en.json"))
