"""The public process, request by request: what it serves, what it takes, what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desk.site_world import HOST, SiteWorld
from desk.visiting import Visitor, header
from handbill.carrier.tray import letter_name
from handbill.desk import secrets
from handbill.desk.decisions import demand
from handbill.desk.site import taking, views
from handbill.desk.site.layout import layout
from handbill.desk.site.quota import Bucket, needed, worked
from handbill.desk.site.serving import Place, Site
from handbill.desk.store.models import Letter

SHARED = Path(__file__).resolve().parents[3] / "shared/data/xss"
STORY = "stories/orchard-gate/index.html"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteWorld]:
    kept = {name: os.environ.get(name) for name in ("HANDBILL_CACHE", "HANDBILL_STATE")}
    made = SiteWorld(tmp_path_factory.mktemp("site"))
    made.key = made.published("orchard-gate", "A letter.", name="Mina")  # type: ignore[attr-defined]
    made.rows("winter-market", 250)
    made.publish()
    yield made
    made.close()
    secrets.set_current(None)
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture
def visitor(world: SiteWorld) -> Iterator[Visitor]:
    for path in world.tray():
        path.unlink()
    made = Visitor(world, tray=20_000)
    yield made
    made.site.close()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.html",
        "/ko/",
        "/stories/orchard-gate/",
        f"/{STORY}",
        "/letter.html",
        "/letters.atom",
        "/_edition/targets/edition.json",
        "/pages/rules.ko.html",
        "/write/orchard-gate.html",
        "/stories/winter-market/letters-2.html",
        "/assets/live.css",
        "/decisions.csv",
        "/verify.html",
    ],
)
def test_what_is_published_is_served_with_its_own_policy(visitor: Visitor, path: str) -> None:
    answer = visitor.ask(path)
    assert answer.status == 200
    policy = header(answer, "content-security-policy")
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("frame-ancestors 'none'")
    assert header(answer, "x-content-type-options") == "nosniff"
    assert not [n for n, _ in answer.headers if n == "set-cookie"]
    assert answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../site.json",
        "/stories/../../site.json",
        "/..",
        "/.lock",
        "/a/.hidden",
        "//etc/passwd",
        "/a//b",
        "/\\..\\site.json",
        "/a\x00b",
        "/a\nb",
        "/" + "a" * 5000,
        "/site.json",
        "/written.json",
        "/views/",
        "/letters/abc.bin",
        "/letters/",
        "/stories",
        "/stories/orchard-gate/index.html/",
        "/�",
        "/stories/orchard-gate/index.html.gz.gz",
        "/.new-abc",
        "/tray/",
        "/send",
        "/write/orchard-gate",
    ],
)
def test_nothing_else_is_served(visitor: Visitor, path: str) -> None:
    answer = visitor.ask(path)
    assert answer.status == 404
    assert b"There is no such page" in answer.body


def test_links_and_the_mailbag_are_not_served(world: SiteWorld, visitor: Visitor) -> None:
    secret = world.folder / "secret.html"
    secret.write_text("secret")
    (world.edition / "letters").mkdir(exist_ok=True)
    (world.edition / "letters/x.bin").write_bytes(b"\x01" * 4096)
    (world.edition / "link.html").symlink_to(secret)
    (world.edition / "linked").symlink_to(world.folder)
    try:
        for path in ("/link.html", "/linked/secret.html", "/letters/x.bin"):
            assert visitor.ask(path).status == 404
    finally:
        (world.edition / "link.html").unlink()
        (world.edition / "linked").unlink()


def test_unchanged_packed_and_in_part(world: SiteWorld, visitor: Visitor) -> None:
    whole = visitor.ask(f"/{STORY}")
    tag = header(whole, "etag")
    packed = visitor.ask(f"/{STORY}", accept_encoding="gzip, br")
    assert header(packed, "content-encoding") == "gzip"
    assert header(packed, "etag") != tag
    assert len(packed.body) < len(whole.body)
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = visitor.ask(f"/{STORY}", if_none_match=known)
        assert (answer.status, answer.body) == (304, b"")
        assert header(answer, "etag") == tag
    assert visitor.ask(f"/{STORY}", if_none_match='"other"').status == 200
    part = visitor.ask(f"/{STORY}", range="bytes=5-9")
    assert (part.status, part.body) == (206, whole.body[5:10])
    assert header(part, "content-range") == f"bytes 5-9/{len(whole.body)}"
    assert visitor.ask(f"/{STORY}", range="bytes=-7").body == whole.body[-7:]
    assert visitor.ask(f"/{STORY}", range="bytes=99999999-").status == 416
    for odd in ("bytes=", "bytes=-", "bytes=1-2,4-5", "lines=1-2", "bytes=9-5x", "bytes=a-b"):
        assert visitor.ask(f"/{STORY}", range=odd).body == whole.body
    assert visitor.ask(f"/{STORY}", range="bytes=9-5").status == 416
    assert visitor.ask(f"/{STORY}", range="bytes=0-3", if_range='"old"').body == whole.body


def test_a_large_file_is_handed_over_by_its_path(world: SiteWorld, visitor: Visitor) -> None:
    film = world.edition / "films" / "a film.mp4"
    film.parent.mkdir(exist_ok=True)
    film.write_bytes(bytes(3 << 20))
    answer = visitor.ask("/films/a film.mp4")
    assert (answer.status, answer.path, answer.body) == (200, str(film), b"")
    part = visitor.ask("/films/a film.mp4", range="bytes=1048576-")
    assert (part.status, part.begin, part.end) == (206, 1 << 20, 3 << 20)
    film.unlink()


def test_a_page_that_changes_is_another_page_at_once(world: SiteWorld, visitor: Visitor) -> None:
    before = visitor.ask("/stories/mercado/index.html")
    world.published("mercado", "Una carta.", language="es")
    world.publish(tray=20_000)
    after = visitor.ask("/stories/mercado/index.html", if_none_match=header(before, "etag"))
    assert after.status == 200
    assert "Una carta." in after.body.decode()


def test_other_methods(visitor: Visitor) -> None:
    assert header(visitor.ask("/send", "OPTIONS"), "allow") == "POST, OPTIONS"
    assert visitor.ask("/", "OPTIONS").status == 204
    for method in ("PUT", "DELETE", "TRACE", "PATCH", "get", "CONNECT"):
        assert visitor.ask("/", method).status == 405
    assert visitor.ask("/", "POST", b"x").status == 404


def test_a_letters_lasting_address_leads_to_its_page(world: SiteWorld, visitor: Visitor) -> None:
    def leads(path: str) -> str:
        answer = visitor.ask(path)
        assert answer.status == 302
        return header(answer, "location")

    key = world.key  # type: ignore[attr-defined]
    assert leads(f"/l/orchard-gate/{key}") == f"/{STORY}#l-{key}"
    line = (world.pages / "stories/winter-market/keys.txt").read_text().splitlines()[1]
    second = line.split()[0]
    assert leads(f"/l/winter-market/{second}").endswith(f"letters-2.html#l-{second}")
    assert leads("/l/orchard-gate/" + "0" * 16) == f"/{STORY}#letters"
    for odd in ("/l/nobody/" + "0" * 16, "/l/orchard-gate/xyz", "/l/../" + "0" * 16):
        assert visitor.ask(odd).status == 404


def test_frames_may_stand_on_the_hosts_that_are_named_and_nothing_else_may(
    visitor: Visitor,
) -> None:
    for path in ("/embed/ko/winter-market/index.html", "/embed/letter.html"):
        answer = visitor.ask(path)
        assert header(answer, "content-security-policy").endswith(f"frame-ancestors {HOST}")
        assert header(answer, "x-frame-options") == ""
    assert header(visitor.ask("/embed.js"), "cross-origin-resource-policy") == "cross-origin"
    assert header(visitor.ask("/letter.html"), "x-frame-options") == "DENY"


def test_a_sealed_letter_arrives_once(world: SiteWorld, visitor: Visitor) -> None:
    sealed = world.sealed("orchard-gate", "From the page.")
    assert visitor.send(sealed).status == 201
    assert visitor.send(sealed).status == 201
    name = letter_name(sealed)
    assert [p.name for p in world.tray()] == [name]
    assert world.tray()[0].read_bytes() == sealed
    world.take_in()
    assert Letter.objects.filter(body="From the page.").count() == 1


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 413),
        (b"\x01" * 4095, {}, 413),
        (b"\x01" * 4097, {}, 413),
        (b"\x02" + bytes(4095), {}, 400),
        (b"\x01" * 4096, {"content_length": ""}, 411),
        (b"\x01" * 4096, {"content_length": "-1"}, 411),
        (b"\x01" * 4096, {"content_length": "٤٠٩٦"}, 411),
        (b"\x01" * 4096, {"content_length": "9" * 400}, 413),
        (b"\x01" * 4096, {"transfer_encoding": "chunked"}, 411),
        (b"\x01" * 4000, {"content_length": "4096"}, 400),
        (b"\x01" * 4096, {"sec_fetch_site": "cross-site"}, 403),
    ],
)
def test_what_is_no_sealed_letter_is_refused(
    world: SiteWorld, visitor: Visitor, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert visitor.send(body, **headers).status == status
    assert world.tray() == []


def letters(count: int) -> list[bytes]:
    return [b"\x01" + n.to_bytes(4, "big") + bytes(4091) for n in range(count)]


def test_a_full_tray_says_so_and_keeps_what_it_has(world: SiteWorld) -> None:
    for path in world.tray():
        path.unlink()
    visitor = Visitor(world, tray=3)
    found = [visitor.send(one).status for one in letters(5)]
    assert found == [201, 201, 201, 507, 507]
    assert len(world.tray()) == 3
    assert visitor.fill().status == 507
    visitor.site.close()


def test_no_room_on_the_disk_loses_nothing_and_says_so(
    world: SiteWorld, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = letters(3)
    assert visitor.send(one).status == 201

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert visitor.send(two).status == 507
    monkeypatch.undo()
    assert visitor.send(three).status == 201
    assert len(world.tray()) == 2
    assert not list((world.newsroom / "tray").glob(".new-*"))
    monkeypatch.setattr(taking, "LEAST_FREE_BYTES", 1 << 60)
    assert visitor.send(two).status == 507


def test_a_quota_for_everybody_and_it_comes_back(world: SiteWorld) -> None:
    visitor = Visitor(world, minute=60, plain=2)
    found = [visitor.send(one).status for one in letters(62)]
    assert found == [201] * 60 + [429] * 2
    assert visitor.ask("/").status == 200
    visitor.time += 2
    assert [visitor.send(one).status for one in letters(3)] == [201, 201, 429]
    assert [visitor.fill(text=f"{n}").status for n in range(3)] == [303, 303, 429]
    assert visitor.fill(text="").status == 422  # what is not sent costs nothing
    visitor.site.close()


def test_work_is_asked_for_when_many_letters_arrive(world: SiteWorld) -> None:
    visitor = Visitor(world, minute=10, work=6)
    given = letters(20)
    assert [visitor.send(one).status for one in given[:5]] == [201] * 5
    visitor.send(given[5])
    answer = visitor.send(given[6])
    assert (answer.status, answer.body) == (428, b"work 6\n")
    nonce = next(n for n in map("{:016x}".format, range(10_000)) if worked(given[6], n, 6))
    assert visitor.send(given[6], handbill_work=nonce).status == 201
    assert visitor.send(given[7], handbill_work=nonce).status == 428 or worked(given[7], nonce, 6)
    for odd in ("", "x", "00", "0" * 17, "0" * 4000, "é"):
        assert visitor.send(given[8], handbill_work=odd).status == 428
    visitor.site.close()


def test_the_work_that_is_asked_for_rises() -> None:
    assert [needed(10, level) for level in (1, 0.6, 0.5, 0.4, 0.2, 0.05)] == [0, 0, 0, 10, 12, 14]
    assert needed(0, 0) == 0
    bucket = Bucket(60)
    assert all(bucket.take(0) for _ in range(60))
    assert not bucket.take(0)
    assert bucket.take(1.1)
    assert not bucket.take(1.1)
    assert not Bucket(0).take(5)


def test_maintenance_is_a_file(world: SiteWorld, visitor: Visitor) -> None:
    switch = layout(world.newsroom).maintenance
    switch.touch()
    try:
        for path, method in (("/", "GET"), (f"/{STORY}", "GET"), ("/send", "POST")):
            answer = visitor.ask(path, method, b"\x01" * 4096)
            assert answer.status == 503
            assert "Back soon" in answer.body.decode()
            assert header(answer, "retry-after") == "60"
        assert visitor.ask("/health").status == 200
    finally:
        switch.unlink()
    assert visitor.ask("/").status == 200


def test_views_are_whole_numbers_a_day(world: SiteWorld, visitor: Visitor) -> None:
    folder = layout(world.newsroom).views
    for path in folder.glob("*.json"):
        path.unlink()
    for _ in range(6):
        visitor.ask(f"/{STORY}", cookie="a=b", user_agent="somebody")
    visitor.ask("/stories/orchard-gate/")
    visitor.ask(f"/{STORY}", "HEAD")
    visitor.ask("/stories/winter-market/letters-2.html")
    visitor.site._views.flush()
    written = list(folder.glob("*.json"))
    assert len(written) == 1
    assert json.loads(written[0].read_text()) == {"orchard-gate": 7}
    assert written[0].name.startswith("2026-11-24-")
    assert written[0].stat().st_mtime % 86_400 == 0
    visitor.day = date(2026, 11, 25)
    visitor.site._views.flush()
    visitor.ask(f"/{STORY}")
    visitor.site._views.flush()
    for day in (25, 26, 27, 28):
        assert views.counted(folder, date(2026, 11, day)) == {"orchard-gate": 8}
    assert [p.name for p in folder.glob("*.json")] == ["totals.json"]
    demand.count_views_by(lambda: views.counted(folder, date(2026, 11, 28)))
    assert demand.shown()["orchard-gate"]["views"] == 8


def test_odd_files_among_the_views_count_nothing(tmp_path: Path) -> None:
    (tmp_path / "2026-11-24-a.json").write_text('{"a": 3, "b": -9, "c": "x", "d": [1]}')
    (tmp_path / "2026-11-24-b.json").write_text("not json")
    (tmp_path / "2026-99-99-c.json").write_text('{"a": 5}')
    (tmp_path / "2026-11-24-d.json").mkdir()
    (tmp_path / "totals.json").write_text("[]")
    assert views.counted(tmp_path, date(2026, 11, 24)) == {"a": 3}
    assert views.counted(tmp_path / "nowhere", date(2026, 11, 24)) == {}


def test_the_public_process_imports_no_django_no_keys_and_no_tables() -> None:
    code = (
        "import sys, handbill.desk.site.running, handbill.desk.site.serving;"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'sqlite3')"
        " or m in ('handbill.keys.ring', 'handbill.keys.store', 'handbill.desk.secrets')"
        " or m.startswith(('handbill.desk.store', 'handbill.desk.decisions', 'handbill.desk.intake'))];"
        "print(bad)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_of_a_site_that_was_never_published(tmp_path: Path) -> None:
    place = Place(tmp_path / "edition", layout(tmp_path), tmp_path / "tray")
    site = Site(place)
    visitor: Any = object.__new__(Visitor)
    visitor.site = site
    assert visitor.ask("/health").status == 503
    assert visitor.ask("/").status == 404
    assert visitor.ask("/write/orchard-gate", "POST", b"x=1").status == 404
    site.close()
