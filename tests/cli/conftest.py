"""Fixtures of the command line's tests: keys and caches of their own, and cheap passphrases."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbill.keys import store


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDBILL_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "correct horse battery staple")
    monkeypatch.setattr(store.Cost.__init__, "__defaults__", (1, 8192))
    return tmp_path / "state"
