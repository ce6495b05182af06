"""Texts become HTML of allowed tags alone, whichever way they take through the cleaner."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.reader import text as texts

MARKDOWN = st.text(
    alphabet="ab \n*_#>-+1.)(&;\"'`~|:[]!\\<>/phr\xa0=é{}\t\0\r\x0c\x1f\x85\u2028\ufeff\u200b",
    max_size=80,
)


def as_cleaned(text: str) -> str:
    cleaned = texts._CLEANER.clean(texts._MARKDOWN.html(text))
    return texts._resolved(cleaned, texts.NOWHERE)


@given(MARKDOWN)
def test_what_the_cleaner_need_not_see_it_would_not_change(text: str) -> None:
    assert texts.rendered(text).html == as_cleaned(text)


@given(MARKDOWN)
def test_the_words_of_a_text_are_what_stands_between_its_tags(text: str) -> None:
    words = html.unescape(re.sub(r"<[^>]*>", " ", texts._MARKDOWN.html(text)))
    assert texts.rendered(text).words == texts.searched_text(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "<p>raw</p>",
        "<em>open",
        "</blockquote></p>",
        "a <script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "[x](javascript:alert(1))",
        "![x](data:text/html,1)",
        "```js\nalert(1)\n```",
        "| a |\n|--:|\n| b |",
        "a[^1]\n\n[^1]: b",
        "3. c\n4. d",
        "nul \0 and \xa0",
    ],
)
def test_the_cleaner_sees_whatever_is_more_than_bare_tags(text: str) -> None:
    assert texts.rendered(text).html == as_cleaned(text)
