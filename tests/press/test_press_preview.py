"""The preview serves the draft to this computer, reloads, and changes nothing on disk."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbill.press.preview import Preview

PAGE = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><p>Hello'


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "film.mp4").write_bytes(b"0123456789")
    (tmp_path / "away.txt").symlink_to("/etc/hostname")
    server = Preview(tmp_path)
    yield server
    server.close()


def _get(preview: Preview, path: str, **headers: str) -> bytes:
    request = urllib.request.Request(preview.address + path, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        data: bytes = answer.read()
    return data


def test_pages_come_without_their_policy_and_with_the_reload(preview: Preview) -> None:
    page = _get(preview, "")
    assert b"Hello" in page
    assert b"Content-Security" not in page
    assert b"/.changed" in page


def test_films_are_served_in_ranges(preview: Preview) -> None:
    assert _get(preview, "film.mp4") == b"0123456789"
    assert _get(preview, "film.mp4", Range="bytes=2-4") == b"234"
    assert _get(preview, "film.mp4", Range="bytes=7-") == b"789"
    assert _get(preview, "film.mp4", Range="bytes=9-2") == b"0123456789"


@pytest.mark.parametrize("path", ["away.txt", "../x", "%2e%2e/x", "missing.html", "%00"])
def test_nothing_outside_is_served(preview: Preview, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(preview, path)


def test_another_name_for_this_computer_is_refused(preview: Preview) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _get(preview, "", Host="evil.example:80")


def test_open_pages_hear_of_a_new_build(preview: Preview) -> None:
    assert _get(preview, ".changed?-1") == b"0"
    assert _get(preview, ".changed?--5") == b"0"
    heard: list[bytes] = []
    page = threading.Thread(target=lambda: heard.append(_get(preview, ".changed?0")))
    page.start()
    preview.changed()
    page.join(timeout=5)
    assert heard == [b"1"]
