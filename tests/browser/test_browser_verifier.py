"""``verify.html`` in real browsers at file://: the same verdicts as Python on a shared corpus."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser.driver import Browser
from handbill.edition.judge import aged
from handbill.edition.single import verify_film
from handbill.edition.verify import editions_below, verify_edition
from handbill.keys.roots import canonical
from handbill.keys.words import newsroom_words
from handbill.reader.verify_page import verify_page
from handbill.reader.words import LANGUAGES

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from marks import ALONE, BESIDE, GENUINE, PROOF_MARKS, third
from samples import FILM, ROOT_1, ROOT_2, Newsroom, key

pytestmark = pytest.mark.browser

FILM_PATH = "films/The film 1.mp4"
READ = "Array.from(document.querySelectorAll('#results pre')).map(function(p){return JSON.parse(p.textContent)})"
DONE = "document.getElementById('running').hidden && document.querySelectorAll('#results pre').length > 0"


def flip(root: Path, path: str, at: int = 0) -> None:
    data = bytearray((root / path).read_bytes())
    data[at] ^= 1
    (root / path).write_bytes(data)


def append(root: Path, path: str, data: bytes) -> None:
    with (root / path).open("ab") as file:
        file.write(data)


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), "utf-8", newline="")


def _rotated(root: Path) -> None:
    shutil.rmtree(root)
    Newsroom((ROOT_1, ROOT_2), 2, [(1, "a" * 64, "b" * 64)]).press(root, 2)


def _nested(root: Path) -> None:
    Newsroom().press(root / "another", 3)
    (root / "another" / "index.html").write_bytes(b"changed")


def _stamped_again(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what timestamp.json says, signed by the newsroom's own press key."""
    path = root / "_edition/metadata/timestamp.json"
    doc = json.loads(path.read_bytes())
    change(doc["signed"]["meta"]["snapshot.json"])
    doc["signatures"][0]["sig"] = key("press").sign(canonical(doc["signed"])).hex()
    path.write_text(json.dumps(doc), "utf-8")


def _signed_twice(root: Path) -> None:
    path = root / "_edition/metadata/timestamp.json"
    doc = json.loads(path.read_bytes())
    path.write_text(json.dumps({**doc, "signatures": doc["signatures"] * 2}), "utf-8")


def _signed_falsely(root: Path, name: str, *, keep: bool) -> None:
    """Put a false signature by the right key in place of the good one, or before it."""
    path = root / "_edition/metadata" / name
    doc = json.loads(path.read_bytes())
    good = doc["signatures"][0]
    false = good | {"sig": good["sig"][:8] + "0" * 8 + good["sig"][16:]}
    doc["signatures"] = [false, good] if keep else [false]
    path.write_text(json.dumps(doc), "utf-8")


CORPUS: dict[str, Callable[[Path], None]] = {
    "untouched": lambda _root: None,
    "a file absent": lambda r: (r / FILM_PATH).unlink(),
    "a byte flipped in the second chunk": lambda r: flip(r, FILM_PATH, (1 << 20) + 5),
    "a film cut short": lambda r: (r / FILM_PATH).write_bytes(FILM[:100]) and None,
    "bytes appended": lambda r: append(r, FILM_PATH, b"who watched"),
    "bytes in an empty file": lambda r: append(r, "films/The film 1.empty.txt", b"x"),
    "foreign files": lambda r: (
        [(r / f"advert {n}.exe").write_bytes(b"") for n in range(130)] and None
    ),
    "a letter": lambda r: (r / "letters").mkdir() or append(r, "letters/x", b"sealed"),
    "root changed": lambda r: flip(r, "_edition/metadata/1.root.json", 90),
    "root truncated": lambda r: (r / "_edition/metadata/1.root.json").write_bytes(b"{") and None,
    "targets changed": lambda r: flip(r, "_edition/metadata/targets.json", 300),
    "a false signature": lambda r: _signed_falsely(r, "timestamp.json", keep=False),
    "a false signature before the good one": lambda r: _signed_falsely(
        r, "targets.json", keep=True
    ),
    "snapshot missing": lambda r: (r / "_edition/metadata/snapshot.json").unlink(),
    "timestamp empty": lambda r: (r / "_edition/metadata/timestamp.json").write_bytes(b"") and None,
    "a key twice": lambda r: edit(
        r, "_edition/metadata/timestamp.json", '{"sig', '{"signed":{},"sig'
    ),
    "head of another": lambda r: edit(r, "_edition/targets/head.txt", "issued: 2", "issued: 1"),
    "head unsigned": lambda r: edit(r, "_edition/targets/head.txt", "\n\n—", "\n\n"),
    "chunks changed": lambda r: flip(r, "_edition/targets/chunks.bin"),
    "a need": lambda r: (
        edit(r, "_edition/targets/head.txt", "handbill edition head 1", "handbill edition head 2")
        if "handbill edition head 1" in (r / "_edition/targets/head.txt").read_text("utf-8")
        else edit(r, "_edition/targets/head.txt", " 1\n", " 2\n")
    ),
    "a signature twice": _signed_twice,
    "a snapshot named by version alone": lambda r: _stamped_again(
        r, lambda row: (row.pop("hashes"), row.pop("length"))
    ),
    "a snapshot of another hash": lambda r: _stamped_again(
        r, lambda row: row["hashes"].update(sha256="ab" * 32)
    ),
    "a snapshot of another version": lambda r: _stamped_again(r, lambda row: row.update(version=9)),
    "rotated": _rotated,
    "an edition inside": _nested,
    "a folder where a film was": lambda r: (
        (r / FILM_PATH).unlink()
        or (r / FILM_PATH).mkdir()
        or append(r, FILM_PATH + "/inside", b"x")
    ),
}


