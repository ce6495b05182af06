"""The committed vectors, read by Python and by the page's own scripts in a real browser."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.driver import Browser
from handbill import note
from handbill.edition import merkle
from handbill.errors import HandbillError, UsageError
from handbill.keys import gate
from handbill.keys.words import newsroom_words, read_words, word_numbers
from handbill.paths import component_problem, fold, path_problem
from handbill.reader.verify_page import verify_page

ROOT = Path(__file__).resolve().parents[2]


def rows(name: str) -> list[dict[str, Any]]:
    return list(json.loads((ROOT / "vectors" / f"{name}.json").read_text("utf-8")))


def signers(data: bytes, keys: dict[str, str]) -> int | None:
    try:
        return len(
            note.signers_of(note.parse(data), {n: bytes.fromhex(k) for n, k in keys.items()})
        )
    except HandbillError:
        return None


PYTHON = {
    "ed25519": lambda r: gate.verify(
        *(bytes.fromhex(r[k]) for k in ("key", "message", "signature"))
    ),
    "note": lambda r: signers(base64.b64decode(r["data"]), r["keys"]),
    "paths": lambda r: [path_problem(r["path"]) is None, fold(r["path"])],
    "tree": lambda r: merkle.root([merkle.leaf(t.encode()) for t in r["texts"]]).hex(),
    "words": lambda r: list(word_numbers(base64.b64decode(r["root"]))),
}
EXPECTED = {
    "ed25519": lambda r: r["valid"],
    "note": lambda r: r["signers"],
    "paths": lambda r: [r["good"], r["fold"]],
    "tree": lambda r: r["root"],
    "words": lambda r: r["numbers"],
}
SCRIPT = {
    "ed25519": "H.gate.verify(H.bytes.fromHex(r.key), H.bytes.fromHex(r.message), H.bytes.fromHex(r.signature))",
    "note": "(function () { try { var k = {}; Object.keys(r.keys).forEach(function (n) {"
    " k[n] = H.bytes.fromHex(r.keys[n]); });"
    " return H.note.countSigners(H.note.parse(raw(r.data), 1e6), k); } catch (e) { return null; } }())",
    "paths": "[H.paths.isPath(r.path), H.paths.fold(r.path)]",
    "tree": "H.bytes.hex(H.proof.top(H.proof.levels(r.texts.map(function (t) {"
    " return H.proof.leaf(H.bytes.encode(t)); }))))",
    "words": "new Promise(function (done) { H.words.draw(raw(r.root), function (b) {"
    " done(H.words.numbers(b)); }); })",
}
RAW = (
    "function raw(t) { return Uint8Array.from(atob(t), function (c) { return c.charCodeAt(0); }); }"
)


@pytest.mark.parametrize("name", PYTHON)
def test_python(name: str) -> None:
    for row in rows(name):
        assert PYTHON[name](row) == EXPECTED[name](row), row.get("name", row)


@given(st.text("acCoOnNprulmtx1.-_/ \n", max_size=12))
def test_the_short_way_of_looking_at_a_path_agrees_with_the_long_one(path: str) -> None:
    long = all(component_problem(name) is None for name in path.split("/"))
    assert (path_problem(path) is None) == long


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_page(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    browser: Browser = request.getfixturevalue(kind)
    page = tmp_path / "verify.html"
    page.write_bytes(verify_page())
    browser.open(page)
    for name, script in SCRIPT.items():
        found = browser.evaluate(
            f"(function () {{ {RAW} return Promise.all({json.dumps(rows(name))}"
            f".map(function (r) {{ return {script}; }})); }}())"
        )
        for row, one in zip(rows(name), found, strict=True):
            assert one == EXPECTED[name](row), (name, row.get("name", row))
    for row in rows("words"):
        for typed in spellings(row):
            assert browser.evaluate(f"H.words.read({json.dumps(typed)})") == row["numbers"], typed
    assert (
        browser.evaluate("H.words.read('abandon abandon abandon abandon abandon abandon xyzzy')")
        is None
    )


# What a browser may have in place of a strict Ed25519 of its own.
BROWSERS = {
    "its own": "",
    "one that takes everything": "SubtleCrypto.prototype.verify = function () { return Promise.resolve(true); };",
    "one that refuses everything": "SubtleCrypto.prototype.verify = function () { return Promise.resolve(false); };",
    "none": "SubtleCrypto.prototype.importKey = function () { return Promise.reject(new Error('none')); };",
    "nothing": "Object.defineProperty(window.crypto, 'subtle', { value: undefined });",
}
SETTLED = (
    "new Promise(function (done) { H.gate.settle(function () { var good = %s;"
    " if (!good) { throw H.bytes.fail('forged', 'does not hold'); } return good; },"
    " function (error, good) { done(error ? false : good); }); })"
)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
@pytest.mark.parametrize("own", BROWSERS)
def test_a_browsers_own_signature_check_changes_no_answer(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, own: str
) -> None:
    browser: Browser = request.getfixturevalue(kind)
    page = tmp_path / "verify.html"
    page.write_bytes(verify_page())
    browser.open(page, before=BROWSERS[own])
    found = browser.evaluate(
        "(function () { var was = nacl.sign.detached.verify; window.slow = 0;"
        " nacl.sign.detached.verify = function (m, s, k) { window.slow++; return was(m, s, k); };"
        f" return {json.dumps(rows('ed25519'))}.reduce(function (before, r) {{"
        " return before.then(function (list) { return "
        + SETTLED
        % SCRIPT["ed25519"]
        + ".then(function (good) { return list.concat([[good, window.slow]]); }); });"
        " }, Promise.resolve([])); }())"
    )
    for row, (good, _) in zip(rows("ed25519"), found, strict=True):
        assert good == row["valid"], row["name"]
    # Whether the slow check was needed for the first one, which is as signed.
    assert found[0][1] == (own != "its own")


def test_the_page_tries_a_browsers_own_check_with_these_signatures() -> None:
    tried = ["as signed", *(r["name"] for r in rows("ed25519") if "times eight" in r["name"])]
    assert len(tried) == 3
    page = " ".join(verify_page().decode().split())
    for row in rows("ed25519"):
        shown = [json.dumps(row[k]) for k in ("key", "message", "signature", "valid")]
        assert (f"[{', '.join(shown)}]" in page) == (row["name"] in tried), row["name"]


def test_they_are_what_the_script_writes(tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in (ROOT / "vectors").glob("*.json")}
    subprocess.run([sys.executable, ROOT / "tools/vectors.py"], check=True, capture_output=True)
    assert {p.name: p.read_bytes() for p in (ROOT / "vectors").glob("*.json")} == before


def spellings(row: dict[str, Any]) -> list[str]:
    """What people type for a newsroom's seven words."""
    said = {tag: list(newsroom_words(base64.b64decode(row["root"]))[tag]) for tag in row["words"]}
    found = ["  ".join(words).upper() for words in said.values()]
    found += [unicodedata.normalize("NFD", "-".join(words)) for words in said.values()]
    plain = [unicodedata.normalize("NFD", word) for word in said["es"]]
    found.append(" ".join("".join(c for c in word if c < "\u0300")[:4] for word in plain))
    return [*found, " ".join(word[:4] for word in said["en"])]


def test_words_are_read_as_they_are_said() -> None:
    for row in rows("words"):
        for tag, said in newsroom_words(base64.b64decode(row["root"])).items():
            assert list(said) == row["words"][tag]
        for typed in spellings(row):
            assert list(read_words(typed)) == row["numbers"], typed
    for wrong in ("one two three", "abandon " * 6 + "xyzzy", ""):
        with pytest.raises(UsageError):
            read_words(wrong)
