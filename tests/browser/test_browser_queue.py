"""Letters judged in a real browser: by keyboard alone, without scripts, in every language."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.driver import Browser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from handbill.desk.database import start

start()  # before the models are imported
from desk.live_desk import LiveDesk  # noqa: E402
from desk.queue_scene import bring  # noqa: E402
from desk.queue_world import at, at_pen, letter_at  # noqa: E402
from handbill.desk.decisions.models import Entry  # noqa: E402
from handbill.desk.queue.models import Claim  # noqa: E402
from handbill.desk.staff.roles import Role  # noqa: E402
from handbill.desk.store.models import Letter, Pile, State  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LANGUAGES = ("en", "ko", "es", "fa")
ABOVE = """(function () {
  var text = document.getElementById("text").getBoundingClientRect();
  var panel = document.querySelector(".deciding").getBoundingClientRect();
  return text.top >= -1 && text.top + 120 < panel.top && panel.bottom <= window.innerHeight + 1;
}())"""
"""The letter's words stand in sight above what is being decided."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LiveDesk]:
    (tmp_path / "desk").mkdir()
    made = LiveDesk(tmp_path / "desk")
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "blank.html"
    path.write_text("<!doctype html><title>blank</title>")
    return path


def where(browser: Browser) -> str:
    return str(browser.evaluate("location.pathname"))


def press(browser: Browser, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    browser.evaluate("window.__old = true")
    browser.press(key)
    browser.wait("!window.__old && document.readyState === 'complete'")


def test_letters_are_judged_by_keyboard_alone(
    chromium: Browser, desk: LiveDesk, blank: Path
) -> None:
    ids = bring(desk.room)
    chromium.open(blank)
    desk.log_in(chromium, "mina", Role.EDITOR)
    chromium.visit(desk.address + "/queue/")
    press(chromium, "s")
    assert where(chromium) == at(ids["private"])
    assert Claim.objects.get().letter == ids["private"]
    # Remove: the rule's key, nothing approved by a slip while it is open, then Enter.
    chromium.press("r")
    chromium.wait(ABOVE)
    chromium.press("a")
    chromium.press("9")
    assert chromium.evaluate("document.querySelector('[name=rule]:checked').value") == "privacy"
    press(chromium, "Enter")
    assert Letter.objects.get(id=ids["private"]).state == State.REMOVED
    assert where(chromium) != at(ids["private"])
    press(chromium, "u")
    assert where(chromium) == at(ids["private"])
    assert Letter.objects.get(id=ids["private"]).state == State.HELD
    press(chromium, "j")
    second = where(chromium)
    press(chromium, "k")
    assert where(chromium) == at(ids["private"])
    press(chromium, "j")
    press(chromium, "a")
    assert Letter.objects.get(id=letter_at(second)).state == State.PUBLISHED
    third = letter_at(where(chromium))
    press(chromium, "h")
    assert Letter.objects.get(id=third).pile == Pile.ASIDE
    # Hand over: typing is typing, not keys.
    fourth = letter_at(where(chromium))
    chromium.press("n")
    chromium.type("#words", "a harsh one, please look")
    assert where(chromium) == at(fourth)
    chromium.press("Tab")
    chromium.press("Tab")
    press(chromium, "Enter")
    assert Letter.objects.get(id=fourth).pile == Pile.ASIDE
    press(chromium, "?")
    assert where(chromium) == "/queue/keys/"
    assert chromium.console_errors() == []
    assert chromium.violations() == []


def test_a_key_that_is_held_down_judges_no_second_letter(
    chromium: Browser, desk: LiveDesk, blank: Path
) -> None:
    """The next page is there before the finger is up, and nobody has read it."""
    ids = bring(desk.room)
    chromium.open(blank)
    desk.log_in(chromium, "mina", Role.EDITOR)
    chromium.visit(desk.address + at(ids["korean"]))
    count = Entry.objects.count()
    chromium.evaluate("window.__same = true")
    for key in "ahju":
        chromium.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{key: '{key}', repeat: true, bubbles: true, cancelable: true}}))"
        )
    chromium.evaluate("new Promise(function (done) { setTimeout(done, 700); })")
    assert chromium.evaluate("window.__same")
    assert Entry.objects.count() == count
    press(chromium, "a")
    assert Letter.objects.get(id=ids["korean"]).state == State.PUBLISHED


