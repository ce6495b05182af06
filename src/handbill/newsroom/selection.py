"""What of a newsroom goes into an edition on a given day, and why the rest does not. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from handbill.newsroom.story import Film, Newsroom, Story

AT_RISK = "is marked 'risk': withheld until faces and voices can be disguised for good"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A story or film that is left out, and the plain reason."""

    id: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The newsroom without what is withheld."""

    newsroom: Newsroom
    withheld: tuple[Withheld, ...]


def select(newsroom: Newsroom, today: date) -> Selection:
    """Leave out what is under embargo or would put a person at risk, and every link to it."""
    entries: list[Story | Film] = [*newsroom.stories, *newsroom.films]
    held = [
        Withheld(entry.id, entry.source, reason)
        for entry in entries
        if (reason := _reason(entry, today))
    ]
    out = {w.id for w in held}
    stories = tuple(_unlinked(s, out) for s in newsroom.stories if s.id not in out)
    films = tuple(f for f in newsroom.films if f.id not in out)
    return Selection(replace(newsroom, stories=stories, films=films), tuple(held))


def _reason(entry: Story | Film, today: date) -> str:
    if entry.risk:
        return AT_RISK
    if entry.embargo and entry.embargo > today:
        return f"is under embargo until {entry.embargo.isoformat()}"
    return ""


def _unlinked(story: Story, out: set[str]) -> Story:
    shown = story.excerpt.film if story.excerpt else ""
    if out.isdisjoint((story.film, shown, *story.related, *story.translations)):
        return story
    return replace(
        story,
        film="" if story.film in out else story.film,
        excerpt=None if story.excerpt and story.excerpt.film in out else story.excerpt,
        related=_without(story.related, out),
        translations=_without(story.translations, out),
    )


def _without(ids: Iterable[str], out: set[str]) -> tuple[str, ...]:
    return tuple(i for i in ids if i not in out)
