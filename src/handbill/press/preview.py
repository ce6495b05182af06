"""Look at a draft while writing: serve it to this computer alone, and reload pages that changed.

The pages forbid scripts and connections. The preview takes that meta element out of what it serves,
never out of what is on disk, and adds the few lines that reload.
"""

import re
import threading
import urllib.parse
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import BinaryIO

from handbill.errors import HandbillError
from handbill.files import open_inside
from handbill.paths import CHUNK_BYTES

_POLICY = re.compile(rb'<meta http-equiv="?content-security-policy"?[^>]*>', re.IGNORECASE)
_RELOAD = b"""<script>(function poll(n){fetch("/.changed?"+n).then(function(r){return r.text()})
.then(function(t){if(n>=0&&+t!==n)location.reload();else poll(+t)}).catch(function(){setTimeout(
function(){poll(n)},2000)})})(-1)</script>"""
_WAIT_S = 20.0
_TURN = re.compile(r"-?[0-9]{1,9}")


class Preview:
    """A server on the loopback address; ``changed`` tells the open pages to reload."""

    def __init__(self, root: Path, port: int = 0) -> None:
        self._turn = 0
        self._bell = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler(root))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Return what to type into a browser on this computer."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def changed(self) -> None:
        """Tell every open page that the draft was built again."""
        with self._bell:
            self._turn += 1
            self._bell.notify_all()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seen: int) -> int:
        """Return the number of the newest build, as soon as it is another than ``seen``."""
        with self._bell:
            self._bell.wait_for(lambda: self._turn != seen, timeout=_WAIT_S)
            return self._turn

    def _handler(self, root: Path) -> type[BaseHTTPRequestHandler]:
        wait = self.wait

        class Handler(_Handler):
            def setup(self) -> None:
                self.root, self.wait_for_change = root, wait
                super().setup()

        return Handler


class _Handler(BaseHTTPRequestHandler):
    root: Path
    wait_for_change: Callable[[int], int]

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        # Another site's page must not read a draft by a name that points here.
        if self.headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif url.path == "/.changed":
            self._changed(url.query)
        else:
            self._file(urllib.parse.unquote(url.path).lstrip("/"))

    def _changed(self, seen: str) -> None:
        turn = self.wait_for_change(int(seen)) if _TURN.fullmatch(seen) else 0
        self._answer("text/plain", str(turn).encode())

    def _file(self, path: str) -> None:
        path = path + "index.html" if not path or path.endswith("/") else path
        kind = guess_type(path)[0] or "application/octet-stream"
        try:
            with open_inside(self.root, path) as file:
                if kind == "text/html":
                    self._answer(kind, _POLICY.sub(b"", file.read()) + _RELOAD)
                else:
                    self._stream(kind, file)
        except (OSError, HandbillError):
            self.send_error(HTTPStatus.NOT_FOUND)

    def _stream(self, kind: str, file: BinaryIO) -> None:
        size = file.seek(0, 2)
        first, last = _wanted(self.headers.get("Range", ""), size)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if last - first < size else HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(last - first))
        if last - first < size:
            self.send_header("Content-Range", f"bytes {first}-{last - 1}/{size}")
        self.end_headers()
        file.seek(first)
        while first < last and (data := file.read(min(CHUNK_BYTES, last - first))):
            self.wfile.write(data)
            first += len(data)

    def _answer(self, kind: str, data: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep no record of what was looked at."""


def _wanted(header: str, size: int) -> tuple[int, int]:
    """Read a Range header (RFC 9110, one range); anything else means the whole file."""
    match = re.fullmatch(r"bytes=(\d{1,15})-(\d{0,15})", header)
    if not match:
        return 0, size
    first = int(match[1])
    last = min(int(match[2]) + 1 if match[2] else size, size)
    return (first, last) if first < last else (0, size)
