"""The page of a story, a film, an episode or a show. Pure."""

from functools import partial
from typing import TYPE_CHECKING, Any

from handbill.newsroom.story import Film, Show, Story
from handbill.reader import answering, shown, threads
from handbill.reader.environment import markup, render
from handbill.reader.finding import cue_lines
from handbill.reader.mould import Texts
from handbill.reader.text import Surroundings, rendered
from handbill.reader.words import Words

if TYPE_CHECKING:
    from handbill.reader.pages import Site

Entry = Story | Film | Show


def article(site: "Site", entry: Entry, path: str) -> str:
    """Return the page of an entry that lies at ``path``."""
    up, say = "../" * path.count("/"), site.say(entry.language)
    letters = threads.thread_section(site, entry, path)
    texts = _texts(site, entry, up)
    texts["closed"] = "" if letters else shown.closed(say, entry)
    more = {**_more(site, entry, say), "letters": markup(letters)}
    page = partial(_page, site, entry.language, path, more)
    if any(more.values()):
        return page(texts)
    return site.moulds.fill((entry.language, up), texts, page)


def _page(site: "Site", language: str, path: str, more: dict[str, Any], texts: Texts) -> str:
    frame = site.frame("story", language, str(texts["title"]), path)
    story = {**texts, "translations": more["translations"]}
    return render("story.html", {**frame, **more, "story": story, "back": ""})


def _texts(site: "Site", entry: Entry, up: str) -> dict[str, object]:
    """Return what every page of an entry may have."""
    lead = getattr(entry, "lead", None) or None
    say = site.say(entry.language)
    around = Surroundings(
        lambda target: shown.link(site, entry, target, up),
        lambda source, _alt, _alone: shown.body_picture(site, entry, source, up),
        say.number,
    )
    made = rendered(site.body(entry), around)
    kicker, kicker_href = shown.kicker(site, entry)
    if isinstance(entry, Story):
        site.words[entry.id] = made.words
    return {
        "title": entry.title,
        "deck": entry.deck,
        "kicker": kicker,
        "kicker_href": kicker_href,
        "byline": shown.people(getattr(entry, "authors", ()), say.text["comma"]),
        "iso": day.isoformat() if (day := shown.day_of(entry)) else "",
        "day": say.day(day) if day else "",
        "lead": lead and shown.picture(site, lead, up),
        "body": markup(made.html),
        "answer": answering.answer(site, entry),
    }


def _more(site: "Site", entry: Entry, say: Words) -> dict[str, Any]:
    """Return what few pages have."""
    film = site.film_of(entry)
    excerpt = entry.excerpt if isinstance(entry, Story) else None
    shelf = [e for e in site.linked(entry) if e.id not in entry.translations]
    cards = [shown.card(site, e, entry.language) for e in shelf]
    is_show, comma = isinstance(entry, Show), say.text["comma"]
    return {
        "translations": [
            shown.translation(site, e) for i in entry.translations if (e := site.entry(i))
        ],
        "film": film and shown.film(site, film, excerpt, say, alone=film is entry),
        "transcript": _transcript(site, entry),
        "corrections": [
            {"iso": c.day.isoformat(), "day": say.day(c.day), "text": c.text}
            for c in getattr(entry, "corrections", ())
        ],
        "credits": [shown.person(c, comma) for c in entry.credits],
        "funders": [shown.person(c, comma) for c in getattr(entry, "funders", ())],
        "episodes": cards if is_show else [],
        "related": [] if is_show else cards,
    }


def _transcript(site: "Site", entry: Entry) -> list[str]:
    """Return what is said in a film: the newsroom's transcript, else the captions in the page's own
    language, else the first.
    """
    if given := getattr(entry, "transcript", ""):
        return [line for line in given.splitlines() if line.strip()]
    if not isinstance(entry, Film):
        return []
    tracks = site.placed.films[entry.id].captions
    own = [c for c in tracks if c.language == entry.language] or list(tracks[:1])
    return cue_lines(own[0].vtt) if own else []
