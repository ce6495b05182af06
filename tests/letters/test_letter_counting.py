"""One count in Python, in Node.js and in the browsers, over the vectors and whatever else is typed."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.driver import Browser
from handbill.letters import counting

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [row["text"] for row in json.loads((ROOT / "vectors/counting.json").read_text("utf-8"))]
TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
HEAVY = st.text(st.sampled_from("ab'’-‐·\u200c\u0301 中のカーไกကྲខ가𐐀𠀀😀\u200b.\n"), max_size=60)


def script() -> str:
    """The page's own counter with the desk's table, as the letter page carries them."""
    table = files("handbill.letters").joinpath("counting.json").read_text("utf-8")
    counter = files("handbill.reader").joinpath("letterpage/counting.js").read_text("utf-8")
    return f"var H = {{ data: {{ counting: {table} }} }};\n{counter}"


def many() -> list[str]:
    """The vectors; every place where a class begins; texts of any characters, the same each time."""
    rng = random.Random(7)
    edges = [
        chr(at)
        for start, _ in counting._RUNS
        for at in (start - 1, start, start + 1)
        if 0 <= at < 0x110000 and not 0xD800 <= at < 0xE000
    ]
    mixed = ["".join(rng.choices([*edges, *"ab '-’·\u0301"], k=40)) for _ in range(2000)]
    return [*TEXTS, *edges, *mixed]


def test_node_counts_the_same(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    given_texts = many()
    (tmp_path / "texts.json").write_text(json.dumps(given_texts), "utf-8")
    (tmp_path / "count.js").write_text(
        script() + "console.log(JSON.stringify(JSON.parse(require('fs')"
        ".readFileSync(process.argv[2], 'utf8')).map(H.counting.count)));",
        "utf-8",
    )
    argv = ["node", tmp_path / "count.js", tmp_path / "texts.json"]
    out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    wrong = [
        (ascii(text), theirs, counting.count(text))
        for text, theirs in zip(given_texts, json.loads(out), strict=True)
        if theirs != counting.count(text)
    ]
    assert not wrong


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_browsers_count_the_same(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    browser: Browser = request.getfixturevalue(kind)
    page = tmp_path / "count.html"
    page.write_text(f'<!doctype html><meta charset="utf-8"><script>{script()}</script>', "utf-8")
    browser.open(page)
    found = browser.evaluate(f"{json.dumps(TEXTS)}.map(H.counting.count)")
    assert found == [counting.count(text) for text in TEXTS]


@given(TYPED | HEAVY)
def test_composing_changes_no_count(text: str) -> None:
    one = counting.count(unicodedata.normalize("NFC", text))
    assert counting.count(unicodedata.normalize("NFD", text)) == one


@given(HEAVY)
def test_white_space_about_changes_no_count(text: str) -> None:
    assert counting.count(f" {text}\n") == counting.count(text)


def test_the_table_is_what_the_script_writes() -> None:
    table = ROOT / "src/handbill/letters/counting.json"
    before = table.read_bytes()
    subprocess.run([sys.executable, ROOT / "tools/counting.py"], check=True)
    assert table.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("— … 😀", 0),
        ("Don't re-enter l’école", 3),
        ("می\u200cروم", 1),
        ("한글은 띄어쓰기를 센다", 3),
        ("สวัสดี" * 10, 10),
        ("中" * 147, 100),
        ("中の" * 50, 44),
    ],
)
def test_what_a_reader_would_say(text: str, words: int) -> None:
    assert counting.count(text) == words
