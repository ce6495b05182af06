"""What the pages are made from: the edition's facts and, for each item, where its files lie.

Paths are relative to the edition's root, with ``/``. Only the door, the about page and the
verifier may show the edition's number or dates: every other page must stay byte-identical
between editions when its own story does not change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handbill.newsroom.story import Story

if TYPE_CHECKING:
    from handbill.letters.thread import Thread


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What the door, the about page and the letter page say of the edition.

    ``seal_key`` is the public sealing key in hex, empty in a draft, which takes no letters.
    """

    number: int
    edition_id: str
    issued: str
    stale_after: str
    newsroom_id: str
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seal_key: str = ""


@dataclass(frozen=True, slots=True)
class PlacedStill:
    """One size of a picture at its place in the edition."""

    path: str
    width: int
    height: int
    length: int


@dataclass(frozen=True, slots=True)
class PlacedCaption:
    """A caption track: its WebVTT text for the page and the .srt beside the film."""

    language: str
    label: str
    vtt: str
    srt_path: str


@dataclass(frozen=True, slots=True)
class PlacedFilm:
    """A film file at its place in the edition."""

    path: str
    width: int
    height: int
    duration_s: float
    length: int
    poster: tuple[PlacedStill, ...]
    captions: tuple[PlacedCaption, ...] = ()
    plays_on: tuple[str, ...] = ("tv", "phone", "computer")


def _nothing(path: str) -> bytes:
    raise FileNotFoundError(path)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where media lie: pictures by their path in the newsroom, films by their id.

    ``read`` gives the bytes of a placed picture, by its path in the edition.
    """

    stills: dict[str, tuple[PlacedStill, ...]] = field(default_factory=dict)
    films: dict[str, PlacedFilm] = field(default_factory=dict)
    read: Callable[[str], bytes] = field(default=_nothing, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Talk:
    """What the desk handed over for this edition: threads by story, coded decisions, receipts.

    ``receipts`` is the whole ``receipts.bin``, empty where nobody wrote.
    """

    threads: "Mapping[str, Thread]" = field(default_factory=dict)
    decisions: Mapping[str, Any] = field(default_factory=dict)
    receipts: bytes = field(default=b"", repr=False)


def _own(story: Story) -> str:
    return story.body


@dataclass(frozen=True, slots=True)
class Sources:
    """Where pages fetch the bodies of stories once they are made. ``hashes`` stand for the texts,
    by their source.
    """

    hashes: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[Story], str] = _own
