"""Outside programs, which read what strangers made."""

from __future__ import annotations

import os
import sys

import pytest

from handbill.tools import run


def test_no_outside_program_learns_the_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """A film that takes over its decoder would put it into the picture that is published."""
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "correct horse battery staple")
    monkeypatch.setenv("HANDBILL_CACHE", "elsewhere")
    said = run([sys.executable, "-c", "import os; print(sorted(os.environ))"], timeout_s=60).stdout
    assert b"HANDBILL_CACHE" in said
    assert b"HANDBILL_PASSPHRASE" not in said
    assert os.environ["HANDBILL_PASSPHRASE"]
