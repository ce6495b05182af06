"""Letters under their story: whole or not at all, in one order, on pages that lead to each other."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sites import site

from handbill.letters.thread import Entry, Shown, Thread
from handbill.reader.discussing import Around, thread_html
from handbill.reader.plans import PagePlan
from handbill.reader.words import words

AROUND = Around(words("en"), {"privacy": "Privacy"}, "rules.html", lambda n: f"letters-{n}.html")


def entry(key: int, **values: object) -> Entry:
    given: dict[str, object] = {"name": "A", "language": "en", "text": "Words."}
    return Entry(f"{key:016x}", "", Shown.PUBLISHED, 1, **{**given, **values})  # type: ignore[arg-type]


def shown(*entries: Entry, number: int = 1, **values: object) -> str:
    return thread_html(Thread("s", True, "", entries), AROUND, number)


def page(path: str) -> str:
    plans = [p for p in site().plan() if isinstance(p, PagePlan) and p.path == path]
    return plans[0].make().decode()


def test_a_thread_stands_under_its_story_and_goes_on_on_further_pages() -> None:
    first, second = (page(f"stories/boat-en-0/{n}.html") for n in ("index", "letters-2"))
    keys = [
        re.findall(r'<li class="letter[^"]*" id="l-([0-9a-f]{16})"', p) for p in (first, second)
    ]
    assert [len(k) for k in keys] == [200, 13]
    assert not set(keys[0]) & set(keys[1])
    assert 'href="letters-2.html#letters"' in first
    assert 'href="index.html#letters"' in second


def test_a_removed_letter_names_its_rule_and_says_nothing_else() -> None:
    made = shown(Entry("0" * 16, "", Shown.REMOVED, 1, name="Min", rule="privacy", text="secret"))
    assert 'href="rules.html#privacy">Privacy' in made
    assert "Min" not in made
    assert "secret" not in made


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "https://evil.example/a",
        "[a](javascript:x)",
        "\u202eabc",
        "&amp;<b>",
        "{{ 7*7 }}",
    ],
)
def test_what_a_reader_wrote_is_text(text: str) -> None:
    made = shown(entry(1, name=text, text=text, fingerprint=text))
    assert "<script" not in made
    assert not re.findall(r'href="(?!#|rules|letters)[^"]*"', made)
    assert "{{ 7*7 }}" in made or "7*7" not in text


def test_each_letter_has_its_own_direction() -> None:
    made = shown(entry(1, language="fa"), entry(2, language="und"), entry(3, language="en"))
    assert re.findall(r'<div class="words" lang="(\w+)" dir="(\w+)"', made) == [
        ("fa", "rtl"), ("und", "auto"), ("en", "ltr"),
    ]  # fmt: skip


def test_paragraphs_and_lines_are_kept() -> None:
    assert "<p>a<br>b</p><p>c</p>" in shown(entry(1, text="a\nb\n\nc"))


def test_there_is_no_page_behind_the_last() -> None:
    with pytest.raises(IndexError):
        shown(entry(1), number=2)


def test_a_story_page_changes_with_its_letters_and_no_other_does() -> None:
    from dataclasses import replace

    before, after = site(), site()
    thread = after.talk.threads["boat-ko"]
    fewer = {**after.talk.threads, "boat-ko": replace(thread, entries=thread.entries[:-1])}
    after.talk = replace(after.talk, threads=fewer)
    made = [
        {p.path: repr(p.inputs) for p in s.plan() if isinstance(p, PagePlan)}
        for s in (before, after)
    ]
    changed = {path for path in made[0] if made[0][path] != made[1].get(path)}
    assert all("boat-ko-0/" in p or p == "ko/paper.single.html" for p in changed), changed
    assert "stories/boat-ko-0/index.html" in changed
