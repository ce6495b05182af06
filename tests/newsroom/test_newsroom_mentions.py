"""No link of a text is missed by what is said of it without making a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.newsroom.mentions import ANYWHERE, mentions
from handbill.reader.text import Surroundings, body_html

PIECES = [
    "[a]", "[", "]", "(", ")", "](", "]:", "a.md", "../b/c.md#x", "boat", "p.jpg", "<", ">", "<a ",
    "<A HREF='d.md'>", "href=", '"', " ", "\n", "\n\n", "!", "[^1]:", "[^1]", "#", "https://x.y/",
    "\\", "&#46;", "`", "- ", "> ", "é.md", "*", "_", "|", ":", "a", "mailto:m@x.y",
]  # fmt: skip
PIECE = st.sampled_from(PIECES)
LABEL = st.lists(PIECE, max_size=2).map("".join)
TARGET = st.sampled_from(
    ["a.md", "boat", "../b/c.md#x", "p.jpg", "https://x.y/a.md", "#end", "a b.md"]
)
END = st.sampled_from(["", "", " 'title'", "\n", " ", ")", "&amp;", "\\", "<"])
LINK = st.builds("[{}]({}{})".format, LABEL, TARGET, END)
MARKDOWN = st.lists(st.one_of(PIECE, LINK), max_size=10).map("".join)


def asked(text: str) -> set[str]:
    found = set[str]()

    def link(target: str) -> None:
        found.add(target)

    body_html(text, Surroundings(link, lambda *_: ""))
    return found


@given(MARKDOWN)
def test_whatever_a_page_asks_for_is_named(text: str) -> None:
    named = mentions(text)
    if ANYWHERE not in named:
        assert {t for t in asked(text) if "." not in t or ".md" in t} <= {*named}


NAMED = {
    "plain words, [brackets] and (others)": (),
    "a [boat](boat.md), [again](boat.md) and a [bridge](../x/bridge.md#end 'title')": (
        "boat.md",
        "../x/bridge.md#end",
    ),
    "by its [id](the-boat)": ("the-boat",),
    "![a picture](p.jpg) and [outward](https://example.org/a.md), [below](#end), [m](mailto:a@b.c)": (),
    "noted[^1]\n\n[^1]: by [hand](boat.md)": ("boat.md",),
    "[referred][b]\n\n[b]: boat.md": (ANYWHERE,),
    "<a href='boat.md'>tag</a>": (ANYWHERE,),
    "[spaced](<the boat.md>)": (ANYWHERE,),
    "[![a picture](p.jpg)](boat.md)": ("boat.md",),
}  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_links_are_named_as_they_are_written(text: str) -> None:
    assert mentions(text) == NAMED[text]
