"""Search in real browsers at file://: nothing that a plain search of the text finds is missed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from browser.driver import Browser
from handbill.newsroom.story import Newsroom, Story
from handbill.reader.pages import Site
from handbill.reader.plans import BundlePlan
from handbill.reader.values import EditionFacts, Placed

pytestmark = pytest.mark.browser

SYLLABLES = "가나다라마바사아자차카타파하노로동녀여리이죽대강서울북남물길"
READY = "document.getElementById('found').getAttribute('aria-busy') === 'false'"
TITLES = "Array.from(document.querySelectorAll('#found h2')).map(function(n){return n.textContent})"


def story(number: int, title: str, body: str, language: str = "ko") -> Story:
    from datetime import date

    day = date(2020 + number % 6, 1 + number % 12, 1 + number % 28)
    return Story(f"s{number}", f"s{number}", title, language, day, body, f"stories/s{number}.md")


def write(out: Path, stories: list[Story]) -> None:
    newsroom = Newsroom(name="Paper", language="ko", languages=("ko", "en"), stories=tuple(stories))
    for plan in Site(newsroom, Placed(), EditionFacts(1, "", "", "", "")).plan():
        made = plan.make() if isinstance(plan, BundlePlan) else {plan.path: plan.make()}
        for path, data in made.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(data)


@pytest.fixture(scope="module")
def corpus() -> list[Story]:
    chance = random.Random(7)
    word = lambda: "".join(chance.choices(SYLLABLES, k=chance.randint(1, 5)))  # noqa: E731
    found = [story(i, f"제목 {i}", " ".join(word() for _ in range(60))) for i in range(120)]
    return [
        *found,
        story(200, "로동신문", "강제로동과 리발소", "ko"),
        story(201, "The market", "Films about corazón and a café. <script>alert(1)</script>", "en"),
        story(202, "</script><b>x", 'quoted "text" \\ and \'', "en"),
    ]


@pytest.fixture(scope="module")
def site(corpus: list[Story], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    write(out, corpus)
    return out


def ask(browser: Browser, site: Path, text: str, language: str = "ko") -> list[str]:
    browser.open(site / "pages" / f"search.{language}.html")
    browser.type("#q", text)
    browser.press("Enter")
    browser.wait(READY)
    while not browser.evaluate("document.getElementById('more').hidden"):
        browser.click("#more")
        browser.evaluate("new Promise(function(r){setTimeout(r,60)})")
    return list(browser.evaluate(TITLES))


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_nothing_that_grep_finds_is_missed(
    request: pytest.FixtureRequest, corpus: list[Story], site: Path, kind: str
) -> None:
    browser: Browser = request.getfixturevalue(kind)
    chance = random.Random(11)
    for _ in range(12 if kind == "chromium" else 4):
        text = chance.choice(corpus[:120]).body.split()[chance.randrange(60)]
        a = chance.randrange(len(text))
        asked = text[a : a + chance.randint(1, 4)]
        wanted = {s.title for s in corpus if asked in s.body or asked in s.title}
        found = ask(browser, site, asked)
        assert wanted <= set(found), asked
        assert len(found) == len(set(found))
    assert browser.requests() == []
    assert browser.storage_written() == []
    assert browser.violations() == []
    assert browser.console_errors() == []


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("노동신문", "로동신문"), ("이발소", "로동신문"), ("corazon", "The market"), ("film", "The market"),
        ("CAFÉ", "The market"), ("market films", "The market"), ("b x", "</script><b>x"),
    ],
)  # fmt: skip
def test_spellings_and_beginnings(chromium: Browser, site: Path, asked: str, title: str) -> None:
    assert title in ask(chromium, site, asked, "en")


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_shards_come_while_the_question_is_typed(
    request: pytest.FixtureRequest, site: Path, kind: str
) -> None:
    browser: Browser = request.getfixturevalue(kind)
    browser.open(site / "pages/search.ko.html")
    browser.evaluate("window.came = []; 0")
    browser.evaluate("(function(was){window.HBS=function(a,b,c){came.push(a);was(a,b,c)}}(HBS))")
    browser.type("#q", "로동신문")
    browser.wait("came.length > 0", 20)
    assert browser.evaluate("document.getElementById('found').childNodes.length") == 0
    browser.press("Enter")
    browser.wait(READY)
    assert "로동신문" in browser.evaluate(TITLES)


def test_as_many_are_counted_as_are_shown_and_the_keyboard_goes_on_among_them(
    chromium: Browser, site: Path
) -> None:
    chromium.open(site / "pages/search.ko.html")
    chromium.type("#q", "가")
    chromium.press("Enter")
    chromium.wait(READY)
    assert len(chromium.evaluate(TITLES)) == 10
    chromium.evaluate("document.getElementById('more').focus()")
    chromium.press("Enter")
    chromium.wait(f"{TITLES}.length > 10")
    here = "Array.from(document.querySelectorAll('#found a')).indexOf(document.activeElement)"
    assert chromium.evaluate(here) == 10
    # One pair of syllables, which many have once and few twice in a row.
    shown = ask(chromium, site, "사사사")
    told = chromium.evaluate("document.getElementById('said').textContent")
    assert told == f"찾은 것: {len(shown)}"


def test_what_is_nowhere_is_said_to_be_nowhere(chromium: Browser, site: Path) -> None:
    assert ask(chromium, site, "zzz없는말") == []
    assert chromium.evaluate("document.getElementById('said').textContent").startswith(
        "찾은 것이 없"
    )


def test_pairs_of_most_texts_are_not_asked_for_and_nothing_is_missed(
    chromium: Browser, tmp_path: Path
) -> None:
    bodies = ["평양시장에서", "평양시장", "평양에서 시장", "시장에서", "에서한다", "서울에서"]
    write(tmp_path, [story(6 * i, f"제목 {i}", body) for i, body in enumerate(bodies)])
    assert ask(chromium, tmp_path, "평양시장에서") == ["제목 0"]
    assert set(ask(chromium, tmp_path, "에서")) == {
        "제목 0",
        "제목 2",
        "제목 3",
        "제목 4",
        "제목 5",
    }


def test_a_missing_shard_is_said(chromium: Browser, corpus: list[Story], tmp_path: Path) -> None:
    write(tmp_path, corpus[:20])
    next((tmp_path / "assets/search").glob("20??.js")).unlink()
    ask(chromium, tmp_path, "가")
    assert "일부" in chromium.evaluate("document.getElementById('said').textContent")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_search_page_is_accessible(chromium: Browser, site: Path, language: str) -> None:
    assert ask(chromium, site, "가", language)
    assert chromium.axe() == []


def test_without_scripts_it_names_another_way(chromium: Browser, site: Path) -> None:
    chromium.open(site / "pages/search.en.html", javascript=False)
    assert chromium.evaluate("document.getElementById('ask').offsetParent === null")
