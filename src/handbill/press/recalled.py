"""Stories that were read before, most of which is taken apart only where it is asked for.

Of ten thousand stories a press looks at the days, titles, links and pictures of all, and at the
authors and captions of the few whose pages it makes.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from handbill.newsroom.story import Comments, Correction, Credit, Excerpt, Picture, Story
from handbill.press import rows

_OPEN = Comments()


@dataclass(frozen=True, slots=True)
class Ties:
    """What few stories have, and every press looks at."""

    film: str = ""
    excerpt: Excerpt | None = None
    related: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    comments: Comments = _OPEN
    embargo: date | None = None
    risk: bool = False
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """What only a story's own page shows."""

    authors: tuple[Credit, ...] = ()
    lead: Picture | None = None
    pictures: tuple[Picture, ...] = ()
    transcript: str = ""
    corrections: tuple[Correction, ...] = ()
    credits: tuple[Credit, ...] = ()
    funders: tuple[Credit, ...] = ()
    tags: tuple[str, ...] = ()
    weight: int = 0


SHAPE = rows.shape(Story, Ties, Rest, Credit, Picture, Correction, Excerpt, Comments)
_REST = tuple(field.name for field in fields(Rest))
_TIES = tuple(field.name for field in fields(Ties))
_SEEN = ("lead_path", "picture_paths")


class Recalled(Story):
    """A story whose rest is a row until some of it is asked for."""

    __slots__ = ("_rest", *_SEEN)

    def __getattr__(self, name: str) -> Any:
        """Fill in what a story has and this one has not yet: all else is found without this."""
        if name in _SEEN:
            return getattr(super(), name)
        if name not in _REST:
            raise AttributeError(name)
        rest = rows.reader(Rest)(json.loads(object.__getattribute__(self, "_rest")))
        for field in _REST:
            object.__setattr__(self, field, getattr(rest, field))
        return getattr(rest, name)


_HEAD = ("id", "slug", "title", "language", "deck", "section")
_PUT: tuple[Callable[[Story, Any], None], ...] = tuple(
    getattr(Recalled, name).__set__
    for name in (*_HEAD, "source", "body", "day", *_SEEN, "_rest", *_TIES)
)


def heading(story: Story) -> list[Any]:
    """Return what stands in a story's row before the rest, as :func:`recalled` takes it."""
    head = [getattr(story, name) for name in _HEAD]
    ties = rows.values(Ties, story)
    return [*head, story.day.isoformat(), story.lead_path, story.picture_paths, ties]


def rest_of(story: Story) -> str:
    """Return the rest of a story's row."""
    return rows.dumps(rows.values(Rest, story))


def recalled(source: str, head: Sequence[Any], rest: str) -> Story:
    """Return the story of a row."""
    *texts, day, lead, pictures, ties = head
    story = Recalled.__new__(Recalled)
    values = (*texts, source, "", date.fromisoformat(day), lead, tuple(pictures), rest)
    for put, value in zip(_PUT, (*values, *(_ties(ties) if ties else _NONE)), strict=True):
        put(story, value)
    return story


def _ties(row: list[Any]) -> tuple[Any, ...]:
    ties = rows.reader(Ties)(row)
    return tuple(getattr(ties, name) for name in _TIES)


_NONE = _ties([])
