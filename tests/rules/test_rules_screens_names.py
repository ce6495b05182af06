"""Names: what hides, what looks like another's, what only the newsroom bears; order leaves no trace."""

from __future__ import annotations

import pytest
from filed import context, letter
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.rules.confusables import skeleton
from handbill.rules.screens.names import MOST_NEAR, NamesScreen, apart, near_keys

SCREEN = NamesScreen()


def reasons(name: str, *others: str, reserved: frozenset[str] = frozenset()) -> list[str]:
    filed = [letter(id=f"o{n}", pen=f"o{n}", name=other) for n, other in enumerate(others)]
    own = letter(name=name)
    return [f.reason for f in SCREEN(own, context(own, *filed, reserved=reserved))]


GOOD = [
    "Anna",
    "김철수",
    "김철수 Kim",
    "José Ñíguez",
    "محمد رضایی",
    "می‌خواهم",
    "Анна К.",
    "山田太郎さん",
    "O’Brien",
    "m_lee",
    "Noor ☀️",
    "नीरज",
    "ទូច",
    "1 reader",
]


@pytest.mark.parametrize("name", GOOD)
def test_ordinary_names_pass(name: str) -> None:
    assert reasons(name) == []


ODD = {
    "Bob\u200b": ["name-hidden"],
    "\u200b\u200b\u2060": ["name-hidden", "name-no-letter"],
    "ㅤ": ["name-hidden", "name-no-letter"],
    "Anna\u202egnp": ["name-turns"],
    "\u2067Anna\u2069": ["name-turns"],
    "An\u200dna": ["name-hidden"],
    "12345": ["name-no-letter"],
    "☀☀☀": ["name-no-letter"],
    "Аnna": ["name-mixed"],
    "Pаul": ["name-mixed"],
    "Ωmega": ["name-mixed"],
    "editor": ["name-reserved"],
    "The Editor": ["name-reserved"],
    "Ed\u00adit\u00ador": ["name-hidden", "name-reserved"],
    "ЕDIТОR": ["name-mixed", "name-reserved"],
    "ed1tor": ["name-reserved"],
    "편집자": ["name-reserved"],
    "redacción": ["name-reserved"],
    "سردبیر": ["name-reserved"],
    "Редакция": ["name-reserved"],
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_names_hold_with_their_reason(name: str) -> None:
    assert reasons(name) == ODD[name]


TAKEN = [
    ("Anna", "Аnnа", "name-taken"), ("Paul", "PauI", "name-taken"), ("modern", "rnodern", "name-taken"),
    ("Anna", "ANNA", "name-taken"), ("Anna", "A n n a", "name-taken"), ("Anna", "An\u200bna", "name-taken"),
    ("m_lee", "M Lee", "name-taken"), ("김철수", "김 철수", "name-taken"), ("علی", "علي", "name-taken"),
    ("김철수", "ㄱㅣㅁ철수", "name-taken"), ("Anna", "𝓐𝓷𝓷𝓪", "name-taken"), ("Anna", "Ａｎｎａ", "name-taken"),
    ("홍길동", "홍긿동", "name-near"), ("이승만", "이숭만", "name-near"), ("김철수", "김철숙", "name-near"),
    ("김기지", "김기자", "name-near"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "reason"), TAKEN)
def test_both_of_two_names_that_look_alike_are_held(one: str, other: str, reason: str) -> None:
    assert reason in reasons(one, other)
    assert reason in reasons(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "Hanna"),
        ("김철수", "박영희"),
        ("김철수", "김영희"),
        ("José", "Jose"),
        ("Paul", "Saul"),
    ],
)
def test_names_that_differ_are_left_alone(one: str, other: str) -> None:
    assert reasons(one, other) == []
    assert reasons(other, one) == []


def test_a_pen_may_use_its_own_name_again() -> None:
    first, second = letter(id="1"), letter(id="2", name="ANNA")
    assert SCREEN(second, context(first, second)) == ()


def test_names_of_the_staff_are_reserved_and_so_are_their_near_ones() -> None:
    staff = frozenset({"Mara Ilven"})
    assert reasons("Mаrа Ilven", reserved=staff) == ["name-mixed", "name-reserved"]
    assert reasons("Mara Elven", reserved=staff) == ["name-near-reserved"]
    assert reasons("Mara", reserved=staff) == []


def test_kinds_without_a_name_are_not_asked() -> None:
    assert SCREEN(letter(name="", kind="burn"), context()) == ()


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_skeleton_is_its_own_skeleton(name: str) -> None:
    looks = skeleton(name)
    assert skeleton(looks) == looks
    assert near_keys(looks) == near_keys(name)


@settings(deadline=None)
@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_apart_counts_one_edit(one: str, other: str) -> None:
    def edits(text: str) -> set[str]:
        cut = {text[:i] + text[i + 1 :] for i in range(len(text))}
        put = {text[:i] + c + text[i:] for i in range(len(text) + 1) for c in "ab"}
        swapped = {text[:i] + c + text[i + 1 :] for i in range(len(text)) for c in "ab"}
        return cut | put | swapped

    expected = 0 if one == other else 1 if other in edits(one) else 2
    assert apart(one, other) == expected


@settings(deadline=None)
@given(st.sampled_from(["김철수", "홍길동", "이승만", "남궁민"]), st.data())
def test_near_keys_meet_exactly_where_they_should(name: str, data: st.DataObject) -> None:
    letters = list(skeleton(name))
    at = data.draw(st.integers(0, len(letters) - 1))
    letters[at] = data.draw(st.sampled_from("ᄀᄂᄃ하ᅳ"))
    other = "".join(letters)
    if apart(skeleton(name), other) == 1:
        assert near_keys(name) & frozenset(
            {other, *(other[:i] + other[i + 1 :] for i in range(len(other)))}
        )


@pytest.mark.parametrize(
    "name", ["가" + "\ufdfa" * 59, "각" * 60, "각" * 10 + "abc", "가" + "a" * 59], ids=ascii
)
def test_names_too_long_to_be_near_another_have_no_keys(name: str) -> None:
    assert near_keys(name) == frozenset()


def test_the_longest_name_with_keys_has_one_for_each_letter_and_itself() -> None:
    longest = "간덜몰분숙황촬남궁둘"
    assert len(skeleton(longest)) == MOST_NEAR
    assert len(near_keys(longest)) == MOST_NEAR + 1
    assert reasons(longest, "간덜몰분숙황촬남구둘") == ["name-near"]


def test_only_hangul_letters_are_left_out() -> None:
    whole = skeleton("김 Kim")
    assert near_keys("김 Kim") == {whole, *(whole[:i] + whole[i + 1 :] for i in range(3))}
    plain = {c for n in range(0xAC00, 0xD7A4) for c in skeleton(chr(n)) if not "ᄀ" <= c <= "ᇿ"}
    assert plain == set(skeleton("ᅳᅵ"))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_name_has_many_keys(name: str) -> None:
    assert len(near_keys(name)) <= MOST_NEAR + 1
