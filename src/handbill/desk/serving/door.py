"""Between granian and Django: limits, and a form read whole before it takes a thread.

The event loop reads bodies, so that a thousand slow clients hold memory and no thread. What is too
long is refused by the length that it claims, unread. The client's address and forwarded headers
are not handed on: no code behind this door can believe, keep or log them.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any, Protocol, cast

MAX_BODY_BYTES = 64 << 10
MAX_ADDRESS_CHARACTERS = 4 << 10
MAX_LENGTH_DIGITS = 20
BODY_TIMEOUT_S = 15
THREADS = 8  # in a worker: what waits for the database holds one

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Scope(Protocol):
    """What granian says of a request (RSGI 1.6)."""

    method: str
    path: str
    query_string: str
    http_version: str
    authority: str | None
    headers: Any


class Client(Protocol):
    """Reads a request's body and sends its answer."""

    def __call__(self) -> Awaitable[bytes]:
        """Read the whole body."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer."""


class Door:
    """An RSGI application around a WSGI one. ``secure``: browsers speak TLS with it."""

    def __init__(
        self, app: Wsgi, *, secure: bool, most: int = MAX_BODY_BYTES, threads: int = THREADS
    ) -> None:
        self._app, self._scheme, self._most = app, "https" if secure else "http", most
        self._threads = ThreadPoolExecutor(threads, "desk")

    async def __rsgi__(self, scope: Scope, client: Client) -> None:
        """Answer one request."""
        refused = refusal(scope, self._most)
        body = b""
        if not refused and int(scope.headers.get("content-length") or 0):
            try:
                body = await asyncio.wait_for(client(), BODY_TIMEOUT_S)
            except TimeoutError:
                refused = HTTPStatus.REQUEST_TIMEOUT
        if refused:
            client.response_bytes(*_refused(refused))
            return
        loop = asyncio.get_running_loop()
        environ = environ_of(scope, body, self._scheme)
        client.response_bytes(*await loop.run_in_executor(self._threads, _call, self._app, environ))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what was begun end."""
        self._threads.shutdown(wait=True)


def refusal(scope: Scope, most: int) -> HTTPStatus | None:
    """Say why a request is not even read, or nothing."""
    if len(scope.path) + len(scope.query_string) > MAX_ADDRESS_CHARACTERS:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    length = scope.headers.get("content-length") or "0"
    if not (length.isascii() and length.isdigit()):
        return HTTPStatus.BAD_REQUEST
    if len(length) > MAX_LENGTH_DIGITS or int(length) > most:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if "transfer-encoding" in scope.headers:
        return HTTPStatus.LENGTH_REQUIRED
    return None


def environ_of(scope: Scope, body: bytes, scheme: str) -> Environ:
    """Write down what Django may know (PEP 3333)."""
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": "desk",
        "SERVER_PORT": "443" if scheme == "https" else "80",
        "REMOTE_ADDR": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name in KNOWN:
            environ[KNOWN[name]] = value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


KNOWN = {
    "content-type": "CONTENT_TYPE",
    **{
        name: "HTTP_" + name.upper().replace("-", "_")
        for name in (
            *("host", "cookie", "origin", "referer", "accept", "accept-language"),
            *("accept-encoding", "if-none-match", "if-modified-since", "range"),
            *("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"),
            *("x-requested-with", "x-csrftoken"),
        )
    },
}
"""The headers that are handed on; neither the browser's name nor anything that a proxy adds."""


def _call(app: Wsgi, environ: Environ) -> tuple[int, Headers, bytes]:
    began: list[tuple[int, Headers]] = []

    def start(status: str, headers: Headers, _error: object = None) -> None:
        began.append((int(status[:3]), [(n.lower(), v) for n, v in headers]))

    answer = app(environ, start)
    try:
        body = b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close:
            cast(Callable[[], None], close)()
    status, headers = began[-1]
    if environ["REQUEST_METHOD"] == "HEAD":
        body = b""
    return status, headers, body


def _refused(status: HTTPStatus) -> tuple[int, Headers, bytes]:
    headers = [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("connection", "close"),
    ]
    return status.value, headers, f"{status.phrase}.\n".encode()
