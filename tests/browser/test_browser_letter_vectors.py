"""The vectors of letters, run by the page's own scripts in real browsers."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any

import pytest

from browser import letter_pages as on
from browser.driver import Browser
from handbill.letters import seal

pytestmark = pytest.mark.browser

SHARED = """
function raw(t) { return Uint8Array.from(atob(t), function (c) { return c.charCodeAt(0); }); }
function text(bytes) { return btoa(String.fromCharCode.apply(null, bytes)); }
function attempt(step) { try { return step(); } catch (e) { return null; } }
function hexed(pen) { return pen && [H.bytes.hex(pen.key), H.bytes.hex(pen.receipt)]; }
"""
# What a page is given by the press, and cannot get wrong by itself.
GIVEN = ("capitals in the recipient", "edition 0", "no rules")

PEN = """new Promise(function (done) {
  var read = attempt(function () { return H.pen.read(r.typed); });
  if (!r.newsroom) { done(read && [read.canonical, read.bits]); return; }
  H.pen.derive(read.canonical, r.newsroom, function (pen) { done([read.canonical, read.bits].concat(hexed(pen))); });
})"""
LETTER = """attempt(function () {
  var d = r.draft, empty = new Uint8Array(0), pen;
  H.data.edition = { newsroom: d.to, number: d.edition_number, id: d.edition_id, seal: { id: d.seal } };
  H.data.rules = { version: d.rules_version, sha256: d.rules_hash };
  pen = H.pen.of(H.bytes.fromHex(r.seed), r.receipt_key ? H.bytes.fromHex(r.receipt_key) : empty);
  return text(H.letter.compose(d, pen, H.bytes.fromHex(r.nonce)));
})"""
RECEIPTS = """Promise.all(r.pens.concat(r.refused ? [{ receipt_key: r.probe }] : []).map(function (pen) {
  return new Promise(function (done) {
    H.receipts.lookUp(new Blob([raw(r.data)]), H.bytes.fromHex(pen.receipt_key), function (rows, why) { done(rows || why); });
  });
}))"""


def run(browser: Browser, rows: list[dict[str, Any]], script: str) -> list[Any]:
    """Return what a script makes of each row, one after the other."""
    return list(
        browser.evaluate(
            f"(function () {{ {SHARED} var found = []; return {json.dumps(rows)}.reduce("
            "function (before, r) { return before.then(function () {"
            f" return {script}; }}).then(function (one) {{ found.push(one); }}); }},"
            " Promise.resolve()).then(function () { return found; }); }())"
        )
    )


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    found: Browser = request.getfixturevalue(request.param)
    found.open(on.write_page(tmp_path_factory.mktemp("vectors")))
    return found


def test_pens(browser: Browser) -> None:
    rows = on.vectors("pens")
    for row, found in zip(rows, run(browser, rows, PEN), strict=True):
        wanted = row["canonical"] and [row["canonical"], row["bits"]]
        if "newsroom" in row:
            wanted += [row["public"], row["receipt"]]
        assert found == wanted, row["name"]


def test_letters(browser: Browser) -> None:
    rows = [r for r in on.vectors("letters") if "draft" in r and r["name"] not in GIVEN]
    assert len(rows) > 25
    for row, found in zip(rows, run(browser, rows, LETTER), strict=True):
        assert found == (None if row["refused"] else row["note"]), row["name"]


def test_tidied(browser: Browser) -> None:
    rows = on.vectors("tidy")
    script = "[H.letter.tidyBody(r.typed), H.letter.tidyName(r.typed)]"
    for row, found in zip(rows, run(browser, rows, script), strict=True):
        assert found == [row["body"], row["name"]], row


def test_counting(browser: Browser) -> None:
    rows = on.vectors("counting")
    for row, found in zip(rows, run(browser, rows, "H.counting.count(r.text)"), strict=True):
        assert found == row["words"], row["name"]


def test_seals(browser: Browser) -> None:
    rows = [r for r in on.vectors("seals") if not r["refused"]]
    script = "H.seal.parts(raw(r.sealed)).map(H.sha256.hex)"
    assert run(browser, rows, script) == [r["codes"] for r in rows]
    keyed = [{**r, "public": _public(r["private"])} for r in rows]
    script = "text(H.seal.seal(raw(r.note), H.bytes.fromHex(r.public), H.random(32)))"
    for row, found in zip(rows, run(browser, keyed, script), strict=True):
        opened = seal.unseal(base64.b64decode(found), bytes.fromhex(row["private"]))
        assert opened == base64.b64decode(row["note"]), row["name"]


def test_receipts(browser: Browser) -> None:
    rows = [{**r, "probe": sha256(b"receipt 0").hexdigest()} for r in on.vectors("receipts")]
    for row, found in zip(rows, run(browser, rows, RECEIPTS), strict=True):
        answers = [pen["rows"] for pen in row["pens"]]
        if row["refused"]:
            newer = row["refused"] == "needs-newer"
            answers.append("receipts_newer" if newer else "receipts_broken")
        assert found == answers, row["name"]


def _public(private: str) -> str:
    return bytes(on.PrivateKey(bytes.fromhex(private)).public_key).hex()
