"""The letter page as bytes: small, the same each time, allowing nothing but itself; where it is linked."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html import unescape
from importlib.resources import files

import pytest
from sites import site

from handbill.keys.words import LISTS, word_list
from handbill.letters.thread import Thread
from handbill.newsroom.story import Comments
from handbill.reader.answering import letter_facts
from handbill.reader.letter_page import (
    MAX_BYTES,
    LetterFacts,
    ListedStory,
    lean,
    letter_page,
    packed,
)
from handbill.reader.pages import Site
from handbill.reader.plans import PagePlan
from handbill.reader.values import Talk
from handbill.reader.words import LANGUAGES

SOURCES = files("handbill.reader") / "letterpage"


def facts(count: int = 3, title: str = "A story") -> LetterFacts:
    stories = tuple(ListedStory(f"a-story-{n}", f"{title} {n}", "en") for n in range(count))
    return replace(letter_facts(site()), stories=stories)


def pages(made: Site) -> dict[str, str]:
    plans = [p for p in made.plan() if isinstance(p, PagePlan) and p.path.endswith(".html")]
    return {p.path: unescape(p.make().decode()) for p in plans}


def test_it_is_small_and_the_same_each_time() -> None:
    page = letter_page(facts(400, "قایق در راه بندر، گزارشی بلند از یک شب زمستانی"))
    assert page == letter_page(facts(400, "قایق در راه بندر، گزارشی بلند از یک شب زمستانی"))
    assert MAX_BYTES - 200 < len(page) <= MAX_BYTES
    kept = set(map(int, re.findall(rb"a-story-(\d+) ", page)))
    assert kept == set(range(len(kept)))  # the newest stay
    assert len(kept) > 100


def test_it_is_another_page_in_another_edition() -> None:
    one = facts()
    others = [
        replace(one, number=8),
        replace(one, edition_id="ef" * 16),
        replace(one, seal_key="0a" * 32),
    ]
    assert len({letter_page(f) for f in (one, *others)}) == 4
    assert sha256(bytes.fromhex("0a" * 32)).hexdigest()[:16] in letter_page(others[2]).decode()


def test_its_policy_allows_its_own_script_and_style_alone() -> None:
    page = letter_page(facts()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    script, style = (
        re.search(r"<script>(.*)</script>", page, re.DOTALL),
        re.search(r"<style>(.*)</style>", page, re.DOTALL),
    )
    assert policy
    assert script
    assert style
    hashes = [
        base64.b64encode(sha256(found[1].encode()).digest()).decode() for found in (script, style)
    ]
    assert policy[1] == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}';"
        " base-uri 'none'; form-action 'none'"
    )
    assert page.count("<script") == 1
    for called in (
        "fetch(",
        "XMLHttpRequest",
        "localStorage",
        "indexedDB",
        "console.",
        "innerHTML",
        "eval(",
        "cookie",
    ):
        assert called not in script[1], called


def test_every_field_keeps_browsers_from_remembering() -> None:
    page = SOURCES.joinpath("page.html").read_text("utf-8")
    for field in re.findall(r"<(?:input|textarea|select|form)\b[^>]*>", page):
        assert 'autocomplete="off"' in field, field
    for field in re.findall(r"<(?:input class=\"typed|textarea)[^>]*>", page):
        assert 'spellcheck="false"' in field, field
    assert 'type="password"' not in page


def test_hostile_titles_and_names_end_nothing() -> None:
    text = "</script><script>alert(1)</script> @script@ \u2028 \\g<0> & \"'"
    page = letter_page(replace(facts(3, text), name=text)).decode()
    assert page.count("</script>") == 1
    assert "<script>alert" not in page
    assert "\u2028" not in page.partition("<script>")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_say_the_same_things(language: str) -> None:
    english, other = (
        json.loads(SOURCES.joinpath(f"locale/{tag}.json").read_text("utf-8"))
        for tag in ("en", language)
    )
    assert list(english) == list(other)
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", other[key])), key


def test_every_key_that_the_page_asks_for_is_there() -> None:
    sources = [p.read_text("utf-8") for p in SOURCES.iterdir() if p.name.endswith((".js", ".html"))]
    english = json.loads(SOURCES.joinpath("locale/en.json").read_text("utf-8"))
    asked = set(re.findall(r'data-say="(\w+)"|say\("(\w+)"', "\n".join(sources)))
    assert {a or b for a, b in asked} <= set(english)


@pytest.mark.parametrize("language", LISTS)
def test_word_lists_are_packed_without_loss(language: str) -> None:
    last, words = "", []
    for kept, rest in re.findall(r"(\d)(\D*)", packed(word_list(language))):
        last = last[: int(kept)] + rest
        words.append(last)
    assert tuple(words) == tuple(word_list(language))


def test_leaning_leaves_texts_alone() -> None:
    script = '// a comment\n  if (a === "b , c") { d("e \\" = f", g / h); }\n  x = [1, 2]; // eslint-disable-line x\n'
    assert lean(script) == 'if (a === "b , c") { d("e \\" = f", g / h); }\nx=[1,2];\n'
    assert lean('  say("x { y }", { n : 1 });\n') == 'say("x { y }",{n:1});\n'


def test_its_sources_are_what_npm_gives() -> None:
    lib = SOURCES.joinpath("vendor/lib.js").read_text("ascii")
    assert lib.startswith("// tweetnacl 1.0.3, blakejs 1.2.1, fflate 0.8.3\n")
    assert not re.search(r"=>|\b(?:let|const|class)\s", lib)


def test_stories_say_how_to_answer_and_closed_ones_why_not() -> None:
    made = pages(site())
    story, closed = made["stories/boat-en-0/index.html"], made["stories/boat-en-2/index.html"]
    assert 'href="../../letter.html#en"' in story
    assert "boat-en" in story
    assert "letter.html" not in closed
    assert "Letters are closed" in closed
    for path in ("index.html", "ko/index.html", "watch/film-fa/index.html"):
        assert "letter.html" in made[path], path
    for path in (
        "watch/show-en/index.html",
        "pages/about.en.html",
        "stories/boat-en-0/boat-en-0.single.html",
    ):
        assert "letter.html" not in made[path], path


def test_the_page_lists_what_can_be_answered_newest_first() -> None:
    found = letter_facts(site()).stories
    ids = [s.id for s in found]
    assert "s2-en" not in ids  # closed
    assert "film-ko" in ids
    assert ids.index("s1-en") < ids.index("boat-en")


def test_a_thread_that_the_desk_closed_is_not_offered() -> None:
    made = site()
    thread = Thread("boat-en", open=False, reason="It is settled.", entries=())
    made.talk = Talk(threads={"boat-en": thread})
    assert "boat-en" not in [s.id for s in letter_facts(made).stories]
    assert "letter.html" not in pages(made)["stories/boat-en-0/index.html"]


@pytest.mark.parametrize("lacking", ["seal_key", "rules"])
def test_a_draft_and_a_newsroom_without_rules_have_none(lacking: str) -> None:
    made = site()
    if lacking == "rules":
        made.rules = {}
    else:
        made.facts = replace(made.facts, seal_key="")
    found = {p.path: p for p in made.plan() if isinstance(p, PagePlan)}
    assert "letter.html" not in found
    assert b"letter.html" not in found["index.html"].make()
    assert b"letter.html" not in found["stories/boat-en-0/index.html"].make()


def test_only_open_things_are_listed() -> None:
    made = site()
    shut = tuple(
        replace(s, comments=Comments(False, "no"), day=date(2026, 1, 1))
        for s in made.newsroom.stories
    )
    made.newsroom = replace(made.newsroom, stories=shut)
    assert {s.id.partition("-")[0] for s in letter_facts(made).stories} == {"film", "ep"}


def test_the_bundle_can_be_made_again() -> None:
    """The script that makes it names what it takes, locked by hash; running it needs npm."""
    lock = json.loads(
        (files("handbill") / "../../tools/vendor/package-lock.json").read_text("utf-8")
    )
    assert all(p.get("integrity") for name, p in lock["packages"].items() if name)
    assert subprocess.run(["sh", "-n", "tools/vendor/vendor.sh"], check=False).returncode == 0
