"""Pages: nothing hostile comes through, nothing leads out, all that is linked is there."""

from __future__ import annotations

import html
import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sites import LANGUAGES, site, write

from handbill.newsroom.story import Page
from handbill.reader.environment import environment, render
from handbill.reader.pages import Site
from handbill.reader.plans import BundlePlan, PagePlan
from handbill.reader.words import words

SHARED = Path(__file__).resolve().parents[3] / "shared/data/xss"
STANDALONE = {"verify.html", "letter.html"}
NAMED = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>",
    "javascript:alert(1)", "</title><script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "<!--", "]]>",
    '" onmouseover="alert(1)', "&lt;script&gt;", "</textarea></style></script><b>", "<base href=//evil>",
    "<meta http-equiv=refresh content=0;url=//evil>", "\u202egnp.exe", "<a href='data:text/html,x'>x</a>",
]  # fmt: skip


class Seen(HTMLParser):
    """Collects what a page would do."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("iframe", "object", "embed", "base", "form") and given.get("id") != "ask":
            self.found.append(tag)
        if tag == "script" and not given.get("src", "").endswith("assets/search.js"):
            self.found.append("script")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append("refresh")
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        self.ids += [given["id"]] if "id" in given else []
        self.headings += [tag] if re.fullmatch("h[1-6]", tag) else []
        for name in ("href", "src", "poster"):
            if given.get(name):
                self.links.append(given[name])
        self.links += [
            part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()
        ]


def pages_of(text: str, about: str = "") -> dict[str, str]:
    """Make the pages that say ``text`` everywhere, those whose path has ``about`` in it."""
    made = site(lambda said: f"{said} {text}")
    plans = [p for p in made.plan() if isinstance(p, PagePlan) and p.path.endswith(".html")]
    return {
        p.path: p.make().decode() for p in plans if p.path not in STANDALONE and about in p.path
    }


def read(page: str) -> Seen:
    seen = Seen()
    seen.feed(page)
    return seen


@pytest.mark.parametrize("text", NAMED)
def test_hostile_texts_stay_texts(text: str) -> None:
    for path, page in pages_of(text).items():
        seen = read(page)
        assert seen.found == [], path
        assert not [
            u for u in seen.links if re.match(r"(?i)\s*(javascript|data:text/html|https?|//)", u)
        ], path


def test_every_shared_payload_stays_text() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared payloads are not here")
    payloads = [
        line
        for file in sorted(SHARED.rglob("*"))
        if file.is_file() and file.suffix in (".txt", ".json")
        for line in file.read_text("utf-8", "replace").splitlines()
    ]
    joined = "\n\n".join(payloads)
    assert len(payloads) > 20
    pages = pages_of(joined, "boat-en-0")
    assert pages
    for path, page in pages.items():
        assert read(page).found == [], path


def test_everything_linked_is_there(tmp_path: Path) -> None:
    paths = write(tmp_path, site())
    for path in paths:
        if path in STANDALONE or path.endswith(".single.html"):
            continue
        for link in read((tmp_path / path).read_text("utf-8")).links:
            target = unquote(link.partition("#")[0])
            if not target or target.startswith("data:") or target.endswith(".mp4"):
                continue
            assert not target.startswith("/"), (path, link)
            place = (tmp_path / PurePosixPath(path).parent / target).resolve()
            assert place.is_relative_to(tmp_path.resolve()), (path, link)
            assert place.is_file(), (path, link)


def test_ids_are_unique_and_each_page_has_one_title(tmp_path: Path) -> None:
    for path in write(tmp_path, site()):
        seen = read((tmp_path / path).read_text("utf-8"))
        assert len(seen.ids) == len(set(seen.ids)), path
        assert seen.headings.count("h1") == 1, path


def test_a_page_in_one_file_needs_no_other(tmp_path: Path) -> None:
    paths = [p for p in write(tmp_path, site()) if p.endswith(".single.html")]
    assert len(paths) == len(LANGUAGES) * 4
    for path in paths:
        page = (tmp_path / path).read_text("utf-8")
        sources = re.findall(r' (?:src|srcset|poster)="([^"]*)"', page)
        assert sources
        assert all(html.unescape(s).startswith("data:image/jpeg;base64,") for s in sources), path
        assert "<link" not in page
        assert "<style>" in page
        ways = [html.unescape(a) for a in re.findall(r' href="([^"]*)"', page)]
        assert all(a.startswith(("#", "https:")) for a in ways), (path, ways)
        named = {a[1:] for a in ways if a.startswith("#")}
        assert named <= set(re.findall(r' id="([^"]*)"', page)), (path, named)


def test_only_doors_sheets_and_about_pages_know_the_edition() -> None:
    first, second = site(), site()
    second.facts = replace(second.facts, number=8, issued="2026-12-01", newsroom_id="ef" * 32)
    made = [
        {p.path: p.make() for p in s.plan() if isinstance(p, PagePlan)} for s in (first, second)
    ]
    changed = {path for path in made[0] if made[0][path] != made[1][path]}
    assert all(
        re.match(r"(index|../index|../paper\.single|pages/about|print/|letter\.html)", p)
        for p in changed
    ), changed


def test_plans_name_all_that_they_depend_on() -> None:
    one = {p.path: p.inputs for p in site().plan() if isinstance(p, PagePlan)}
    two = {p.path: p.inputs for p in site().plan() if isinstance(p, PagePlan)}
    assert {path: repr(i) for path, i in one.items()} == {path: repr(i) for path, i in two.items()}


def test_a_page_that_shows_a_film_depends_on_its_title() -> None:
    first, second = site(), site()
    films = tuple(replace(f, title=f"{f.title} anew") for f in second.newsroom.films)
    second = Site(replace(second.newsroom, films=films), second.placed, second.facts)
    first = Site(first.newsroom, first.placed, first.facts)
    one, two = (
        {p.path: p for p in s.plan() if isinstance(p, PagePlan) and p.path.startswith("stories/")}
        for s in (first, second)
    )
    changed = {path for path in one if one[path].make() != two[path].make()}
    assert "stories/boat-en-1/index.html" in changed
    assert all(repr(one[path].inputs) != repr(two[path].inputs) for path in changed)


def test_catalogues_are_complete_and_agree_on_their_places() -> None:
    english = words("en").text
    for tag in LANGUAGES:
        own = json.loads((Path("src/handbill/reader/locale") / f"{tag}.json").read_text("utf-8"))
        assert own.keys() == english.keys(), tag
        for name, text in own.items():
            places = [sorted(re.findall(r"\{\w+\}", t)) for t in (text, english[name])]
            assert places[0] == places[1], (tag, name)
        check = json.loads(
            (Path("src/handbill/reader/verifier/locale") / f"{tag}.json").read_text("utf-8")
        )
        base = json.loads(Path("src/handbill/reader/verifier/locale/en.json").read_text("utf-8"))
        assert check.keys() == base.keys(), tag


@pytest.mark.parametrize("name", ["a.svg", "feed.xml", "page.html", "plain"])
def test_escaping_does_not_depend_on_the_name_of_a_template(name: str) -> None:
    made = environment().render_str("{{ x }}", name=name, x="<b>&\"'")
    assert "<" not in made


def test_a_slash_stays_readable_and_brings_nothing_with_it() -> None:
    book = {"introduction": "", "hash": "a/b"}
    rule = {"id": "x/y", "number": "1", "title": "</h2><b>&#x2f;&#X2F;", "text": "1/2"}
    made = render("rules.html", {"book": book, "rules": [rule], "version": "v"})
    assert 'id="x/y"' in made
    assert "<p>1/2</p>" in made
    assert "&lt;/h2&gt;&lt;b&gt;&amp;#x2f;&amp;#X2F;" in made


TEMPLATES = sorted(Path("src/handbill/reader/templates").iterdir())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_values_stand_in_text_or_between_quotes(path: Path) -> None:
    # Elsewhere our escaping would not do: spaces and slashes are left as they are.
    source = re.sub(r"{%.*?%}", "", path.read_text("utf-8"), flags=re.DOTALL)
    source = source.replace("h{{ level }}", "h2")  # a number that templates give each other
    source = re.sub(r"{{.*?}}", "@", source, flags=re.DOTALL)
    for tag in re.findall(r"<[a-z!/][^>]*>", source):
        assert "@" not in re.sub(r'"[^"]*"', "", tag), tag
    assert not re.search(r"<(script|style)[^>]*>[^<]*@", source)


def test_sheets_have_two_pages_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    sheets = [p for p in site().plan() if isinstance(p, PagePlan) and p.path.endswith(".pdf")]
    assert len(sheets) == len(LANGUAGES)
    for plan in sheets:
        data = plan.make()
        assert data == plan.make()
        assert len(re.findall(rb"/Type /Page\b", data)) == 2, plan.path


def test_what_stands_around_a_text_is_said_and_led_to_in_its_language() -> None:
    plans = [p for p in site().plan() if isinstance(p, PagePlan) and p.path.endswith(".html")]
    made = {p.path: p.make().decode() for p in plans}
    story = made["stories/boat-fa-0/index.html"]
    assert 'class="kicker"><a href="../../sections/water.fa.html">' in story
    assert "<span>Somebody، words</span>" in story
    assert "<h2>دست‌اندرکاران</h2><ul><li>Somebody، words</li>" in story
    assert "<h2>با پشتیبانی</h2><ul><li>Somebody، words</li>" in story
    assert '<time datetime="2026-11-04">۱۳ آبان ۱۴۰۵ (۴ نوامبر ۲۰۲۶)</time>' in story
    assert 'class="write" href="../../letter.html#fa"' in story
    assert '<bdi class="id" dir="ltr">boat-fa</bdi>' in story
    assert 'href="#n-1">۱</a></sup>' in story
    assert 'definition-label">۱</sup>' in story
    episode = made["watch/show-fa-01/index.html"]
    assert 'class="kicker"><a href="../../watch/show-fa/index.html">' in episode
    assert '<span lang="en" dir="auto">English</span>، <span lang="fa"' in episode
    # There are no seven words in Persian, so they are the English ones.
    assert '<strong lang="en" dir="ltr">one two</strong>' in made["pages/about.fa.html"]
    assert 'data-digits="۰۱۲۳۴۵۶۷۸۹"' in made["pages/search.fa.html"]


def test_a_name_in_another_language_is_read_out_in_its_own() -> None:
    made = site()
    made.newsroom = replace(made.newsroom, names=())
    doors = {p.path: p for p in made.plan() if isinstance(p, PagePlan)}
    there = doors["fa/index.html"].make().decode()
    assert '<a class="name" lang="en" dir="auto" href="../fa/index.html">Paper</a>' in there
    assert '<h1 class="masthead" lang="en" dir="auto">Paper</h1>' in there
    assert '<h1 class="masthead">Paper</h1>' in doors["en/index.html"].make().decode()


def test_a_language_without_words_of_its_own_is_led_to_its_own_pages() -> None:
    made = site()
    pages = (Page("about", "ko-KP", "우리", "", "pages/about.ko-KP.md"),)
    made.newsroom = replace(
        made.newsroom,
        languages=(*LANGUAGES, "ko-KP"),
        pages=tuple(p for p in made.newsroom.pages if p.kind != "rules") + pages,
    )
    plans = {p.path: p for p in made.plan() if isinstance(p, PagePlan)}
    links = read(plans["ko-KP/index.html"].make().decode()).links
    assert "../pages/about.ko-KP.html" in links
    assert "../pages/about.ko.html" not in links
    assert "../pages/answer.ko.html" in links
    assert "../pages/search.ko-KP.html" in links


def test_notes_of_a_text_stay_its_own_in_a_paper_of_one_file(tmp_path: Path) -> None:
    write(tmp_path, site())
    seen = read((tmp_path / "en/paper.single.html").read_text("utf-8"))
    notes = [name for name in seen.ids if name.startswith("n-boat-en-")]
    assert len(notes) == 3
    assert {f"#{name}" for name in notes} <= set(seen.links)


def test_bundles_do_not_collide_with_pages() -> None:
    plans = list(site().plan())
    paths = [p.path for p in plans if isinstance(p, PagePlan)]
    paths += [path for p in plans if isinstance(p, BundlePlan) for path in p.make()]
    assert len(paths) == len(set(paths))
