"""A site that shows every kind of page, with media that were never encoded."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PIL import Image

from handbill.letters.thread import Entry, Label, Shown, Thread
from handbill.newsroom.story import (
    Comments,
    Correction,
    Credit,
    Excerpt,
    Film,
    Newsroom,
    Page,
    Picture,
    Section,
    Show,
    Story,
)  # fmt: skip
from handbill.reader.pages import Site
from handbill.reader.plans import BundlePlan
from handbill.reader.values import (
    EditionFacts,
    Placed,
    PlacedCaption,
    PlacedFilm,
    PlacedStill,
    Talk,
)
from handbill.rules.book import ShownBook, ShownRule

TEXT = {
    "en": "The boat leaves when the light does.",
    "ko": "배는 빛이 질 때 떠난다.",
    "es": "El barco zarpa cuando se va la luz.",
    "fa": "قایق با رفتن نور می‌رود.",
    "ar": "يغادر القارب حين يغيب الضوء.",
}
BODY = """{0}

## {0}

> {0}

| {0} | 2 |
|---|--:|
| 1 | 2 |

- {0}
- [{0}](boat-en) and https://example.org/a[^1]

![{0}](p.jpg)

[^1]: {0}
"""
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n<i>{0}</i>\n\n00:03.000 --> 00:04.000\n{0}\n"
LANGUAGES = tuple(TEXT)


# fmt: off
def site(say: Callable[[str], str] = lambda text: text) -> Site:
    """Return a site in every language; ``say`` may replace every text in it."""
    text = {tag: say(value) for tag, value in TEXT.items()}
    picture = Picture("stories/p.jpg", say("A grey square"), say("Caption"), say("Credit"), say("Agency"))
    people = (Credit(say("Somebody"), say("words")),)
    films = tuple(f for tag, body in text.items() for f in _films(tag, body, people))
    newsroom = Newsroom(
        name=say("Paper"), language="en", languages=LANGUAGES, names=tuple(text.items()), taglines=tuple(text.items()),
        sections=(Section("water", tuple(text.items())),), films=films,
        stories=tuple(_story(tag, n, body, people, picture) for tag, body in text.items() for n in range(3)),
        shows=tuple(Show(f"show-{t}", f"show-{t}", b, t, f"shows/{t}/show.md", body=b, deck=b) for t, b in text.items()),
        pages=tuple(Page(kind, t, b, BODY.format(b), f"pages/{kind}.{t}.md")
                    for t, b in text.items() for kind in ("about", "answer", "rules")),
    )
    large = PlacedStill("pictures/p.jpg", 640, 427, 9)
    stills = {picture.path: (PlacedStill("pictures/p-320.jpg", 320, 213, 9), large)}
    captions = tuple(PlacedCaption(tag, say(tag), VTT.format(text[tag]), f"films/f.{tag}.srt") for tag in ("en", "fa"))
    placed = PlacedFilm("films/f 1.mp4", 640, 360, 62.0, 10**6, (large,), captions)
    words = {"en": ("one", "two"), "ko": ("하나", "둘")}
    facts = EditionFacts(7, "ab" * 16, "2026-11-24", "2027-05-24", "cd" * 32, words, "09" * 32)
    media = Placed(stills, {film.id: placed for film in films}, read=lambda _path: grey())
    rules = {tag: _book(tag, body) for tag, body in text.items()}
    return Site(newsroom, media, facts, single_files=50, rules=rules, talk=talk(text))


def talk(text: dict[str, str]) -> Talk:
    """Return letters of every kind under the first story of each language; many in English."""
    threads = {f"boat-{tag}": _thread(tag, body, 205 if tag == "en" else 3) for tag, body in text.items()}
    row = {"edition": 6, "action": "remove", "rule": "privacy", "fact": "", "origin": "screen", "automation": True}
    year = {"year": 2026, "letters": 90, "published": 80, "removed": {"privacy": 3}, "appeals": 2, "overturned": 1}
    log = {"sequence": 118, "chain": "ab" * 32}
    return Talk(threads, {"log": log, "rows": [row, {"action": "<b>"}], "years": [year]}, b"receipts")


def _thread(tag: str, body: str, count: int) -> Thread:
    def letter(key: int, parent: str = "", **values: object) -> Entry:
        given = {"name": body, "fingerprint": "plum otter", "language": tag, "text": f"{body}\n\n{body}"}
        return Entry(f"{key:016x}", parent, Shown.PUBLISHED, 5, **{**given, **values})  # type: ignore[arg-type]

    first, gone = f"{0:016x}", f"{9001:016x}"
    kinds = (
        letter(9000, first, pick=True), Entry(gone, "", Shown.WITHDRAWN, 5),
        letter(9002, gone, label=Label.TRANSCRIPT), letter(9003, label=Label.ARCHIVE, language="und"),
        Entry(f"{9004:016x}", first, Shown.REMOVED, 6, rule="privacy"),
        letter(9005, f"{9000:016x}"), letter(9006, f"{9005:016x}"), letter(9007, f"{9006:016x}"),
    )
    many = (letter(key, name="N", text=TEXT[tag]) for key in range(count))
    return Thread(f"boat-{tag}", tag != "es", body, (*many, *kinds))


def _book(tag: str, body: str) -> ShownBook:
    rules = tuple(ShownRule(name, n, body, body) for n, name in enumerate(("privacy", "signed"), 1))
    return ShownBook(3, "ef" * 32, tag, 400, body, body, body, rules)


def _films(tag: str, body: str, people: tuple[Credit, ...]) -> tuple[Film, Film]:
    return (
        Film(
            f"film-{tag}", f"film-{tag}", body, tag, "films/f.mp4", f"films/{tag}/film.md", body=BODY.format(body),
            deck=body, section="water", year=2026, day=date(2026, 11, 3), credits=people, funders=people,
            authors=people, points=(Excerpt("", 1, 2, body),), related=(f"boat-{tag}",),
        ),
        Film(f"ep-{tag}", "01", body, tag, "x.mp4", f"shows/{tag}/01/film.md", show=f"show-{tag}", number=1),
    )


def _story(tag: str, n: int, body: str, people: tuple[Credit, ...], picture: Picture) -> Story:
    return Story(
        f"s{n}-{tag}" if n else f"boat-{tag}", f"boat-{tag}-{n}", body, tag, date(2026, 11, 3 + n), BODY.format(body),
        f"stories/{tag}{n}.md", deck=body, section="water", authors=people, lead=picture, pictures=(picture,),
        film=f"film-{tag}" if n == 1 else "", related=() if n else (f"film-{tag}",),
        translations=() if n or tag == "en" else ("boat-en",), credits=people, funders=people,
        corrections=(Correction(date(2026, 11, 4), body),), transcript=body if n == 2 else "",
        comments=Comments(False, body) if n == 2 else Comments(), tags=(body,),
    )
# fmt: on


def grey() -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 43), "grey").save(out, "JPEG")
    return out.getvalue()


def write(out: Path, made: Site) -> list[str]:
    """Write a site; return the paths of its pages."""
    paths = []
    files = {"pictures/p.jpg": grey(), "pictures/p-320.jpg": grey()}
    for plan in made.plan():
        files |= plan.make() if isinstance(plan, BundlePlan) else {plan.path: plan.make()}
    for path, data in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)
        paths += [path] if path.endswith(".html") else []
    return sorted(paths)
