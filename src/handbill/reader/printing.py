"""Which stories stand on the print sheet of a language, and what it says around them. Pure."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from handbill.newsroom.story import Story
from handbill.reader import shown
from handbill.reader.plans import PagePlan
from handbill.reader.sheet import Sheet, SheetStory, printable, sheet_pdf
from handbill.reader.text import plain_text
from handbill.reader.words import direction

if TYPE_CHECKING:
    from handbill.reader.pages import Site

MOST = 12
_PICTURE_WIDTH = 640


def sheet_path(language: str) -> str:
    """Return where the print sheet of a language lies."""
    return f"print/{language}.pdf"


def sheet_languages(site: "Site") -> tuple[str, ...]:
    """Return the languages that have stories and whose script our fonts have."""
    return tuple(
        language
        for language in site.newsroom.languages
        if (found := _stories(site, language))
        and printable(language, [s.title + s.deck + site.body(s)[:2000] for s in found])
    )


def sheet_plans(site: "Site") -> Iterator[PagePlan]:
    """Yield the print sheet of each language that can have one."""
    for language in site.sheets:
        stories = _stories(site, language)
        stills = [site.placed.stills.get(s.lead.path) for s in stories[:1] if s.lead]
        texts = [site.text_key(story) for story in stories]
        inputs = ("sheet 1", site.signature, site.facts, site.newsroom.taglines, texts, stills)
        yield PagePlan(sheet_path(language), "", inputs, partial(_make, site, language))


def _stories(site: "Site", language: str) -> list[Story]:
    return [s for s in site.newsroom.stories if s.language == language][:MOST]


def _make(site: "Site", language: str) -> bytes:
    say, facts, n = site.say(language), site.facts, site.newsroom
    stories = _stories(site, language)
    issued = say.day(date.fromisoformat(facts.issued)) if facts.issued else ""
    number = say.say("edition_n", n=say.number(facts.number)) if facts.number else ""
    words = facts.words.get(say.language) or facts.words.get("en", ())
    told = f"{say.text['words_say']} {' '.join(words)}" if words else ""
    lead = stories[0].lead
    return sheet_pdf(
        Sheet(
            language=language,
            direction=direction(language),
            name=dict(n.names).get(language, n.name),
            tagline=dict(n.taglines).get(language, ""),
            edition=" · ".join(filter(None, (number, issued))),
            stories=tuple(_story(site, story) for story in stories),
            notes=(told,) if told else (),
            more=say.text["sheet_more"],
            picture=site.picture_bytes(lead.path, _PICTURE_WIDTH) if lead else b"",
            credit=" / ".join(filter(None, (lead.credit, lead.agency))) if lead else "",
        )
    )


def _story(site: "Site", story: Story) -> SheetStory:
    say = site.say(story.language)
    byline = shown.people(story.authors)
    dated = " · ".join(filter(None, (byline, say.day(story.day))))
    return SheetStory(
        story.title, story.deck, dated, tuple(plain_text(site.body(story)).split("\n"))
    )
