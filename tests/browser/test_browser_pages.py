"""Every kind of page in a real browser at file://: readable, quiet, and within its width."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from browser.driver import Browser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reader"))
from sites import LANGUAGES, site, write

pytestmark = pytest.mark.browser

KINDS = {
    "door": "{0}/index.html",
    "story": "stories/boat-{0}-0/index.html",
    "story with film": "stories/boat-{0}-1/index.html",
    "story closed": "stories/boat-{0}-2/index.html",
    "film": "watch/film-{0}/index.html",
    "show": "watch/show-{0}/index.html",
    "episode": "watch/show-{0}-01/index.html",
    "section": "sections/water.{0}.html",
    "archive": "archive/2026.{0}.html",
    "search": "pages/search.{0}.html",
    "rules": "pages/rules.{0}.html",
    "about": "pages/about.{0}.html",
    "answer": "pages/answer.{0}.html",
    "decisions": "pages/decisions.{0}.html",
    "story in one file": "stories/boat-{0}-0/boat-{0}-0.single.html",
    "paper in one file": "{0}/paper.single.html",
}


ONCE = ("index.html", "stories/boat-en-0/letters-2.html")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages")
    write(out, site())
    return out


def quiet(browser: Browser) -> None:
    assert browser.requests() == []
    assert browser.storage_written() == []
    assert browser.violations() == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_accessible_quiet_and_within_320_px(
    chromium: Browser, pages: Path, kind: str, language: str
) -> None:
    chromium.open(pages / KINDS[kind].format(language), width=320)
    assert chromium.evaluate("document.documentElement.scrollWidth") <= 320
    assert chromium.evaluate("document.documentElement.lang") == language
    right_to_left = chromium.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert right_to_left == (language in ("fa", "ar"))
    quiet(chromium)
    assert chromium.axe() == []  # which fetches by itself


def test_every_kind_of_page_is_among_those_tested(pages: Path) -> None:
    own = {"letter.html", "verify.html", *ONCE}  # the first two have tests of their own
    named = {kind.format(language) for kind in KINDS.values() for language in LANGUAGES}
    kinds = {_kind(path) for path in own | named}
    made = {path.relative_to(pages).as_posix() for path in pages.rglob("*.html")}
    assert {_kind(path) for path in made} <= kinds


def _kind(path: str) -> str:
    alike = "|".join(LANGUAGES)
    return re.sub(r"\d+", "N", re.sub(rf"\b({alike})\b", "L", path))


@pytest.mark.parametrize("path", ONCE)
def test_pages_of_one_language_are_accessible_too(
    chromium: Browser, pages: Path, path: str
) -> None:
    chromium.open(pages / path, width=320)
    assert chromium.evaluate("document.documentElement.scrollWidth") <= 320
    quiet(chromium)
    assert chromium.axe() == []


@pytest.mark.parametrize("kind", ["door", "story", "film"])
def test_the_dark_scheme_is_readable(chromium: Browser, pages: Path, kind: str) -> None:
    chromium.open(pages / KINDS[kind].format("en"), scheme="dark")
    assert (
        chromium.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(22, 21, 18)"
    )
    assert chromium.axe() == []


LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk https://example.org/a/very/long/address/that/has/no/space"
WIDE = ("door", "story", "film", "section", "archive", "rules", "decisions", "paper in one file")


@pytest.fixture(scope="module")
def long_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("long")
    write(out, site(lambda text: f"{text} {LONG} {text.replace(' ', '') * 3}"))
    return out


@pytest.mark.parametrize("kind", WIDE)
@pytest.mark.parametrize("language", ["en", "ko", "fa"])
def test_long_words_and_addresses_break(
    chromium: Browser, long_pages: Path, kind: str, language: str
) -> None:
    chromium.open(long_pages / KINDS[kind].format(language), width=320)
    assert chromium.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture(scope="module")
def old_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages with the part of their style that a browser of 2016 understands."""
    out = tmp_path_factory.mktemp("old")
    write(out, site())
    sheet = out / "assets/handbill.css"
    style = sheet.read_text("utf-8")
    style = re.sub(r"@supports[^{]*{(?:[^{}]|{[^{}]*})*}", "", style)
    newer = r"gap|text-wrap|aspect-ratio|[a-z-]+-(?:inline|block)[a-z-]*|grid[a-z-]*"
    style = re.sub(rf"(?<=[{{;])(?:{newer}):[^;}}]*", "", style)
    style = re.sub(
        r"(?<=[{;])[a-z-]+:[^;}]*\b(?:clamp|min|max|color-mix|anywhere)\b[^;}]*", "", style
    )
    style = re.sub(r"[^{}]*:focus-visible[^{}]*{[^{}]*}", "", style)
    assert "clamp(" not in style
    assert "nav{display:flex" in style
    sheet.write_text(style, "utf-8")
    return out


