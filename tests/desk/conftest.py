"""Databases for the desk's tests: SQLite in a file, and a PostgreSQL server of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk import servers
from handbill.desk.database import connect, start

if TYPE_CHECKING:
    from desk.site_world import SiteWorld

start()  # before any test imports the models


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.Server]:
    reason = servers.missing()
    if reason:
        pytest.skip(reason)
    server = servers.Server()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: each such test runs on both."""
    return str(request.param)


@pytest.fixture
def fresh(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Path | str]]:
    """Connect to an empty database; call it again for another empty one."""
    count = 0

    def make() -> Path | str:
        nonlocal count
        count += 1
        where: Path | str = tmp_path / f"desk{count}.sqlite3"
        if kind == "postgresql":
            where = request.getfixturevalue("postgresql").create(f"desk{count}")
        connect(where)
        return where

    yield make
    from django.db import connections

    connections.close_all()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty SQLite database, for tests that are not about the database."""
    connect(tmp_path / "desk.sqlite3")
    return tmp_path


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteWorld]:
    """A newsroom whose desk writes a live site, with a cache and state of its own."""
    from desk.site_world import SiteWorld
    from handbill.desk import secrets

    monkeypatch.setenv("HANDBILL_CACHE", "")
    monkeypatch.setenv("HANDBILL_STATE", "")
    made = SiteWorld(tmp_path)
    yield made
    made.close()
    secrets.set_current(None)
