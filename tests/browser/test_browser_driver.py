"""The browser driver itself: it must see what pages do, or every page test passes falsely."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.driver import Browser

pytestmark = pytest.mark.browser

NAUGHTY = """<!doctype html><html lang=en><meta charset=utf-8><title>x</title>
<img src="http://127.0.0.1:47999/a.png"><p id=out></p>
<script>
try { localStorage.setItem("a", "b"); sessionStorage.setItem("a", "b"); } catch (e) {}
var x = new XMLHttpRequest();
try {
  x.open("GET", "beside.txt"); x.onload = function () { out.textContent = "read " + x.responseText; };
  x.onerror = function () { out.textContent = "refused"; }; x.send();
} catch (e) { out.textContent = "refused"; }
console.error("shouted");
</script></html>"""


@pytest.fixture
def naughty(tmp_path: Path) -> Path:
    (tmp_path / "beside.txt").write_text("secret")
    page = tmp_path / "a page.html"
    page.write_text(NAUGHTY)
    return page


def _sees_everything(browser: Browser, page: Path) -> None:
    browser.open(page, width=360)
    browser.wait("document.getElementById('out').textContent !== ''")
    assert browser.evaluate("document.getElementById('out').textContent") == "refused", (
        "a page at file:// reads its neighbours: the browser is not set up as users have it"
    )
    assert browser.requests() == ["http://127.0.0.1:47999/a.png"]
    assert set(browser.storage_written()) == {"localStorage", "sessionStorage"}
    assert any("shouted" in line for line in browser.console_errors())
    assert {"image-alt"} <= {v["id"] for v in browser.axe()}
    assert browser.evaluate("window.innerWidth") == 360


def test_chromium_sees_everything(chromium: Browser, naughty: Path) -> None:
    _sees_everything(chromium, naughty)


def test_firefox_sees_everything(firefox: Browser, naughty: Path) -> None:
    _sees_everything(firefox, naughty)


def test_policy_violations_are_seen(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "p.html"
    page.write_text(
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\"><style>a{}</style>"
    )
    chromium.open(page)
    assert chromium.violations()


def test_a_new_page_has_empty_stores_and_no_scripts_where_asked(
    chromium: Browser, naughty: Path
) -> None:
    chromium.open(naughty)
    chromium.open(naughty, javascript=False)
    assert chromium.evaluate("document.getElementById('out').textContent") == ""
    assert chromium.storage_written() == []
