"""A discussion as other sites frame it: a page for each interface language. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from handbill.letters.thread import Thread
from handbill.reader.discussing import Around, cut, thread_html
from handbill.reader.environment import markup, render
from handbill.reader.letter_page import LETTER_PAGE
from handbill.reader.words import Words, direction

FOLDER = "embed"
SCRIPTS = ("embed.js", "embed-frame.js")
UP = "../../../"


@dataclass(frozen=True, slots=True)
class Framed:
    """What is framed: a story's id, title and page, whether it takes letters and has a plain form,
    the rules' titles and page.
    """

    item: str
    title: str
    path: str
    takes: bool
    plain: bool
    titles: Callable[[str], dict[str, str]]
    rules: Callable[[str], str]


def frames(framed: Framed, thread: Thread, say: Words) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each page of a discussion in one interface language."""
    parts = cut(thread)
    around = Around(
        say,
        framed.titles(say.language),
        UP + framed.rules(say.language),
        _page,
        reply=_reply(framed, say) if framed.takes else None,
        target="_blank",
    )
    for number in range(1, len(parts.pages) + 1):
        letters = thread_html(thread, around, number, parts=parts)
        yield f"{FOLDER}/{say.language}/{framed.item}/{_page(number)}", _whole(framed, say, letters)


def _page(number: int) -> str:
    return "index.html" if number == 1 else f"letters-{number}.html"


def _letter(framed: Framed, say: Words, answers: str = "") -> str:
    return f"../../{LETTER_PAGE}#about={framed.item}{answers}&{say.language}"


def _reply(framed: Framed, say: Words) -> Callable[[str], str]:
    return lambda key: _letter(framed, say, f"&answers={key}")


def _whole(framed: Framed, say: Words, letters: str) -> bytes:
    context = {
        "t": say.text,
        "language": say.language,
        "dir": direction(say.language),
        "title": framed.title,
        "up": UP,
        "letters": markup(letters),
        "letter": _letter(framed, say) if framed.takes else "",
        "form": f"{UP}write/{framed.item}.html" if framed.plain else "",
        "whole": UP + framed.path,
    }
    return render("live_frame.html", context).encode()


@cache
def script(name: str) -> bytes:
    """Return one of the two scripts."""
    return (files("handbill.desk.embed") / "assets" / name).read_bytes()
