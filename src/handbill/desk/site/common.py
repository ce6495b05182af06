"""What the live site shows beside its discussions: the letter page, decisions, feeds, messages."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from handbill.desk.decisions import figures
from handbill.desk.embed.framing import FOLDER, SCRIPTS, script
from handbill.desk.site.edition import ShownEdition
from handbill.desk.site.feeds import MOST, About, feed
from handbill.desk.site.newest import newest_of_all
from handbill.desk.site.pieces import House, feed_item
from handbill.errors import FormatError
from handbill.reader import live
from handbill.reader.decided import decisions_body
from handbill.reader.letter_page import LETTER_PAGE
from handbill.reader.live_letter import live_letter
from handbill.reader.words import LANGUAGES, words

MESSAGES = ("sent", "busy", "full", "bad", "missing", "pause")
"""Short pages, ``said/<key>.html``, that the public process answers with."""
Made = Iterator[tuple[str, bytes]]


def moving(house: House, edition: ShownEdition) -> Made:
    """Yield path and bytes of what changes with decisions."""
    yield from _decided(house, edition)
    yield live.FEED, _feed(house, edition)


def fixed(house: House, edition: ShownEdition) -> Made:
    """Yield path and bytes of what stays as long as the edition and the settings do."""
    yield live.STYLE, _style()
    everybody = [words(tag) for tag in LANGUAGES]
    for key in MESSAGES:
        yield f"said/{key}.html", live.message_page(key, everybody, up="/")
    if LETTER_PAGE in edition.paths:
        page = live_letter(edition.page(LETTER_PAGE).encode())
        yield LETTER_PAGE, page
        if house.framed:
            yield f"{FOLDER}/{LETTER_PAGE}", page
    if house.framed:
        for name in SCRIPTS:
            yield name, script(name)
    yield from _doors(edition)


@cache
def _style() -> bytes:
    return (files("handbill.desk.site") / "assets" / "live.css").read_bytes()


def _doors(edition: ShownEdition) -> Made:
    doors = {f"{tag}/index.html": tag for tag in edition.languages}
    doors["index.html"] = edition.languages[0]
    for path, tag in doors.items():
        if path in edition.paths:
            yield path, live.answer_nearby(edition.page(path), words(tag))


def _decided(house: House, edition: ShownEdition) -> Made:
    record = figures.record()
    for tag in edition.languages:
        say = words(tag)
        own, rules = f"pages/decisions.{tag}.html", f"pages/rules.{tag}.html"
        if own not in edition.paths and rules not in edition.paths:
            continue
        body = decisions_body(say, record, house.titles(tag), "../" + house.rules(tag))
        page = edition.page(own if own in edition.paths else rules)
        if own not in edition.paths:
            page = live.retitle(page, say.text["decisions"])
        try:
            yield own, live.replace_text(page, body)
        except FormatError:
            continue
    yield "decisions.csv", figures.table().encode()


def _feed(house: House, edition: ShownEdition) -> bytes:
    about = About(
        house.newsroom,
        house.name,
        f"{house.name}: {words(edition.languages[0]).text['embed.title']}",
        f"{house.address}/{live.FEED}",
        f"{house.address}/",
        edition.issued,
    )
    pieces = edition.pieces
    last = newest_of_all(MOST)
    return feed(about, [feed_item(house, pieces[s], e) for s, e in last if s in pieces])
