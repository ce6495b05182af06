"""A key store that is cheap to open, for the tests of keys."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from handbill.keys import ring, store
from handbill.keys.ring import KeyRing

SECRET = "six random words are easier to remember"
CHEAP = store.Cost(1, 8192)
TODAY = date(2026, 1, 1)
Room = tuple[str, Path]


def make(state: Path) -> Room:
    """Make a newsroom's keys in ``state``; returns its id, too."""
    return ring.make_keys("solo", SECRET, today=TODAY, state=state, cost=CHEAP), state


def opened(room: Room) -> KeyRing:
    """Open the keys."""
    return KeyRing.open(room[0], SECRET, state=room[1])
