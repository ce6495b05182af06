"""A segment that was amended has the bytes of one that was made of all its texts."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.reader import amending, search
from handbill.reader.alphabet import Alphabet
from handbill.reader.amending import amend
from handbill.reader.postings import DIGITS, numbers, terms_of, written
from handbill.reader.search import Doc, segment_files
from handbill.reader.terms import Texts

TEXT = st.text(
    alphabet="abÀéñЙё가나다라마힣漢字日本あい ้كىي۰١ \u2028\u200c\u0301'-.(x0𝒳ßİ\"\\&<*\n\x0b",
    max_size=40,
)


@st.composite
def documents(draw: st.DrawFn, number: int) -> Doc:
    title, body, spoken = (draw(TEXT) for _ in range(3))
    language = draw(st.sampled_from(["en", "ko", "fa"]))
    day = draw(st.sampled_from(["2026-01-02", "2026-11-24"]))
    path = f"stories/{number}"
    return Doc(f"d{number}", "story", language, day, day, path, title, "", body, spoken)


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Doc], list[Doc]]:
    before = [draw(documents(n)) for n in range(draw(st.integers(1, 6)))]
    after = [draw(documents(n)) if draw(st.booleans()) else doc for n, doc in enumerate(before)]
    more = draw(st.integers(0, 2))
    return before, after + [draw(documents(len(before) + n)) for n in range(more)]


def amended(before: list[Doc], after: list[Doc]) -> dict[str, bytes]:
    docs = {n: doc for n, doc in enumerate(after) if before[n : n + 1] != [doc]}
    made = segment_files("s", before)
    return amend("s", docs, [d.language for d in after], made) if docs else made


@given(changes())
def test_amending_gives_the_bytes_of_making_anew(change: tuple[list[Doc], list[Doc]]) -> None:
    before, after = change
    assert amended(before, after) == segment_files("s", after)


@pytest.mark.parametrize("seed", range(12))
def test_many_shards_and_packs_are_cut_where_they_would_be(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SHARD_BYTES", 300)
    monkeypatch.setattr(search, "PACK_BYTES", 400)
    monkeypatch.setattr(amending, "PACK_BYTES", 400)
    chance = random.Random(seed)

    def text() -> str:
        return " ".join(f"w{chance.randint(0, 300)}" for _ in range(chance.choice([0, 9, 30, 90])))

    before = [
        Doc(f"d{i}", "story", "en", "2026", "2026", f"stories/{i}", text(), "", text())
        for i in range(40)
    ]
    after = list(before)
    for number in chance.sample(range(40), 3):
        after[number] = replace(after[number], title=text(), body=text())
    after += [replace(before[0], id=f"n{i}", body=text()) for i in range(seed % 3)]
    made = amended(before, after)
    assert made == segment_files("s", after)
    assert len(made) > 20


def test_more_languages_than_digits_are_kept_apart() -> None:
    before = [
        Doc(f"d{i}", "story", f"l{i:02}", "", "", f"stories/{i}", "t", "", "") for i in range(70)
    ]
    after = [*before[:66], replace(before[66], language="a", title="u"), *before[67:]]
    assert amended(before, after) == segment_files("s", after)


@given(TEXT, TEXT)
def test_the_terms_of_one_text_are_those_of_the_index(one: str, other: str) -> None:
    found = Texts([one, other], Alphabet()).terms()
    text, ends = found.units.tobytes().decode("utf-16-le"), np.cumsum(found.lengths).tolist()
    names = [text[a:b] for a, b in pairwise([0, *ends])]
    assert names == sorted(terms_of([*one.split(), *other.split()]))


@given(st.sets(st.integers(0, 65_535), max_size=20))
def test_numbers_are_read_as_they_were_written(values: set[int]) -> None:
    text = written(sorted(values))
    assert list(numbers(text)) == sorted(values)
    assert set(text) <= set(DIGITS)
