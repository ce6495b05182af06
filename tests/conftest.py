"""With CI=true a skipped test fails, unless it stands in allowed_skips.txt. Real browsers."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No test is judged by the clock: a busy computer is no defect.
settings.register_profile("handbill", deadline=None)
settings.load_profile("handbill")

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from browser.driver import Browser, missing  # noqa: E402

ALLOWED = HERE / "allowed_skips.txt"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    allowed = ALLOWED.read_text().split() if ALLOWED.exists() else []
    if report.skipped and os.environ.get("CI") == "true" and item.nodeid not in allowed:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


def _browser(kind: str, *, safest: bool = False) -> Iterator[Browser]:
    reason = missing(kind)
    if reason:
        pytest.skip(reason)
    browser = Browser(kind, safest=safest)
    try:
        yield browser
    finally:
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running Chromium with a fresh profile."""
    yield from _browser("chromium")


@pytest.fixture(scope="session")
def firefox() -> Iterator[Browser]:
    """A running Firefox with a fresh profile and the file:// rules that it ships with."""
    yield from _browser("firefox")


@pytest.fixture(scope="session")
def safest() -> Iterator[Browser]:
    """A running Firefox that switches off what Tor Browser's Safest mode does, scripts above all."""
    yield from _browser("firefox", safest=True)


@pytest.fixture(params=["chromium", "safest"])
def scriptless(request: pytest.FixtureRequest) -> Browser:
    """A browser for pages opened with ``javascript=False``."""
    browser: Browser = request.getfixturevalue(request.param)
    return browser
