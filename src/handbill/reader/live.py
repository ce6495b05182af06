"""A page of an edition on the live site: its own bytes, with the letters of today in their place.

Pure. Pages are cut at marks that only templates write: what a reader or an author wrote is escaped
and cannot hold them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from handbill.errors import FormatError
from handbill.letters.thread import Entry, Shown, Thread
from handbill.reader.environment import markup, render
from handbill.reader.letter_page import LETTER_PAGE
from handbill.reader.words import Words, direction

STYLE = "assets/live.css"
FEED = "letters.atom"
FORM = "write"
MOST_ANSWERED = 200
"""So many letters, the newest, can be answered from the plain form."""
_BEGIN = '<section class="letters" id="letters">'
_LETTERS = re.compile(rf"\s*{_BEGIN}.*?</section>\n?", re.DOTALL)
_ANSWER = re.compile(r'\s*<section class="answer">.*?</section>\n?', re.DOTALL)
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)assets/handbill\.css">')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Frame:
    """A story's page, cut. ``takes`` tells whether it said how to answer, so letters are taken."""

    head: str
    top: str
    article: str
    rest: str
    foot: str
    title: str
    takes: bool


def frame(page: str) -> Frame:
    """Cut a page of an edition where letters stand.

    Raises:
        FormatError: it is no page of a story or film that this release knows.
    """
    head, mark, body = page.partition("</head>")
    top, begun, tail = body.partition("<article>")
    article, ended, after = tail.rpartition("</article>\n")
    title, style = _TITLE.search(head), _STYLE.search(head)
    if not (mark and begun and ended and title and style):
        raise FormatError("page: is no story's page as this release makes them")
    letters = _LETTERS.match(after)
    after = after[letters.end() :] if letters else after
    answer = _ANSWER.match(after)
    after = after[answer.end() :] if answer else after
    rest, _, foot = after.partition("</main>")
    return Frame(head, top, article, rest, foot, title[1], bool(answer))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page lies: its item's id, the way ``up`` to the edition's root, its feed if any, the
    page of decisions from the root, and whether there is a plain ``form``.
    """

    item: str
    up: str
    say: Words
    feed: str = ""
    decisions: str = ""
    form: bool = True


def first_page(cut: Frame, spot: Spot, letters: str, *, takes: bool) -> bytes:
    """Return a story's page with its letters and the ways to answer."""
    middle = f"<article>{cut.article}</article>\n{letters}{_answer(spot, takes)}{cut.rest}"
    return _whole(cut, spot, middle)


def further_page(cut: Frame, spot: Spot, letters: str, *, back: str) -> bytes:
    """Return a page that holds letters alone, with a way back to the story."""
    way = f'<p class="byline"><a href="{escape(back)}">{escape(spot.say.text["letters.back"])}</a>'
    return _whole(cut, spot, f"<article>\n<h1>{cut.title}</h1>\n{way}</p>\n</article>\n{letters}")


def has_letters(page: str) -> bool:
    """Tell whether a page was pressed with letters."""
    return _BEGIN in page


def without_letters(page: str) -> bytes:
    """Return a page without the letters that it was pressed with."""
    before, mark, after = page.partition(_BEGIN)
    _, ended, rest = after.partition("</section>")
    return (f"{before.rstrip()}\n{rest.lstrip()}" if mark and ended else page).encode()


def form_page(
    cut: Frame, spot: Spot, thread: Thread, *, rules: str, languages: Sequence[str]
) -> bytes:
    """Return the form for who has no JavaScript; what it posts is sealed by the server."""
    tag = spot.say.language
    shown = [e for e in thread.entries if e.state is Shown.PUBLISHED][-MOST_ANSWERED:]
    context = {
        "t": spot.say.text,
        "item": spot.item,
        "up": spot.up,
        "letter": f"{spot.up}{LETTER_PAGE}#about={spot.item}&{spot.say.language}",
        "rules": rules,
        "languages": [(one, spot.say.language_name(one), one == tag) for one in languages],
        "answered": [(e.key, e.name, _begin(e), e.language) for e in reversed(shown)],
    }
    head = cut.head.replace("form-action 'none'", "form-action 'self'")
    body = f"<article>\n<h1>{cut.title}</h1>\n{render('live_form.html', context)}</article>\n"
    return _whole(cut, spot, body, head=head)


def _begin(entry: Entry) -> str:
    text = " ".join(entry.text[:120].split())
    return text[:60] + (" …" if len(text) > 60 else "")


def _answer(spot: Spot, takes: bool) -> str:
    if not takes:
        return ""
    ways = (
        ("live.plain", f"{spot.up}{FORM}/{spot.item}.html" if spot.form else ""),
        ("live.feed", spot.feed),
        ("decisions", spot.decisions and spot.up + spot.decisions),
    )
    context = {
        "t": spot.say.text,
        "letter": f"{spot.up}{LETTER_PAGE}#about={spot.item}&{spot.say.language}",
        "ways": [{"href": href, "text": spot.say.text[key]} for key, href in ways if href],
    }
    return str(markup(render("live_answer.html", context)))


def _whole(cut: Frame, spot: Spot, middle: str, *, head: str = "") -> bytes:
    extra = f'<link rel="stylesheet" href="{spot.up}{STYLE}">\n'
    if spot.feed:
        kind = "application/atom+xml"
        extra += f'<link rel="alternate" type="{kind}" href="{spot.feed}" title="Atom">\n'
    return f"{head or cut.head}{extra}</head>{cut.top}{middle}</main>{cut.foot}".encode()


def replace_text(page: str, body: str) -> bytes:
    """Put another body into a page of plain text, as that of the decisions.

    Raises:
        FormatError: it is no page of text.
    """
    before, begun, tail = page.partition('<div class="text">\n')
    _, ended, after = tail.rpartition("\n</div>")
    if not (begun and ended):
        raise FormatError("page: is no page of text as this release makes them")
    return f"{before}{begun}{body}{ended}{after}".encode()


def answer_nearby(page: str, say: Words) -> bytes:
    """Correct what a front page says of how to answer: here it is done in the browser."""
    old = escape(say.text["answer_how"])
    return page.replace(old, escape(say.text["live.how"])).encode()


def message_page(key: str, everybody: Sequence[Words], *, up: str = "") -> bytes:
    """Return a short page that says one thing in every language, whoever reads it."""
    said = [
        {
            "language": say.language,
            "dir": direction(say.language),
            "title": say.text[f"{key}.title"],
            "text": say.text[f"{key}.text"],
            "home": say.text["home"],
        }
        for say in everybody
    ]
    return render("live_message.html", {"said": said, "up": up}).encode()


def retitle(page: str, title: str) -> str:
    """Give a page of text another title, in its head and above its text."""
    text = escape(title)
    page = _TITLE.sub(lambda _: f"<title>{text}</title>", page, count=1)
    return _HEADING.sub(lambda _: f"<h1>{text}</h1>", page, count=1)
