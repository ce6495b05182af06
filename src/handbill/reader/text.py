"""Markdown to safe HTML, and to plain text.

Raw HTML in a text is allowed where it means text (a Korean word in an English story wears a
``lang``), and cleaned by an allow-list. No link leads out of the edition: a click on an address
that is watched can cost a reader dearly, so addresses are printed and not linked.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3
from pyromark import Markdown, Options

_MARKDOWN = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_SMART_PUNCTUATION
)
_TAGS = set(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption cite code dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i"
        " img ins kbd li ol p pre q rp rt ruby s small span strong sub sup table tbody td th thead"
        " tr u ul wbr",
    )
)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title", "textarea", "noscript", "template"},
    attributes={
        "*": {"lang", "dir"},
        "a": {"href"},
        "img": {"src", "alt"},
        "div": {"id"},
        "ol": {"start"},
        "td": {"style", "colspan", "rowspan"},
        "th": {"style", "colspan", "rowspan", "scope"},
        "abbr": {"title"},
    },
    allowed_classes={
        "div": {"footnote-definition"},
        "sup": {"footnote-reference", "footnote-definition-label"},
    },
    filter_style_properties={"text-align"},
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
    id_prefix="n-",
)
_PICTURE = re.compile(r'(<p>\s*)?<img((?: [a-z]+="[^"]*")*)>(\s*</p>)?')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_LINK = re.compile(r'<a((?: [a-z]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
_NOTE = re.compile(r'(<sup class="footnote-(?:reference"><a[^>]*>|definition-label">))(\d+)')
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_ALIGN = re.compile(r' style="text-align: ?(left|right|center);?"')
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|tr|blockquote|pre|dd|dt|div)>|<(?:br|hr)>")
_TAG = re.compile(r"(<[^>]*>)")
_NAMES = "p|h1|h2|h3|h4|h5|h6|em|strong|ul|ol|li|blockquote"
_BARE = frozenset(f"<{slash}{name}>" for name in _NAMES.split("|") for slash in ("", "/"))
# Characters that the cleaner drops or writes in another way.
_REWRITTEN = ("\0", "\r", "\xa0")
_CELL_END = re.compile(r"</t[dh]>")
_HEAD_BEGIN, _ITEM_BEGIN = re.compile(r"<h[1-6][^>]*>"), re.compile(r"<li[^>]*>")
_HEAD_MARK = "\ue000"  # a character that means nothing


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How a text's links and pictures are resolved.

    ``link`` turns a target inside the newsroom into an address relative to the page, or None.
    ``picture`` turns a source, its alternative text and whether it stands alone into HTML;
    ``number`` writes the number of a note as the text's language does.
    """

    link: Callable[[str], str | None]
    picture: Callable[[str, str, bool], str]
    number: Callable[[str], str] = str


NOWHERE = Surroundings(lambda _target: None, lambda _source, _alt, _alone: "")
"""For texts whose links and pictures lead nowhere."""


@dataclass(frozen=True, slots=True)
class Body:
    """A text as its page shows it, and the words that search finds, with white space as it falls.

    Those are not cleaned, which takes long: they stand in scripts as data, never as HTML.
    """

    html: str
    words: str


def rendered(text: str, around: Surroundings = NOWHERE) -> Body:
    """Turn a Markdown text into HTML that is safe to put into a page as it stands, and into words.

    The text's largest heading becomes ``h2``, since the page's title is its ``h1``.
    """
    out, parts = _parted(text)
    words = _words(parts)
    if not _bare(text, out, parts):
        return Body(_resolved(_CLEANER.clean(out), around), words)
    return Body(_shift_headings(out) if "<h" in out else out, words)


def body_html(text: str, around: Surroundings = NOWHERE) -> str:
    """Turn a Markdown text into HTML that is safe to put into a page as it stands."""
    return rendered(text, around).html


def _parted(text: str) -> tuple[str, list[str]]:
    """Turn a Markdown text into HTML, not cleaned; return it whole, and parted at its tags: what
    stands before the first, the first, and so on.
    """
    out = _MARKDOWN.html(text)
    return out, _TAG.split(out)


