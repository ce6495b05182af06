"""All pages of one story's discussion: values in, paths and bytes out. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from handbill.desk.embed.framing import Framed, frames
from handbill.desk.site.edition import Piece
from handbill.desk.site.feeds import About, Item, feed
from handbill.letters.discussion import write_threads
from handbill.letters.thread import Entry, Shown, Thread
from handbill.reader import live
from handbill.reader.discussing import Around, Cut, cut, thread_html
from handbill.reader.letter_page import LETTER_PAGE
from handbill.reader.words import LANGUAGES, words

JSON = "letters.json"
KEYS = "keys.txt"
Made = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What all pieces share: the newsroom, the site's address, its rules; whether anybody may
    frame, and whether there is a plain form.
    """

    newsroom: str
    name: str
    address: str
    languages: tuple[str, ...]
    framed: bool
    plain: bool
    titles: Callable[[str], dict[str, str]]
    rules: Callable[[str], str]
    day: Callable[[int], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """One piece: its page in the edition, its discussion and that one's version; by key the
    decisions that published letters, of which the feed holds the last. ``pressed`` is how many
    pages of letters the edition has.
    """

    piece: Piece
    page: str
    thread: Thread
    version: int
    newest: Mapping[str, int] = field(default_factory=dict)
    pressed: int = 1


def made(house: House, given: Given) -> Made:
    """Yield every file of a piece.

    Raises:
        FormatError: its page is none that this release knows.
    """
    piece, thread = given.piece, given.thread
    say, frame = words(piece.language), live.frame(given.page)
    spoken = piece.language if piece.language in house.languages else house.languages[0]
    spot = live.Spot(
        piece.id,
        piece.up,
        say,
        feed=live.FEED if thread.published else "",
        decisions=f"pages/decisions.{spoken}.html",
        form=house.plain,
    )
    takes = frame.takes and thread.open
    yield from _pages(house, given, (frame, spot), takes=takes)
    if takes and house.plain:
        rules = "../" + house.rules(piece.language)
        above = _moved(frame, piece.up)
        near = live.Spot(piece.id, "../", say)
        tags = dict.fromkeys((piece.language.lower(), *house.languages, *LANGUAGES))
        form = live.form_page(above, near, thread, rules=rules, languages=tuple(tags))
        yield f"{live.FORM}/{piece.id}.html", form
    if thread.entries or not thread.open:
        yield f"{piece.folder}/{JSON}", _json(given)
    if thread.published:
        yield f"{piece.folder}/{live.FEED}", _feed(house, given)
    if house.framed:
        framed = Framed(
            piece.id,
            piece.title,
            piece.path,
            takes,
            takes and house.plain,
            house.titles,
            house.rules,
        )
        for tag in LANGUAGES:
            yield from frames(framed, thread, words(tag))


def _moved(frame: live.Frame, up: str) -> live.Frame:
    """Let a page's own links hold in a folder directly below the root."""

    def move(part: str) -> str:
        return part.replace(f'"{up}', '"../')

    return live.Frame(
        move(frame.head), move(frame.top), "", "", move(frame.foot), frame.title, frame.takes
    )


def _pages(house: House, given: Given, at: tuple[live.Frame, live.Spot], *, takes: bool) -> Made:
    thread, folder = given.thread, given.piece.folder
    if not thread.entries and thread.open:
        yield given.piece.path, live.first_page(*at, "", takes=takes)
        yield from _emptied(given, at, 1)
        return
    oldest, newest = cut(thread), cut(thread, newest_first=True)
    sorted_both = len(oldest.where) > 1 and oldest.pages != newest.pages
    for parts, first in ((oldest, "index.html"), (newest, "newest.html"))[: 1 + sorted_both]:
        around = _around(house, given, first, sorts=sorted_both, takes=takes)
        for number in range(1, len(parts.pages) + 1):
            letters = thread_html(thread, around, number, parts=parts)
            path = f"{folder}/{around.page_path(number)}"
            if number == 1:
                yield path, live.first_page(*at, letters, takes=takes)
            else:
                yield path, live.further_page(*at, letters, back="index.html")
    yield f"{folder}/{KEYS}", _keys(oldest)
    yield from _emptied(given, at, len(oldest.pages))


def _emptied(given: Given, at: tuple[live.Frame, live.Spot], last: int) -> Made:
    """Yield what stands instead of pages that the edition has and the discussion has no more:
    letters that were taken back stand there.
    """
    for number in range(last + 1, given.pressed + 1):
        path = f"{given.piece.folder}/letters-{number}.html"
        yield path, live.further_page(*at, "", back="index.html")


def _around(house: House, given: Given, first: str, *, sorts: bool, takes: bool) -> Around:
    piece = given.piece
    say = words(piece.language)
    letter = f"{piece.up}{LETTER_PAGE}#about={piece.id}"
    stem = "letters" if first == "index.html" else "newest"
    orders = (("index.html", "letters.oldest"), ("newest.html", "letters.newest"))
    return Around(
        say,
        house.titles(piece.language),
        piece.up + house.rules(piece.language),
        lambda number: first if number == 1 else f"{stem}-{number}.html",
        tuple((f"{p}#letters", say.text[key], p == first) for p, key in orders) if sorts else (),
        (lambda key: f"{letter}&answers={key}&{say.language}") if takes else None,
    )


def _keys(parts: Cut) -> bytes:
    """Return which letters stand on which page, a line each, for addresses that last."""
    lines = (" ".join(placed.entry.key for placed in part) for part in parts.pages)
    return ("\n".join(lines) + "\n").encode()


def _json(given: Given) -> bytes:
    begin = f'{{"format":"handbill thread 1","needs":[],"version":{given.version},'
    return begin.encode() + write_threads([given.thread])[1:]


def _feed(house: House, given: Given) -> bytes:
    piece = given.piece
    base = f"{house.address}/{piece.folder}"
    about = About(
        house.newsroom,
        house.name,
        f"{piece.title}: {words(piece.language).text['embed.title']}",
        f"{base}/{live.FEED}",
        f"{house.address}/{piece.path}#letters",
        max((house.day(e.edition) for e in given.thread.entries), default=house.day(0)),
    )
    shown = [e for e in given.thread.entries if e.state is Shown.PUBLISHED]
    last = sorted(shown, key=lambda e: (-given.newest.get(e.key, 0), -e.edition, e.key))
    return feed(about, [feed_item(house, piece, e) for e in last])


def feed_item(house: House, piece: Piece, entry: Entry) -> Item:
    """Return a letter as feeds show it."""
    href = f"{house.address}/l/{piece.id}/{entry.key}"
    return Item(entry, piece.id, piece.title, href, house.day(entry.edition))