@pytest.mark.parametrize("kind", ["door", "story", "film", "search", "decisions"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_old_browser_keeps_links_apart_and_within_the_page(
    chromium: Browser, old_pages: Path, kind: str, language: str
) -> None:
    chromium.open(old_pages / KINDS[kind].format(language), width=320)
    assert chromium.evaluate("document.documentElement.scrollWidth") <= 320
    near = (
        "Array.from(document.querySelectorAll('.top a, footer a, .sections a, .by *'))"
        ".map(function (e) { return e.getBoundingClientRect(); })"
        ".filter(function (a, i, all) { return all.slice(i + 1).some(function (b) {"
        " return Math.abs(a.top - b.top) < 8 && a.left < b.right + 6 && b.left < a.right + 6; });"
        " }).length"
    )
    assert chromium.evaluate(near) == 0


def test_a_line_is_no_longer_than_the_eye_likes(chromium: Browser, tmp_path: Path) -> None:
    words = "The boat leaves when the light does and it carries letters of the valley home "
    write(tmp_path, site(lambda text: words * 8 if text.startswith("The") else text))
    chromium.open(tmp_path / KINDS["story"].format("en"))
    per_line = (
        "(function (p) { return p.textContent.length"
        " / (p.offsetHeight / parseFloat(getComputedStyle(p).lineHeight));"
        " }(document.querySelector('.text p')))"
    )
    assert chromium.evaluate(per_line) <= 72


@pytest.mark.parametrize("kind", KINDS)
def test_firefox_shows_it_too(firefox: Browser, pages: Path, kind: str) -> None:
    firefox.open(pages / KINDS[kind].format("ko"), width=400)
    assert firefox.evaluate("document.documentElement.scrollWidth") <= 500
    sheets = "document.styleSheets.length && document.styleSheets[0].cssRules.length"
    if "search" not in kind:
        assert firefox.evaluate("document.querySelector('h1').offsetHeight > 0")
    assert firefox.evaluate(
        f"(function () {{ try {{ return {sheets} > 0; }} catch (e) {{ return 'opaque'; }} }}())"
    )
    quiet(firefox)


@pytest.mark.parametrize("browser_kind", ["chromium", "firefox"])
def test_captions_need_no_script(
    request: pytest.FixtureRequest, pages: Path, browser_kind: str
) -> None:
    browser: Browser = request.getfixturevalue(browser_kind)
    browser.open(pages / KINDS["film"].format("en"))
    cues = (
        "new Promise(function (done) { var t = document.querySelector('video').textTracks[0];"
        " t.mode = 'showing'; (function look() { if (t.cues && t.cues.length) {"
        " done(t.cues[0].text); } else { setTimeout(look, 50); } }()); })"
    )
    assert "The boat leaves" in browser.evaluate(cues)


def test_text_is_read_without_scripts(chromium: Browser, pages: Path) -> None:
    chromium.open(pages / KINDS["story"].format("ko"), javascript=False)
    assert "배는 빛이" in chromium.evaluate("document.querySelector('.text').textContent")
