"""The stories of the last press, so that a text that did not change is not taken apart again.

Their bodies are not among what is remembered: they are most of it, and few of them are wanted.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from handbill import __version__
from handbill.files import changed_ns
from handbill.newsroom.scan import Known, Loaded
from handbill.newsroom.story import Story
from handbill.press import rows
from handbill.press.cache import read_rows, write_rows
from handbill.press.recalled import SHAPE, heading, recalled, rest_of

SETTINGS = "newsroom.toml"
_ROWS = "stories.rows"
_COARSE_NS, _STEP_NS = 1_000_000, 2_500_000_000
_SHAPE = f"texts 4 {__version__} {SHAPE}"


@dataclass(frozen=True, slots=True)
class Remembered:
    """Stories by path, and their rows as they were read."""

    stories: Mapping[str, Known]
    lines: Mapping[str, str]


NOTHING = Remembered({}, {})


def recall(cache: Path, folder: Path) -> Remembered:
    """Return what the last press of ``folder`` read; nothing if ``newsroom.toml`` changed since."""
    try:
        info = (folder / SETTINGS).stat()
    except OSError:
        return NOTHING
    settings = [SETTINGS, info.st_size, changed_ns(info)]
    first, *lines = read_rows(cache, _ROWS, _SHAPE) or [""]
    try:
        if json.loads(first or "[]") != settings:
            return NOTHING
        heads, rests = zip(*[line.split("\t") for line in lines], strict=True)
        known = json.loads(f"[{','.join(heads)}]")
        found = {
            path: Known((size, changed), digest, recalled(path, head, rest))
            for (path, size, changed, digest, *head), rest in zip(known, rests, strict=True)
        }
        return Remembered(found, dict(zip(found, lines, strict=True)))
    except (ValueError, TypeError, IndexError):
        return NOTHING


def remember(cache: Path, loaded: Loaded, before: Remembered) -> None:
    """Keep what was read; a story that was recalled keeps its row as it is."""
    kept, now = {}, time.time_ns()
    for story in loaded.newsroom.stories:
        source = story.source
        if not _is_settled(loaded.stamps[source][1], now):
            continue
        kept[source] = _row(story, loaded) if source in loaded.bodies else before.lines[source]
    if kept != before.lines:
        settings = json.dumps([SETTINGS, *loaded.stamps[SETTINGS]])
        # Torn, it counts as none, and each row is held against its source before it is believed.
        write_rows(cache, _ROWS, _SHAPE, [settings, *kept.values()], lasting=False)


def _is_settled(changed: int, now: int) -> bool:
    """Tell whether another change would give another time. FAT counts in steps of two seconds, and
    a date that lies ahead hides the system's own: of those the next press reads the text again.
    """
    return changed % _COARSE_NS != 0 or changed < now - _STEP_NS


def _row(story: Story, loaded: Loaded) -> str:
    """Write a story in two pieces of JSON: what every press looks at, and the rest."""
    source = story.source
    head = [source, *loaded.stamps[source], loaded.digests[source], *heading(story)]
    return f"{rows.dumps(head)}\t{rest_of(story)}"
