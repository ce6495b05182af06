"""What the media room hands on: finished renditions lying in its cache, and what they are."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StillRendition:
    """One finished JPEG in the cache."""

    file: Path
    width: int
    height: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StillSet:
    """A picture in its sizes, narrowest first; never empty."""

    source: str
    renditions: tuple[StillRendition, ...]


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """Subtitles rebuilt from their cues: text for the page and for players."""

    language: str
    label: str
    vtt: str
    srt: str


@dataclass(frozen=True, slots=True)
class MediaProblem:
    """A source that could not be prepared: which, why, and what to do about it."""

    source: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FilmRendition:
    """One finished film in the cache, with what goes beside it."""

    source: str
    file: Path
    suffix: str
    width: int
    height: int
    duration_s: float
    length: int
    sha256: str
    recipe: str
    has_audio: bool
    poster: StillSet
    captions: tuple[CaptionTrack, ...] = ()
    plays_on: tuple[str, ...] = ("tv", "phone", "computer")
    problems: tuple[MediaProblem, ...] = ()
