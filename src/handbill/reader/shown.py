"""How single things are shown on pages: cards, pictures, films, people. Pure.

Everything returned is plain text for a template, but where a name ends in ``html``.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from handbill.newsroom.mentions import linked, resolved
from handbill.newsroom.story import Credit, Excerpt, Film, Page, Picture, Show, Story
from handbill.reader.environment import markup, render
from handbill.reader.values import EditionFacts, PlacedFilm, PlacedStill
from handbill.reader.words import Words, direction

if TYPE_CHECKING:
    from handbill.reader.pages import Site

Entry = Story | Film | Show
_CARD_WIDTH = 640


def story_path(story: Story) -> str:
    """Return where a story's page lies."""
    return f"stories/{story.slug}/index.html"


def single_path(story: Story) -> str:
    """Return where the form of a story in one file lies."""
    return f"stories/{story.slug}/{story.slug}.single.html"


def watch_path(entry: Film | Show) -> str:
    """Return where the page of a film, an episode or a show lies."""
    inside = f"{entry.show}-" if isinstance(entry, Film) and entry.show else ""
    return f"watch/{inside}{entry.slug}/index.html"


def page_path(page: Page) -> str:
    """Return where a page of plain text lies."""
    return f"pages/{page.kind}.{page.language}.html"


def section_path(section: str, language: str) -> str:
    """Return where the page of a section lies."""
    return f"sections/{section}.{language}.html"


def archive_path(language: str, year: int) -> str:
    """Return where the list of a year's stories lies."""
    return f"archive/{year}.{language}.html"


def by_year(site: "Site", language: str) -> dict[int, list[Story]]:
    """Return the stories of a language by their year, newest first."""
    return site.years.get(language, {})


def of_section(site: "Site", section: str, language: str) -> list[Entry]:
    """Return what a section shows in a language: its stories, newest first, then its films."""
    stories: list[Entry] = [*site.shelved.get((section, language), ())]
    films = [f for f in site.newsroom.films if f.section == section and f.language == language]
    return stories + [f for f in films if not f.show and f.id in site.placed.films]


def path_of(entry: Entry) -> str:
    """Return where the page of anything lies."""
    return story_path(entry) if isinstance(entry, Story) else watch_path(entry)


def day_of(entry: Entry) -> date | None:
    """Return the day that a page shows."""
    return None if isinstance(entry, Show) else entry.day


def person(credit: Credit, comma: str = ", ") -> str:
    """Write a person and what they did, with the ``comma`` of the page's language."""
    return f"{credit.name}{comma}{credit.role}" if credit.role else credit.name


def people(credits_: tuple[Credit, ...], comma: str = ", ") -> str:
    """Write a byline."""
    return " · ".join(person(c, comma) for c in credits_)


def kicker(site: "Site", entry: Entry) -> tuple[str, str]:
    """Write what stands above a title, the show or else the section, and where that page lies."""
    if isinstance(entry, Film) and entry.show:
        shows = [s for s in site.newsroom.shows if entry.show in (s.id, s.slug)]
        return (shows[0].title, watch_path(shows[0])) if shows else ("", "")
    for section in site.newsroom.sections:
        if section.id == entry.section:
            names = dict(section.names)
            name = names.get(entry.language) or names.get(site.newsroom.language, "")
            # What a section lists has a page there; shows are not listed.
            listed = entry.language in site.newsroom.languages and not isinstance(entry, Show)
            return name, section_path(section.id, entry.language) if listed else ""
    return "", ""


def closed(say: Words, entry: Entry) -> str:
    """Say why readers cannot answer; nothing where they can."""
    if isinstance(entry, Show) or entry.comments.open:
        return ""
    return say.say("no_comments", reason=entry.comments.reason)


def translation(site: "Site", entry: Entry) -> dict[str, str]:
    """Return a link to the same thing in another language."""
    name = site.say(entry.language).language_name(entry.language)
    return {"href": path_of(entry), "text": name, "language": entry.language}


def _still(site: "Site", path: str, width: int) -> PlacedStill | None:
    stills = site.placed.stills.get(path, ())
    wide = [s for s in stills if s.width >= width]
    return wide[0] if wide else (stills[-1] if stills else None)


def picture(site: "Site", shown: Picture, up: str) -> dict[str, Any] | None:
    """Return a picture in all its sizes; None where it could not be prepared."""
    stills = site.placed.stills.get(shown.path, ())
    if not stills:
        return None
    credit = " / ".join(filter(None, (shown.credit, shown.agency)))
    return {
        "src": quote(stills[-1].path),
        "srcset": ", ".join(f"{up}{quote(s.path)} {s.width}w" for s in stills),
        "width": stills[-1].width,
        "height": stills[-1].height,
        "alt": shown.alt,
        "caption": shown.caption,
        "credit": credit,
    }


def body_picture(site: "Site", entry: Entry, source: str, up: str) -> str:
    """Return the HTML of a picture in a text; nothing where it could not be prepared."""
    path = resolved(entry.source, source)
    found = [p for p in getattr(entry, "pictures", ()) if p.path == path]
    made = picture(site, found[0], up) if found else None
    return render("figure.html", {"p": made, "up": up}) if made else ""


def link(site: "Site", entry: Entry, target: str, up: str) -> str | None:
    """Return the address of another item of this edition, given by its file or its id."""
    found = site.entry(target) or site.entry_at(linked(entry.source, target))
    return f"{up}{path_of(found)}" if found else None


