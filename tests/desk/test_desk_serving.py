"""Headers, hosts, files, logs and catalogues; what a desk answers when its database is gone."""

from __future__ import annotations

import asyncio
import logging
import pickle
import subprocess
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from desk.desk_world import PASSWORD, World, make_world
from handbill.desk.secrets import current, set_current
from handbill.desk.serving import door, logs, site
from handbill.desk.serving.handover import Handover
from handbill.desk.staff.roles import Role
from handbill.errors import KeysLocked, UsageError

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "/",
    "/account/login/",
    "/account/",
    "/nowhere/",
    "/assets/staff.css",
    "/health",
    "/people/",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [None, Role.ADMIN])
def test_every_answer_carries_the_headers(world: World, path: str, role: Role | None) -> None:
    response = world.client(role).get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    if not path.startswith("/assets/"):
        assert "no-store" in response["Cache-Control"]


def test_no_page_holds_a_script_a_style_or_a_handler_inline(world: World) -> None:
    import re

    client = world.client(Role.ADMIN)
    for path in ("/account/", "/people/", "/account/second/", "/account/password/", "/nowhere/"):
        page = client.get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)


PAYLOADS = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea></title></style><script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    "javascript:alert(1)//",
    '"autofocus onfocus=alert(1) x="',
    "\u202e<b>\x00",
]
SHARED = ROOT.parent / "shared/data/xss"


def payloads() -> list[str]:
    """Ours, and where they are at hand the public lists."""
    files = [f for f in sorted(SHARED.rglob("*")) if f.suffix in (".txt", ".json")]
    lines = (line for f in files for line in f.read_text("utf-8", "replace").splitlines())
    return PAYLOADS + [line for line in lines if line.strip()]


def test_what_is_typed_comes_back_as_text(world: World) -> None:
    from html.parser import HTMLParser

    class Tags(HTMLParser):
        found: set[tuple[str, str]]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found |= {(tag, ""), *((tag, name) for name, _ in attrs)}

    def tags(page: str) -> set[tuple[str, str]]:
        reader = Tags()
        reader.found = set()
        reader.feed(page)
        return reader.found

    def pages(text: str) -> list[str]:
        client = Client()
        asked = client.get("/account/login/", {"next": text}).content.decode()
        typed = client.post("/account/login/", {"login": text, "password": text, "next": text})
        lost = client.get("/nowhere/", {"q": text}).content.decode()
        invited = admin.post("/people/invite/", {"name": text, "role": text})
        return [asked, typed.content.decode(), lost, invited.content.decode()]

    admin = world.client(Role.ADMIN)
    admin.post("/account/confirm/", {"password": PASSWORD})
    harmless = (pages(text) for text in ("a b", "long " * 200, "x\x00y"))
    plain = [tags("".join(same)) for same in zip(*harmless, strict=True)]
    every = payloads()
    for start in range(0, len(every), 400):
        text = " ".join(every[start : start + 400])
        found = pages(text)
        for page, known in zip(found, plain, strict=True):
            assert tags(page) <= known
        assert start or "{{7*7}}" in found[1]  # no template of ours reads it as one


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil", "", "a b", "[::1"]
)
def test_other_hosts_are_refused(world: World, host: str) -> None:
    response = Client(HTTP_HOST=host).get("/account/login/")
    assert response.status_code == 400
    assert host not in response.content.decode() or not host


def test_forwarded_headers_change_nothing(world: World) -> None:
    response = Client().get(
        "/", HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PROTO="https"
    )
    assert response["Location"] == "/account/login/?next=/"