def _marked(root: Path, path: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what no signature covers of a metadata file."""
    doc = json.loads((root / path).read_bytes())
    change(doc)
    (root / path).write_bytes(canonical(doc))


def _unknown_signer(doc: dict[str, Any]) -> None:
    doc["signatures"].append({"keyid": "f" * 64, "sig": "ab" * 64})


META = "_edition/metadata/"
MARKS: dict[str, Callable[[Path], None]] = {
    "white space in the timestamp": lambda r: append(r, META + "timestamp.json", b" "),
    "white space in the root": lambda r: append(r, META + "1.root.json", b"\n"),
    "white space in the targets": lambda r: edit(r, META + "targets.json", ":", ": "),
    "a field beside what is signed": lambda r: _marked(
        r, META + "timestamp.json", lambda doc: doc.update(who="reader 7")
    ),
    "a field in a signature": lambda r: _marked(
        r, META + "targets.json", lambda doc: doc["signatures"][0].update(who="reader 7")
    ),
    "a signature by nobody known": lambda r: _marked(r, META + "timestamp.json", _unknown_signer),
    "a line by nobody known in the head": lambda r: append(
        r, "_edition/targets/head.txt", f"— spy {'A' * 90}A=\n".encode()
    ),
    "a line in the sums": lambda r: append(r, "_edition/SHA256SUMS", b"# reader 7\n"),
    "a byte of the sums flipped": lambda r: flip(r, "_edition/SHA256SUMS", 3),
    "a file beside what proves": lambda r: append(r, META + "who.json", b"reader 7"),
    "a root too many": lambda r: append(r, META + "9.root.json", b"reader 7"),
    "a proof of nothing": lambda r: append(r, "stories/x.proof.txt", b"reader 7"),
}
CORPUS |= MARKS
COMPARED = (
    "verdict", "newsroom", "name", "number", "issued", "whole", "absent", "damaged", "foreign_count",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("verifier") / "verify.html"
    path.write_bytes(verify_page())
    return path


def expected(root: Path) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(verify_edition(e).to_json())) for e in editions_below(root)]


def _compare(browser: Browser, page: Path, root: Path) -> None:
    browser.open(page)
    browser.upload_folder("#folder", root)
    browser.wait(DONE)
    found, wanted = browser.evaluate(READ), expected(root)
    assert [[f[k] for k in COMPARED] for f in found] == [[w[k] for k in COMPARED] for w in wanted]
    for one, other in zip(found, wanted, strict=True):
        shown = [[f["path"], f["state"], f["ranges"], f["extra"]] for f in one["findings"]]
        kept = [[f["path"], f["state"], f["ranges"], f["extra"]] for f in other["findings"]]
        # A browser is told of no folders and no links: what stands there is absent or unsafe.
        assert shown == kept
    assert browser.requests() == []
    assert browser.storage_written() == []
    assert browser.violations() == []
    assert browser.console_errors() == []


def _tampered(folder: Path, name: str) -> Path:
    root = folder / "drive"
    Newsroom().press(root)
    CORPUS[name](root)
    return root


@pytest.mark.parametrize("name", MARKS)
def test_nothing_that_proves_carries_a_mark_unseen(tmp_path: Path, name: str) -> None:
    (report,) = expected(_tampered(tmp_path, name))
    unseen = (report["verdict"], report["foreign_count"]) == ("genuine", 0)
    # The first root's own bytes name the newsroom: another byte there is another newsroom.
    assert not unseen
    assert report["verdict"] in ("genuine", "marked", "damaged", "forged")


@pytest.mark.parametrize("name", CORPUS)
def test_chromium_agrees_with_python(
    chromium: Browser, page: Path, tmp_path: Path, name: str
) -> None:
    _compare(chromium, page, _tampered(tmp_path, name))


@pytest.fixture(scope="module")
def marked_drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One drive with an edition for each way to mark proofs, and for each kind of genuine one."""
    drive = tmp_path_factory.mktemp("marked") / "drive"
    third(drive / "pressed")
    for number, (tamper, _said) in enumerate(PROOF_MARKS.values()):
        shutil.copytree(drive / "pressed", drive / f"mark {number:02}")
        tamper(drive / f"mark {number:02}")
    for number, press in enumerate(GENUINE.values()):
        press(drive / f"genuine {number}")
    return drive


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_marks_in_proofs_are_seen_as_python_sees_them(
    request: pytest.FixtureRequest, page: Path, marked_drive: Path, kind: str
) -> None:
    assert len(editions_below(marked_drive)) == 1 + len(PROOF_MARKS) + len(GENUINE)
    _compare(request.getfixturevalue(kind), page, marked_drive)


@pytest.mark.parametrize("name", ALONE)
def test_marks_in_the_proof_of_a_film_alone(
    chromium: Browser, page: Path, tmp_path: Path, name: str
) -> None:
    tamper, said = ALONE[name]
    third(tmp_path)
    tamper(tmp_path)
    chromium.open(page)
    chromium.upload("#files", tmp_path / FILM_PATH, tmp_path / BESIDE)
    chromium.wait(DONE)
    (found,) = chromium.evaluate(READ)
    wanted = json.loads(json.dumps(verify_film(tmp_path / FILM_PATH).to_json()))
    assert found["verdict"] == said
    assert found["findings"] == wanted["findings"]


ENDS = "p.stream=function(){var s=was.call(this),n=0;return{getReader:function(o){var r=s.getReader(o);return{cancel:function(){return r.cancel()},read:function(v){return n++?%s:r.read(v)}}}}}"
STREAMS = {
    "fails": ENDS % "Promise.reject(new Error('gone'))",
    "ends early": ENDS % "Promise.resolve({done:true})",
    "stands still": ENDS % "new Promise(function(){})"
    + ";var after=window.setInterval;window.setInterval=function(f){return after(f,100)}",
    "is not there": "p.stream=undefined",
    "gives what the browser will not hash": "window.crypto.subtle.digest=function(){return Promise.reject(new Error('no'))}",
    "cannot fill our arrays": "p.stream=function(){return{getReader:function(o){if(o){throw new TypeError()}}}}",
}


@pytest.mark.parametrize("name", ["untouched", "a byte flipped in the second chunk"])
@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_that_does_not_serve_changes_no_verdict(
    chromium: Browser, page: Path, tmp_path: Path, stream: str, name: str
) -> None:
    root = _tampered(tmp_path, name)
    chromium.open(page)
    chromium.evaluate(
        "(function(p,was){" + STREAMS[stream] + "}(Blob.prototype,Blob.prototype.stream))"
    )
    chromium.upload_folder("#folder", root)
    chromium.wait(DONE)
    found, wanted = chromium.evaluate(READ), expected(root)
    assert [[f[k] for k in COMPARED] for f in found] == [[w[k] for k in COMPARED] for w in wanted]
    shown = [[f["path"], f["state"], f["ranges"]] for f in found[0]["findings"]]
    assert shown == [[f["path"], f["state"], f["ranges"]] for f in wanted[0]["findings"]]


def test_what_is_said_of_a_file_runs_in_the_direction_of_the_page(
    chromium: Browser, page: Path, tmp_path: Path
) -> None:
    root = _tampered(tmp_path, "a byte flipped in the second chunk")
    chromium.open(page, width=1000, hash="#ar")
    chromium.upload_folder("#folder", root)
    chromium.wait(DONE)
    chromium.evaluate("void (document.querySelector('details').open = true)")
    assert chromium.evaluate("document.querySelector('details bdi').textContent") == FILM_PATH
    # From right to left: the file's name, then where it is damaged.
    left_of_name = (
        "(function (item) { var range = document.createRange(); range.selectNode(item.lastChild);"
        " return range.getBoundingClientRect().right"
        " <= item.firstChild.getBoundingClientRect().left + 1; }"
        "(document.querySelector('details li')))"
    )
    assert chromium.evaluate("document.querySelector('details li').lastChild.length") > 4
    assert chromium.evaluate(left_of_name)


@pytest.mark.parametrize(
    "name",
    [
        "untouched",
        "a byte flipped in the second chunk",
        "bytes appended",
        "rotated",
        "targets changed",
        "a false signature before the good one",
    ],
)
def test_firefox_agrees_with_python(
    firefox: Browser, page: Path, tmp_path: Path, name: str
) -> None:
    _compare(firefox, page, _tampered(tmp_path, name))


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda _r: None, "genuine"),
        (lambda r: append(r, FILM_PATH, b"mark"), "marked"),
        (lambda r: flip(r, FILM_PATH, 7), "damaged"),
        (lambda r: flip(r, "films/The film 1.proof.txt", 700), "forged"),
    ],
)
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_one_film_and_its_proof(
    request: pytest.FixtureRequest,
    page: Path,
    tmp_path: Path,
    kind: str,
    change: Callable[[Path], None],
    verdict: str,
) -> None:
    browser: Browser = request.getfixturevalue(kind)
    root = tmp_path / "drive"
    Newsroom().press(root)
    change(root)
    assert verify_film(root / FILM_PATH).verdict.value == verdict
    browser.open(page)
    browser.upload("#files", root / FILM_PATH, root / "films/The film 1.proof.txt")
    browser.wait(DONE)
    assert [r["verdict"] for r in browser.evaluate(READ)] == [verdict]


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_an_older_edition_beside_a_newer_one_is_said_to_be_older(
    request: pytest.FixtureRequest, page: Path, tmp_path: Path, kind: str
) -> None:
    browser: Browser = request.getfixturevalue(kind)
    room = Newsroom()
    for number, name in enumerate(("b", "a", "c"), 1):
        room.press(tmp_path / "drive" / name, number)
    append(tmp_path / "drive/c", "_edition/targets/head.txt", b"x")  # forged: newer than nothing
    browser.open(page)
    browser.upload_folder("#folder", tmp_path / "drive")
    browser.wait(DONE)
    shown = (
        "Array.from(document.querySelectorAll('.card')).map(function(c){"
        "return [JSON.parse(c.querySelector('pre').textContent).number, !!c.querySelector('.older')]})"
    )
    found = dict(map(tuple, browser.evaluate(shown)))
    assert found == {1: True, 2: False, 0: False}
    ages = {
        r.number: r.age for r in aged(list(map(verify_edition, editions_below(tmp_path / "drive"))))
    }
    assert ages == {1: "older", 2: "unknown", 0: "unknown"}


