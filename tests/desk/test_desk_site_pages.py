"""What the desk writes for the live site: the edition's pages with the letters of today in them."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from desk.site_world import ADDRESS, HOST, SiteWorld
from handbill.desk import secrets
from handbill.desk.decisions.deciding import close, erase
from handbill.desk.site import keeping
from handbill.desk.site.edition import shown_edition
from handbill.desk.store.models import Letter
from handbill.errors import HandbillError, UsageError
from handbill.letters.decision import Action
from handbill.letters.thread import Entry, Shown, Thread
from handbill.newsroom import scan
from handbill.reader import live
from handbill.reader.words import words

SHARED = Path(__file__).resolve().parents[3] / "shared/data/xss"
ATOM = "{http://www.w3.org/2005/Atom}"
STORY = "stories/orchard-gate"


def outside(page: str) -> str:
    """A page without what the live site puts into it."""
    page = re.sub(r'<link rel="(?:stylesheet" href="[^"]*live\.css|alternate)[^>]*>\n', "", page)
    page = re.sub(r'<section class="letters".*?</section>\n?', "", page, flags=re.DOTALL)
    return re.sub(r'\s*<section class="answer">.*?</section>\s*', "", page, flags=re.DOTALL)


def test_a_letter_appears_and_all_else_of_the_page_is_the_editions(world: SiteWorld) -> None:
    world.publish()
    edition = (world.edition / f"{STORY}/index.html").read_text()
    before = world.page(f"{STORY}/index.html")
    assert outside(before) == outside(edition)
    assert "letters" not in before.replace("letters.html", "").split("<article>")[0]
    key = world.published("orchard-gate", "I saw the gate.\n\nIt was open.", name="Mina")
    report = world.publish()
    assert report.discussions == 1
    page = world.page(f"{STORY}/index.html")
    assert outside(page) == outside(edition)
    assert f'id="l-{key}"' in page
    assert "<p>I saw the gate.</p><p>It was open.</p>" in page
    assert f"letter.html#about=orchard-gate&amp;answers={key}" in page
    assert gzip.decompress((world.pages / f"{STORY}/index.html.gz").read_bytes()).decode() == page


def test_replies_stubs_and_picks(world: SiteWorld) -> None:
    first = world.published("orchard-gate", "The first one.", name="One")
    world.published("orchard-gate", "An answer.", name="Two", parent=first)
    removed = world.letter("orchard-gate", "Unkind words about somebody.")
    world.approve(removed, Action.REMOVE, "personal-attack")
    world.approve(Letter.objects.get(public=first).id, Action.PICK)
    world.publish()
    page = world.page(f"{STORY}/index.html")
    assert "Unkind" not in page
    assert "rules.en.html#personal-attack" in page
    assert 'aria-label="The editors point out"' in page
    assert 'class="letter depth-1' in page


def test_the_order_is_that_of_editions_and_tells_nothing_of_decisions(world: SiteWorld) -> None:
    named = [world.published("orchard-gate", f"Number {n}.", name="Zero") for n in range(9)]
    world.publish()
    page = world.page(f"{STORY}/index.html")
    assert re.findall('id="l-([0-9a-f]+)"', page) == sorted(named)
    assert not (world.pages / f"{STORY}/newest.html").exists()
    for n in (2, 5):
        Letter.objects.filter(public=named[n]).update(edition_number=2)
    world.publish(everything=True)
    page, other = world.page(f"{STORY}/index.html"), world.page(f"{STORY}/newest.html")
    assert 'href="newest.html#letters"' in page
    late, early = sorted((named[2], named[5])), sorted({*named} - {named[2], named[5]})
    assert re.findall('id="l-([0-9a-f]+)"', page) == early + late
    assert re.findall('id="l-([0-9a-f]+)"', other) == late + early
    for path in ("letters.atom", f"{STORY}/letters.atom"):
        ids = re.findall("<id>urn:handbill:[0-9a-f]+:([0-9a-f]{16})</id>", world.page(path))
        assert ids == late + early


def test_a_long_thread_has_pages_and_names_of_letters_lead_to_theirs(world: SiteWorld) -> None:
    world.rows("winter-market", 450)
    world.publish()
    folder = world.pages / "stories/winter-market"
    names = sorted(p.name for p in folder.glob("*.html"))
    assert names == sorted(
        [
            "index.html",
            "letters-2.html",
            "letters-3.html",
            "newest.html",
            "newest-2.html",
            "newest-3.html",
        ]
    )
    lines = (folder / "keys.txt").read_text().splitlines()
    for number, line in enumerate(lines, 1):
        name = "index.html" if number == 1 else f"letters-{number}.html"
        page = (folder / name).read_text()
        assert re.findall('id="l-([0-9a-f]+)"', page) == line.split()
    assert sum(len(line.split()) for line in lines) == 450
    Letter.objects.filter(story="winter-market", edition_number__gt=1).delete()
    from handbill.desk.store.discussions import changed

    changed(["winter-market"])
    world.publish()
    assert sorted(p.name for p in folder.glob("letters-*")) == []
    assert sorted(p.name for p in folder.glob("*-2.html.gz")) == []


def test_what_is_taken_back_is_gone_from_every_file(world: SiteWorld) -> None:
    secret = "zanzibarquux"
    letter = world.letter("orchard-gate", f"The word is {secret}.", name=secret)
    world.approve(letter)
    world.publish()
    hits = [p for p in world.pages.rglob("*") if p.is_file() and secret in _text(p)]
    assert len(hits) > 5
    erase(letter, person=world.person())
    world.publish()
    assert [p for p in world.pages.rglob("*") if p.is_file() and secret in _text(p)] == []


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")


def test_a_closed_discussion_says_why_and_takes_nothing(world: SiteWorld) -> None:
    world.published("orchard-gate", "Before.")
    close("orchard-gate", reason="It went round in circles.", person=world.person())
    world.publish()
    page = world.page(f"{STORY}/index.html")
    assert "It went round in circles." in page
    assert "answers=" not in page
    assert not (world.pages / "write/orchard-gate.html").exists()
    close("orchard-gate", reason="", person=world.person())
    world.publish()
    assert (world.pages / "write/orchard-gate.html").exists()
    assert not (world.pages / "write/closed-road.html").exists()


def test_twice_gives_the_same_bytes_and_writes_nothing(world: SiteWorld) -> None:
    world.published("orchard-gate", "One.")
    world.published("bazaar", "یک نامه.", language="fa")
    world.publish()
    before = {
        p: (p.read_bytes(), p.stat().st_mtime_ns) for p in world.pages.rglob("*") if p.is_file()
    }
    assert world.publish().files == 0
    assert world.publish(everything=True).files == 0
    after = {
        p: (p.read_bytes(), p.stat().st_mtime_ns) for p in world.pages.rglob("*") if p.is_file()
    }
    assert after == before
    shutil.rmtree(world.newsroom / "site")
    world.publish()
    again = {p: p.read_bytes() for p in world.pages.rglob("*") if p.is_file()}
    assert again == {p: data for p, (data, _) in before.items()}


def test_a_killed_run_is_finished_by_the_next(
    world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for story in ("orchard-gate", "winter-market", "bazaar"):
        world.published(story, "Words.")
    whole = SiteWorld.publish(world)
    expected = {
        p.relative_to(world.pages): p.read_bytes() for p in world.pages.rglob("*") if p.is_file()
    }
    from handbill.desk.site import writing

    real = writing._whole
    for at in range(0, whole.files, 7):
        shutil.rmtree(world.newsroom / "site")
        left = [at]

        def dies(path: Path, data: bytes, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            real(path, data)

        monkeypatch.setattr(writing, "_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            world.publish()
        monkeypatch.setattr(writing, "_whole", real)
        world.publish()
        found = {
            p.relative_to(world.pages): p.read_bytes()
            for p in world.pages.rglob("*")
            if p.is_file()
        }
        assert found == expected, at


def test_a_new_edition_is_followed_and_what_left_it_leaves_the_site(world: SiteWorld) -> None:
    world.published("orchard-gate", "One.")
    world.publish()
    (world.newsroom / "stories/mercado.md").unlink()
    world.write_story("new-bridge", "en", "The new bridge")
    world.press()
    world.open()
    world.publish()
    assert not list(world.pages.rglob("*mercado*"))
    assert (world.pages / "stories/new-bridge/index.html").is_file()
    told = json.loads((world.newsroom / "site/site.json").read_text())
    assert told["edition"] == 2
    assert "One." in world.page(f"{STORY}/index.html")


def test_another_newsrooms_edition_and_a_foreign_seal_are_refused(world: SiteWorld) -> None:
    with pytest.raises(UsageError):
        shown_edition(world.edition, "ab" * 32, {s.id for s in world.ring().seals()})
    with pytest.raises(UsageError):
        shown_edition(world.edition, world.id, {"0" * 16})
    with pytest.raises((HandbillError, OSError)):
        shown_edition(world.folder, world.id, set())


def test_the_keeper_sees_what_other_processes_changed(world: SiteWorld) -> None:
    world.publish()
    keeper = keeping.Keeper(world.place.folder)
    assert keeper.once().files == 0  # type: ignore[union-attr]
    world.published("orchard-gate", "From elsewhere.")
    assert keeper.once().discussions == 1  # type: ignore[union-attr]
    assert "From elsewhere." in world.page(f"{STORY}/index.html")


def test_the_keeper_says_once_what_it_cannot_do(
    world: SiteWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    world.publish()
    world.published("orchard-gate", "Later.")
    keeping._read.clear()
    moved = world.edition.rename(world.folder / "away")
    keeper = keeping.Keeper(world.place.folder)
    assert keeper.once() is None
    assert keeper.once() is None
    assert capfd.readouterr().err.count("could not be written") == 1
    moved.rename(world.edition)
    assert keeper.once().discussions == 1  # type: ignore[union-attr]


def test_feeds_are_atom(world: SiteWorld) -> None:
    late = world.letter("orchard-gate", "Judged last & <b>bold</b>", name="Late <i>")
    early = world.published("orchard-gate", "Judged first.", name="Early")
    world.approve(late)
    world.publish()
    for path in ("letters.atom", f"{STORY}/letters.atom"):
        feed = ET.fromstring(world.page(path))
        entries = feed.findall(f"{ATOM}entry")
        entries.sort(key=lambda e: e.find(f"{ATOM}content").text or "", reverse=True)  # type: ignore[union-attr]
        names = [e.find(f"{ATOM}author/{ATOM}name").text for e in entries]  # type: ignore[union-attr]
        assert names == ["Late <i>", "Early"]
        assert entries[0].find(f"{ATOM}content").get("type") == "text"  # type: ignore[union-attr]
        assert entries[0].find(f"{ATOM}content").text == "Judged last & <b>bold</b>"  # type: ignore[union-attr]
        links = [e.find(f"{ATOM}link").get("href") for e in entries]  # type: ignore[union-attr]
        assert links[1] == f"{ADDRESS}/l/orchard-gate/{early}"
        ids = [e.find(f"{ATOM}id").text for e in entries]  # type: ignore[union-attr]
        assert len(set(ids)) == 2
        assert feed.find(f"{ATOM}updated").text == "2026-11-24T00:00:00Z"  # type: ignore[union-attr]


def test_decisions_are_public_in_every_language_and_as_csv(world: SiteWorld) -> None:
    letter = world.letter("orchard-gate", "Unkind words.")
    world.approve(letter, Action.REMOVE, "personal-attack")
    world.publish()
    for tag in ("en", "ko", "es", "fa"):
        page = world.page(f"pages/decisions.{tag}.html")
        assert f"<h1>{words(tag).text['decisions']}</h1>" in page
        assert f"rules.{tag}.html#personal-attack" in page
    assert "personal-attack" in world.page("decisions.csv")
    assert "decisions.en.html" in world.page(f"{STORY}/index.html")


def test_frames_exist_only_where_hosts_may_frame(world: SiteWorld) -> None:
    key = world.published("winter-market", "편지입니다.", language="ko", name="민수")
    world.publish(hosts=())
    assert not (world.pages / "embed.js").exists()
    assert not (world.pages / "embed").exists()
    world.publish(hosts=(HOST,))
    for tag in ("en", "ko", "es", "fa", "ar"):
        page = world.page(f"embed/{tag}/winter-market/index.html")
        assert f'id="l-{key}"' in page
        assert f'<html lang="{tag}"' in page
    assert len(world.page("embed.js").encode()) <= 15_000
    world.publish(hosts=())
    assert not [p for p in world.pages.rglob("*embed*") if p.is_file()]


class Seen(HTMLParser):
    """Which elements, attributes and addresses a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.hrefs: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.hrefs.update(v or "" for n, v in attrs if n in ("href", "src", "action"))


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    return found


