"""What readers see under a story: letters and stubs, answers under what they answer, in pages.

The order is the same on every drive and site: editions rising, then the letters' public keys.
When a letter arrived is nowhere. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MAX_DEPTH = 3
"""Deeper answers are shown at this depth, beside each other: a phone has no room for more."""
PAGE_LETTERS = 200


class Shown(StrEnum):
    """How a letter stands in a thread."""

    PUBLISHED = "published"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class Label(StrEnum):
    """What a letter is where its author did not sign it."""

    TRANSCRIPT = "transcript"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Entry:
    """One letter in public. ``key`` and ``parent`` are its public name, never a letter's id.

    A stub (removed, withdrawn) has neither name nor text; a removed one names its rule.
    """

    key: str
    parent: str
    state: Shown
    edition: int
    name: str = ""
    fingerprint: str = ""
    language: str = "und"
    label: Label | None = None
    pick: bool = False
    rule: str = ""
    words: int = 0
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """The discussion of one story; ``reason`` says why it is closed."""

    story: str
    open: bool
    reason: str
    entries: tuple[Entry, ...]

    @property
    def published(self) -> int:
        """How many letters are shown whole."""
        return sum(e.state is Shown.PUBLISHED for e in self.entries)

    @property
    def picks(self) -> tuple[Entry, ...]:
        """The letters that editors point out."""
        return tuple(e for e in self.entries if e.pick and e.state is Shown.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Placed:
    """A letter at its place: ``depth`` from 0, ``answers`` the key and name of what it answers."""

    entry: Entry
    depth: int
    answers: Entry | None


Conversation = tuple[Placed, ...]
"""A letter at the top and all that answers it."""


def arrange(entries: Iterable[Entry], *, newest_first: bool = False) -> tuple[Conversation, ...]:
    """Return the conversations: each begins with a letter at the top, its answers behind it.

    ``newest_first`` turns the editions round, and nothing within one: letters of one edition have
    no order that would tell when each arrived or was decided.

    An answer to what is not there stands at the top. Withdrawn stubs stay only above something
    that is published. A circle of parents, which no honest desk writes, is broken where it is met.
    """
    listed = sorted(entries, key=_place)
    by_key = {e.key: e for e in listed}
    under: dict[str, list[Entry]] = {}
    for entry in listed:
        parent = entry.parent if entry.parent in by_key else ""
        under.setdefault(parent, []).append(entry)
    seen: set[str] = set()
    tops = under.get("", [])
    found = [tuple(_walk(top, under, by_key, seen)) for top in tops]
    found += [tuple(_walk(e, under, by_key, seen)) for e in listed if e.key not in seen]
    kept = [c for c in map(_without_bare_stubs, found) if c]
    if newest_first:
        kept.sort(key=lambda c: (-c[0].entry.edition, c[0].entry.key))
    return tuple(kept)


def _place(entry: Entry) -> tuple[int, str]:
    return entry.edition, entry.key


def _walk(
    top: Entry, under: dict[str, list[Entry]], by_key: dict[str, Entry], seen: set[str]
) -> Iterator[Placed]:
    pending = [(top, 0)]
    while pending:
        entry, depth = pending.pop()
        if entry.key in seen:
            continue
        seen.add(entry.key)
        yield Placed(entry, min(depth, MAX_DEPTH), by_key.get(entry.parent))
        pending += [(e, depth + 1) for e in reversed(under.get(entry.key, []))]


def _without_bare_stubs(conversation: Conversation) -> Conversation:
    """Drop withdrawn stubs with nothing but withdrawn stubs below them."""
    needed: set[str] = set()
    for placed in reversed(conversation):
        entry = placed.entry
        if entry.state is not Shown.WITHDRAWN or entry.key in needed:
            needed.add(entry.key)
            if entry.parent:
                needed.add(entry.parent)
    return tuple(p for p in conversation if p.entry.key in needed)


def pages(
    conversations: Sequence[Conversation], size: int = PAGE_LETTERS
) -> tuple[tuple[Placed, ...], ...]:
    """Cut a thread into pages of at most ``size`` letters; only a long conversation is cut."""
    found: list[tuple[Placed, ...]] = []
    page: list[Placed] = []
    for conversation in conversations:
        if page and len(page) + len(conversation) > size:
            found.append(tuple(page))
            page = []
        rest = list(conversation)
        while len(page) + len(rest) > size:
            cut = size - len(page)
            page, rest = page + rest[:cut], rest[cut:]
            found.append(tuple(page))
            page = []
        page += rest
    return (*found, tuple(page)) if page or not found else tuple(found)