def test_a_film_alone_has_nothing_to_be_judged_by(
    chromium: Browser, page: Path, tmp_path: Path
) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(FILM)
    chromium.open(page)
    chromium.upload("#files", film)
    chromium.wait(DONE)
    assert chromium.evaluate(READ)[0]["verdict"] == "foreign"


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_seven_words_are_pythons(
    request: pytest.FixtureRequest, page: Path, tmp_path: Path, kind: str
) -> None:
    browser: Browser = request.getfixturevalue(kind)
    root = tmp_path / "drive"
    Newsroom().press(root)
    words = newsroom_words(ROOT_1)
    browser.open(page, hash="#ko")
    browser.upload_folder("#folder", root)
    browser.wait("document.querySelectorAll('.words li').length === 7")
    shown = (
        "Array.from(document.querySelectorAll('.words li')).map(function(n){return n.textContent})"
    )
    assert browser.evaluate(shown) == list(words["ko"])
    browser.type(".typed", " ".join(w[:4] for w in words["en"]))
    assert browser.evaluate("document.querySelector('.answer').className") == "answer yes"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_is_accessible_and_fits(
    chromium: Browser, page: Path, tmp_path: Path, language: str, width: int
) -> None:
    root = tmp_path / "drive"
    Newsroom().press(root)
    append(root, FILM_PATH, b"mark")
    (root / "foreign.exe").write_bytes(b"")
    chromium.open(page, hash=f"#{language}", width=width)
    chromium.upload_folder("#folder", root)
    chromium.wait("document.querySelectorAll('.words li').length === 7")
    assert chromium.axe() == []
    assert chromium.evaluate("document.documentElement.scrollWidth") <= width
    assert chromium.evaluate("document.documentElement.lang") == language


def test_without_scripts_it_names_the_program(chromium: Browser, page: Path) -> None:
    chromium.open(page, javascript=False)
    assert "handbill verify" in chromium.evaluate("document.querySelector('noscript').textContent")


def test_it_is_the_same_for_all_editions() -> None:
    assert verify_page() == verify_page()
    assert b"@" + b"script@" not in verify_page()
