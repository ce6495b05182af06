"""The desk in a real browser, with scripts off: from the one-time password to an invited colleague."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.driver import Browser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from desk.desk_server import Desk, newsroom

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWN = "nine slow rivers to the sea"
LANGUAGES = ("en", "ko", "es", "fa")
BEFORE = ("/account/login/", "/nowhere/")
AFTER = (
    "/account/",
    "/account/password/",
    "/account/second/",
    "/account/second/codes/",
    "/account/second/codes/new/",
    "/account/second/app/remove/",
    "/account/second/keys/",
    "/account/second/keys/add/",
    "/account/sessions/",
    "/account/confirm/",
    "/account/confirm/code/",
    "/account/logout/",
    "/people/",
    "/people/invite/",
    "/people/1/",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    desk = Desk(folder, newsroom(folder))
    try:
        yield desk
    finally:
        assert desk.stop() == 0
        assert desk.err.read_text() == ""


def fill(browser: Browser, **fields: str) -> None:
    for name, text in fields.items():
        browser.type(f"main [name={name}]", text)


def send(browser: Browser) -> int:
    return browser.follow("main form.card:not([hidden]) button:not([type=button])")


def where(browser: Browser, desk: Desk) -> str:
    return str(browser.evaluate("location.href")).removeprefix(desk.address)


def text(browser: Browser) -> str:
    return str(browser.evaluate("document.querySelector('main').textContent"))


def code(secret: str, *, after: int = 0) -> tuple[str, int]:
    """A code of a step later than ``after``, waiting for it where that is needed."""
    import base64
    import hashlib
    import hmac

    while (step := int(time.time()) // 30) <= after:
        time.sleep(0.2)
    mac = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}", step


def well(browser: Browser) -> None:
    assert browser.requests() == []
    assert browser.console_errors() == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360


def fitting(browser: Browser, desk: Desk, path: str, language: str) -> None:
    status = browser.visit(desk.address + path)
    assert status == (404 if path == "/nowhere/" else 200)
    assert where(browser, desk) == path
    assert browser.evaluate("document.documentElement.lang") == language
    rtl = browser.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert rtl == (language == "fa")
    assert browser.violations() == []
    assert browser.axe() == [], path
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360, path


def choose(browser: Browser, language: str) -> None:
    browser.follow(f"footer button[value={language}]")


def first_login(scriptless: Browser, desk: Desk, tmp_path: Path) -> tuple[str, int, list[str]]:
    """Log in with the one-time password, and return the app's secret, its step, and the codes."""
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>")
    scriptless.open(blank, width=360, javascript=False)
    scriptless.visit(desk.address + "/people/")
    choose(scriptless, "ko")
    assert "로그인" in text(scriptless)
    choose(scriptless, "en")
    scriptless.visit(desk.address + "/people/")
    well(scriptless)
    # The first login: own password, second step, recovery codes.
    fill(scriptless, login="admin", password=desk.one_time)
    assert send(scriptless) == 200
    assert where(scriptless, desk) == "/account/password/"
    well(scriptless)
    fill(scriptless, oldpassword=desk.one_time, password1=OWN, password2=OWN)
    send(scriptless)
    assert where(scriptless, desk) == "/account/second/"
    well(scriptless)
    scriptless.follow("main a[href='/account/second/app/']")
    well(scriptless)
    assert scriptless.evaluate("document.querySelector('.qr img').naturalWidth") > 100
    secret = scriptless.evaluate("document.querySelector('.qr code').textContent").replace(" ", "")
    first, step = code(secret)
    fill(scriptless, code=first)
    send(scriptless)
    assert where(scriptless, desk) == "/account/second/codes/"
    well(scriptless)
    codes = re.findall(r"\d{4} \d{4}", text(scriptless))
    assert len(codes) == 10
    return secret, step, codes


Account = tuple[str, int, list[str]]


