"""The stories of the last press, so that a text that did not change is not taken apart again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from handbill.files import changed_ns
from handbill.newsroom.scan import Known, Loaded
from handbill.newsroom.story import (
    Comments,
    Correction,
    Credit,
    Excerpt,
    Picture,
    Story,
)
from handbill.press import rows
from handbill.press.cache import read_rows, write_rows

SETTINGS = "newsroom.toml"
_ROWS = "stories.rows"
_SHAPE = rows.shape(Story, Credit, Picture, Correction, Excerpt, Comments)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Stories by path, each with its source's stamp, and their rows as they were read."""

    stories: Mapping[str, Known]
    lines: Mapping[str, str]


NOTHING = Remembered({}, {})


def recall(cache: Path, folder: Path) -> Remembered:
    """Return what the last press of ``folder`` read; nothing if ``newsroom.toml`` changed since."""
    try:
        info = (folder / SETTINGS).stat()
    except OSError:
        return NOTHING
    settings = (info.st_size, changed_ns(info))
    decode = rows.reader(Story)
    found, lines = {}, {}
    try:
        for line in read_rows(cache, _ROWS, _SHAPE):
            path, size, changed, row = json.loads(line)
            if path == SETTINGS:
                if (size, changed) != settings:
                    return NOTHING
                continue
            found[path] = ((size, changed), decode(row))
            lines[path] = line
    except (ValueError, TypeError, IndexError):
        return NOTHING
    return Remembered(found, lines)


def remember(cache: Path, loaded: Loaded, before: Remembered) -> dict[str, str]:
    """Keep what was read; a story that was recalled keeps its row as it is.

    Returns a hash of each story by the path of its source.
    """
    kept = {SETTINGS: json.dumps([SETTINGS, *loaded.stamps[SETTINGS], []])}
    for story in loaded.newsroom.stories:
        stamp = loaded.stamps[story.source]
        known = before.stories.get(story.source)
        if known and known[0] == stamp:
            kept[story.source] = before.lines[story.source]
            continue
        row = [story.source, *stamp, rows.encode(story)]
        kept[story.source] = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    if {p: line for p, line in kept.items() if p != SETTINGS} != before.lines:
        write_rows(cache, _ROWS, _SHAPE, kept.values())
    return {p: blake2b(line.encode(), digest_size=12).hexdigest() for p, line in kept.items()}
