"""What a browser remembers of a letter: the path of the page, and the name of the saved file."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import letter_pages as on
from browser.driver import Browser, missing
from handbill.reader.letter_page import ListedStory

pytestmark = pytest.mark.browser

PAYLOADS = Path(__file__).resolve().parents[3] / "shared/data/xss"
NAMED = [
    "<script>document.title='x'</script>", "\"><img src=x onerror=document.title='x'>",
    "'><svg/onload=document.title='x'>", "</script><script>document.title='x'</script>",
    "</title></style></textarea><iframe srcdoc=x>", "{n} {name}", "$&$1\\u003c", "<!--<script>",
    "\u202egnp.exe", "javascript:alert(1)", "@script@@policy@",
]  # fmt: skip
# Rare as whole words, and so none can stand in a browser's own files by chance.
TEXT, NAME = "Zwetschgenmarkierung am Hafentor", "Quellwolkenreiter"
PHRASE = "zebra yellow wrist vivid upset toward"
STORY, TITLE = "kristallbrunnen", "Kristallbrunnenfest"


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield a file as it is, and what lies in it as Firefox packs sessions (LZ4 without matches
    keeps text; with matches its literals) and caches (gzip).
    """
    yield data
    for start in (m.start() for m in re.finditer(rb"\x1f\x8b\x08", data)):
        try:
            yield zlib.decompressobj(31).decompress(data[start:], 1 << 24)
        except zlib.error:
            continue
    if data.startswith(b"mozLz40\0"):
        yield _lz4(data[12:])


def _lz4(block: bytes) -> bytes:
    """Unpack one LZ4 block (lz4 block format description)."""
    out, at = bytearray(), 0

    def length(first: int, at: int) -> tuple[int, int]:
        while first >= 15 and block[at] == 255:
            first, at = first + 255, at + 1
        return (first + block[at], at + 1) if first >= 15 else (first, at)

    while at < len(block):
        token, at = block[at], at + 1
        count, at = length(token >> 4, at)
        out += block[at : at + count]
        at += count
        if at >= len(block):
            break
        back, at = int.from_bytes(block[at : at + 2], "little"), at + 2
        count, at = length(token & 15, at)
        for _ in range(count + 4):
            out.append(out[-back])
    return bytes(out)


def found_in(profile: Path, marker: str) -> list[str]:
    """Return the files of a profile that hold a marker, in any of the ways browsers write text."""
    forms = {
        form
        for text in (marker, marker.lower(), marker.upper())
        for form in (text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode())
    }
    files = (p for p in profile.rglob("*") if p.is_file() and not p.is_symlink())
    return [
        str(path.relative_to(profile))
        for path in files
        if any(form in part for part in _unpacked(path.read_bytes()) for form in forms)
    ]


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_profile_keeps_the_path_and_nothing_that_was_written(kind: str, tmp_path: Path) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    folder, profile = tmp_path / "drive-on-the-desk", tmp_path / "profile"
    for made in (folder, profile, tmp_path / "saved"):
        made.mkdir()
    page = on.write_page(folder, on.facts([ListedStory(STORY, TITLE, "en"), *on.STORIES]))
    browser = Browser(kind, profile=profile, downloads=tmp_path / "saved")
    try:
        browser.open(page, before=on.KEEP)
        browser.type("#find", TITLE[:14])
        on.fill(browser, story=STORY)
        browser.evaluate("document.getElementById('body').value = ''")
        for field, text in (("body", TEXT), ("name", NAME)):
            browser.evaluate(f"document.getElementById('{field}').value = ''")
            browser.type(f"#{field}", text)
        on.choose(browser, "pen", "have")
        browser.type("#phrase", PHRASE)
        assert on.opened(on.sealed(browser)).story == STORY
        browser.click("#save")
        name = str(browser.evaluate("document.getElementById('save').download"))
        saved = tmp_path / "saved" / name
        browser.wait_for(lambda: saved.exists() and saved.stat().st_size == 4096)
        # Longer than a browser waits before it writes down what is open.
        browser.wait(f"Date.now() > {browser.evaluate('Date.now()')} + 4000")
        browser.leave()
    finally:
        browser.close()
    assert found_in(profile, "drive-on-the-desk")  # the path: this is how we know that we look
    words = [*PHRASE.split()[:2], " ".join(PHRASE.split()[:3])]
    markers = [*TEXT.split()[::3], TEXT, NAME, STORY, TITLE, TITLE[:14], words[-1]]
    assert {m: files for m in markers if (files := found_in(profile, m))} == {}


def test_looking_finds_what_is_packed(tmp_path: Path) -> None:
    literals = b"\xf0\x05" + b"Quellwolkenreiter!!!"
    (tmp_path / "session").write_bytes(b"mozLz40\0\x14\0\0\0" + literals)
    (tmp_path / "wide").write_bytes("xQuellwolkenreiter".encode("utf-16-le"))
    assert sorted(found_in(tmp_path, "Quellwolkenreiter")) == ["session", "wide"]
    assert _lz4(b"\x32abc\x03\x00\x10z") == b"abcabcabcz"


def _harmless(browser: Browser, elements: int) -> None:
    assert browser.evaluate("document.title") == "Letter"
    assert (
        browser.evaluate("document.querySelectorAll('script,style,iframe,img').length") == elements
    )
    assert browser.violations() == []
    assert browser.requests() == []
    assert browser.console_errors() == []


def _through_the_page(browser: Browser, tmp_path: Path, payloads: list[str]) -> None:
    """Give payloads as titles and the newsroom's name, and type each as name and text."""
    stories = [ListedStory(f"story-{n}", text, "en") for n, text in enumerate(payloads[:390])]
    browser.open(on.write_page(tmp_path, on.facts(stories, payloads[0])), before=on.KEEP)
    browser.click("#step-marks summary")
    _harmless(browser, 2)
    shown = browser.evaluate(
        "Array.from(document.querySelectorAll('#story option')).map(function(n){return n.text})"
    )
    assert len(shown) == len(stories) or len(shown) > 80
    on.fill(browser, story="story-0")
    on.choose(browser, "pen", "once")
    browser.evaluate(f"window.__texts = {json.dumps(payloads)}")
    browser.evaluate(
        "__texts.forEach(function (text) { ['name', 'body', 'own', 'find', 'story-id'].forEach("
        "function (id) { var f = document.getElementById(id); f.value = text;"
        " f.dispatchEvent(new Event('input', { bubbles: true })); });"
        " document.getElementById('go').click(); })"
    )
    _harmless(browser, 2)
    on.put(browser, "story-id", "")
    for text in payloads[:: max(1, len(payloads) // 12)]:
        on.put(browser, "name", text.strip()[:60] or "x")
        on.put(browser, "body", text)
        browser.evaluate("window.__blob = null")
        assert on.opened(on.sealed(browser)).body
    _harmless(browser, 2)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_what_is_written_stays_text(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    _through_the_page(request.getfixturevalue(kind), tmp_path, NAMED)


def test_every_shared_payload_stays_text(chromium: Browser, tmp_path: Path) -> None:
    if not PAYLOADS.is_dir():
        pytest.skip("the payloads are not beside this checkout")
    texts = json.loads((PAYLOADS / "dompurify.json").read_text("utf-8"))
    texts += (PAYLOADS / "payloadbox.txt").read_text("utf-8").splitlines()
    _through_the_page(chromium, tmp_path, [t for t in texts if t.strip()])
