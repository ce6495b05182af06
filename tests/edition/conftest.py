"""Fixtures of the edition tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import Newsroom


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def edition(newsroom: Newsroom, tmp_path: Path) -> Path:
    out = tmp_path / "edition"
    newsroom.press(out)
    return out
