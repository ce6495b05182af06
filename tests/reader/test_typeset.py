"""Letters on paper: what is read from right to left, marks, other scripts, lines and their ends."""

from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.reader.sheet_setting import broken
from handbill.reader.typeset import MIRROR, Face, Type, seen


def face(name: str, language: str = "en") -> Face:
    data = (files("handbill.reader") / "fonts" / f"{name}.ttf").read_bytes()
    return Face(name, data, language)


LATIN = face("NotoSerif-Regular")
NASKH = face("NotoNaskhArabic-Regular", "fa")
PERSIAN = Type((NASKH, LATIN), rtl=True)
ENGLISH = Type((LATIN,), rtl=False)


def said(letters: Type, text: str) -> list[tuple[str, str]]:
    """Return which face shows which text, from left to right."""
    return [(r.face.name[:8], "".join(g.text for g in r.glyphs)) for r in letters.line(text)]


@pytest.mark.parametrize(
    ("text", "rtl", "shown"),
    [
        ("plain (text)", False, "plain (text)"),
        ("abc.", True, ".abc"),
        ("سلام 12", True, "12 مالس"),
        ("۱۲۳ تا", True, "ات ۱۲۳"),
        ("a سلام b", False, "a مالس b"),
        ("(سلام)", True, f"){MIRROR}مالس({MIRROR}"),
        ("متن UN (USA) متن", True, "نتم UN (USA) نتم"),
        ("\u2067abc\u2069 \u200fx\u202e", False, "abc x"),
        ("so\u00adft x\U000e01ef", True, "soft x"),
    ],
)
def test_what_is_seen_from_left_to_right(text: str, rtl: bool, shown: str) -> None:
    assert seen(text, rtl=rtl) == shown


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.booleans())
def test_nothing_is_lost_and_nothing_breaks(text: str, rtl: bool) -> None:
    line = " ".join(text.split())
    runs = Type((NASKH, LATIN), rtl=rtl).line(line)
    assert all(glyph.advance >= 0 for run in runs for glyph in run.glyphs)
    shown = seen(line, rtl=rtl).replace(MIRROR, "")
    assert set(shown) <= set(line)


def test_letters_of_another_script_are_set_in_the_font_that_has_them() -> None:
    assert said(PERSIAN, "سلام Ünal") == [
        ("NotoSeri", "Ünal"), ("NotoNask", " "), ("NotoNask", "مالس"),
    ]  # fmt: skip


def test_a_mark_is_told_with_its_letter_and_a_joiner_is_kept() -> None:
    (run,) = PERSIAN.line("خانهٔ")
    assert [glyph.text for glyph in run.glyphs] == ["", "هٔ"[::-1], "ن", "ا", "خ"]
    (run,) = PERSIAN.line("می‌شود")
    assert "".join(glyph.text for glyph in run.glyphs) == "می‌شود"[::-1]
    joiner = next(glyph for glyph in run.glyphs if glyph.text == "\u200c")
    assert (joiner.number, joiner.advance) == (NASKH.shaped(" ", rtl=False)[0].number, 0)
    (run,) = PERSIAN.line("اصلاً")
    assert "".join(glyph.text for glyph in run.glyphs) == "اصلاً"[::-1]


def test_letters_join_and_brackets_are_turned() -> None:
    joined, alone = PERSIAN.line("هه")[0], PERSIAN.line("ه")[0]
    assert alone.glyphs[0].number not in {glyph.number for glyph in joined.glyphs}
    opened, closed = LATIN.shaped("(", rtl=False)[0], LATIN.shaped(")", rtl=False)[0]
    left, _, right = PERSIAN.line("(سلام)")
    assert (left.glyphs[0].number, right.glyphs[0].number) == (opened.number, closed.number)
    assert (left.glyphs[0].text, right.glyphs[0].text) == (")", "(")


@given(st.lists(st.text("aVTo.,'", min_size=1, max_size=12), min_size=1, max_size=40))
def test_a_line_is_as_wide_as_its_glyphs(words: list[str]) -> None:
    line = " ".join(words)
    assert ENGLISH.width(line) == sum(run.width for run in ENGLISH.line(line))


@given(
    st.lists(st.text("abiW", min_size=1, max_size=60), min_size=1, max_size=30),
    st.integers(2000, 30_000),
)
def test_lines_hold_all_words_and_as_many_as_fit(words: list[str], most: int) -> None:
    lines = list(broken(" ".join(words), ENGLISH.width, most))
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(ENGLISH.width(line) <= most for line in lines)
    for line, after in pairwise(lines):
        first = after.split(" ")[0]
        whole = line.split(" ")[-1] in words and first in words
        assert not whole or ENGLISH.width(f"{line} {first}") > most


def test_a_word_without_end_is_cut_in_time_that_grows_with_its_length() -> None:
    asked = 0

    def width(text: str) -> float:
        nonlocal asked
        asked += len(text)
        return float(len(text))

    word = "x" * 20_000
    assert "".join(broken(word, width, 100.0)) == word
    assert asked < 400 * len(word)


def test_a_part_of_a_font_has_its_glyphs_under_their_numbers() -> None:
    glyphs = {glyph.number for glyph in NASKH.shaped("سلام", rtl=True)}
    data = NASKH.subset(glyphs)
    assert len(data) < 20_000
    part = Face("part", data, "fa")
    assert [part.width(glyph) for glyph in glyphs] == [NASKH.width(glyph) for glyph in glyphs]
