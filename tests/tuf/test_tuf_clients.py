"""Stock TUF clients accept our editions across a rotation; our own rules behind a network client."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "edition"))
from samples import ROOT_1, ROOT_2, Newsroom  # noqa: E402

NODE = HERE.parent / "browser"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    out = tmp_path / "edition"
    Newsroom((ROOT_1, ROOT_2), 2, [(1, "a" * 64, "b" * 64)]).press(out, 2)
    return out


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def url(edition: Path) -> Iterator[str]:
    handler = partial(_Silent, directory=str(edition / "_edition"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def client(folder: Path, *words: object) -> int:
    command = [sys.executable, HERE / "client.py", "--metadata-dir", folder, *words]
    return subprocess.run(list(map(str, command)), capture_output=True, check=False).returncode


def test_init_refresh_download(edition: Path, url: str, tmp_path: Path) -> None:
    folder, got = tmp_path / "client", tmp_path / "got"
    assert client(folder, "init", edition / "_edition/metadata/1.root.json") == 0
    assert client(folder, "--metadata-url", f"{url}/metadata", "refresh") == 0
    assert (folder / "root.json").read_bytes() == ROOT_2
    wanted = ["--target-base-url", f"{url}/targets", "--target-dir", got, "--target-name"]
    assert (
        client(folder, "--metadata-url", f"{url}/metadata", *wanted, "edition.json", "download")
        == 0
    )
    assert (got / "edition.json").read_bytes() == (
        edition / "_edition/targets/edition.json"
    ).read_bytes()
    assert (
        client(folder, "--metadata-url", f"{url}/metadata", *wanted, "other.json", "download") == 1
    )


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("metadata/timestamp.json", _flip),
        ("metadata/snapshot.json", _flip),
        ("metadata/targets.json", _flip),
        ("metadata/2.root.json", _flip),
        ("metadata/snapshot.json", Path.unlink),
        ("targets/edition.json", _flip),
    ],
)
def test_what_was_tampered_with_is_refused(
    edition: Path, url: str, tmp_path: Path, path: str, change: Callable[[Path], None]
) -> None:
    folder = tmp_path / "client"
    client(folder, "init", edition / "_edition/metadata/1.root.json")
    change(edition / "_edition" / path)
    words = ["--target-base-url", f"{url}/targets", "--target-dir", tmp_path / "got"]
    words += ["--target-name", "edition.json", "download"]
    assert client(folder, "--metadata-url", f"{url}/metadata", *words) == 1


def test_a_rollback_is_refused(edition: Path, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "client"
    client(folder, "init", edition / "_edition/metadata/1.root.json")
    assert client(folder, "--metadata-url", f"{url}/metadata", "refresh") == 0
    shutil.rmtree(edition)
    Newsroom((ROOT_1, ROOT_2), 2).press(edition, 1)
    assert client(folder, "--metadata-url", f"{url}/metadata", "refresh") == 1


def _tuf_js(edition: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("node") is None or not (NODE / "node_modules/tuf-js").is_dir():
        pytest.skip("Node.js or tuf-js is not installed (run: sh tools/node.sh)")
    command = ["node", NODE / "tuf.mjs", edition, folder]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def test_stock_tuf_js_accepts_an_edition_across_a_rotation(edition: Path, tmp_path: Path) -> None:
    done = _tuf_js(edition, tmp_path / "js")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "2"


def test_stock_tuf_js_refuses_a_tampered_one(edition: Path, tmp_path: Path) -> None:
    _flip(edition / "_edition/metadata/targets.json")
    assert _tuf_js(edition, tmp_path / "js").returncode != 0
