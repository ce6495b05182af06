"""Fixtures of the command line's tests: keys and caches of their own, and cheap passphrases."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from handbill.cli.main import group
from handbill.keys import store

sys.path.insert(0, str(Path(__file__).resolve().parent))
from letter_rooms import SECRET, Room


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "correct horse battery staple")
    monkeypatch.setattr(store.Cost.__init__, "__defaults__", (1, 8192))
    return tmp_path / "state"


@pytest.fixture(scope="session")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    root = tmp_path_factory.mktemp("letters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDBILL_STATE", str(root / "state"))
        patch.setenv("HANDBILL_CACHE", str(root / "cache"))
        patch.setenv("HANDBILL_PASSPHRASE", SECRET)
        patch.setattr(store.Cost.__init__, "__defaults__", (1, 8192))
        made = CliRunner().invoke(
            group, ["new", str(root / "room"), "--name", "Far Shore", "--policy", "solo", "--json"]
        )
        done = CliRunner().invoke(group, ["press", str(root / "room"), "--out", str(root / "e")])
        assert done.exit_code == 0, (made.output, done.output, done.exception)
        yield Room(json.loads(made.output)["newsroom"], root / "state", root / "e")


@pytest.fixture
def room(pressed: Room, tmp_path: Path) -> Room:
    shutil.copytree(pressed.edition, tmp_path / "drive/Far Shore")
    return Room(pressed.id, pressed.state, tmp_path / "drive/Far Shore")
