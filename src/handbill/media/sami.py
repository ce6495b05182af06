"""SAMI subtitles (.smi), common in Korea: several languages in one file, ends often unsaid.

A cue lasts until the next SYNC of its language; ``&nbsp;`` alone clears the screen.
"""

import re
from html import unescape
from itertools import zip_longest

_SYNC = re.compile(r"<sync[^>]{0,200}?start\s*=\s*[\"']?(\d{1,9})[^>]{0,200}>", re.IGNORECASE)
_P = re.compile(r"<p(?:\s[^>]{0,200}?)?>", re.IGNORECASE)
_CLASS = re.compile(r"class\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_STYLE = re.compile(r"\.([A-Za-z0-9_-]{1,40})\s*\{([^}]{0,500})\}")
_LANG = re.compile(r"lang\s*:\s*([A-Za-z-]{2,12})", re.IGNORECASE)
_LAST_MS = 4000


def read_sami(text: str, language: str) -> list[tuple[int, int, str]]:
    """Return (start, end, text with tags) of the cues in ``language``; times in ms."""
    head, _, body = _split(text)
    classes = {
        name.lower(): lang for name, style in _STYLE.findall(head) for lang in _LANG.findall(style)
    }
    said = _syncs(_uncommented(body))
    wanted = _wanted(classes, {name for _, name, _ in said}, language)
    shown = [(ms, words) for ms, name, words in said if name == wanted]
    ends = [ms for ms, _ in shown[1:]] + [shown[-1][0] + _LAST_MS] if shown else []
    return [
        (ms, end, words)
        for (ms, words), end in zip(shown, ends, strict=True)
        if words.replace("\xa0", " ").strip()
    ]


def _split(text: str) -> tuple[str, str, str]:
    at = text.lower().find("<body")
    return (text[:at], "<body", text[at:]) if at >= 0 else ("", "", text)


def _uncommented(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _syncs(body: str) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    marks = list(_SYNC.finditer(body))
    for mark, following in zip_longest(marks, marks[1:]):
        inner = body[mark.end() : following.start() if following else len(body)]
        parts = list(_P.finditer(inner))
        if not parts:
            found.append((int(mark[1]), "", unescape(inner)))
        for part, after in zip_longest(parts, parts[1:]):
            name = _CLASS.search(part[0])
            words = inner[part.end() : after.start() if after else len(inner)]
            found.append((int(mark[1]), name[1].lower() if name else "", _text(words)))
    return found


def _text(words: str) -> str:
    flat = " ".join(words.split())  # line ends in the source mean nothing, as in HTML
    return unescape(re.sub(r"<br */?>", "\n", flat, flags=re.IGNORECASE))


def _wanted(classes: dict[str, str], used: set[str], language: str) -> str:
    base = language.lower().split("-", 1)[0]
    for name in sorted(used):
        if classes.get(name, "").lower().split("-", 1)[0] == base:
            return name
    for name in sorted(used):  # KRCC, ENCC: the country's letters begin the usual names
        if name.startswith({"ko": "kr", "en": "en", "ja": "jp", "zh": "cn"}.get(base, base)):
            return name
    return min(used, default="")