def film(
    site: "Site", shown: Film, excerpt: Excerpt | None, say: Words, *, alone: bool
) -> dict[str, Any]:
    """Return a film with its captions, which need no script; ``alone`` on its own page."""
    made = site.placed.films[shown.id]
    part = f"#t={excerpt.start_s:g},{excerpt.end_s:g}" if excerpt else ""
    captions = [
        {"language": c.language, "label": c.label, "src": _data(c.vtt)} for c in made.captions
    ]
    return {
        "title": shown.title,
        "src": quote(made.path) + part,
        "href": quote(made.path),
        "width": made.width,
        "height": made.height,
        "poster": quote(made.poster[0].path) if made.poster else "",
        "size": say.size(made.length),
        "length": say.duration(made.duration_s),
        "captions": captions,
        "spoken": _names(say, (c.language for c in made.captions)),
        "plays_on": say.text["comma"].join(say.text[f"on.{p}"] for p in made.plays_on),
        "facts": list(_facts(shown, made, say)) if alone else [],
        "points": [
            {
                "href": f"{quote(made.path)}#t={p.start_s:g},{p.end_s:g}",
                "at": say.clock(p.start_s),
                "label": p.label,
            }
            for p in (shown.points if alone else ())
        ],
    }


def _facts(shown: Film, made: PlacedFilm, say: Words) -> Iterator[dict[str, Any]]:
    for name, value in (
        ("fact.year", say.number(shown.year) if shown.year else ""),
        ("fact.length", say.duration(made.duration_s)),
        ("fact.language", _names(say, (shown.language,))),
        ("subtitles", _names(say, (c.language for c in made.captions))),
        ("fact.size", say.size(made.length)),
        ("plays_on", say.text["comma"].join(say.text[f"on.{p}"] for p in made.plays_on)),
    ):
        if isinstance(value, str):
            if value:
                yield {"name": say.text[name], "value": value, "names": []}
        elif value:
            yield {"name": say.text[name], "value": "", "names": value}


def _names(say: Words, languages: Iterable[str]) -> list[dict[str, str]]:
    """Return languages by their own names, each of which is to be read out in itself."""
    return [{"language": tag, "text": say.language_name(tag)} for tag in dict.fromkeys(languages)]


def _data(vtt: str) -> str:
    return "data:text/vtt;base64," + base64.b64encode(vtt.encode()).decode()


def card(site: "Site", entry: Entry, language: str) -> dict[str, Any]:
    """Return a thing as it stands on a shelf; ``language`` is that of the page."""
    found = site.cards.get((entry.id, language))
    if found is None:
        found = site.cards[entry.id, language] = _card(site, entry, language)
    return found


def card_key(site: "Site", entry: Entry) -> object:
    """Return what stands for a card among a page's inputs."""
    if not isinstance(entry, Story):
        return card(site, entry, "")
    lead = site.still_keys.get(entry.lead_path)
    return f"{entry.title}\0{entry.deck}\0{entry.slug}\0{lead}"


def _card(site: "Site", entry: Entry, language: str) -> dict[str, Any]:
    say = site.say(language or entry.language)
    image, note = "", ""
    if isinstance(entry, Film) and entry.id in site.placed.films:
        made = site.placed.films[entry.id]
        image = made.poster[0].path if made.poster else ""
        note = say.duration(made.duration_s)
    if isinstance(entry, Show):
        parts = [f for f in site.episodes(entry) if f.id in site.placed.films]
        first = site.placed.films[parts[0].id].poster if parts else ()
        image = first[0].path if first and not entry.poster else ""
    shown = entry.lead if isinstance(entry, Story) else entry.poster
    still = _still(site, shown.path, _CARD_WIDTH) if shown and not image else None
    return {
        "title": entry.title,
        "deck": entry.deck,
        "href": path_of(entry),
        "picture": quote(image or (still.path if still else "")),
        "language": entry.language,
        "dir": direction(entry.language),
        "note": note,
        "said_in": say.language,
        "said_dir": direction(say.language),
        "first": False,
    }


def shelves(site: "Site", language: str, newest: int) -> Iterator[dict[str, Any]]:
    """Yield the shelves of a door: its stories, films and shows, and what other languages hold."""
    say, n = site.say(language), site.newsroom
    stories = [s for s in n.stories if s.language == language]
    first = [{**card(site, s, language), "first": i == 0} for i, s in enumerate(stories[:newest])]
    films = [f for f in n.films if not f.show and f.id in site.placed.films]
    for kind, title, cards in (
        ("newest", "", first),
        ("films", say.text["films"], [card(site, f, language) for f in films]),
        ("shows", say.text["shows"], [card(site, s, language) for s in n.shows]),
    ):
        if cards:
            yield {"kind": kind, "title": title, "cards": cards}


def trust(say: Words, facts: EditionFacts) -> str:
    """Return the HTML of what a reader compares: the newsroom's words and id."""
    tag = say.language if facts.words.get(say.language) else "en"
    found = " ".join(facts.words.get(tag, ()))
    issued = say.day(date.fromisoformat(facts.issued)) if facts.issued else ""
    context = {
        "t": say.text,
        "aged": say.say("stale", day=issued) if issued else "",
        "words": {"language": tag, "dir": direction(tag), "text": found} if found else None,
        "id": facts.newsroom_id,
    }
    return str(markup(render("trust.html", context)))
