"""The live site in a real browser: read, write, answer, without scripts, and framed elsewhere."""

from __future__ import annotations

import http.server
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import letter_pages as on
from browser.driver import Browser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from handbill.desk.database import start

start()  # before the models are imported
from desk.site_world import Server, SiteWorld  # noqa: E402
from handbill.desk import secrets  # noqa: E402
from handbill.desk.decisions.deciding import close  # noqa: E402
from handbill.desk.store.models import Letter  # noqa: E402
from handbill.letters.decision import Action  # noqa: E402
from handbill.letters.letter import Kind  # noqa: E402
from handbill.reader.words import LANGUAGES, words  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAYLOAD = '<img src=x onerror="document.title=1">\u202e\u202e'


class Host:
    """Somebody else's site: pages with a strict policy, on an origin of its own."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        pages = self.pages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, policy = pages.get(self.path.partition("?")[0], ("", ""))
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.origin = f"http://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Live:
    """A newsroom, its site served, and a host that may frame it."""

    def __init__(self, folder: Path) -> None:
        self.world, self.host = SiteWorld(folder), Host()
        world = self.world
        self.first = world.published("orchard-gate", "I saw the gate that night.\n\nIt was open.")
        world.published("orchard-gate", "Then you saw my brother.", name="Teo", parent=self.first)
        removed = world.letter("orchard-gate", "Unkind words.", name="Angry")
        world.approve(removed, Action.REMOVE, "personal-attack")
        world.approve(Letter.objects.get(public=self.first).id, Action.PICK)
        world.published("orchard-gate", PAYLOAD + " text", name=PAYLOAD[:50])
        world.published("winter-market", "그날 저도 거기 있었습니다.", name="민수", language="ko")
        world.published("bazaar", "من هم آنجا بودم.\nبرف می‌آمد.", name="آرش", language="fa")
        world.rows("mercado", 420)
        self.publish()
        self.server = Server(world)
        self.address = self.server.address

    def publish(self, **limits: int) -> None:
        self.world.publish(hosts=(self.host.origin,), **limits)

    def close(self) -> None:
        assert self.server.stop() == 0
        self.host.close()
        self.world.close()
        secrets.set_current(None)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    kept = {name: os.environ.get(name) for name in ("HANDBILL_CACHE", "HANDBILL_STATE")}
    made = Live(tmp_path_factory.mktemp("live"))
    yield made
    made.close()
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def go(browser: Browser, live: Live, path: str, **options: object) -> int:
    browser.open(live.world.edition / "verify.html", **options)
    return browser.visit(f"{live.address}{path}")


def quiet(browser: Browser) -> None:
    assert browser.requests() == []
    assert browser.storage_written() == []
    assert browser.violations() == []
    assert browser.console_errors() == []
    assert browser.evaluate("document.cookie") == ""


def text(browser: Browser, selector: str = "main") -> str:
    return str(browser.evaluate(f"document.querySelector({json.dumps(selector)}).textContent"))


def arrived(browser: Browser, live: Live) -> Letter:
    browser.click("#send")
    browser.wait("/arrived/.test(document.getElementById('sending').textContent)")
    before = set(Letter.objects.values_list("id", flat=True))
    live.world.take_in()
    assert not live.world.refused
    (new,) = Letter.objects.exclude(id__in=before)
    return new


def sealed_here(browser: Browser) -> None:
    on.choose(browser, "pen", "once")
    browser.click("#go")
    browser.wait("!document.getElementById('sealed').hidden")


def test_from_a_story_to_a_letter_to_the_thread(chromium: Browser, live: Live) -> None:
    assert go(chromium, live, "/stories/orchard-gate/index.html", language="en") == 200
    quiet(chromium)
    assert chromium.follow(".answer a.write") in (200, 304)
    assert chromium.evaluate("document.getElementById('story').value") == "orchard-gate"
    assert "Nothing goes through a network" not in text(chromium)
    on.put(chromium, "body", "Sent from the page itself.")
    on.put(chromium, "name", "Mina")
    chromium.click("#agree")
    sealed_here(chromium)
    letter = arrived(chromium, live)
    assert (letter.story, letter.body, letter.kind) == (
        "orchard-gate",
        "Sent from the page itself.",
        Kind.LETTER,
    )
    assert chromium.requests() == []
    assert chromium.violations() == []
    assert chromium.console_errors() == []
    assert chromium.storage_written() == []
    live.world.approve(letter.id)
    live.publish()
    chromium.visit(f"{live.address}/stories/orchard-gate/index.html")
    assert "Sent from the page itself." in text(chromium, ".letters")


def test_an_answer_names_the_letter_that_it_answers(chromium: Browser, live: Live) -> None:
    go(chromium, live, "/stories/orchard-gate/index.html", language="en")
    chromium.follow(f"#l-{live.first} .reply a")
    assert "You answer a reader" in text(chromium, "#answering")
    on.put(chromium, "body", "I answer you.")
    on.put(chromium, "name", "Sol")
    chromium.click("#agree")
    sealed_here(chromium)
    letter = arrived(chromium, live)
    assert (letter.kind, letter.parent) == (Kind.REPLY, live.first)
    go(chromium, live, f"/letter.html#about=orchard-gate&answers={live.first}", language="ko")
    chromium.click("#answering button")
    on.put(chromium, "body", "Only to the story.")
    on.put(chromium, "name", "Sol")
    chromium.click("#agree")
    sealed_here(chromium)
    chromium.evaluate("H.say.speak('en')")
    assert arrived(chromium, live).kind == Kind.LETTER


@pytest.mark.parametrize(
    "hash_",
    ["#about=<img>", "#about=orchard-gate&answers=xyz", "#%", "#about=../x&host=javascript:1"],
)
def test_odd_addresses_of_the_letter_page(chromium: Browser, live: Live, hash_: str) -> None:
    go(chromium, live, f"/letter.html{hash_}", language="en")
    assert chromium.evaluate("document.querySelectorAll('img, #answering').length") == 0
    quiet(chromium)


def test_a_busy_server_asks_for_work_and_says_when_it_is_full(
    chromium: Browser, live: Live
) -> None:
    live.publish(minute=4, work=8)
    try:
        for n in range(3):
            go(chromium, live, "/letter.html#about=orchard-gate", language="en")
            on.put(chromium, "body", f"Number {n}.")
            on.put(chromium, "name", "Mina")
            chromium.click("#agree")
            sealed_here(chromium)
            arrived(chromium, live)
        live.publish(tray=0)
        go(chromium, live, "/letter.html#about=orchard-gate", language="en")
        on.put(chromium, "body", "No room.")
        on.put(chromium, "name", "Mina")
        chromium.click("#agree")
        sealed_here(chromium)
        chromium.wait("new Promise(function (d) { setTimeout(function () { d(true); }, 1200); })")
        chromium.click("#send")
        chromium.wait("/tray is full/.test(document.getElementById('sending').textContent)")
        assert chromium.evaluate("document.getElementById('send').disabled") is False
        assert chromium.evaluate("Boolean(document.getElementById('save').href)")
    finally:
        live.publish()


def test_without_scripts_everything_is_read_and_a_form_writes(
    scriptless: Browser, live: Live
) -> None:
    assert go(scriptless, live, "/stories/mercado/index.html", javascript=False) == 200
    assert text(scriptless, ".letters h2") == "Cartas (420)"
    assert scriptless.follow(".turns a[rel=next]") == 200
    assert scriptless.evaluate("document.querySelectorAll('.letter').length") > 190
    assert go(scriptless, live, "/stories/orchard-gate/index.html", javascript=False) == 200
    scriptless.follow(".answer .note a")
    typed = f"Typed in {scriptless.kind} without a script.\nSecond line <b>bold</b>."
    scriptless.type("[name=text]", typed)
    scriptless.type("[name=name]", "Paper Reader")
    scriptless.evaluate(f"void(document.querySelector('[name=parent]').value = '{live.first}')")
    scriptless.click("[name=agree]")
    assert scriptless.follow("form button") == 200
    assert words("en").text["sent.title"] in text(scriptless)
    before = set(Letter.objects.values_list("id", flat=True))
    live.world.take_in()
    (letter,) = Letter.objects.exclude(id__in=before)
    assert (letter.kind, letter.parent, letter.name) == (
        Kind.TRANSCRIPT,
        live.first,
        "Paper Reader",
    )
    assert letter.body == typed
    live.world.approve(letter.id)
    live.publish()
    go(scriptless, live, "/stories/orchard-gate/index.html", javascript=False)
    assert "Written down by the desk" in text(scriptless, ".letters")


def test_the_form_keeps_what_was_typed(scriptless: Browser, live: Live) -> None:
    go(scriptless, live, "/write/winter-market.html", javascript=False)
    scriptless.evaluate("document.querySelector('form').noValidate = true")
    scriptless.type("[name=text]", "\n첫 줄 </textarea><script>1</script>")
    scriptless.type("[name=name]", 'A"><b>')
    assert scriptless.follow("form button") == 422
    assert scriptless.evaluate("document.querySelector('[name=text]').value.trim()") == (
        "첫 줄 </textarea><script>1</script>"
    )
    assert scriptless.evaluate("document.querySelector('[name=name]').value") == 'A"><b>'
    assert words("ko").text["form.need_agree"] in text(scriptless, ".problems")


def test_what_was_written_is_text(chromium: Browser, live: Live) -> None:
    go(chromium, live, "/stories/orchard-gate/index.html", language="en")
    assert chromium.evaluate("document.querySelectorAll('.letters img').length") == 0
    assert chromium.evaluate("document.title") == "The orchard gate"
    assert PAYLOAD[:20] in text(chromium, ".letters")


PAGES = [
    *("/", "/ko/", "/stories/orchard-gate/", "/stories/winter-market/", "/stories/bazaar/"),
    *("/stories/mercado/letters-2.html", "/stories/mercado/newest.html", "/stories/closed-road/"),
    *(
        "/write/orchard-gate.html",
        "/write/bazaar.html",
        "/letter.html#about=bazaar",
        "/said/sent.html",
    ),
    *("/pages/decisions.en.html", "/pages/decisions.fa.html", "/nowhere", "/said/busy.html"),
    *(
        "/embed/en/orchard-gate/index.html",
        "/embed/fa/bazaar/index.html",
        "/embed/es/mercado/letters-2.html",
    ),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(chromium: Browser, live: Live, scheme: str) -> None:
    for path in PAGES:
        status = go(chromium, live, path, scheme=scheme, language="en", width=360)
        assert status in (200, 404), path
        found = [(v["id"], v["nodes"][:2]) for v in chromium.axe()]
        assert found == [], (path, found)
        wide = chromium.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (path, wide)


ONE_LINE = (
    '<a class="handbill" data-story="{story}"{more} href="{site}/stories/{story}/index.html#letters">'
    'Letters</a><script async src="{site}/embed.js"></script>'
)


def page_of(live: Live, story: str = "orchard-gate", more: str = "", lang: str = "en") -> str:
    line = ONE_LINE.format(story=story, more=more, site=live.address)
    return f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Blog</title><h1>Blog</h1>{line}'


def placed(browser: Browser, live: Live, page: str, *, javascript: bool = True) -> None:
    site = live.address
    policy = f"default-src 'none'; script-src {site}; frame-src {site}"
    live.host.pages["/post"] = (page, policy)
    browser.open(live.world.edition / "verify.html", language="en", javascript=javascript)
    browser.visit(f"{live.host.origin}/post")


def high(browser: Browser) -> int:
    return int(browser.evaluate("Number((document.querySelector('iframe') || {}).height || 0)"))


def test_one_line_places_a_thread_that_is_as_high_as_its_letters(
    chromium: Browser, live: Live
) -> None:
    placed(chromium, live, page_of(live))
    chromium.wait(
        "document.querySelector('iframe') && document.querySelector('iframe').height !== '400'"
    )
    assert high(chromium) > 400
    assert chromium.evaluate("document.querySelector('a.handbill').hidden") is True
    assert chromium.evaluate("document.querySelector('iframe').title") == "Letters"
    assert chromium.violations() == []
    assert chromium.console_errors() == []
    assert chromium.evaluate("document.cookie") == ""
    # Nobody else tells the frame's height.
    before = high(chromium)
    chromium.evaluate("void(window.postMessage({handbill: 'height', height: 5000}, '*'))")
    chromium.evaluate("new Promise(function (d) { setTimeout(function () { d(1); }, 300); })")
    assert high(chromium) == before


def test_the_language_of_the_page_or_of_the_link(chromium: Browser, live: Live) -> None:
    for lang, more, expected in (
        ("ko-KR", "", "/embed/ko/"),
        ("de", "", "/embed/en/"),
        ("de", ' data-language="fa"', "/embed/fa/"),
    ):
        placed(chromium, live, page_of(live, more=more, lang=lang))
        chromium.wait("Boolean(document.querySelector('iframe'))")
        assert expected in chromium.evaluate("document.querySelector('iframe').src")


def test_colours_are_colours(chromium: Browser, live: Live) -> None:
    more = ' data-theme="dark" data-ink="#ffeedd" data-paper="red;x:url(//e)" data-accent="#12345"'
    placed(chromium, live, page_of(live, more=more))
    chromium.wait("Boolean(document.querySelector('iframe'))")
    source = chromium.evaluate("document.querySelector('iframe').src")
    assert "theme=dark" in source
    assert "ink=%23ffeedd" in source
    assert "paper" not in source
    assert "accent" not in source
    go(chromium, live, "/embed/en/orchard-gate/index.html#theme=dark&ink=%23ffeedd&paper=url(x)")
    style = "getComputedStyle(document.body).getPropertyValue('--{}').trim()"
    assert chromium.evaluate(style.format("ink")) == "#ffeedd"
    assert chromium.evaluate(style.format("paper")) == "#161512"
    assert chromium.violations() == []


def test_odd_stories_place_nothing(chromium: Browser, live: Live) -> None:
    for story in ("../x", "", "A B", "x/../../y"):
        placed(chromium, live, page_of(live, story=story))
        assert chromium.evaluate("document.querySelectorAll('iframe').length") == 0


def test_without_scripts_the_link_stays(scriptless: Browser, live: Live) -> None:
    placed(scriptless, live, page_of(live), javascript=False)
    assert scriptless.evaluate("document.querySelectorAll('iframe').length") == 0
    href = scriptless.evaluate("document.querySelector('a.handbill').href")
    assert href == f"{live.address}/stories/orchard-gate/index.html#letters"


def test_only_named_hosts_may_frame_and_only_frames(chromium: Browser, live: Live) -> None:
    site = live.address
    frame = '<!doctype html><title>x</title><iframe src="{}"></iframe>'
    live.host.pages["/other"] = (frame.format(f"{site}/letter.html"), "")
    chromium.open(live.world.edition / "verify.html")
    chromium.visit(f"{live.host.origin}/other")
    chromium.evaluate("new Promise(function (d) { setTimeout(function () { d(1); }, 500); })")
    assert any(
        "frame" in line.lower() or "refused" in line.lower() for line in chromium.console_errors()
    )
    live.host.pages["/other"] = (frame.format(f"{site}/embed/en/orchard-gate/index.html"), "")
    chromium.open(live.world.edition / "verify.html")
    chromium.visit(f"http://127.0.0.1:{live.host.port}/other")  # not the origin that was named
    chromium.evaluate("new Promise(function (d) { setTimeout(function () { d(1); }, 500); })")
    assert any(
        "frame" in line.lower() or "refused" in line.lower() for line in chromium.console_errors()
    )


def test_a_letter_is_written_in_the_frame(chromium: Browser, live: Live) -> None:
    go(
        chromium,
        live,
        "/embed/en/orchard-gate/index.html#host=https%3A%2F%2Fblog.example.org",
        language="en",
    )
    chromium.follow("a.write")
    assert chromium.evaluate("location.pathname") == "/embed/letter.html"
    on.put(chromium, "body", "From a frame.")
    on.put(chromium, "name", "Mina")
    chromium.click("#agree")
    sealed_here(chromium)
    assert arrived(chromium, live).body == "From a frame."


def test_a_closed_discussion_is_closed_everywhere(chromium: Browser, live: Live) -> None:
    close("bazaar", reason="چون دیر شد", person=live.world.person())
    live.publish()
    try:
        for path in ("/stories/bazaar/", "/embed/en/bazaar/index.html"):
            go(chromium, live, path, language="en")
            assert "چون دیر شد" in text(chromium)
            assert chromium.evaluate("document.querySelectorAll('a.write, .reply').length") == 0
    finally:
        close("bazaar", reason="", person=live.world.person())
        live.publish()


def test_the_words_of_the_live_pages_are_in_every_language() -> None:
    from handbill.reader.verify_page import source

    english = json.loads(source("letterpage/live/en.json"))
    for tag in LANGUAGES:
        own = json.loads(source(f"letterpage/live/{tag}.json"))
        assert list(own) == list(english)
        assert all(own.values())
        same = [k for k in own if own[k] == english[k]]
        assert tag == "en" or same == []