def payloads() -> list[str]:
    rows = json.loads((SHARED / "dompurify.json").read_text("utf-8"))
    rows += (SHARED / "payloadbox.txt").read_text("utf-8").splitlines()
    return [str(r) for r in rows if str(r).strip()]


def test_every_shared_payload_stays_text(world: SiteWorld) -> None:
    """As name, text, reason, and the rule's and story's title; on pages, frames and in feeds."""
    if not SHARED.is_dir():
        pytest.skip("the shared payloads are not here")
    from handbill.desk.site.edition import Piece
    from handbill.desk.site.pieces import Given, House, made

    plain = [Entry(f"{n:016x}", "", Shown.PUBLISHED, 1, name="n", text="t") for n in range(3)]
    gone = Entry("f" * 16, "", Shown.REMOVED, 1, rule="r")
    edition_page = (world.edition / f"{STORY}/index.html").read_text()

    def house(title: str) -> House:
        return House(
            newsroom=world.id,
            name=title,
            address=ADDRESS,
            languages=("en",),
            framed=True,
            plain=True,
            titles=lambda _tag: {"r": title},
            rules=lambda _tag: "pages/rules.en.html",
            day=lambda _n: "2026-11-24",
        )

    def files(bad: list[str], *, is_open: bool = True) -> Iterator[tuple[str, str]]:
        entries = [
            Entry(f"{n:016x}", "", Shown.PUBLISHED, 1, name=p, text=p, pick=n < 50)
            for n, p in enumerate(bad)
        ]
        thread = Thread("orchard-gate", is_open, bad[0] if bad else "", (*entries, *plain, gone))
        title = bad[0] if bad else "Title"
        piece = Piece("orchard-gate", f"{STORY}/index.html", title, "en")
        for path, data in made(house(title), Given(piece, edition_page, thread, 1)):
            yield path, data.decode()

    allowed = [seen(page) for path, page in files([]) if path.endswith(".html")]
    tags = set().union(*(s.tags for s in allowed)) | {"br", "option", "nav", "select", "h3", "ul"}
    attributes = set().union(*(s.attributes for s in allowed)) | {"rel", "selected", "title"}
    found = payloads()
    for at in range(0, len(found), 60):
        for path, page in files(found[at : at + 60], is_open=at % 120 == 0):
            if path.endswith(".atom"):
                ET.fromstring(page)
                continue
            if not path.endswith(".html"):
                continue
            here = seen(page)
            assert here.tags <= tags, (path, here.tags - tags)
            assert here.attributes <= attributes, (path, here.attributes - attributes)
            assert not [h for h in here.hrefs if ":" in h.split("#")[0]], path


