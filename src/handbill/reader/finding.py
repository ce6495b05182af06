"""What search finds of a site, and its pages and scripts as plans. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from handbill.newsroom.story import Film, Show, Story
from handbill.reader import shown
from handbill.reader.amending import amend
from handbill.reader.environment import asset, design_hash, render
from handbill.reader.folding import script_tables
from handbill.reader.plans import BundlePlan, PagePlan
from handbill.reader.search import Doc, script_json, segment_files, segments
from handbill.reader.words import RIGHT_TO_LEFT

if TYPE_CHECKING:
    from handbill.reader.alphabet import Alphabet
    from handbill.reader.pages import Site

SCRIPT = "assets/search.js"
# Where more than one of so many documents changed, their segment is made anew.
_FEW = 16
_CUE_TAG = re.compile(r"<[^>]*>")


def search_path(language: str) -> str:
    """Return where the search page of a language lies."""
    return f"pages/search.{language}.html"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of the index that is not made yet, and the stories that it finds, newest first."""

    name: str
    stories: Sequence[Story]
    plan: BundlePlan


def search_segments(site: "Site") -> list[Segment]:
    """Return the segments of the index, the newest first."""
    planned, segment = [], _Segments(site)
    for name, found in segments(list(_found(site))):
        plan = BundlePlan(
            name,
            ("search 3", site.signature, name),
            parts=tuple([f.key(site) for f in found]),
            make=partial(segment.make, name, found),
            amend=partial(segment.amend, name, found),
        )
        stories = [f.entry for f in reversed(found) if isinstance(f.entry, Story)]
        planned.append(Segment(name, stories, plan))
    return planned[::-1]


def search_plans(site: "Site", names: Sequence[str]) -> Iterator[PagePlan]:
    """Yield the search pages and their script; ``names`` are the segments, oldest first."""
    yield PagePlan(SCRIPT, "", ("search script 3", design_hash()), _script)
    for language in site.newsroom.languages:
        path = search_path(language)
        make = partial(_page, site, language, path, " ".join(names))
        yield PagePlan(path, "", (site.signature, language, list(names)), make)


def _page(site: "Site", language: str, path: str, names: str) -> bytes:
    say = site.say(language)
    frame = site.frame("search", language, say.text["search"], path)
    return render(
        "search.html", {**frame, "segments": names, "digits": say.number("0123456789")}
    ).encode()


def _script() -> bytes:
    data = {**script_tables(), "rtl": sorted(RIGHT_TO_LEFT)}
    return f"var HB = {script_json(data)};\n".encode() + asset("search.js")


class _Found(NamedTuple):
    """What is to be found, without its text: that is asked for where a segment is made."""

    kind: str
    entry: Story | Film | Show
    day: str
    id: str

    def key(self, site: "Site") -> str:
        """Return what stands for it among a segment's inputs."""
        if isinstance(self.entry, Story):
            return site.digest(self.entry)
        return _doc(site, self.kind, self.entry).key()


def _found(site: "Site") -> Iterator[_Found]:
    def one(kind: str, entry: Story | Film | Show) -> _Found:
        day = shown.day_of(entry)
        return _Found(kind, entry, day.isoformat() if day else "", entry.id)

    n = site.newsroom
    for story in n.stories:
        yield one("story", story)
    for film in n.films:
        if film.id in site.placed.films:
            yield one("episode" if film.show else "film", film)
    for show in n.shows:
        yield one("show", show)


class _Segments:
    """Makes the segments of a site that are asked for."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        self._alphabet: Alphabet | None = None

    def make(self, name: str, found: Sequence[_Found]) -> dict[str, bytes]:
        """Make a segment of all its documents."""
        # It brings numpy, which takes longer to load than a press in which little changed.
        from handbill.reader.alphabet import Alphabet  # noqa: PLC0415

        self._alphabet = self._alphabet or Alphabet()
        docs = [_doc(self._site, f.kind, f.entry) for f in found]
        return segment_files(name, docs, self._alphabet)

    def amend(
        self, name: str, found: Sequence[_Found], earlier: Sequence[str], files: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """Make a segment of what it was when its documents had the keys ``earlier``."""
        keys = [f.key(self._site) for f in found]
        changed = [i for i, key in enumerate(keys) if earlier[i : i + 1] != [key]]
        if len(keys) < len(earlier) or not 0 < len(changed) <= max(2, len(keys) // _FEW):
            return {}
        docs = {i: _doc(self._site, found[i].kind, found[i].entry) for i in changed}
        return amend(name, docs, [f.entry.language for f in found], files)


def _doc(site: "Site", kind: str, entry: Story | Film | Show) -> Doc:
    day = shown.day_of(entry)
    words = site.words.pop(entry.id, "")
    return Doc(
        id=entry.id,
        kind=kind,
        language=entry.language,
        day=day.isoformat() if day else "",
        shown_day=site.say(entry.language).day(day) if day else "",
        path=shown.path_of(entry),
        title=entry.title,
        deck=entry.deck,
        body="" if words else site.body(entry),
        spoken=_spoken(site, entry),
        words=words,
    )


def _spoken(site: "Site", entry: Story | Film | Show) -> str:
    if not isinstance(entry, Film):
        return getattr(entry, "transcript", "")
    captions = site.placed.films[entry.id].captions
    return " ".join([entry.transcript, *(" ".join(cue_lines(c.vtt)) for c in captions)])


def cue_lines(vtt: str) -> list[str]:
    """Return what a WebVTT track says, a line for each cue."""
    found = []
    for block in vtt.replace("\r\n", "\n").split("\n\n")[1:]:
        lines = [_CUE_TAG.sub("", line).strip() for line in block.split("\n") if "-->" not in line]
        if "-->" in block and (text := " ".join(filter(None, lines[-8:]))):
            found.append(text)
    return found