def test_cookies_are_for_this_desk_alone(world: World) -> None:
    page = Client()
    page.get("/account/login/")
    cookie = page.cookies["desk-form"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", "")
    assert cookie["expires"] == cookie["max-age"] == ""
    site.apply(site.of_secrets(world.secrets, "https://desk.example.org", "Weekly"))
    page = Client(HTTP_HOST="desk.example.org")
    answer = page.get("/account/login/", secure=True)
    cookie = page.cookies["__Host-desk-form"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert answer["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "name",
    [
        "../models.py",
        "..%2fmodels.py",
        "%2e%2e/apps.py",
        "staff.css%00.js",
        "STAFF.CSS",
        "staff.css/",
        "secret.txt",
        "....//staff.css",
        "C:%5cstaff.css",
    ],
)
def test_only_named_files_are_served(world: World, name: str) -> None:
    assert Client().get(f"/assets/{name}").status_code == 404


def test_files_are_kept_by_browsers_until_they_change(world: World) -> None:
    client = Client()
    page = client.get("/account/login/").content.decode()
    address = page.partition('stylesheet" href="')[2].partition('"')[0]
    answer = client.get(address)
    assert "max-age=31536000" in answer["Cache-Control"]
    assert client.get(address, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert "max-age=0" in client.get("/assets/staff.css")["Cache-Control"]


class Noisy(Exception):
    """An error whose text quotes a letter."""


def test_errors_are_logged_without_a_word_of_what_was_asked(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from handbill.desk.staff import staffing

    def break_(*_: Any) -> None:
        raise Noisy("what the writer wrote")

    monkeypatch.setattr(staffing, "second_factor", break_)
    logger = logging.getLogger("django")
    before = logger.handlers, logger.propagate, logger.level
    logs.quiet()
    try:
        client = world.client(Role.MODERATOR, "Mara", raise_request_exception=False)
        response = client.get("/account/?q=secret-word", REMOTE_ADDR="192.0.2.77")
    finally:
        logger.handlers, logger.propagate, logger.level = before
    said = capsys.readouterr().err
    assert response.status_code == 500
    assert "Noisy in 'account/'" in said
    assert "staffing" not in said or "own.py" in said
    for word in ("what the writer wrote", "secret-word", "192.0.2.77", "mara", "Mara"):
        assert word not in said
        assert word not in response.content.decode()
    assert "Something broke" in response.content.decode()


def test_a_database_that_is_gone_says_so_and_keeps_its_secrets(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.backends.utils import CursorWrapper

    client = world.client(raise_request_exception=False)

    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("could not connect to postgres://desk:word@10.0.0.1")

    monkeypatch.setattr(CursorWrapper, "execute", gone)
    for path in ("/account/", "/account/login/", "/health"):
        response = client.get(path)
        if path == "/account/login/" and response.status_code == 200:
            continue
        assert response.status_code == 503
        assert "10.0.0.1" not in response.content.decode()
        assert "database" in response.content.decode()


@dataclass
class Asked:
    method: str = "POST"
    path: str = "/account/login/"
    query_string: str = ""
    http_version: str = "1.1"
    authority: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Sender:
    def __init__(self, body: bytes = b"", *, after: float = 0) -> None:
        self.body, self.after, self.read = body, after, False
        self.answer: tuple[int, list[tuple[str, str]], bytes] = (0, [], b"")

    async def __call__(self) -> bytes:
        self.read = True
        await asyncio.sleep(self.after)
        return self.body

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, headers, body)


def through(asked: Asked, sender: Sender, *, secure: bool = False) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start("200 OK", [("X-Test", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [b"an", b"swer"]

    asyncio.run(door.Door(app, secure=secure, threads=1).__rsgi__(asked, sender))
    return seen


def test_the_door_hands_on_what_django_may_know() -> None:
    headers = {
        "host": "desk",
        "content-length": "3",
        "content-type": "text/plain",
        "cookie": "a=1",
        "user-agent": "Somebody's browser",
        "x-forwarded-for": "192.0.2.1",
        "x-real-ip": "192.0.2.1",
        "forwarded": "for=192.0.2.1",
        "via": "proxy",
    }
    sender = Sender(b"a=1")
    seen = through(Asked(path="/한/../x", headers=headers), sender, secure=True)
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/한/../x"
    assert (seen["body"], seen["CONTENT_LENGTH"], seen["wsgi.url_scheme"]) == (b"a=1", "3", "https")
    assert "192.0.2.1" not in str(seen)
    assert "browser" not in str(seen)
    assert sender.answer[0] == 200
    assert sender.answer[2] == b"answer"
    assert [v for n, v in sender.answer[1] if n == "set-cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Asked(headers={"content-length": "10000000"}), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (Asked(headers={"content-length": "9" * 400}), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (
            Asked(headers={"content-length": "0" * 20 + "100000000"}),
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
        (Asked(headers={"content-length": "-1"}), HTTPStatus.BAD_REQUEST),
        (Asked(headers={"content-length": "٣"}), HTTPStatus.BAD_REQUEST),
        (Asked(headers={"transfer-encoding": "chunked"}), HTTPStatus.LENGTH_REQUIRED),
        (Asked(path="/" + "a" * 5000), HTTPStatus.REQUEST_URI_TOO_LONG),
        (Asked(query_string="a" * 5000), HTTPStatus.REQUEST_URI_TOO_LONG),
    ],
)
def test_what_is_refused_is_not_read(asked: Asked, status: HTTPStatus) -> None:
    sender = Sender(b"x" * 10)
    assert through(asked, sender) == {}
    assert sender.answer[0] == status
    assert not sender.read


def test_a_body_that_does_not_come_is_waited_for_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "BODY_TIMEOUT_S", 0.01)
    sender = Sender(b"x", after=30)
    assert through(Asked(headers={"content-length": "1"}), sender) == {}
    assert sender.answer[0] == HTTPStatus.REQUEST_TIMEOUT
    assert ("connection", "close") in sender.answer[1]


def test_keys_travel_to_a_worker_and_are_shown_nowhere(world: World) -> None:
    desk = site.of_secrets(world.secrets, "http://127.0.0.1:8700", "Weekly")
    given = Handover(desk, world.secrets, {"ENGINE": "x", "PASSWORD": "geheim"})
    arrived = pickle.loads(pickle.dumps(given))
    assert arrived.secrets == world.secrets
    assert arrived.secrets.signer.sign(b"x") == world.secrets.signer.sign(b"x")
    shown = repr(given) + repr(world.secrets)
    for secret in (world.secrets.secret, world.secrets.seals[0].private):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown
    assert "geheim" not in shown
    assert desk.key not in shown


def test_a_process_without_keys_says_so(world: World) -> None:
    set_current(None)
    with pytest.raises(KeysLocked):
        current()


@pytest.mark.parametrize(
    "address",
    ["desk.example.org", "ftp://x", "https://", "https://u@x", "https://x/desk", "https://x:99999"],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(UsageError):
        site.read_address(address)


def test_catalogues_are_complete_and_compiled() -> None:
    done = subprocess.run(
        [sys.executable, "tools/catalogues.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_missing_translation_and_a_lost_hole_are_found() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    import catalogues

    known = {
        catalogues.Message("a %(n)s"): ("b",),
        catalogues.Message("c"): ("",),
        catalogues.Message("d {x}"): ("e {x}",),
    }
    assert len(catalogues.faults("ko", known)) == 2
    one = {catalogues.Message("%(n)s a", "%(n)s b"): ('"x"\n%(n)s', "y\\ %(n)s")}
    path = ROOT / "nowhere"
    assert catalogues.read(path) == {}
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.po"
        file.write_text(catalogues.write("es", one), encoding="utf-8")
        assert catalogues.read(file) == one
        import gettext
        from io import BytesIO

        read = gettext.GNUTranslations(BytesIO(catalogues.compiled("es", one)))
        assert read.ngettext("%(n)s a", "%(n)s b", 1) == '"x"\n%(n)s'
        assert read.ngettext("%(n)s a", "%(n)s b", 5) == "y\\ %(n)s"
