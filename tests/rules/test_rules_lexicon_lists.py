"""The lists of hard words as they are stored, and the folding that they meet texts in."""

import base64
import runpy
from pathlib import Path

import pytest

from handbill.errors import FormatError
from handbill.rules.data import lexicon
from handbill.rules.folding import fold, fold_word
from handbill.rules.keyboards import by_ear, in_latin_letters, typed, typed_korean
from handbill.rules.lexicons import LANGUAGES, RULES, Entry, Lexicon, parse, write, write_entry
from handbill.rules.spellings import held_form, initials_mixed, sounding_alike, starred_forms

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_packaged_list_is_whole(language: str) -> None:
    words = lexicon(language)
    assert len(words.entries) > 200
    assert {entry.rule for entry in words.entries} == set(RULES)
    assert all(entry.sources for entry in words.entries)
    assert len({entry.word for entry in words.entries}) == len(words.entries)
    assert all(fold_word(entry.word) for entry in words.entries)
    assert words.cues
    assert parse(write(words, ["a header"]), language) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_name_people_are_in_no_list(language: str) -> None:
    names = {
        "gay", "lesbian", "queer", "jew", "muslim", "black", "roma", "gypsy", "homosexual", "lesbiana",
        "judío", "negro", "gitano", "moro", "indio", "еврей", "гей", "лесбиянка", "цыган", "чеченец",
        "негр", "یهودی", "عرب", "افغان", "افغانی", "ترک", "همجنسگرا", "게이", "레즈비언", "조선족",
        "탈북자", "흑인", "유대인", "장애인",
    }  # fmt: skip
    assert not names & {entry.word for entry in lexicon(language).entries}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not base64!", "base64"),
        (base64.b64encode(b"\xff\xfe").decode(), "base64"),
        (base64.b64encode(b"word\tprofanity\t5").decode(), "5 fields"),
        (write_entry(Entry("w", "rudeness", 5)), "rule"),
        (write_entry(Entry("w", "racism", 0)), "strength"),
        (write_entry(Entry("w", "racism", 5, "z")), "flags"),
        (write_entry(Entry(" ", "racism", 5)), "flags"),
        ("colour: red", "no key"),
    ],
)
def test_a_bad_line_is_named(line: str, told: str) -> None:
    with pytest.raises(FormatError, match=rf"line 2: .*{told}"):
        parse(f"# header\n{line}\n".encode(), "en")


def test_a_list_beyond_its_limit_is_refused() -> None:
    with pytest.raises(FormatError, match="at most"):
        parse(b"#" * ((1 << 20) + 1), "en")


def test_an_unknown_language_has_no_list() -> None:
    with pytest.raises(KeyError):
        lexicon("../en")


def test_a_list_is_written_as_it_is_read() -> None:
    words = Lexicon(
        "en", (Entry("w", "racism", 5, "ab", ("a", "b")),), ("x y",), ("s",), ("p",), ("c",)
    )
    assert parse(write(words, ["one", ""]), "en") == words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＦＵＬＬ", "full"),
        ("𝖋𝔬𝕝𝒹", "fold"),
        ("ⓕⓞⓛⓓ", "fold"),
        ("f\u200bo\u00adl\u0336d", "fold"),
        ("🅵🅾🅻🅳", "fold"),
        ("🇫🇴🇱🇩", "fold"),
        ("ꜰᴏʟᴅ", "fold"),
        ("fоld", "fold"),
        ("AÑO an\u0303o", "año año"),
        ("Ёж", "eж"),
        ("씨", "ㅆㅣ"),
        ("\u110a\u1175", "ㅆㅣ"),
        ("\uffb5\uffa1", "ㅅㄱ"),
        ("ㅄ", "ㅂㅅ"),
        ("ي ك ة", "ی ک ه"),
        ("کـــس", "کس"),
        ("ﮐﯿ", "کی"),
        ("a \t\n b", "a b"),
        ("٣۳", "33"),
    ],
)
def test_folding(written: str, plain: str) -> None:
    assert fold_word(written) == plain


def test_folding_remembers_where_each_letter_came_from() -> None:
    folded = fold("a\u200b씨ﬁ b")
    assert folded.text == "aㅆㅣfi b"
    assert folded.at == [0, 2, 2, 3, 3, 4, 5]


def test_spellings_that_are_foreseen() -> None:
    assert {"w*rd", "w**d", "w***", "*ord"} - starred_forms("word") == {"*ord"}
    assert held_form("book") == ("bok", [1, 2, 1])
    assert typed_korean(fold_word("안녕")) == "dkssud"
    assert typed("привет") == "ghbdtn"
    assert typed("سلام") == "sghl"
    assert in_latin_letters("юла") >= {"yula", "iula", "jula", "ula", "ioJIa".lower()}
    assert "annyeong" in by_ear("안녕")
    assert {"앤녕", "안뇽"} & sounding_alike("안녕") == set()
    assert {"안녕", "얀녕", "안냥"} & sounding_alike("안녕") == {"얀녕"}
    assert initials_mixed("안녕") == {"ㅇ녕", "안ㄴ"}
    assert starred_forms("two words") == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tool_shows_a_list_and_reads_it_again(language: str) -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "lexicon.py"))
    words = lexicon(language)
    assert tool["read_plain"](tool["show"](words), language) == words
