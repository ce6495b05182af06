"""Atom feeds of letters (RFC 4287): of one story, and of all. Pure.

No time of a letter is known or shown: what stands as ``updated`` is the day of an edition, and the
order is that of editions and keys, so that it does not tell what was decided before what. What was
written is sent as plain text, so that no reader of feeds shows markup or loads anything.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from handbill.letters.thread import Entry

MOST = 100
# Characters that no XML 1.0 document may hold; letters hold none of them, titles might.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """A letter in a feed: what it is about, where it can be read, the day of its edition."""

    entry: Entry
    story: str
    title: str
    href: str
    day: str


@dataclass(frozen=True, slots=True)
class About:
    """A feed: its own address and that of the page it follows; ``newsroom`` is the id."""

    newsroom: str
    name: str
    title: str
    href: str
    page: str
    day: str


def feed(about: About, items: Sequence[Item]) -> bytes:
    """Return a feed of the first ``MOST`` items, by falling editions and the letters' keys."""
    day = max([about.day, *(i.day for i in items)])
    own = f"urn:handbill:{about.newsroom}:{about.href.rpartition('//')[2].partition('/')[2]}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_text(own)}</id>",
        f"<title>{_text(about.title)}</title>",
        f"<updated>{_text(day)}T00:00:00Z</updated>",
        f"<author><name>{_text(about.name)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{_text(about.href)}"/>',
        f'<link rel="alternate" type="text/html" href="{_text(about.page)}"/>',
        *_entries(about, sorted(items[:MOST], key=_place)),
        "</feed>\n",
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def _place(item: Item) -> tuple[int, str]:
    return -item.entry.edition, item.entry.key


def _entries(about: About, items: Iterable[Item]) -> Iterable[str]:
    for item in items:
        e = item.entry
        language = "" if e.language == "und" else f' xml:lang="{_text(e.language)}"'
        yield (
            f"<entry{language}><id>urn:handbill:{about.newsroom}:{e.key}</id>"
            f"<title>{_text(e.name)}: {_text(item.title)}</title>"
            f"<updated>{_text(item.day)}T00:00:00Z</updated>"
            f"<author><name>{_text(e.name)}</name></author>"
            f'<link rel="alternate" type="text/html" href="{_text(item.href)}"/>'
            f'<content type="text">{_text(e.text)}</content></entry>'
        )


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))