def test_opening_a_letter_tells_colleagues_and_typing_is_kept(
    chromium: Browser, desk: LiveDesk, blank: Path
) -> None:
    ids = bring(desk.room)
    chromium.open(blank)
    desk.log_in(chromium, "mina", Role.MODERATOR)
    chromium.visit(desk.address + at(ids["korean"]))
    chromium.wait("document.querySelector('.claim form').hidden")
    assert Claim.objects.get().letter == ids["korean"]
    chromium.visit(desk.address + at(ids["korean"]))
    chromium.press("r")
    chromium.type("#reason", "a quotation, I think")
    for _ in range(50):
        if Claim.objects.get().reason:
            break
        chromium.evaluate("new Promise(function (done) { setTimeout(done, 100); })")
    assert Claim.objects.get().reason == "a quotation, I think"


def test_everything_works_without_scripts(scriptless: Browser, desk: LiveDesk, blank: Path) -> None:
    ids = bring(desk.room)
    scriptless.open(blank, width=360, javascript=False)
    desk.log_in(scriptless, "mina", Role.EDITOR)
    scriptless.visit(desk.address + "/queue/")
    scriptless.follow(".head form button")
    assert where(scriptless) == at(ids["private"])
    scriptless.click(".removing summary")
    scriptless.click(".removing [value=privacy]")
    scriptless.type(".removing [name=reason]", "an address")
    scriptless.follow(".removing [value=remove]")
    assert Entry.objects.last().reason == "an address"
    scriptless.follow(".undo form button")
    assert Letter.objects.get(id=ids["private"]).state == State.HELD
    scriptless.visit(desk.address + at(ids["plain"]))
    scriptless.follow("[name=action][value=approve]")
    assert Letter.objects.get(id=ids["plain"]).state == State.PUBLISHED
    scriptless.visit(desk.address + at_pen(ids["pen"]))
    scriptless.follow("[value=lift]")
    assert not Letter.objects.filter(pile=Pile.PAUSED).exists()
    scriptless.visit(desk.address + at(ids["appeal"]))
    scriptless.follow("[value=overturn]")
    assert Letter.objects.get(id=ids["removed"]).state == State.PUBLISHED
    scriptless.visit(desk.address + "/search/")
    scriptless.type("main [name=text]", "bell")
    scriptless.follow(".filters button")
    assert scriptless.evaluate("document.querySelectorAll('.lines li').length") == 2
    asked = scriptless.evaluate("location.href")
    assert "bell" not in asked
    if not scriptless.safest:  # whose driver cannot wait without scripts
        scriptless.follow(".lines a")
        scriptless.evaluate("history.back()")
        scriptless.wait(f"location.href === {asked!r} && document.readyState === 'complete'")
        assert scriptless.evaluate("document.querySelectorAll('.lines li').length") == 2
    assert scriptless.console_errors() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_in_every_language(
    chromium: Browser, desk: LiveDesk, blank: Path, scheme: str
) -> None:
    ids = bring(desk.room)
    paths = [
        at(ids[name])
        for name in ("private", "hidden", "twin", "persian", "appeal", "removed", "parent")
    ]
    paths += [
        "/queue/",
        "/queue/?pile=paused",
        "/queue/keys/",
        "/appeals/",
        "/search/",
        "/pens/",
        at_pen(ids["pen"]),
    ]
    paths += [
        "/log/",
        "/log/check/",
        "/figures/",
        "/hits/",
        "/newsroom/",
        "/newsroom/names/",
        "/newsroom/transcribe/",
        "/batches/",
        "/audits/",
        "/story/last-crossing/",
    ]
    chromium.open(blank, width=360, scheme=scheme)
    desk.log_in(chromium, "mina", Role.ADMIN)
    for language in LANGUAGES if scheme == "light" else ("en", "fa"):
        chromium.visit(desk.address + "/queue/")
        chromium.follow(f"footer button[value={language}]")
        for path in paths:
            assert chromium.visit(desk.address + path) == 200, path
            chromium.evaluate(
                "document.querySelectorAll('details').forEach(function (d) { d.open = true; })"
            )
            assert chromium.axe() == [], (language, path)
            assert chromium.evaluate("document.documentElement.scrollWidth") <= 360, (
                language,
                path,
            )
            assert chromium.evaluate("document.documentElement.lang") == language
            assert chromium.violations() == []
