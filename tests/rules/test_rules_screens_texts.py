"""Screens of whole letters: opening, length, hidden characters, twins; and all of them together."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filed import BOOK, context, letter
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.rules.finding import Finding, Where
from handbill.rules.judge import Treatment, judge
from handbill.rules.screens import Context, Fault, Score, Screened, screen_all
from handbill.rules.screens.hidden import HiddenScreen
from handbill.rules.screens.length import LengthScreen
from handbill.rules.screens.names import NamesScreen
from handbill.rules.screens.opened import OpenedScreen
from handbill.rules.screens.privacy import PrivacyScreen, ProtectedScreen
from handbill.rules.screens.twins import TwinsScreen, sketch
from handbill.rules.standing import Action, Decision, standing

ALL = (
    OpenedScreen(), LengthScreen(), HiddenScreen(), NamesScreen(), TwinsScreen(), PrivacyScreen(),
    ProtectedScreen(),
)  # fmt: skip
TEXT = (
    "The ferry left at six and nobody asked who was on board. My uncle stood at the rail with the "
    "letters in his coat, and when the lights came on he laughed and said that we were early."
)


def reasons(found: Iterable[Finding]) -> list[tuple[str, bool]]:
    return [(f.reason, f.holds) for f in found]


def test_an_ordinary_letter_passes_every_screen() -> None:
    own = letter(body=TEXT)
    assert screen_all(own, context(own), ALL) == ()


@pytest.mark.parametrize("fault", list(Fault))
def test_each_fault_of_opening_is_a_finding(fault: Fault) -> None:
    (found,) = OpenedScreen()(letter(faults=(fault,)), context())
    assert found.holds
    assert found.reason == f"opened-{fault}"
    assert BOOK.rule(found.rule)


def test_text_that_is_not_nfc_is_held() -> None:
    assert reasons(OpenedScreen()(letter(nfc=False), context())) == [("opened-not-nfc", True)]


@pytest.mark.parametrize(
    ("words", "expected"), [(399, []), (400, []), (401, [("length-over", True)])]
)
def test_length_is_flagged_at_the_first_word_too_many(
    words: int, expected: list[tuple[str, bool]]
) -> None:
    assert reasons(LengthScreen()(letter(words=words), context())) == expected


def test_letters_that_together_are_too_long_are_noticed_in_each() -> None:
    one, two = letter(id="1", words=300), letter(id="2", words=300)
    other = letter(id="3", words=300, story="market")
    for own in (one, two):
        found = LengthScreen()(own, context(one, two, other))
        assert reasons(found) == [("length-together", True)]
        assert found[0].words == "2: 600/400"
    assert LengthScreen()(other, context(one, two, other)) == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("1/2 The boat left.", "1/2"), ("The boat left. (2/3)", "(2/3)"), ("Part 2: the boat", "Part 2"),
        ("The boat left. To be continued", "To be continued"), ("배가 떠났다. (계속)", "(계속)"),
        ("Continuará", "Continuará"), ("ادامه دارد", "ادامه دارد"), ("Продолжение следует", "Продолжение следует"),
    ],
)  # fmt: skip
def test_a_letter_that_says_it_is_a_part_is_noticed_and_not_held(body: str, words: str) -> None:
    (found,) = LengthScreen()(letter(body=body), context())
    assert (found.reason, found.holds, body[slice(*found.span)]) == ("length-part", False, words)  # type: ignore[misc]


@pytest.mark.parametrize(
    "body",
    ["We paid 1/2 of it.", "2 1/2 years", "The first part was good.", "그 뒤로도 계속 걸었다."],
)
def test_fractions_and_plain_words_are_no_parts(body: str) -> None:
    assert LengthScreen()(letter(body=body), context()) == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("می‌خواهم بروم", []), ("👩\u200d🚒 and 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", []),
        ("مرحبا\u200f!", []), ("क्\u200dष", []),
        ("ab\u202ecd", [("hidden-turns", True)]), ("ab\u2067cd\u2069", [("hidden-turns", True)] * 2),
        ("fe\u200brry", [("hidden-character", False)]), ("soft\u00adware", [("hidden-character", False)]),
        ("fe\u200drry", [("hidden-character", False)]),
        ("hi\U000e0048\U000e0049", [("hidden-character", True)]),
    ],
)  # fmt: skip
def test_hidden_characters_are_pointed_at(body: str, expected: list[tuple[str, bool]]) -> None:
    assert reasons(HiddenScreen()(letter(body=body), context())) == expected


def test_a_thousand_hidden_characters_are_ten_findings() -> None:
    assert len(HiddenScreen()(letter(body="a\u202e" * 1000), context())) == 10


CHANGED = [
    TEXT.upper(),
    TEXT.replace(" ", "\u00a0\n"),
    TEXT.replace("ferry", "boat").replace("uncle", "brother"),
    TEXT + " Believe me.",
    "\u200b".join(TEXT),
]


@pytest.mark.parametrize("other", CHANGED)
def test_nearly_the_same_text_under_another_pen_is_held_on_both_sides(other: str) -> None:
    one, two = letter(id="1", body=TEXT), letter(id="2", pen="p2", name="Ben", body=other)
    for own in (one, two):
        assert reasons(TwinsScreen()(own, context(one, two))) == [("twin-text", True)]


def test_the_same_pen_or_another_text_is_no_twin() -> None:
    one, again = letter(id="1", body=TEXT), letter(id="2", body=TEXT)
    other = letter(
        id="3",
        pen="p3",
        body="In the valley the orchards bloomed late that year, and the bees " * 2,
    )
    short_one, short_two = (
        letter(id="4", body="Thank you!"),
        letter(id="5", pen="p5", body="Thank you!"),
    )
    everybody = context(one, again, other, short_one, short_two)
    for own in (one, again, other, short_one, short_two):
        assert TwinsScreen()(own, everybody) == ()


def test_a_flood_of_twins_is_one_finding() -> None:
    flood = [letter(id=f"{n}", pen=f"p{n}", body=TEXT) for n in range(200)]
    (found,) = TwinsScreen()(flood[7], context(*flood))
    assert found.words == "≥ 20"


def test_a_sketch_is_a_function_of_the_text() -> None:
    assert sketch(TEXT) == sketch(TEXT)
    assert len(sketch(TEXT)) == 10
    assert sketch("") == sketch("Thanks!") == ()


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=60), st.sampled_from(["en", "ko", "fa", "und"]))
def test_no_text_breaks_a_screen_and_every_span_lies_in_its_text(
    body: str, name: str, language: str
) -> None:
    own = letter(body=body, name=name, language=language)
    twin = letter(id="2", pen="p2", name=name, body=body)
    for found in screen_all(own, context(own, twin), ALL):
        assert found.reason != "screen-failed", found.words
        text = name if found.where is Where.NAME else body
        assert found.span is None or 0 <= found.span[0] < found.span[1] <= len(text)
        assert 0 <= found.confidence <= 1
        assert "\n" not in found.words


def test_hostile_payloads_break_no_screen() -> None:
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "xss"
    if not folder.is_dir():
        pytest.skip("the shared payloads are not here")
    payloads = [
        line
        for path in folder.iterdir()
        for line in path.read_text("utf-8", "replace").splitlines()
    ]
    assert len(payloads) > 100
    for payload in payloads:
        own = letter(body=payload[:4000], name=payload[:60])
        assert all(f.reason != "screen-failed" for f in screen_all(own, context(), ALL))


class Broken:
    name, version = "broken", 7

    def __call__(self, own: Screened, known: Context) -> tuple[Finding, ...]:
        raise ZeroDivisionError(own.body)


def test_a_screen_that_breaks_holds_and_the_others_go_on() -> None:
    own = letter(body="call (212) 456-7890")
    found = screen_all(own, context(), (Broken(), PrivacyScreen()))
    assert reasons(found) == [("screen-failed", True), ("private-phone", True)]
    assert found[0].words == "broken: ZeroDivisionError"
    assert own.body not in found[0].words


@dataclass(frozen=True)
class Exclaiming:
    """A small real scorer: many exclamation marks make a personal attack likelier."""

    name: str = "exclaiming"
    version: int = 1
    weight: float = 0.2

    def scores(self, own: Screened) -> Iterable[Score]:
        marks = [i for i, c in enumerate(own.body) if c == "!"]
        spans = tuple((i, i + 1) for i in marks)
        return [Score("personal-attack", self.weight * len(marks), spans)]


def test_a_model_orders_and_points_and_never_holds() -> None:
    found = screen_all(letter(body="No! No!"), context(), (), scorer=Exclaiming())
    assert [(f.rule, f.span, f.confidence, f.holds, f.where) for f in found] == [
        ("personal-attack", (2, 3), 0.4, False, Where.BODY),
        ("personal-attack", (6, 7), 0.4, False, Where.BODY),
    ]


def test_a_model_that_breaks_or_lies_holds() -> None:
    assert reasons(screen_all(letter(body="!!"), context(), (), scorer=Exclaiming(weight=7))) == [
        ("screen-failed", True)
    ]


def test_the_queue_is_ordered_by_what_was_found_and_never_by_arrival() -> None:
    calm, loud, louder = letter(id="c"), letter(id="b", body="Oh!"), letter(id="a", body="Oh!!")
    private = letter(id="z", body="call (212) 456-7890", story="zoo")
    hidden = letter(id="y", body="ab\u202ecd", story="zoo")
    nobody = standing([], BOOK.ladder, 44)
    letters = [calm, loud, louder, private, hidden]

    def place(own: Screened) -> tuple[int, float, str, str]:
        found = screen_all(own, context(), ALL, scorer=Exclaiming())
        return judge(own, found, nobody, BOOK).place

    for seed in range(10):
        random.Random(seed).shuffle(letters)
        assert [x.id for x in sorted(letters, key=place)] == ["z", "y", "a", "b", "c"]


def test_privacy_asks_for_a_second_person_where_a_life_may_hang_on_it() -> None:
    own, nobody = letter(body="call (212) 456-7890"), standing([], BOOK.ladder, 44)
    made = judge(own, screen_all(own, context(), ALL), nobody, BOOK)
    assert (made.rules, made.second_person, made.held) == (("privacy",), "life", True)
    assert judge(letter(), (), nobody, BOOK).second_person == "never"


def test_a_rule_that_the_book_does_not_have_is_still_held() -> None:
    found = Finding(
        "gone", None, Where.LETTER, "x", "", confidence=1, screen="s", version=1, holds=True
    )
    made = judge(letter(), (found,), standing([], BOOK.ladder, 44), BOOK)
    assert made.rules == ("otherwise-inappropriate",)


@pytest.mark.parametrize(
    ("action", "kind", "expected"),
    [
        (Action.BLOCK, "letter", Treatment.REFUSE), (Action.BLOCK, "reply", Treatment.REFUSE),
        (Action.BLOCK, "request", Treatment.REFUSE), (Action.BLOCK, "appeal", Treatment.READ),
        (Action.BLOCK, "withdraw", Treatment.READ), (Action.BLOCK, "burn", Treatment.READ),
        (Action.BLOCK, "transcript", Treatment.READ), (Action.PAUSE, "letter", Treatment.WAIT),
        (Action.PAUSE, "appeal", Treatment.READ), (Action.WARN, "letter", Treatment.READ),
    ],
)  # fmt: skip
def test_a_block_never_reaches_an_appeal_or_a_leaving(
    action: Action, kind: str, expected: Treatment
) -> None:
    record = standing([Decision(1, action, 43, editions=4)], BOOK.ladder, 44)
    assert judge(letter(kind=kind), (), record, BOOK).treatment is expected


def test_an_unsigned_letter_is_refused_whoever_wrote_it() -> None:
    made = judge(letter(faults=(Fault.UNSIGNED,)), (), standing([], BOOK.ladder, 44), BOOK)
    assert (made.treatment, made.refused) == (Treatment.REFUSE, "unsigned")
