"""Keys for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from keys import rooms


@pytest.fixture
def room(tmp_path: Path) -> rooms.Room:
    """A store with keys of one person."""
    return rooms.make(tmp_path)