@pytest.mark.parametrize(
    "title",
    [
        "</title><script>alert(1)</script>",
        "<article>",
        "</article>\n<section class='letters'>",
        "</main>",
    ],
)
def test_story_titles_are_text(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBILL_CACHE", "")
    monkeypatch.setenv("HANDBILL_STATE", "")
    world = SiteWorld(tmp_path, titles={"orchard-gate": title})
    try:
        world.published("orchard-gate", title, name="x")
        world.publish()
        page = world.page(f"{STORY}/index.html")
        assert "<script" not in page
        assert page.count("<article>") == page.count("</article>") == page.count("</main>") == 1
        assert outside(page) == outside((world.edition / f"{STORY}/index.html").read_text())
    finally:
        world.close()
        secrets.set_current(None)


def test_a_newsroom_with_a_site_is_pressed_as_before(world: SiteWorld) -> None:
    before = scan.load(world.newsroom)
    world.published("orchard-gate", "x")
    world.publish()
    after = scan.load(world.newsroom)
    assert after.newsroom == before.newsroom
    assert not [p for p in after.stamps if p.startswith("site/")]


def test_pages_of_nobody_are_left_as_they_are() -> None:
    for page in (
        "",
        "<p>hello",
        "<head></head><article>",
        "<title>x</title></head><article></article>\n",
    ):
        with pytest.raises(HandbillError):
            live.frame(page)
