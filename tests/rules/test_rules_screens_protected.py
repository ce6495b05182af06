"""Protected names: found in the forms that people write them in, kept by the desk as tags alone."""

from __future__ import annotations

import hmac

import pytest

from handbill.errors import UsageError
from handbill.rules.confusables import skeleton
from handbill.rules.protected import LABEL, TAG_BYTES, ProtectedNames, tags

SECRET = bytes(range(32))
NAMES = ("김철수", "Mara Ilven", "Анна Петрова", "محمد رضایی", "李小龙", "José Ñíguez")
KEPT = frozenset().union(*(tags(name, SECRET) for name in NAMES))
LIST = ProtectedNames(SECRET, KEPT)

FOUND = [
    ("김철수", "김철수"),
    ("어제 김철수가 왔다", "김철수"),
    ("김철수에게서는 소식이 없다", "김철수"),
    ("김철수씨께서 말했다", "김철수"),
    ("김 철 수 라고 적었다", "김 철 수"),
    ("김.철.수!", "김.철.수"),
    ("김\u200b철수", "김\u200b철수"),
    ("I saw Mara Ilven there", "Mara Ilven"),
    ("ILVEN, Mara", "ILVEN, Mara"),
    ("Mara Ilven's house", "Mara Ilven"),
    ("Маrа Іlvеn", "Маrа Іlvеn"),
    ("видел Анну Петрову вчера", "Анну Петрову"),
    ("с Петровой Анной", "Петровой Анной"),
    ("دیروز محمد رضایی آمد", "محمد رضایی"),
    ("محمد رضايي", "محمد رضايي"),
    ("ومحمد رضایی", "ومحمد رضایی"),
    ("مُحَمَّد رضایی", "مُحَمَّد رضایی"),
    ("محـمد رضایی", "محـمد رضایی"),
    ("我看见李小龙了", "李小龙"),
    ("Jose\u0301 N\u0303i\u0301guez", "Jose\u0301 N\u0303i\u0301guez"),
    ("Jose Niguez called", "Jose Niguez"),
    ("saw M\u0336a\u0336r\u0336a Ilven", "M\u0336a\u0336r\u0336a Ilven"),
    ("saw ⓜⓐⓡⓐ Ilven", "ⓜⓐⓡⓐ Ilven"),
    ("saw M a r a I l v e n.", "M a r a I l v e n"),
    ("saw Mara\nIlven", "Mara\nIlven"),
    ("видел А\u0301нну Петро\u0301ву", "А\u0301нну Петро\u0301ву"),
    ("видел Ан\u200bну Пет\u200bрову", "Ан\u200bну Пет\u200bрову"),
    ("محمد رضائی", "محمد رضائی"),
    ("ﾡￜﾱﾺￆﾩﾵￓ", "ﾡￜﾱﾺￆﾩﾵￓ"),
    ("李⼩龙", "李⼩龙"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), FOUND, ids=[t for t, _ in FOUND])
def test_a_protected_name_is_found_with_its_exact_span(text: str, words: str) -> None:
    assert [text[slice(*span)] for span in LIST.spans(text)] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "김철",
        "김철주가 왔다",
        "철수",
        "Mara",
        "Mara saw Ilven",
        "Анна",
        "小龙",
        "nothing here",
        "김 선생 철수",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert LIST.spans(text) == []


def test_tags_hold_no_name_and_mean_nothing_without_the_secret() -> None:
    assert all(len(tag) == 17 for tag in KEPT)
    assert not tags("김철수", bytes(32)) & KEPT
    assert ProtectedNames(bytes(32), KEPT).spans("김철수가 왔다") == []
    assert ProtectedNames(SECRET, ()).spans("김철수가 왔다") == []


@pytest.mark.parametrize("name", ["", "A", "12", "\u200b\u200b", "a b c d e f g h i"])
def test_a_name_that_would_be_found_everywhere_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        tags(name, SECRET)


def test_every_place_is_found() -> None:
    text = "김철수와 Mara Ilven, 다시 김철수."
    assert [text[slice(*s)] for s in LIST.spans(text)] == ["김철수", "Mara Ilven", "김철수"]


def test_names_kept_by_an_earlier_release_are_still_found() -> None:
    folded = skeleton("José") + skeleton("Ñíguez")
    digest = hmac.digest(SECRET, LABEL + folded.encode(), "sha256")[: TAG_BYTES - 1]
    earlier = ProtectedNames(SECRET, [bytes([len(folded)]) + digest])
    assert earlier.spans("José Ñíguez") == [(0, 11)]


def test_a_name_of_three_signs_is_not_kept_as_two_bare_letters() -> None:
    assert not ProtectedNames(SECRET, tags("Aé", SECRET)).spans("ae")


def test_a_name_that_is_longer_once_its_signs_are_letters_is_kept_as_written() -> None:
    assert tags("Mara" + "\u249c" * 300, SECRET) == tags("Mara", SECRET)