def _words(parts: list[str]) -> str:
    return html.unescape(" ".join(parts[0::2]))


def _bare(text: str, out: str, parts: list[str]) -> bool:
    """Tell whether HTML consists of tags that have no attribute and need no cleaning.

    That is what most texts become, which hold no HTML. It is seen of what came out, tag by tag.
    """
    if "<" in text or any(odd in out for odd in _REWRITTEN):
        return False
    # What is no tag and begins like one stands after the last.
    return "<" not in parts[-1] and _BARE.issuperset(set(parts[1::2]))


def _resolved(out: str, around: Surroundings) -> str:
    """Complete cleaned HTML: its headings, tables, links and pictures."""
    # Of an id and a link to it, the cleaner prefixes the one only.
    out = out.replace('href="#', 'href="#n-')
    if "<h" in out:
        out = _shift_headings(out)
    if "<table" in out:
        out = _tables(out)
    if 'class="footnote' in out:
        out = _NOTE.sub(lambda found: found[1] + around.number(found[2]), out)
    if "<a" in out:
        out = _LINK.sub(lambda found: _link(found, around), out)
    if "<img" in out:
        out = _PICTURE.sub(lambda found: _picture(found, around), out)
    return out


def passages(text: str) -> tuple[tuple[str, bool], ...]:
    """Turn a Markdown text into plain paragraphs for print, each with whether it is a heading."""
    out, parts = _parted(text.replace(_HEAD_MARK, ""))
    out = out if _bare(text, out, parts) else _CLEANER.clean(out)
    out = _HEAD_BEGIN.sub(_HEAD_MARK, _ITEM_BEGIN.sub("\n• ", _BLOCK_END.sub("\n", out)))
    lines = html.unescape(nh3.clean(_CELL_END.sub(" · ", out), tags=set())).split("\n")
    kept = (" ".join(line.split()).rstrip(" ·") for line in lines)
    return tuple((line.removeprefix(_HEAD_MARK), line[0] == _HEAD_MARK) for line in kept if line)


def searched_text(text: str) -> str:
    """Turn a Markdown text into the words that search finds, with white space as it falls."""
    return _words(_parted(text)[1])


def _shift_headings(out: str) -> str:
    largest = min((int(found[2]) for found in _HEADING.finditer(out)), default=2)
    if largest == 2:
        return out
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(6, int(found[2]) + 2 - largest)}", out)


def _tables(out: str) -> str:
    # Inline styles are forbidden by the pages' policy; a wide table scrolls by itself.
    out = _ALIGN.sub(lambda found: f' class="{found[1]}"', out)
    out = out.replace("<table", '<div class="table" tabindex="0"><table')
    return out.replace("</table>", "</table></div>")


def _link(found: re.Match[str], around: Surroundings) -> str:
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    label = found[2]
    target = html.unescape(attributes.get("href", ""))
    if target.startswith("#n-"):
        return f'<a href="{html.escape(target)}">{label}</a>'
    scheme = target.split(":", 1)[0].lower() if ":" in target else ""
    if scheme in ("http", "https", "mailto", "tel"):
        return _address(target.removeprefix("mailto:").removeprefix("tel:"), label)
    address = around.link(target) if target else None
    return f'<a href="{html.escape(address)}">{label}</a>' if address else label


def _address(target: str, label: str) -> str:
    shown = re.sub(r"^https?://(?:www\.)?", "", target).rstrip("/")
    bare = html.unescape(label).rstrip("/")
    code = f'<bdi class="address" dir="ltr">{html.escape(shown)}</bdi>'
    if bare.endswith(shown):
        return code
    return f"{label} [{code}]"


def _picture(found: re.Match[str], around: Surroundings) -> str:
    attributes = dict(_ATTRIBUTE.findall(found[2]))
    source = html.unescape(attributes.get("src", ""))
    alone = bool(found[1] and found[3])
    shown = around.picture(source, html.unescape(attributes.get("alt", "")), alone)
    return shown if alone else f"{found[1] or ''}{shown}{found[3] or ''}"
