"""Whose an output folder is: the press replaces and removes there only what it once made itself.

The cache says what that was. Where it was deleted or damaged, the edition that lies there says it,
if this newsroom signed it; files of anybody else are not touched, and stop the press.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from handbill.errors import DriveFailed, HandbillError, UsageError
from handbill.files import read_inside
from handbill.newsroom.frontmatter import Problem
from handbill.press.output import STAGE, Record

_FIRST_ROOT = "_edition/metadata/1.root.json"
_FRONT = "index.html"
_SOURCES = ("discussion", "films", "pages", "rules", "shows", "site", "stories", "tray")
_MAX_ROOT_BYTES, _MAX_FRONT_BYTES, _HEAD_BYTES = 1 << 20, 16 << 20, 4096
_STYLE = b'href="assets/handbill.css"'


def refuse_sources(newsroom: Path, out: Path) -> None:
    """Refuse an output folder in which a newsroom's own files lie.

    Raises:
        UsageError
    """
    home, place = newsroom.resolve(), out.resolve()
    inside = place.relative_to(home).parts if place.is_relative_to(home) else ("",)
    if not inside or inside[0] in _SOURCES:
        raise UsageError(
            f"{out}: holds the newsroom's own files", hint="give an edition a folder of its own"
        )


@dataclass(frozen=True, slots=True)
class Owned:
    """What an earlier press made in a folder; where that is not ``certain``, a draft lies there."""

    known: Mapping[str, Record]
    certain: bool = True

    def problems(self, out: Path) -> tuple[Problem, ...]:
        """Return what somebody should look at in the folder."""
        return () if self.certain else (Problem(str(out), 0, _UNCERTAIN, stops=False),)


_UNCERTAIN = (
    "an earlier draft lies here, and what it made is not remembered: some of it may be left;"
    " to be sure, delete the folder and press again"
)
_HINT = "name an empty or a new folder"


def owned_of(out: Path, newsroom: str, known: Mapping[str, Record]) -> Owned:
    """Say what an earlier press of ``newsroom`` made in ``out``; ``known`` is what the cache
    remembers of it.

    Raises:
        DriveFailed: something lies there that this newsroom did not make.
    """
    try:
        there = set(os.listdir(out)) - {STAGE}
    except OSError:
        return Owned(known)  # there is no such folder yet, or writing there tells why not
    first = _first_root(out)
    if first is not None and sha256(first).hexdigest() != newsroom:
        raise DriveFailed(f"{out}: holds an edition of another newsroom", hint=_HINT)
    if not there or any(record.key for record in known.values()):
        return Owned(known)
    found = {**_signed(out), **known}
    if _FRONT not in there or _FRONT in found:
        return Owned(found)
    if first is not None:
        raise DriveFailed(
            f"{out}: holds an edition of this newsroom's that is damaged, or not yet signed by all"
            " editors, and the cache that says what a press made there is gone",
            hint="delete it, or name a new folder: pressing makes the same again",
        )
    if not _is_draft(out):
        raise DriveFailed(f"{out}: holds files that this newsroom did not make", hint=_HINT)
    return Owned(found, certain=False)


def _is_draft(out: Path) -> bool:
    try:
        return _STYLE in read_inside(out, _FRONT, _MAX_FRONT_BYTES)[:_HEAD_BYTES]
    except (HandbillError, OSError):
        return False


def _first_root(out: Path) -> bytes | None:
    try:
        return read_inside(out, _FIRST_ROOT, _MAX_ROOT_BYTES)
    except FileNotFoundError:
        return None
    except (HandbillError, OSError):
        return b""


def _signed(out: Path) -> dict[str, Record]:
    """Return the files of the edition that lies there, as made from nothing that we know."""
    if _first_root(out) is None:
        return {}
    from handbill.edition.verify import open_edition  # noqa: PLC0415  (few presses need it)

    try:
        files = open_edition(out).manifest.files
    except (HandbillError, OSError):
        return {}
    return {file.path: Record(file.path, "", 0, "", "") for file in files}
