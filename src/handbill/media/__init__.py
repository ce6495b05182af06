"""Pictures, films and subtitles, rebuilt from nothing but what is seen, heard and read.

Names load their libraries when they are first used, so that a courier's tool stays small.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from handbill.media.values import (
    CaptionTrack,
    FilmRendition,
    MediaProblem,
    StillRendition,
    StillSet,
)

if TYPE_CHECKING:
    from handbill.media.captions import read_captions
    from handbill.media.films import prepare_film
    from handbill.media.probing import Probe, probe
    from handbill.media.stills import prepare_picture

_HOME = {
    "Probe": "probing",
    "prepare_film": "films",
    "prepare_picture": "stills",
    "probe": "probing",
    "read_captions": "captions",
}


def __getattr__(name: str) -> object:
    """Load the part of the room in which ``name`` lives."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"handbill.media.{_HOME[name]}"), name)


__all__ = [
    "CaptionTrack",
    "FilmRendition",
    "MediaProblem",
    "Probe",
    "StillRendition",
    "StillSet",
    "prepare_film",
    "prepare_picture",
    "probe",
    "read_captions",
]
