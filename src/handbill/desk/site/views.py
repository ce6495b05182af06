"""How often each story was looked at: whole numbers a day, and nothing about who or when.

The public process adds up in memory and writes the day's numbers now and then; the desk reads and
joins them. A killed process loses what it has not written.
"""

import contextlib
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from handbill.errors import HandbillError
from handbill.files import read_inside, write_whole
from handbill.ids import is_item_id

TOTALS = "totals.json"
MOST_ITEMS, MOST_VIEWS = 50_000, 1 << 50
_MOST_FILES = 10_000
_TRIES = 5
_MAX_BYTES = 8 << 20


class Counting:
    """One process's numbers of today."""

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self._folder, self._today = folder, today
        self._name = secrets.token_hex(8)
        self._day = today()
        self._counts: Counter[str] = Counter()
        self._written = 0

    def count(self, item: str) -> None:
        """Somebody looked at an item."""
        self._counts[item] += 1

    def flush(self) -> None:
        """Write the day's numbers; a new day begins from nothing."""
        total = self._counts.total()
        if total != self._written:
            with contextlib.suppress(OSError):  # a full disk: they are written later
                _write(self._folder / f"{self._day}-{self._name}.json", self._counts, self._day)
                self._written = total
        if self._today() != self._day:
            self._day, self._written = self._today(), 0
            self._counts.clear()


def _write(path: Path, counts: Counter[str], day: date) -> None:
    """Write numbers; the file's own time says the day and no more."""
    write_whole(path, json.dumps(counts, sort_keys=True).encode())
    midnight = datetime.combine(day, time(), UTC).timestamp()
    os.utime(path, (midnight, midnight))


def counted(folder: Path, today: date) -> dict[str, int]:
    """Return how often each item was looked at since the beginning; joins the days that are over.

    Joined are only days before yesterday: no process writes to them any more.
    """
    for _ in range(_TRIES):
        before = _stamp(folder)
        joined, now, over = _added(folder, today)
        if _stamp(folder) == before:
            break  # else another process of the desk joined them, and removed some unseen
    else:
        over = []
    if over:
        _join(folder, _bounded(joined), over)
    return dict(_bounded(joined + now))


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        found = (folder / TOTALS).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def _added(folder: Path, today: date) -> tuple[Counter[str], Counter[str], list[str]]:
    """Return what is joined with the days that are over, what is not over, and which days are."""
    total = _read(folder, TOTALS)
    joined, now = Counter(_numbers(total.get("items"))), Counter[str]()
    listed = total.get("joined")
    done = set(map(str, listed)) if isinstance(listed, list) else set()
    over: list[str] = []
    for name in _names(folder):
        numbers = _numbers(_read(folder, name))
        with contextlib.suppress(ValueError):
            if (today - date.fromisoformat(name[:10])).days > 1:
                over.append(name)
                if name not in done:
                    joined.update(numbers)
            else:
                now.update(numbers)
    return joined, now, over


def _numbers(found: Any) -> dict[str, int]:
    """Return what can be views of items: whoever took the public process over writes anything."""
    listed = found.items() if isinstance(found, dict) else ()
    return {k: v for k, v in listed if is_item_id(str(k)) and type(v) is int and 0 < v < MOST_VIEWS}


def _bounded(counts: Counter[str]) -> Counter[str]:
    if len(counts) <= MOST_ITEMS:
        return counts
    return Counter(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ITEMS]))


def _join(folder: Path, joined: Counter[str], over: Collection[str]) -> None:
    """Write the totals first, with the names in them: killed between, nothing counts twice."""
    with contextlib.suppress(OSError):
        content = {"items": dict(sorted(joined.items())), "joined": sorted(over)}
        write_whole(folder / TOTALS, json.dumps(content).encode())
        for name in over:
            (folder / name).unlink(missing_ok=True)


def _names(folder: Path) -> list[str]:
    try:
        found = sorted(entry.name for entry in os.scandir(folder) if entry.name[:1].isdigit())
    except OSError:
        return []
    return [name for name in found if name.endswith(".json")][:_MOST_FILES]


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        return dict(json.loads(read_inside(folder, name, _MAX_BYTES)))
    except (OSError, HandbillError, ValueError, TypeError, RecursionError):
        return {}
