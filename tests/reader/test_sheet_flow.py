"""Where texts stand on the print sheet: nothing over anything else, nothing lost, no empty page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.reader.sheet_flow import (
    BOTTOM,
    COLUMN,
    MARGIN,
    PAGE_W,
    Flow,
    Frame,
    Passage,
    Placed,
    SheetStory,
    fill,
)

FRAME = Frame(top=140.0, notes=20.0, step=1.5, rtl=False)


def say(text: str, size: float, bold: bool, width: float) -> Sequence[str]:
    return textwrap.wrap(text, max(4, int(width / (size * 0.18))))


def words(count: int, name: str) -> str:
    return " ".join(f"{name}{n}" for n in range(count))


def story(name: str, *lengths: int, head: bool = False) -> SheetStory:
    passages = [Passage(words(length, f"{name}{n}x")) for n, length in enumerate(lengths)]
    if head:
        passages.insert(1, Passage(f"{name}head", head=True))
    return SheetStory(f"Title {name}", f"Deck {name}", f"By {name}", tuple(passages))


def height(placed: Placed) -> float:
    return len(placed.lines) * placed.look.size * 0.3528 * FRAME.step


def apart(made: Flow) -> None:
    """Fail where two texts overlap, or one leaves its page."""
    for one in made.placed:
        end = BOTTOM - (FRAME.notes if one.page == made.frame.pages else 0)
        assert one.y >= MARGIN
        assert one.y + height(one) <= end + 0.02
        assert one.x >= MARGIN
        assert one.x + one.width <= PAGE_W - MARGIN + 0.01
    order = sorted(made.placed, key=lambda p: (p.page, p.x, p.y))
    for one, next_ in pairwise(order):
        if (one.page, one.x) == (next_.page, next_.x):
            assert one.y + height(one) <= next_.y + 0.02


def said(made: Flow) -> str:
    return " ".join(line for placed in made.placed for line in placed.lines)


@given(
    st.lists(st.lists(st.integers(1, 160), min_size=1, max_size=6), min_size=1, max_size=9),
    st.booleans(),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_whatever_there_is_to_print(lengths: list[list[int]], rtl: bool, head: bool) -> None:
    stories = [story(f"s{n}", *those, head=head) for n, those in enumerate(lengths)]
    made = fill(say, replace(FRAME, rtl=rtl), stories, [story("extra", 60)])
    apart(made)
    told = said(made)
    texts = [p.text for s in stories for p in s.passages]
    if made.cut:
        assert "extra" not in told
        assert told.endswith("…") or stories[-1].title.split()[1] not in told
        texts = texts[:1]
    # The order of reading is that of the stories.
    at = [f" {told} ".find(f" {text.split()[0]} ") for text in texts]
    assert at == sorted(at)
    assert -1 not in at


def test_a_small_newsroom_gets_large_letters_and_what_else_there_is_to_say() -> None:
    made = fill(say, FRAME, [story("a", 60, 60)], [story("how", 40), story("rules", 60)])
    apart(made)
    assert not made.cut
    assert "Title how" in said(made)
    assert "Title rules" in said(made)
    assert made.frame.scale >= 1.2


def test_two_pages_end_level() -> None:
    made = fill(say, FRAME, [story(f"s{n}", 90, 90, 90) for n in range(4)], [])
    apart(made)
    assert made.page == 2
    ends = {
        x: max(p.y + height(p) for p in made.placed if p.page == 2 and p.x == x)
        for x in (MARGIN, PAGE_W - MARGIN - COLUMN)
    }
    assert abs(ends[MARGIN] - ends[PAGE_W - MARGIN - COLUMN]) < 25


def test_what_finds_no_room_whole_is_left_out_but_a_story_goes_on_elsewhere() -> None:
    busy = [story(f"s{n}", *[120] * 6) for n in range(8)]
    made = fill(say, FRAME, busy, [story("extra", 10)])
    apart(made)
    assert made.cut
    assert made.frame.scale == 1.0
    assert said(made).endswith("…")
    assert "extra" not in said(made)


@pytest.mark.parametrize("rtl", [False, True])
def test_the_first_column_is_where_reading_begins(rtl: bool) -> None:
    made = fill(say, replace(FRAME, rtl=rtl), [story("a", *[120] * 5)], [])
    texts = [p for p in made.placed if p.page == 1 and p.width == COLUMN]
    assert (texts[0].x == MARGIN) is not rtl
