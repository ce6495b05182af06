"""A page that was filled in has the bytes of one that was rendered."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from handbill.reader.environment import markup, render
from handbill.reader.mould import Moulds

TEXT = st.text(alphabet="ab <>&\"'/`=\0é가\ufdd00\ufdd1", max_size=8)
PICTURE = st.fixed_dictionaries(
    {"src": TEXT, "srcset": TEXT, "width": st.integers(0, 9), "height": st.integers(0, 9)}
    | {"alt": TEXT, "caption": TEXT, "credit": TEXT}
)
STORY = st.fixed_dictionaries(
    dict.fromkeys(
        ("title", "deck", "kicker", "kicker_href", "byline", "iso", "day", "closed"), TEXT
    )
    | {"body": TEXT.map(lambda text: markup(f"<p>{text}</p>" if text else ""))}
    | {"lead": st.none() | PICTURE}
    | {
        "answer": st.none()
        | st.fixed_dictionaries(dict.fromkeys(("href", "before", "id", "behind"), TEXT))
    }
)


class Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"<{name}>"


def page(story: Mapping[str, object]) -> str:
    frame = dict.fromkeys(
        ("kind", "language", "dir", "up", "home", "newsroom", "named_in", "nav", "search", "foot"),
        "",
    )
    more = dict.fromkeys(
        (
            "letters",
            "back",
            "film",
            "transcript",
            "corrections",
            "credits",
            "funders",
            "episodes",
            "related",
        ),
        "",
    )
    found = {**frame, "title": story["title"]}
    texts = {**story, "translations": []}
    return render("story.html", {**more, "page": found, "t": Words(), "story": texts})


@given(st.lists(STORY, min_size=1, max_size=6))
def test_what_is_filled_in_is_what_would_be_rendered(stories: list[dict[str, object]]) -> None:
    moulds = Moulds()
    for story in stories * 2:
        assert moulds.fill("one", story, page) == page(story)


def test_pages_of_another_kind_have_a_mould_of_their_own() -> None:
    moulds = Moulds()
    made = [moulds.fill(key, {"a": "x"}, lambda t, k=key: f"{k}{t['a']}") for key in "onetwo"]
    assert made == [f"{key}x" for key in "onetwo"]


def test_texts_in_another_order_have_a_mould_of_their_own() -> None:
    moulds = Moulds()

    def ask(texts: Mapping[str, object]) -> str:
        return f"{texts['a'] or 'none'} {texts['b'] or 'none'}"

    assert moulds.fill("one", {"a": "x", "b": ""}, ask) == "x none"
    assert moulds.fill("one", {"b": "y", "a": ""}, ask) == "none y"


def test_a_text_that_is_empty_is_another_mould() -> None:
    moulds = Moulds()

    def ask(texts: Mapping[str, object]) -> str:
        return f"[{texts['a']}]" if texts["a"] else "none"

    assert [moulds.fill("", {"a": a}, ask) for a in ("x", "", "y")] == ["[x]", "none", "[y]"]
