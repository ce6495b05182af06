"""Fixtures of the carrier's tests: a drive with letters, where they go, nothing left open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bags import put


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    put(folder / "letters", 1, 2, 3)
    (folder / "family.jpg").write_bytes(b"theirs")
    return folder


@pytest.fixture(params=["tray", "drive"])
def renames(request: pytest.FixtureRequest) -> bool:
    return request.param == "tray"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "into"


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    yield
    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    assert after <= before
