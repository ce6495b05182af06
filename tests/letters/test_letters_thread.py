"""Threads: one order on every drive, answers under what they answer, pages that fit."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from handbill.letters.thread import MAX_DEPTH, Entry, Placed, Shown, arrange, pages


def entry(key: str, parent: str = "", edition: int = 1, state: Shown = Shown.PUBLISHED) -> Entry:
    return Entry(key, parent, state, edition, name=key, text=key)


def keys(conversations: tuple[tuple[Placed, ...], ...]) -> list[list[tuple[str, int]]]:
    return [[(p.entry.key, p.depth) for p in c] for c in conversations]


def test_answers_stand_under_what_they_answer() -> None:
    found = arrange([entry("b", "a", 2), entry("a"), entry("c", "b", 3), entry("d", "", 2)])
    assert keys(found) == [[("a", 0), ("b", 1), ("c", 2)], [("d", 0)]]


def test_an_answer_to_what_is_not_there_stands_at_the_top() -> None:
    assert keys(arrange([entry("b", "gone")])) == [[("b", 0)]]


def test_deep_answers_stay_on_the_page() -> None:
    chain = [entry(f"{n:03}", f"{n - 1:03}" if n else "", n + 1) for n in range(500)]
    depths = [p.depth for p in arrange(chain)[0]]
    assert len(depths) == 500
    assert max(depths) == MAX_DEPTH


def test_a_circle_of_parents_loses_nobody() -> None:
    found = arrange([entry("a", "b"), entry("b", "a"), entry("c")])
    assert sorted(k for c in keys(found) for k, _ in c) == ["a", "b", "c"]


def test_a_withdrawn_stub_stays_only_above_something_published() -> None:
    gone = Shown.WITHDRAWN
    found = arrange(
        [
            entry("a", state=gone),
            entry("b", "a", state=gone),
            entry("c", "b"),
            entry("d", state=gone),
            entry("e", "c", state=gone),
        ]
    )
    assert keys(found) == [[("a", 0), ("b", 1), ("c", 2)]]


def test_newest_first_turns_conversations_not_answers() -> None:
    listed = [entry("a", "", 1), entry("b", "", 3), entry("c", "a", 5), entry("d", "a", 2)]
    found = [[k for k, _ in c] for c in keys(arrange(listed, newest_first=True))]
    assert found == [["b"], ["a", "d", "c"]]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=31), st.randoms())
def test_order_of_arrival_changes_nothing(pairs: list[tuple[int, int]], rng: random.Random) -> None:
    listed = list({f"{k:02}": entry(f"{k:02}", f"{p:02}", k % 5) for k, p in pairs}.values())
    before = arrange(listed)
    rng.shuffle(listed)
    assert arrange(listed) == before
    assert sorted(p.entry.key for c in before for p in c) == sorted(e.key for e in listed)


@given(st.lists(st.integers(1, 30), max_size=20))
def test_pages_hold_all_in_order_and_never_too_many(lengths: list[int]) -> None:
    conversations = [
        tuple(Placed(entry(f"{n}-{i}"), 0, None) for i in range(length))
        for n, length in enumerate(lengths)
    ]
    found = pages(conversations, 10)
    assert [p for page in found for p in page] == [p for c in conversations for p in c]
    assert all(len(page) <= 10 for page in found)
    assert len(found) >= 1
