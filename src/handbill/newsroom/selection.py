"""What of a newsroom goes into an edition on a given day, and why the rest does not. Pure.

An embargo holds the one text that says so. Risk is of people, who are the same in every language
and wherever else their pictures are shown: it holds translations, films and pictures, too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handbill.newsroom.story import Film, Newsroom, Show, Story

AT_RISK = "is marked 'risk': withheld until faces and voices can be disguised for good"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A story, film or picture that is left out, and the plain reason; a picture has no id."""

    id: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The newsroom without what is withheld; ``hidden`` are the pictures that no page may show."""

    newsroom: Newsroom
    withheld: tuple[Withheld, ...]
    hidden: frozenset[str] = frozenset()


def select(newsroom: Newsroom, today: date) -> Selection:
    """Leave out what is under embargo or would put a person at risk, and every link to it."""
    entries: list[Story | Film] = [*newsroom.stories, *newsroom.films]
    risky = _at_risk(entries)
    held = {e.id: reason for e in entries if (reason := risky.get(e.id) or _embargo(e, today))}
    hidden = {path: e.source for e in entries if e.id in risky for path in _pictures(e)}
    stories = tuple(_unlinked(s, held.keys()) for s in newsroom.stories if s.id not in held)
    films = tuple(f for f in newsroom.films if f.id not in held)
    withheld = [Withheld(e.id, e.source, held[e.id]) for e in entries if e.id in held]
    if hidden:
        left: list[Story | Film | Show] = [*stories, *films, *newsroom.shows]
        shown = [path for entry in left for path in _pictures(entry)]
        withheld += [
            Withheld("", path, f"is a picture of {hidden[path]}, which is withheld for risk")
            for path in dict.fromkeys(shown)
            if path in hidden
        ]
        films = tuple(_without_poster(film, hidden.keys()) for film in films)
    chosen = replace(newsroom, stories=stories, films=films)
    return Selection(chosen, tuple(withheld), frozenset(hidden))


def _at_risk(entries: Sequence[Story | Film]) -> dict[str, str]:
    """Return the ids of what is marked and of what shows the same people, each with its reason."""
    found = {entry.id: AT_RISK for entry in entries if entry.risk}
    if not found:
        return found
    by_id = {entry.id: entry for entry in entries}
    named: dict[str, list[str]] = {}
    for entry in entries:
        for other in entry.translations:
            named.setdefault(other, []).append(entry.id)
    pending = list(found)
    while pending:
        entry = by_id[pending.pop()]
        for other in (*entry.translations, *named.get(entry.id, ()), *_films(entry)):
            if other in by_id and other not in found:
                what = "is shown by" if other in _films(entry) else "is a translation of"
                found[other] = f"{what} {entry.source}, which is withheld for risk"
                pending.append(other)
    return found


def _films(entry: Story | Film) -> tuple[str, ...]:
    if isinstance(entry, Film):
        return ()
    return (entry.film, entry.excerpt.film if entry.excerpt else "")


def _pictures(entry: Story | Film | Show) -> tuple[str, ...]:
    if isinstance(entry, Story):
        return entry.picture_paths
    return (entry.poster.path,) if entry.poster else ()


def _without_poster(film: Film, hidden: Collection[str]) -> Film:
    taken = film.poster is not None and film.poster.path in hidden
    return replace(film, poster=None) if taken else film


def _embargo(entry: Story | Film, today: date) -> str:
    if entry.embargo and entry.embargo > today:
        return f"is under embargo until {entry.embargo.isoformat()}"
    return ""


def _unlinked(story: Story, out: Collection[str]) -> Story:
    shown = story.excerpt.film if story.excerpt else ""
    if not any(i in out for i in (story.film, shown, *story.related, *story.translations)):
        return story
    return replace(
        story,
        film="" if story.film in out else story.film,
        excerpt=None if shown in out else story.excerpt,
        related=_without(story.related, out),
        translations=_without(story.translations, out),
    )


def _without(ids: Iterable[str], out: Collection[str]) -> tuple[str, ...]:
    return tuple(i for i in ids if i not in out)
