"""Where readers are told how to answer, and what the letter page of an edition is made from. Pure.

A letter needs a sealing key and a rule book: a draft, and a newsroom without rules, have no letter
page, point to none, and load nothing of it.
"""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from handbill.newsroom.story import Film, Show, Story
from handbill.reader.plans import PagePlan
from handbill.reader.threads import thread_of

if TYPE_CHECKING:
    from handbill.reader.letter_page import LetterFacts
    from handbill.reader.pages import Site

Entry = Story | Film | Show


def writable(site: "Site") -> bool:
    """Tell whether the edition can take letters at all."""
    return bool(site.facts.seal_key and site.rules)


def answer(site: "Site", entry: Entry) -> dict[str, str] | None:
    """Return what a page says of how to answer; None where it is closed or cannot be."""
    if isinstance(entry, Show) or not writable(site) or not _open(site, entry):
        return None
    from handbill.reader.letter_page import LETTER_PAGE  # noqa: PLC0415

    say = site.say(entry.language)
    href = f"{LETTER_PAGE}#{say.language}"
    before, _, behind = say.text["answer_id"].partition("{id}")
    return {"href": href, "before": before, "id": entry.id, "behind": behind}


def on_door(site: "Site", language: str) -> dict[str, str] | None:
    """Return what a door says of how to answer."""
    if not writable(site):
        return None
    from handbill.reader.letter_page import LETTER_PAGE  # noqa: PLC0415

    return {"href": f"{LETTER_PAGE}#{site.say(language).language}", "id": ""}


def _open(site: "Site", entry: Story | Film) -> bool:
    thread = thread_of(site, entry)
    return entry.comments.open and (thread is None or thread.open)


def letter_plans(site: "Site") -> Iterator[PagePlan]:
    """Yield the letter page; it knows the edition, so it is another one each time."""
    if writable(site):
        from handbill.reader.letter_page import LETTER_PAGE, letter_page  # noqa: PLC0415

        page = letter_page(letter_facts(site))
        yield PagePlan(LETTER_PAGE, "", (sha256(page).hexdigest(),), lambda: page)


def letter_facts(site: "Site") -> "LetterFacts":
    """Return what the letter page is made from: the rules in the newsroom's language first."""
    from handbill.reader.letter_page import LetterFacts, ListedStory  # noqa: PLC0415

    n, facts = site.newsroom, site.facts
    tags = sorted(site.rules, key=lambda tag: (tag != n.language, tag))
    return LetterFacts(
        newsroom_id=facts.newsroom_id,
        name=n.name,
        number=facts.number,
        edition_id=facts.edition_id,
        seal_key=facts.seal_key,
        rules=tuple(site.rules[tag] for tag in tags),
        stories=tuple(ListedStory(e.id, e.title, e.language) for e in _newest(site)),
        languages=n.languages,
        names=n.names,
    )


def _newest(site: "Site") -> list[Story | Film]:
    """Return what can be answered, the newest first; films without a day come last."""
    films = (film for film in site.newsroom.films if film.id in site.placed.films)
    entries: list[Story | Film] = [*site.newsroom.stories, *films]
    found = [entry for entry in entries if _open(site, entry)]
    return sorted(found, key=lambda entry: entry.day or date.min, reverse=True)
