"""Which stories stand on the print sheet of a language, and what it says around them. Pure."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from handbill.newsroom.story import Page, Story
from handbill.reader import shown
from handbill.reader.plans import PagePlan
from handbill.reader.sheet import Sheet, printable, sheet_pdf
from handbill.reader.sheet_flow import Passage, SheetStory
from handbill.reader.text import passages
from handbill.reader.words import direction

if TYPE_CHECKING:
    from handbill.reader.pages import Site

MOST = 12
_PICTURE_WIDTH = 960
_EXTRAS = ("answer", "about", "rules")


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
        extras = [(p.title, p.body) for p in _extras(site, language)]
        about = (site.signature, site.facts, site.newsroom.taglines, site.rules.get(language))
        inputs = ("sheet 4", about, texts, stills, extras)
        yield PagePlan(sheet_path(language), "", inputs, partial(_make, site, language))


def _stories(site: "Site", language: str) -> list[Story]:
    return [s for s in site.newsroom.stories if s.language == language][:MOST]


def _extras(site: "Site", language: str) -> list[Page]:
    own = [page for page in site.newsroom.pages if page.language == language]
    return [page for kind in _EXTRAS for page in own if page.kind == kind]


def _make(site: "Site", language: str) -> bytes:
    say, facts, n = site.say(language), site.facts, site.newsroom
    stories = _stories(site, language)
    issued = say.day(date.fromisoformat(facts.issued)) if facts.issued else ""
    number = say.say("edition_n", n=say.number(facts.number)) if facts.number else ""
    words = facts.words.get(say.language) or facts.words.get("en", ())
    told = f"{say.text['words_say']} {' '.join(words)}" if words else ""
    lead = stories[0].lead
    still = site.still(lead.path, _PICTURE_WIDTH) if lead else None
    return sheet_pdf(
        Sheet(
            language=language,
            direction=direction(language),
            name=dict(n.names).get(language, n.name),
            tagline=dict(n.taglines).get(language, ""),
            edition=" · ".join(filter(None, (number, issued))),
            stories=tuple(_story(site, story) for story in stories),
            extras=tuple(_extra(site, page) for page in _extras(site, language)),
            notes=(told,) if told else (),
            more=say.text["sheet_more"],
            picture=site.picture_bytes(still) if still else b"",
            pixels=(still.width, still.height) if still else (0, 0),
            credit=" / ".join(filter(None, (lead.credit, lead.agency))) if lead else "",
        )
    )


def _story(site: "Site", story: Story) -> SheetStory:
    say = site.say(story.language)
    byline = shown.people(story.authors, say.text["comma"])
    dated = " · ".join(filter(None, (byline, say.day(story.day))))
    return SheetStory(story.title, story.deck, dated, _passages(site.body(story)))


def _extra(site: "Site", page: Page) -> SheetStory:
    if page.kind != "rules":
        return SheetStory(page.title, "", "", _passages(page.body))
    say, book = site.say(page.language), site.rules[page.language]
    rules = [Passage(book.introduction)] if book.introduction else []
    for rule in book.rules:
        rules += [
            Passage(f"{say.number(rule.number)}. {rule.title}", head=True),
            Passage(rule.text),
        ]
    return SheetStory(page.title, "", "", tuple(rules))


def _passages(text: str) -> tuple[Passage, ...]:
    return tuple(Passage(*found) for found in passages(text))
