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

TOTALS = "totals.json"
_MOST_FILES = 10_000
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
    total = _read(folder, TOTALS)
    joined, now = Counter(total.get("items", {})), Counter[str]()
    done = set(map(str, total.get("joined", [])))
    over: list[str] = []
    for name in _names(folder):
        numbers = {k: v for k, v in _read(folder, name).items() if isinstance(v, int) and v > 0}
        with contextlib.suppress(ValueError):
            if (today - date.fromisoformat(name[:10])).days > 1:
                over.append(name)
                if name not in done:
                    joined.update(numbers)
            else:
                now.update(numbers)
    if over:
        _join(folder, joined, over)
    return dict(joined + now)


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