@pytest.fixture(scope="module")
def account(chromium: Browser, desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """The admin's account after the first login; whoever takes a recovery code pops it."""
    return first_login(chromium, desk, tmp_path_factory.mktemp("first"))


def test_everything_without_scripts(chromium: Browser, desk: Desk, account: Account) -> None:
    secret, step, codes = account
    # Out, and in again by the app's code.
    chromium.follow(".bar .me form button")
    assert where(chromium, desk).startswith("/account/login/")
    chromium.visit(desk.address + "/people/")
    fill(chromium, login="admin", password=OWN)
    send(chromium)
    assert where(chromium, desk) == "/account/login/code/"
    well(chromium)
    fill(chromium, code=code(secret, after=step)[0])
    send(chromium)
    assert where(chromium, desk) == "/people/"
    invite(chromium, desk)
    # Back in with a recovery code.
    chromium.follow(".bar .me form button")
    fill(chromium, login="admin", password=OWN)
    send(chromium)
    fill(chromium, code=codes.pop())
    send(chromium)
    assert where(chromium, desk) == "/queue/"


def test_the_first_login_in_the_safest_mode(safest: Browser, tmp_path: Path) -> None:
    """As Tor Browser's Safest mode has it: the app's code is seen and read, with SVG off."""
    own = Desk(tmp_path, newsroom(tmp_path))
    try:
        first_login(safest, own, tmp_path)
    finally:
        assert own.stop() == 0


def invite(browser: Browser, desk: Desk) -> None:
    browser.follow("main a.button")
    assert where(browser, desk).startswith("/account/confirm/")
    fill(browser, password=OWN)
    send(browser)
    assert where(browser, desk) == "/people/invite/"
    fill(browser, name="Sima")
    send(browser)
    well(browser)
    assert re.search(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}", text(browser))


@pytest.mark.parametrize(("scheme", "languages"), [("light", LANGUAGES), ("dark", ("en",))])
def test_every_page_is_accessible_in_every_language(
    chromium: Browser,
    desk: Desk,
    account: Account,
    tmp_path: Path,
    scheme: str,
    languages: tuple[str, ...],
) -> None:
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>")
    chromium.open(blank, width=360, scheme=scheme)
    for language in languages:
        chromium.visit(desk.address + BEFORE[0])
        choose(chromium, language)
        for path in BEFORE:
            fitting(chromium, desk, path, language)
    chromium.visit(desk.address + "/account/login/?next=/people/1/")
    fill(chromium, login="admin", password=OWN)
    send(chromium)
    assert chromium.axe() == []
    fill(chromium, code=account[2].pop())
    send(chromium)
    assert where(chromium, desk).startswith("/account/confirm/")
    fill(chromium, password=OWN)
    send(chromium)
    for language in languages:
        chromium.visit(desk.address + "/account/")
        choose(chromium, language)
        for path in AFTER:
            fitting(chromium, desk, path, language)


def test_passkeys_open_the_desk_alone_and_as_the_second_step(
    chromium: Browser, desk: Desk, account: Account, tmp_path: Path
) -> None:
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>")
    chromium.open(blank, width=360)
    chromium.authenticator()
    address = desk.address.replace("127.0.0.1", "localhost")
    assert address in desk.out.read_text()
    chromium.visit(address + "/account/login/?next=/account/second/keys/add/")
    fill(chromium, login="admin", password=OWN)
    send(chromium)
    fill(chromium, code=account[2].pop())
    send(chromium)
    fill(chromium, password=OWN)
    send(chromium)
    chromium.click("#id_passwordless")
    chromium.follow("form[data-passkey=create] button[type=button]")
    assert str(chromium.evaluate("location.pathname")) == "/account/second/"
    assert "passkey" in text(chromium)
    chromium.follow(".bar .me form button")
    # With it alone.
    chromium.follow("form[data-passkey=login] button[type=button]")
    assert str(chromium.evaluate("location.pathname")) == "/queue/"
    chromium.follow(".bar .me form button")
    # As the second step after the password.
    fill(chromium, login="admin", password=OWN)
    send(chromium)
    assert str(chromium.evaluate("location.pathname")) == "/account/login/code/"
    chromium.follow("form[data-passkey=get] button[type=button]")
    assert str(chromium.evaluate("location.pathname")) == "/queue/"
    assert chromium.violations() == []
    assert chromium.requests() == []
