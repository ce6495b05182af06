"""Pages as one self-contained file: pictures and style inside, for phones that open a page alone.

Android's file viewers give a local page none of the files beside it. Films stay outside: a picture
of the film and its file's name stand in their place. No link leads to another file, where a reader
would meet an error: its words stay, without it. Pure: bytes come from ``read``.
"""

import base64
import html
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

Read = Callable[[str], bytes]
WIDEST = 720
_SHEET = re.compile(r'<link rel="stylesheet"[^>]*>')
_IMAGE = re.compile(r'<img src="([^"]+)"(?: srcset="([^"]*)" sizes="[^"]*")?')
_VIDEO = re.compile(r'<video controls[^>]*? poster="([^"]*)"[^>]*>.*?</video>', re.DOTALL)
_ARTICLE = re.compile(r"<article>(.*?)</article>", re.DOTALL)
_LINK = re.compile(r' href="([^"]*)"')
_STORY = re.compile(r"(?:\.\./)*stories/([^/]+)/index\.html")
_ANSWER = re.compile(r'<section class="answer">.*?</section>', re.DOTALL)
_SEARCH = re.compile(r'<a class="seek"[^>]*>.*?</a>')
_WAYS = re.compile(
    r'<nav(?! class="picks")[^>]*>.*?</nav>|<section class="years">.*?</section>', re.DOTALL
)
_AWAY = re.compile(r'<a ([^>]*?)href="(?!#|[a-z][a-z0-9+.-]*:)([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
# Ids in a text and links to them, which each text numbers from one.
_OWN = re.compile(r'(?<= )((?:id="|href="#)n-)')
_KEPT = re.compile(r'\b(?:class|lang|dir)="[^"]*"')


def one_file(page: str, *, style: str, read: Read) -> str:
    """Return a page with its style and its pictures inside it, without what leads to the others."""
    page = _VIDEO.sub(r'<img src="\1" alt="">', page)
    page = _SHEET.sub(lambda _: f"<style>{style}</style>", page, count=1)
    page = _WAYS.sub("", _ANSWER.sub("", _SEARCH.sub("", page)))
    page = _AWAY.sub(_unlinked, page)
    return _IMAGE.sub(lambda found: f'<img src="{_inside(found, read)}"', page)


def whole_paper(front: str, stories: Sequence[tuple[str, str]], *, style: str, read: Read) -> str:
    """Return a front page with the newest stories below it, its links leading down to them.

    ``stories`` are slugs and finished pages.
    """
    articles = "".join(
        f'<hr id="s-{html.escape(slug)}">{_own_ids(slug, found[0])}'
        for slug, page in stories
        if (found := _ARTICLE.search(page))
    )
    inside = {slug for slug, _ in stories}
    joined = front.replace("</main>", f"{_as_sections(articles)}</main>", 1)

    def lead(found: re.Match[str]) -> str:
        story = _STORY.fullmatch(unquote(html.unescape(found[1])))
        return f' href="#s-{html.escape(story[1])}"' if story and story[1] in inside else found[0]

    joined = _LINK.sub(lead, joined)
    return one_file(joined, style=style, read=read)


def _unlinked(found: re.Match[str]) -> str:
    before, address, behind, inside = found.groups()
    name = unquote(html.unescape(address)).rpartition("/")[2]
    if name.endswith(".mp4"):
        return f"<bdi>{html.escape(name)}</bdi>"
    kept = " ".join(_KEPT.findall(f"{before}{behind}"))
    return f"<span {kept}>{inside}</span>" if kept else inside


def _own_ids(slug: str, article: str) -> str:
    return _OWN.sub(lambda found: f"{found[1]}{html.escape(slug)}-", article)


def _as_sections(articles: str) -> str:
    # A front page has its own h1: below it each story's title is a step lower.
    lowered = re.sub(r"<(/?)h2(?=[ >])", r"<\1h3", articles)
    return re.sub(r"<(/?)h1(?=[ >])", r"<\1h2", lowered)


def _inside(found: re.Match[str], read: Read) -> str:
    address = html.unescape(found[1])
    if address.startswith("data:"):
        return found[1]
    sizes = [part.strip().rpartition(" ") for part in html.unescape(found[2] or "").split(",")]
    fitting = [a for a, _, w in sizes if a and int(w.rstrip("w")) <= WIDEST]
    chosen = fitting[-1] if fitting else (sizes[0][0] or address)
    data = read(unquote(re.sub(r"^(?:\.\./)+", "", chosen)))
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()
