"""Why something is not possible is said in the reader's language, and which rules changed since."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from desk.queue_world import Room, at, text
from handbill.desk import secrets
from handbill.desk.decisions.deciding import NotAllowed
from handbill.desk.queue.book import changes
from handbill.desk.queue.refusals import why
from handbill.desk.store.models import Letter, RuleBook
from handbill.rules.book import canonical

DESK = Path(__file__).resolve().parents[2] / "src" / "handbill" / "desk"
# Said at a terminal alone.
IN_ENGLISH = {"desk: its log holds all that was handed over"}
FILLED = {"sequence": "7", "number": "7", "ruling": "'x'"}


def _said(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
            continue
        name = ast.unparse(part.value)  # type: ignore[attr-defined]
        shown = next((v for k, v in FILLED.items() if k in name), "held")
        parts.append(shown)
    return "".join(parts)


def refusals() -> list[str]:
    found = []
    for path in sorted(DESK.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "NotAllowed"
            ):
                found.append(_said(node.args[0]))
    return found


@pytest.mark.parametrize("said", refusals())
@pytest.mark.parametrize("language", ["ko", "es", "fa"])
def test_every_refusal_has_words_in_every_language(language: str, said: str) -> None:
    if said in IN_ENGLISH:
        return
    with translation.override(language):
        shown = why(NotAllowed(said))
    assert shown != said
    assert not re.search("[a-z]{4}", shown) or language == "es" or "held" in shown, shown


def test_what_is_not_known_stays_as_it_was_said() -> None:
    assert why(NotAllowed("database: is locked")) == "database: is locked"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_which_rules_changed_since_a_letter_was_signed(room: Room) -> None:
    letter = room.file()
    signed = room.letter(letter).rules_hash
    assert RuleBook.objects.filter(hash=signed).exists()
    assert changes(signed) is None
    book = room.world.secrets.book
    assert book
    first, second, *others = book.rules
    other = replace(first, text=tuple((tag, said + " More.") for tag, said in first.text))
    new = replace(second, id="brand-new")
    later = replace(book, version=book.version + 1, rules=(other, *others, new), hash="")
    later = replace(later, hash=_hash(canonical(later)))
    secrets.set_current(replace(room.world.secrets, book=later))
    found = changes(signed)
    assert found
    assert (len(found.changed), len(found.new), len(found.gone)) == (1, 1, 1)
    page = text(room.browser().get(at(letter)))
    for title in (*found.changed, *found.new, *found.gone):
        assert title.replace("&", "&amp;").replace("'", "&#x27;") in page
    assert "Rules that its writer could not know" in page
    Letter.objects.filter(id=letter).update(rules_hash="ab" * 32)
    unknown = changes("ab" * 32)
    assert unknown
    assert not unknown.known
    assert "does not have the text" in text(room.browser().get(at(letter)))


def test_a_kept_book_that_was_changed_is_not_believed(room: Room) -> None:
    signed = room.letter(room.file()).rules_hash
    RuleBook.objects.filter(hash=signed).update(text="handbill rules 1\n{}")
    book = room.world.secrets.book
    assert book
    secrets.set_current(replace(room.world.secrets, book=replace(book, hash="cd" * 32)))
    found = changes(signed)
    assert found
    assert not found.known


def _hash(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()
