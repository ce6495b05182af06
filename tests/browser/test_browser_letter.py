"""``letter.html`` in real browsers at file://: the whole job, as a reader does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from browser import letter_pages as on
from browser.driver import Browser, missing
from handbill.letters import pen, receipts, seal
from handbill.letters.receipts import Row
from handbill.reader.words import LANGUAGES

pytestmark = pytest.mark.browser
KINDS = ("chromium", "firefox")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return on.write_page(tmp_path_factory.mktemp("letter"))


@pytest.fixture(params=KINDS)
def browser(request: pytest.FixtureRequest) -> Browser:
    found: Browser = request.getfixturevalue(request.param)
    return found


def begin(browser: Browser, page: Path, language: str = "en", width: int = 1280) -> None:
    browser.open(page, language=language, width=width, before=on.KEEP)


def quiet(browser: Browser) -> None:
    assert browser.requests() == []
    assert browser.storage_written() == []
    assert browser.violations() == []
    assert browser.console_errors() == []


def expected_pen(phrase: str = on.PHRASE) -> pen.Pen:
    return pen.derive(pen.canonical(phrase), on.NEWSROOM)


def test_a_letter_is_what_was_written_and_the_desk_opens_it(browser: Browser, page: Path) -> None:
    begin(browser, page, "ko")
    on.fill(browser, story="winter-market", body="  첫 줄.\r\n\r\n둘째 줄. ", name=" 김 철수 ")
    on.with_phrase(browser)
    browser.click("#step-marks summary")
    browser.wait("document.querySelectorAll('#marks input').length === 3")
    browser.click("#marks input")
    letter = on.opened(on.sealed(browser))
    assert (letter.kind, letter.story, letter.language) == ("letter", "winter-market", "ko")
    assert (letter.body, letter.name) == ("첫 줄.\n\n둘째 줄.", "김 철수")
    assert (letter.words, letter.marks, letter.parent) == (4, ("last-crossing",), "")
    assert (letter.rules_version, letter.rules_hash) == (1, on.facts().rules[0].hash)
    assert letter.key == expected_pen().public
    assert letter.receipt == expected_pen().receipt_key.hex()
    assert letter.id[:16] in on.said(browser, "#sealed")
    quiet(browser)


def test_the_drawn_phrase_signs(browser: Browser, page: Path) -> None:
    begin(browser, page, "es")
    on.fill(browser)
    words = (
        "Array.from(document.querySelectorAll('#drawn li')).map(function(n){return n.textContent})"
    )
    first = browser.evaluate(words)
    browser.click("#redraw")
    drawn = browser.evaluate(words)
    assert len(first) == len(drawn) == 6
    assert first != drawn
    browser.click("#kept")
    assert pen.strength_bits(" ".join(drawn)) == 66
    assert on.opened(on.sealed(browser)).key == expected_pen(" ".join(drawn)).public


def test_a_language_without_a_list_gets_six_numbers(browser: Browser, page: Path) -> None:
    begin(browser, page, "fa")
    on.fill(browser)
    assert browser.evaluate("document.querySelector('input[name=pen]:checked').value") == "new"
    drawn = browser.evaluate(
        "Array.from(document.querySelectorAll('#drawn li')).map(function(n){return n.textContent})"
    )
    assert len(drawn) == 6
    tops = browser.evaluate(
        "Array.from(document.querySelectorAll('#drawn li')).map(function(n){return n.offsetTop})"
    )
    # Below each other: in a row from right to left it would be open which comes first.
    assert tops == sorted(set(tops))
    browser.click("#kept")
    assert pen.strength_bits(" ".join(drawn)) == 66
    assert on.opened(on.sealed(browser)).key == expected_pen(" ".join(drawn)).public


def test_own_words_get_three_drawn_ones(browser: Browser, page: Path) -> None:
    begin(browser, page, "fa")
    on.fill(browser)
    on.choose(browser, "pen", "own")
    assert browser.evaluate("document.getElementById('list').value") == "numbers"
    drawn = browser.evaluate(
        "Array.from(document.querySelectorAll('#drawn li')).map(function(n){return n.textContent})"
    )
    assert len(drawn) == 3
    on.put(browser, "own", "قایق كوچك آبی")
    browser.click("#kept")
    # With another keyboard's letters it is the same phrase.
    phrase = " ".join(["قایق کوچک ابی", *drawn])
    assert on.opened(on.sealed(browser)).key == expected_pen(phrase).public


def test_one_letter_without_a_phrase(browser: Browser, page: Path) -> None:
    begin(browser, page)
    on.fill(browser)
    on.choose(browser, "pen", "once")
    first = on.opened(on.sealed(browser))
    assert first.receipt == ""
    browser.evaluate("window.__blob = null")
    second = on.opened(on.sealed(browser))
    assert first.key != second.key
    assert first.nonce != second.nonce


def test_a_request_needs_no_story_and_no_name(browser: Browser, page: Path) -> None:
    begin(browser, page)
    on.choose(browser, "mode", "request")
    on.put(browser, "body", "Please write about the harbour.")
    on.choose(browser, "pen", "once")
    browser.click("#agree")
    letter = on.opened(on.sealed(browser))
    assert (letter.kind, letter.story, letter.name) == ("request", "", "")


def test_an_answer_to_another_reader_names_that_letter(browser: Browser, page: Path) -> None:
    begin(browser, page)
    on.fill(browser)
    on.choose(browser, "pen", "once")
    on.put(browser, "answers-to", "0123 4567 89AB")
    browser.click("#go")
    assert "16" in on.said(browser, "#problems")
    on.put(browser, "answers-to", " 0123-4567-89AB-CDEF ")
    letter = on.opened(on.sealed(browser))
    assert (letter.kind, letter.parent, bool(letter.story)) == ("reply", "0123456789abcdef", True)


def test_what_is_missing_is_named_and_nothing_sealed(browser: Browser, page: Path) -> None:
    begin(browser, page)
    browser.click("#go")
    lines = browser.evaluate(
        "Array.from(document.querySelectorAll('#problems li')).map(function(n){return n.textContent})"
    )
    assert len(lines) == 5
    on.fill(browser, name="x" * 61, story_id="../etc")
    on.with_phrase(browser, "we meet by the old river")
    browser.click("#go")
    found = on.said(browser, "#problems")
    for told in ("no phrase", "60", "not the id"):
        assert told in found
    assert browser.evaluate("document.getElementById('sealed').hidden")


@pytest.mark.parametrize("width", [360, 800])
def test_the_four_pictures_are_read_back(
    browser: Browser, page: Path, tmp_path: Path, width: int
) -> None:
    begin(browser, page, width=width)
    on.fill(browser)
    on.choose(browser, "pen", "once")
    data = on.sealed(browser)
    browser.click("#show")
    browser.wait("document.querySelectorAll('.pictures svg').length === 4")
    browser.screenshot(tmp_path / "pictures.png")
    # Only QR codes: among the letters of a page, other kinds of bar code are now and then found.
    picture = Image.open(tmp_path / "pictures.png")
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert sorted(code.ec_level for code in found) == ["M"] * 4
    assert seal.join(code.bytes for code in found) == [data]


def test_words_are_counted_and_too_many_are_told(browser: Browser, page: Path) -> None:
    begin(browser, page)
    on.put(browser, "body", "word " * 401)
    browser.wait("document.getElementById('count').textContent.indexOf('401') >= 0")
    assert "400" in on.said(browser, "#long")
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(2500))
    on.fill(browser, body=noise)
    browser.wait("document.getElementById('long').textContent.indexOf('%') >= 0")
    on.choose(browser, "pen", "once")
    browser.click("#go")
    browser.wait("document.querySelectorAll('#problems li').length === 1")
    assert browser.evaluate("document.getElementById('sealed').hidden")


def test_receipts_answer_the_phrase_and_lead_on(
    browser: Browser, page: Path, tmp_path: Path
) -> None:
    mine = expected_pen()
    rows = [Row("ab" * 32, 2, 0, 41), Row("cd" * 32, 3, 9, 40), Row("ef" * 32, 77, 0, 39)]
    others = {bytes([n]) * 32: [Row("00" * 32, 1, 0, 1)] for n in range(99)}
    (tmp_path / "receipts.bin").write_bytes(
        receipts.build("77" * 16, {**others, mine.receipt_key: rows}, bytes)
    )
    begin(browser, page)
    on.choose(browser, "mode", "mine")
    browser.upload("#receipts", tmp_path / "receipts.bin")
    on.put(browser, "mine-phrase", on.PHRASE)
    browser.click("#look")
    browser.wait("document.querySelectorAll('.rows li').length === 3")
    shown = on.said(browser, "#answers")
    for told in ("Published", "Removed", "abab", "Rule", "newer than this page"):
        assert told in shown
    browser.click(".rows li:nth-child(1) button")
    letter = on.opened(on.taken(browser))
    assert (letter.kind, letter.parent, letter.key) == ("withdraw", "ab" * 8, mine.public)
    browser.evaluate("window.__blob = null")
    browser.click(".rows li:nth-child(2) button")
    on.put(browser, "body", "It was no insult.")
    on.put(browser, "name", "Kim")
    browser.click("#agree")
    letter = on.opened(on.sealed(browser))
    assert (letter.kind, letter.parent, letter.key) == ("appeal", "cd" * 8, mine.public)
    assert letter.body == "It was no insult."
    quiet(browser)


def test_a_pen_is_burned_without_receipts(browser: Browser, page: Path) -> None:
    begin(browser, page)
    on.choose(browser, "mode", "mine")
    on.put(browser, "mine-phrase", on.PHRASE)
    browser.click("#erase")
    browser.click("#burn")
    letter = on.opened(on.taken(browser))
    assert (letter.kind, letter.erase, letter.key) == ("burn", True, expected_pen().public)
    assert (letter.rules_version, letter.body) == (0, "")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no whole"),
        (b"handbill receipts 2\n" + bytes(20000), "newer"),
        (b"handbill receipts 1\n" + bytes(16) + b"\0\x06" + bytes(9), "no whole"),
        (b"handbill receipts 1\n" + bytes(16) + b"\0\x06" + bytes(64 * 272), "tells this pen nothing"),
    ],
)  # fmt: skip
def test_receipts_that_are_none(
    chromium: Browser, page: Path, tmp_path: Path, data: bytes, told: str
) -> None:
    (tmp_path / "receipts.bin").write_bytes(data)
    begin(chromium, page)
    on.choose(chromium, "mode", "mine")
    chromium.upload("#receipts", tmp_path / "receipts.bin")
    on.put(chromium, "mine-phrase", on.PHRASE)
    chromium.click("#look")
    chromium.wait(f"document.getElementById('form').textContent.indexOf('{told}') >= 0")


FIELDS = (
    "Array.from(document.querySelectorAll('input,textarea')).filter(function (f) { return"
    " f.type === 'text' || f.tagName === 'TEXTAREA'; }).map(function (f) { return f.value; }).join('')"
)


def test_clearing_and_leaving_empties_everything(browser: Browser, page: Path) -> None:
    begin(browser, page)
    on.fill(browser, find="cross", story_id="mercado", own="a b c")
    on.with_phrase(browser)
    on.choose(browser, "pen", "once")
    on.sealed(browser)
    assert "cross" in browser.evaluate(FIELDS)
    browser.click("#clear")
    assert browser.evaluate(FIELDS) == ""
    assert browser.evaluate("document.getElementById('sealed').textContent") == ""
    on.fill(browser)
    leaving = "(function () { window.dispatchEvent(new Event('pagehide')); return 1; }())"
    assert browser.evaluate(leaving)
    assert browser.evaluate(FIELDS) == ""


def test_leaving_unsaved_is_asked_about(browser: Browser, page: Path) -> None:
    asked = (
        "(function () { var e = new Event('beforeunload', { cancelable: true });"
        " window.dispatchEvent(e); return e.defaultPrevented; }())"
    )
    begin(browser, page)
    assert not browser.evaluate(asked)
    on.fill(browser)
    assert browser.evaluate(asked)
    on.choose(browser, "pen", "once")
    on.sealed(browser)
    assert browser.evaluate(asked)
    browser.click("#show")
    assert not browser.evaluate(asked)
    on.put(browser, "body", "Another.")
    assert browser.evaluate(asked)


def test_without_random_numbers_it_refuses(browser: Browser, page: Path) -> None:
    browser.open(page, before="Object.defineProperty(window, 'crypto', { value: undefined })")
    assert browser.evaluate("document.getElementById('page').hidden")
    assert "random" in on.said(browser, "#said")


def test_an_old_browser_without_nfc_refuses_what_it_would_harm(
    chromium: Browser, page: Path
) -> None:
    chromium.open(page, before=on.KEEP + ";String.prototype.normalize = undefined")
    on.fill(chromium, body="값")
    on.choose(chromium, "pen", "once")
    chromium.click("#go")
    assert "too old" in on.said(chromium, "#problems")
    on.put(chromium, "body", "plain words")
    on.with_phrase(chromium)
    assert on.opened(on.sealed(chromium)).key == expected_pen().public


def test_a_computer_without_memory_is_told_so(chromium: Browser, page: Path) -> None:
    small = (
        ";(function () { var Real = Int32Array; window.Int32Array = function (n) { if (n > 1e6) {"
        " throw new RangeError(); } return new Real(n); }; }())"
    )
    chromium.open(page, before=on.KEEP + small)
    on.fill(chromium)
    on.with_phrase(chromium)
    chromium.click("#go")
    chromium.wait("document.getElementById('problems').textContent.indexOf('64 MB') >= 0")


def test_without_scripts_it_names_the_program_and_paper(chromium: Browser, page: Path) -> None:
    chromium.open(page, javascript=False)
    shown = chromium.evaluate("document.getElementById('without').innerText")
    assert shown.count("handbill letter") == 5
    assert chromium.evaluate("document.getElementById('page').hidden")


def test_where_its_script_may_not_run_it_says_the_same(
    browser: Browser, page: Path, tmp_path: Path
) -> None:
    """As in browsers that know no hashes in a policy, and on a page that somebody changed."""
    changed = tmp_path / "letter.html"
    changed.write_text(page.read_text("utf-8").replace("var H = {", "var H  = {"), "utf-8")
    browser.open(changed, width=360)
    assert browser.evaluate("document.getElementById('without').innerText.indexOf('handbill') > 0")
    assert browser.evaluate("document.getElementById('page').hidden")
    assert browser.violations() != []
    assert browser.axe() == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_accessible_and_within_its_width(
    chromium: Browser, page: Path, language: str, width: int
) -> None:
    begin(chromium, page, language, width)
    chromium.click("#go")
    assert chromium.axe() == []
    on.fill(chromium)
    on.choose(chromium, "pen", "once")
    on.sealed(chromium)
    chromium.click("#show")
    chromium.click("#save")
    chromium.click("#rules summary")
    chromium.click("#step-marks summary")
    assert chromium.axe() == []
    assert chromium.evaluate("document.documentElement.scrollWidth") <= width
    on.choose(chromium, "mode", "mine")
    assert chromium.axe() == []
    assert chromium.evaluate("document.documentElement.scrollWidth") <= width
    assert chromium.evaluate("document.documentElement.lang") == language
    assert chromium.evaluate("document.title") == "Letter"


@pytest.mark.parametrize("kind", KINDS)
def test_one_file_is_saved_with_a_random_name(kind: str, page: Path, tmp_path: Path) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    (tmp_path / "saved").mkdir()
    browser = Browser(kind, downloads=tmp_path / "saved")
    try:
        begin(browser, page)
        on.fill(browser)
        on.choose(browser, "pen", "once")
        data = on.sealed(browser)
        browser.click("#save")
        name = browser.evaluate("document.getElementById('save').download")
        saved = tmp_path / "saved" / name
        browser.wait_for(lambda: saved.exists() and saved.stat().st_size == 4096)
    finally:
        browser.close()
    assert saved.read_bytes() == data
    assert len(name) == 20
    assert set(name[:16]) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert json.dumps(name).endswith('.bin"')
