"""The rule book: what it must hold, what is refused with which line, what its hash covers."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.errors import FormatError
from handbill.rules.book import HASHED, canonical
from handbill.rules.reading import MAX_BOOK_BYTES, REQUIRED, parse, read

TEXT = resources.files("handbill.newsroom").joinpath("start", "book.toml").read_text("utf-8")
BOOK = parse(TEXT.encode())


def test_the_default_book_holds_every_rule_in_every_language() -> None:
    assert tuple(rule.id for rule in BOOK.rules) == REQUIRED
    assert BOOK.languages == ("en", "ko", "es", "fa", "ar")
    for language in BOOK.languages:
        shown = BOOK.shown(language)
        assert shown.title
        assert shown.introduction
        assert shown.consent
        assert all(rule.title and rule.text for rule in shown.rules)
        assert len({rule.text for rule in shown.rules}) == len(REQUIRED)
    assert BOOK.rule("privacy").two_people == "life"
    assert BOOK.rule("defamation").decides == "person"
    assert BOOK.words == 400


SAME, FIRST, PROFANITY = "", "[[rules]]", 'title.en = "Profanity"'
"""Where a mistake is: at what was changed, at the first rule, at one rule's title."""

BAD = {
    "an unknown setting": ("words = 400", "wrods = 400", SAME, "did you mean 'words'?"),
    "no version": ("version = 1\n", "", 0, "version: expected a whole number"),
    "version nought": ("version = 1\n", "version = 0\n", SAME, "version: expected a whole number from 1, got 0"),
    "version yes": ("version = 1\n", "version = true\n", SAME, "got True"),
    "not TOML": ("version = 1\n", "version = = 1\n", SAME, "cannot be read"),
    "a key twice": ("[ladder]", "words = 401\n[ladder]", SAME, "cannot be read"),
    "a number twice": ("number = 9\n", "number = 8\n", SAME, "rules 9 number: 8 stands twice"),
    "an id twice": ('id = "racism"', 'id = "sexism"', SAME, "'sexism' stands twice"),
    "a rule renamed": ('id = "privacy"', 'id = "privcy"', FIRST, "rule 'privacy' is missing"),
    "an id with spaces": ('id = "privacy"', 'id = "my rule"', SAME, "a-z, 0-9 and inner hyphens"),
    "an unknown decider": ('decides = "program"', 'decides = "robot"', SAME, "expected nobody, person, program"),
    "a misspelt people": ('two_people = "life"', 'two_people = "live"', SAME, "did you mean 'life'?"),
    "a ladder that falls": ("pause = 3", "pause = 9", "[ladder]", "to rise"),
    "an unknown rung": ("notice = 1", "notic = 1", SAME, "did you mean 'notice'?"),
    "a text in no language": ('title.ko = "욕설"', 'title.kr = "욕설"', SAME, "'kr' is not among the languages"),
    "a text missing": ('title.ko = "욕설"\n', "", PROFANITY, "has no text in 'ko'"),
    "another limit in a text": ("of more than 400", "of more than 500", SAME, "does not name the limit of words, 400"),
    "another limit in Persian": ("۴۰۰", "۵۰۰", SAME, "does not name the limit of words, 400"),
    "an empty text": ('"Profanity"', '" "', PROFANITY, "expected plain text"),
    "an invisible letter": ('"Profanity"', '"Pro\u200bfanity"', PROFANITY, "expected plain text"),
    "a text that turns": ('"Profanity"', '"Pro\u202efanity"', PROFANITY, "expected plain text"),
    "a number for a text": ('"Profanity"', "7", PROFANITY, "expected plain text"),
    "a table for a list": ('languages = ["en", "ko", "es", "fa", "ar"]', "languages = {}", SAME, "list of language tags"),
    "a language twice": ('"fa", "ar"]', '"fa", "fa"]', SAME, "none twice"),
    "a fact with spaces": ("facts.another-name.en", 'facts."my fact".en', SAME, "a-z, 0-9 and inner hyphens"),
    "a fact without a language": ('facts.another-name.ko = "남의 이름을 씀"\n', "", "facts.another-name.en", "has no text in 'ko'"),
    "facts in a list": ('id = "racism"', 'facts = []\nid = "racism"', SAME, "expected texts by id"),
    "no rules": (TEXT[TEXT.index("[[rules]]") :], "", 0, "1 to 100 tables"),
}  # fmt: skip


def _line(mark: str) -> int:
    return TEXT[: TEXT.index(mark)].count("\n") + 1


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_named_with_its_line(name: str) -> None:
    before, after, mark, said = BAD[name]
    assert before in TEXT
    line = _line(mark or before) if isinstance(mark, str) else mark
    book, flaws = read(TEXT.replace(before, after, 1).encode())
    assert book is None
    assert any(flaw.line == line and said in flaw.text for flaw in flaws), flaws
    with pytest.raises(FormatError, match=r"rules/book\.toml:\d+: "):
        parse(TEXT.replace(before, after, 1).encode())


def test_a_language_of_the_edition_that_is_missing_is_a_mistake() -> None:
    book, flaws = read(TEXT.encode(), ("en", "ru"))
    assert book is None
    assert [(f.line, f.text) for f in flaws] == [
        (_line("languages ="), "languages: 'ru' of this newsroom is missing")
    ]
    assert read(TEXT.encode(), ("en", "ar"))[1] == ()


def test_too_many_bytes_are_not_read() -> None:
    assert "is 262145 bytes long" in read(b"#" * (MAX_BOOK_BYTES + 1))[1][0].text


def test_the_hash_is_the_one_that_the_format_specifies() -> None:
    fields = json.loads(canonical(BOOK).decode().removeprefix(HASHED))
    again = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert BOOK.hash == sha256(b"handbill rules 1\n" + again.encode()).hexdigest()
    assert fields["rules"][8]["two_people"] == "life"
    assert fields["ladder"]["block_editions"] == 24
    spec = Path(__file__).parents[2] / "docs/formats/rules.md"
    assert f"`{BOOK.hash}`" in spec.read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version = 1\n", "version = 2\n"),
        ("block_editions = 24", "block_editions = 23"),
        ('two_people = "life"', 'two_people = "always"'),
        ("Writers answer", "Writers do not answer"),
        ("By submitting this letter I agree", "By submitting this letter I don't agree"),
    ],
)
def test_whatever_binds_is_in_the_hash(before: str, after: str) -> None:
    assert before in TEXT
    assert parse(TEXT.replace(before, after, 1).encode()).hash != BOOK.hash


def test_spelling_of_the_file_is_not_in_the_hash() -> None:
    other = "# a comment\n" + TEXT.replace("words = 400", "words=400").replace("é", "e\u0301")
    assert parse(other.encode()).hash == BOOK.hash


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_mistakes_and_no_crash(data: bytes) -> None:
    book, flaws = read(data)
    assert (book is None) == bool(flaws)


@settings(deadline=None)
@given(st.integers(0, len(TEXT) - 40), st.integers(1, 40))
def test_a_torn_book_is_read_or_refused(start: int, length: int) -> None:
    read((TEXT[:start] + TEXT[start + length :]).encode())
