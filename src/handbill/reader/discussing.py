"""The letters under a story, the same on every drive and on the live site. Pure.

What readers wrote is plain text: every part of it is escaped by the template, nothing becomes a
link, and each letter carries its own language and direction, so that it cannot turn the page round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handbill.letters.thread import Conversation, Entry, Placed, Shown, Thread, arrange, pages
from handbill.reader.environment import markup, render
from handbill.reader.words import Words, direction

BEGINNING = 90
"""So many characters of a picked letter are quoted where it is pointed out."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a thread: words, the rules' names and page, and where pages of it lie.

    ``page_path`` gives the address of the thread's n-th page, from 1; ``titles`` the rules' titles
    by id; ``rules_href`` the address of the rules page. For the live site: ``sorts`` are links to
    other orders (address, text, whether it is this one), ``reply`` gives the address at which one
    answers a letter; ``target`` is the frame that links to other pages open in.
    """

    say: Words
    titles: Mapping[str, str]
    rules_href: str
    page_path: Callable[[int], str]
    sorts: Sequence[tuple[str, str, bool]] = ()
    reply: Callable[[str], str] | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A thread cut into pages, and on which page, from 1, each letter stands."""

    pages: tuple[Conversation, ...]
    where: Mapping[str, int]


def cut(thread: Thread, *, newest_first: bool = False) -> Cut:
    """Return the pages of a thread, in one of its two orders."""
    found = pages(arrange(thread.entries, newest_first=newest_first))
    return Cut(found, {p.entry.key: n for n, part in enumerate(found, 1) for p in part})


def thread_html(
    thread: Thread, around: Around, number: int = 1, *, parts: Cut | None = None
) -> str:
    """Return one page of a thread as a section of a page; the first is ``number`` 1.

    Who makes many pages of a thread passes ``parts``, so that it is cut once.

    Raises:
        IndexError: the thread has fewer pages.
    """
    parts = parts or cut(thread)
    if not 1 <= number <= len(parts.pages):
        raise IndexError(number)
    say = around.say

    def href(entry: Entry) -> str:
        there = parts.where.get(entry.key, number)
        return ("" if there == number else around.page_path(there)) + f"#l-{entry.key}"

    context = {
        "t": say.text,
        "title": say.say("letters.title", n=say.number(thread.published)),
        "note": "" if thread.open else say.say("no_comments", reason=thread.reason),
        "answerable": thread.open,
        "sorts": [{"href": h, "text": t, "here": here} for h, t, here in around.sorts],
        "picks": [_pick(e, href) for e in thread.picks] if number == 1 else [],
        "letters": [_letter(p, around, href) for p in parts.pages[number - 1]],
        "turns": _turns(number, len(parts.pages), around),
        "target": around.target,
    }
    return str(markup(render("thread.html", context)))


def _pick(entry: Entry, href: Callable[[Entry], str]) -> dict[str, str]:
    begin = " ".join(entry.text[: BEGINNING * 2].split())
    short = begin if len(begin) <= BEGINNING else begin[:BEGINNING].rpartition(" ")[0] + " …"
    return {"href": href(entry), "name": entry.name, "language": entry.language, "begin": short}


def _letter(placed: Placed, around: Around, href: Callable[[Entry], str]) -> dict[str, Any]:
    entry, say = placed.entry, around.say
    shown: dict[str, Any] = {"key": entry.key, "depth": placed.depth, "pick": False, "rule": None}
    if entry.state is Shown.REMOVED:
        title = around.titles.get(entry.rule, entry.rule)
        rule = {"href": f"{around.rules_href}#{entry.rule}", "text": title}
        return {**shown, "stub": say.text["letters.removed"], "rule": rule}
    if entry.state is Shown.WITHDRAWN:
        return {**shown, "stub": say.text["letters.withdrawn"]}
    answers = placed.answers
    return {
        **shown,
        "stub": "",
        "name": entry.name,
        "fingerprint": entry.fingerprint,
        "language": entry.language,
        "dir": "auto" if entry.language == "und" else direction(entry.language),
        "edition": say.say("edition_n", n=say.number(entry.edition)),
        "label": say.text[f"letters.{entry.label}"] if entry.label else "",
        "reply": around.reply(entry.key) if around.reply else "",
        "pick": entry.pick,
        "answers": answers
        and {"href": href(answers), "before": say.text["letters.answers"], "name": _name(answers)},
        "paragraphs": [p.split("\n") for p in entry.text.split("\n\n") if p.strip()],
    }


def _name(entry: Entry) -> str:
    return entry.name or "…"


def _turns(number: int, count: int, around: Around) -> list[dict[str, Any]]:
    if count == 1:
        return []
    near = sorted({1, count, *range(max(1, number - 2), min(count, number + 2) + 1)})
    return [
        {
            "href": around.page_path(n) + "#letters",
            "text": around.say.number(n),
            "here": n == number,
            "rel": {number - 1: "prev", number + 1: "next"}.get(n, ""),
        }
        for n in near
    ]
