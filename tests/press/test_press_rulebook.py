"""The rule book in an edition: its page, its hash, and no change under a published version."""

from __future__ import annotations

import json
import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from handbill.errors import NewsroomInvalid
from handbill.keys import store
from handbill.keys.ring import KeyRing, make_keys
from handbill.newsroom.beginning import beginning
from handbill.press.engine import Press, check
from handbill.rules.reading import parse

TODAY = date(2026, 11, 24)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    made = beginning("The Far Shore", "en", "2026-11-24")
    newsroom = make_keys(
        "solo", "correct horse", today=TODAY, state=tmp_path, cost=store.Cost(1, 8192)
    )
    for path, text in made.items():
        target = tmp_path / "room" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    toml = tmp_path / "room/newsroom.toml"
    languages = toml.read_text("utf-8").replace('["en"]', '["en", "fa"]')
    toml.write_text(f'newsroom_id = "{newsroom}"\n' + languages, "utf-8")
    return tmp_path / "room"


def press(folder: Path) -> int:
    def open_keys(newsroom: str) -> KeyRing:
        return KeyRing.open(newsroom, "correct horse", state=folder.parent)

    return Press(folder, folder.parent / "out", TODAY, open_keys).run().number


def reword(folder: Path, before: str, after: str) -> None:
    path = folder / "rules/book.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_the_rules_page_shows_what_is_signed(folder: Path) -> None:
    assert press(folder) == 1
    book = parse((folder / "rules/book.toml").read_bytes())
    out = folder.parent / "out"
    told = json.loads((out / "_edition/targets/newsroom.json").read_text("utf-8"))
    assert told["rules"] == {"version": 1, "sha256": book.hash}
    assert sha256((out / "pages/rules.txt").read_bytes()).hexdigest() == book.hash
    english = (out / "pages/rules.en.html").read_text("utf-8")
    persian = (out / "pages/rules.fa.html").read_text("utf-8")
    for rule in book.rules:
        assert f'<h2 id="{rule.id}">{rule.number}. ' in english
        assert f'<h2 id="{rule.id}">' in persian
    assert book.hash in english
    assert book.hash in persian
    assert "۴۰۰ واژه" in persian
    assert "rules.en.html" in (out / "index.html").read_text("utf-8")


def test_a_published_version_says_the_same_for_ever(folder: Path) -> None:
    assert press(folder) == 1
    reword(folder, "Writers answer for what", "Nobody answers for what")
    with pytest.raises(NewsroomInvalid, match="which edition 1 published") as refused:
        press(folder)
    assert refused.value.hint
    assert "raise the version to 2" in refused.value.hint
    reword(folder, "version = 1", "version = 2")
    assert press(folder) == 2
    reword(folder, "version = 2", "version = 1")
    with pytest.raises(NewsroomInvalid, match="version 1 differs"):
        press(folder)


def test_a_version_not_yet_published_may_change(folder: Path) -> None:
    reword(folder, "Writers answer for what", "All writers answer for what")
    assert press(folder) == 1
    assert press(folder) == 1


def test_mistakes_of_the_book_are_listed_with_those_of_the_newsroom(folder: Path) -> None:
    reword(folder, "words = 400", "wrods = 400")
    (folder / "rules/rules.en.md").write_text("# Rules\n", "utf-8")
    problems = [str(p) for p in check(folder)]
    assert any(re.match(r"rules/book\.toml:\d+: wrods is not known", p) for p in problems)
    assert any(p.startswith("rules/rules.en.md: is no part") for p in problems)
    with pytest.raises(NewsroomInvalid, match="wrods"):
        press(folder)


def test_a_newsroom_without_a_book_says_so_in_its_edition(folder: Path) -> None:
    (folder / "rules/book.toml").unlink()
    assert press(folder) == 1
    out = folder.parent / "out"
    told = json.loads((out / "_edition/targets/newsroom.json").read_text("utf-8"))
    assert told["rules"] is None
    assert not (out / "pages/rules.en.html").exists()
