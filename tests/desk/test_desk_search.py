"""Searching: every letter that is asked for, none twice, the newest first, whatever path it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from desk.queue_world import Room
from handbill.desk.queue import searching, walking
from handbill.desk.queue.searching import Wanted
from handbill.desk.store.models import Finding, Letter
from handbill.letters.decision import Action
from handbill.letters.letter import Kind

BODIES = ("the bridge of Orsk", "Orsk lies far away", "a bridge and a river", "nothing of the kind")
QUESTIONS = (
    Wanted(text="orsk brid"),
    Wanted(text="brid"),
    Wanted(text="orsk", language="en"),
    Wanted(text="bridge", state="removed"),
    Wanted(text="orsk", rule="racism"),
    Wanted(rule="privacy"),
    Wanted(rule="racism"),
    Wanted(rule="no-such-rule"),
    Wanted(language="ko"),
    Wanted(language="xx"),
    Wanted(story="s1"),
    Wanted(state="waiting", story="s2", language="en"),
    Wanted(text="far awa", story="s0"),
    Wanted(text="bridge", pen="zebra-zebra"),
    Wanted(pen="no pen"),
    Wanted(name="\u200b"),
)
PATHS = (
    {},
    {"FIRST": 2, "SECOND": 3},
    {"FIRST": 1, "SECOND": 2, "NEAR": 3, "FEW": 0, "RARE": 0.0},
    {"FIRST": 1, "SECOND": 2, "NEAR": 3, "FEW": 2, "RARE": 1.0},
    {"FIRST": 1, "SECOND": 1, "NEAR": 4, "FEW": 5_000, "RARE": 0.02},
)


def filled(room: Room) -> None:
    """Letters of six editions, of three stories and two languages, some removed, some pointed at."""
    ids = room.file_all(
        [
            (
                Kind.LETTER,
                f"p{n}",
                {"body": f"{BODIES[n % 4]}, {n}", "number": 3 + n % 3, "story": f"s{n % 3}",
                 "language": ("en", "ko")[n % 5 == 0]},
            )
            for n in range(30)
        ]
    )  # fmt: skip
    for letter in ids[::4]:
        room.point(letter, "racism")
    for letter in ids[::7]:
        room.judge(letter, Action.REMOVE, rule="privacy")
    for n, letter in enumerate(ids):  # more editions than the newsroom of the tests has
        if n % 2:
            Letter.objects.filter(id=letter).update(edition_number=90 + n)


def expected(wanted: Wanted) -> list[str]:
    """Look through all letters, one by one."""
    words = wanted.text.split()
    found = []
    for letter in Letter.objects.all():
        text = f"{letter.name} {letter.body}".casefold()
        rules = set(Finding.objects.filter(letter=letter).values_list("rule", flat=True))
        fits = not (wanted.pen or wanted.name)  # of nobody
        fits = (
            fits
            and all(f" {word}" in f" {text}" for word in words)
            and all(
                getattr(letter, name) == value
                for name, value in asdict(wanted).items()
                if value and name in ("story", "state", "language")
            )
        )
        if fits and (not wanted.rule or wanted.rule in rules | {letter.rule}):
            found.append((letter.edition_number, letter.id))
    return [letter for _number, letter in sorted(found, reverse=True)]


def paged(wanted: Wanted, most: int) -> list[str]:
    found: list[str] = []
    after = ""
    while page := searching.found(wanted, after=after, most=most):
        assert len(page) <= most
        found += [letter.id for letter in page]
        after = searching.place(page[-1])
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_is_found_in_order_on_every_path(
    fresh: Callable[[], Path | str], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(Room(tmp_path, fresh()))
    assert sum(bool(expected(wanted)) for wanted in QUESTIONS) > 9
    for path in PATHS:
        for name, value in path.items():
            monkeypatch.setattr(walking, name, value)
        for wanted in QUESTIONS:
            for most in (2, 51):
                assert paged(wanted, most) == expected(wanted), (path, wanted)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_common_words_beside_rare_ones_are_read_for_and_not_sought(
    fresh: Callable[[], Path | str], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(Room(tmp_path, fresh()))
    shares = {"the": 900, "bridge": 300, "orsk": 1}

    def estimate(rows: object) -> int:
        query = str(getattr(rows, "query"))  # noqa: B009  (typed as object)
        return next((n for word, n in shares.items() if f"{word}':*" in query), 1000)

    monkeypatch.setattr(walking, "estimate", estimate)
    monkeypatch.setattr(searching, "ENOUGH", 10)
    assert searching._sought(["the", "orsk", "bridge"]) == (["orsk"], ["the", "bridge"])
    monkeypatch.setattr(searching, "ENOUGH", 0)
    assert searching._sought(["the", "orsk", "bridge"]) == (["orsk", "bridge", "the"], [])
    wanted = Wanted(text="the orsk bridge")
    assert expected(wanted)
    for path in PATHS:
        for name, value in path.items():
            monkeypatch.setattr(walking, name, value)
        for enough in (10, 0):
            monkeypatch.setattr(searching, "ENOUGH", enough)
            assert paged(wanted, 3) == expected(wanted), (path, enough)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Ángel", "Ángel"),
        ("Ángel", "ángel"),
        ("Ángel", "ÁNGEL"),
        ("ñandú", "ÑANDÚ"),
        ("Straße", "Straße"),
        ("Straße", "straße"),
        ("İstanbul", "İstanbul"),
        ("Москва", "москва"),
        ("Μόσχας", "Μόσχας"),
        ("المُدن", "المُدن"),
        ("겨울", "겨울"),
    ],
)
def test_a_word_is_found_as_it_is_written_and_in_other_cases(
    fresh: Callable[[], Path | str], tmp_path: Path, written: str, asked: str
) -> None:
    room = Room(tmp_path, fresh())
    letter = room.file(body=f"They say {written} has gone.")
    room.file(body="They say that nobody has gone.")
    assert [found.id for found in searching.found(Wanted(text=asked))] == [letter]
