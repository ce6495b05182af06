"""Standing: strikes, ladder, decay, pause, block, undo and appeal, from the set of decisions."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.rules.book import Ladder
from handbill.rules.standing import Action, Decision, Standing, Step, standing

LADDER = Ladder()


def removed(sequence: int, letter: str, written: int, decided: int) -> Decision:
    return Decision(sequence, Action.REMOVE, decided, letter, written, "profanity")


def undo(sequence: int, about: int, action: Action = Action.RESTORE, edition: int = 50) -> Decision:
    return Decision(sequence, action, edition, about=about)


TEN = [removed(n, f"l{n}", 42, 43) for n in range(1, 11)]
THREE = [removed(1, "a", 42, 43), removed(2, "b", 44, 44), removed(3, "c", 45, 46)]
PAUSE = Decision(9, Action.PAUSE, 47, editions=4, rule="repeat")
BLOCK = Decision(9, Action.BLOCK, 47, editions=24, rule="repeat")

# decisions, edition now → strikes, step due, paused until, blocked until, letters published
CASES: dict[str, tuple[list[Decision], int, tuple[int, Step, int | None, int | None, int]]] = {
    "nobody": ([], 44, (0, Step.NONE, 0, 0, 0)),
    "not told yet": ([removed(1, "a", 42, 43)], 43, (0, Step.NONE, 0, 0, 0)),
    "told": ([removed(1, "a", 42, 43)], 44, (1, Step.NOTICE, 0, 0, 0)),
    "ten on one drive": (TEN, 44, (1, Step.NOTICE, 0, 0, 0)),
    "two editions, neither told": (
        [removed(1, "a", 42, 43), removed(2, "b", 43, 43)], 44, (1, Step.NOTICE, 0, 0, 0),
    ),
    "written after being told": (THREE[:2], 45, (2, Step.WARNING, 0, 0, 0)),
    "three": (THREE, 47, (3, Step.PAUSE, 0, 0, 0)),
    "four": ([*THREE, removed(4, "d", 47, 47)], 48, (4, Step.BLOCK, 0, 0, 0)),
    "an old letter found late takes nothing back": (
        [*THREE, removed(4, "old", 10, 47)], 48, (3, Step.PAUSE, 0, 0, 0),
    ),
    "keeps citing an old edition": (
        [removed(n, f"l{n}", 42, 43 + n) for n in range(5)], 60, (0, Step.NONE, 0, 0, 0),
    ),
    "the last edition before decay": ([removed(1, "a", 42, 43)], 55, (1, Step.NOTICE, 0, 0, 0)),
    "decayed": ([removed(1, "a", 42, 43)], 56, (0, Step.NONE, 0, 0, 0)),
    "undone": ([*THREE, undo(8, 2)], 47, (2, Step.WARNING, 0, 0, 0)),
    "an undo undone": ([*THREE, undo(8, 2), undo(9, 8)], 47, (3, Step.PAUSE, 0, 0, 0)),
    "upheld": ([*THREE, undo(8, 2, Action.UPHOLD)], 47, (3, Step.PAUSE, 0, 0, 0)),
    "overturned": ([*THREE, undo(8, 2, Action.OVERTURN)], 47, (2, Step.WARNING, 0, 0, 0)),
    "approved after all": (
        [*THREE, Decision(8, Action.APPROVE, 47, "c", 45)], 47, (2, Step.WARNING, 0, 0, 1),
    ),
    "withdrawn after removal": (
        [*THREE, Decision(8, Action.WITHDRAW, 47, "c", 45)], 47, (2, Step.WARNING, 0, 0, 0),
    ),
    "an undo of what comes later": ([undo(1, 2), replace(THREE[0], sequence=2)], 47, (1, Step.NOTICE, 0, 0, 0)),
    "an undo of itself": ([undo(2, 2), THREE[0]], 47, (1, Step.NOTICE, 0, 0, 0)),
    "paused": ([PAUSE], 50, (0, Step.NONE, 51, 0, 0)),
    "pause over": ([PAUSE], 51, (0, Step.NONE, 0, 0, 0)),
    "blocked": ([BLOCK], 70, (0, Step.NONE, 0, 71, 0)),
    "block over": ([BLOCK], 71, (0, Step.NONE, 0, 0, 0)),
    "blocked without end": ([replace(BLOCK, editions=None)], 900, (0, Step.NONE, 0, None, 0)),
    "lifted by number": ([BLOCK, undo(10, 9, Action.LIFT)], 50, (0, Step.NONE, 0, 0, 0)),
    "all lifted": ([PAUSE, replace(BLOCK, sequence=10), undo(11, 0, Action.LIFT)], 50, (0, Step.NONE, 0, 0, 0)),
    "blocked again after a lift": (
        [BLOCK, undo(10, 0, Action.LIFT), replace(BLOCK, sequence=11, edition=50)], 51, (0, Step.NONE, 0, 74, 0),
    ),
    "a lift undone": ([BLOCK, undo(10, 0, Action.LIFT), undo(11, 10)], 51, (0, Step.NONE, 0, 71, 0)),
    "published": ([Decision(1, Action.APPROVE, 43, "a", 42)], 44, (0, Step.NONE, 0, 0, 1)),
    "published and erased": (
        [Decision(1, Action.APPROVE, 43, "a", 42), Decision(2, Action.ERASE, 44, "a", 42)], 44, (0, Step.NONE, 0, 0, 0),
    ),
}  # fmt: skip


def shown(found: Standing) -> tuple[int, Step, int | None, int | None, int]:
    return (found.strikes, found.due, found.paused_until, found.blocked_until, found.published)


@pytest.mark.parametrize("name", CASES)
def test_the_set_of_decisions_gives_the_standing(name: str) -> None:
    decisions, now, expected = CASES[name]
    assert shown(standing(decisions, LADDER, now)) == expected
    for seed in range(20):
        shuffled = [*decisions, *decisions[:2]]
        random.Random(seed).shuffle(shuffled)
        assert shown(standing(shuffled, LADDER, now)) == expected


def test_a_pen_is_new_until_something_of_it_stands_published() -> None:
    assert standing([], LADDER, 44).is_new
    assert standing(THREE, LADDER, 47).is_new
    assert not standing([Decision(1, Action.APPROVE, 43, "a", 42)], LADDER, 44).is_new


def test_the_highest_step_taken_is_remembered_until_it_decays() -> None:
    steps = [Decision(1, Action.NOTICE, 43), Decision(2, Action.WARN, 45)]
    assert standing(steps, LADDER, 46).taken is Step.WARNING
    assert standing(steps, LADDER, 57).taken is Step.WARNING
    assert standing(steps, LADDER, 58).taken is Step.NONE
    assert standing([*steps, undo(3, 2)], LADDER, 46).taken is Step.NOTICE


def test_another_ladder_counts_otherwise() -> None:
    strict = Ladder(notice=1, warning=1, pause=1, block=2, decay_editions=100)
    assert standing(THREE[:1], strict, 60).due is Step.PAUSE
    assert standing(THREE[:2], strict, 60).due is Step.BLOCK


decisions = st.builds(
    Decision,
    st.integers(1, 15),
    st.sampled_from(list(Action)),
    st.integers(1, 20),
    st.sampled_from(["", "a", "b", "c"]),
    st.integers(0, 20),
    st.just("profanity"),
    st.sampled_from([None, 1, 5]),
    st.integers(0, 15),
)


@settings(deadline=None)
@given(st.lists(decisions, unique_by=lambda d: d.sequence), st.integers(1, 30), st.randoms())
def test_any_order_gives_one_standing(made: list[Decision], now: int, rnd: random.Random) -> None:
    shuffled = list(made)
    rnd.shuffle(shuffled)
    assert standing(made, LADDER, now) == standing(shuffled, LADDER, now)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 5)), max_size=12),
    st.tuples(st.integers(1, 20), st.integers(0, 5)),
)
def test_one_more_removal_never_lowers_the_strikes(
    rows: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    calm = Ladder(decay_editions=1000)
    made = [removed(n, f"l{n}", w, w + d) for n, (w, d) in enumerate(rows, 1)]
    added = removed(99, "more", more[0], more[0] + more[1])
    fewer, most = (standing(x, calm, 40).strikes for x in (made, [*made, added]))
    assert fewer <= most <= fewer + 1
    assert most <= len({w for w, _ in [*rows, more]})
