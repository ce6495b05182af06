"""What is refused before Django sees it, and what Django is never told.

A body is refused by the length that it claims, unread. Forwarded headers and the client's address
are taken away, so that no code can believe, keep or log them.
"""

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

MAX_BODY_BYTES = 256 << 10
MAX_ADDRESS_BYTES = 4 << 10
_FORWARDED = "HTTP_X_FORWARDED_"
_TAKEN = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP")

Environ = MutableMapping[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
App = Callable[[Environ, Start], Iterable[bytes]]


class Limits:
    """WSGI around the desk. ``secure`` says whether browsers speak TLS with it."""

    def __init__(self, app: App, *, secure: bool, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._app, self._secure, self._most = app, secure, max_body_bytes

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Refuse, or hand on what Django may know."""
        refused = self._refusal(environ)
        if refused:
            return _answer(refused, start_response)
        environ["wsgi.url_scheme"] = "https" if self._secure else "http"
        environ["REMOTE_ADDR"] = ""
        for name in [n for n in environ if n.startswith(_FORWARDED) or n in _TAKEN]:
            del environ[name]
        return self._app(environ, start_response)

    def _refusal(self, environ: Environ) -> str:
        address = len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", ""))
        if address > MAX_ADDRESS_BYTES:
            return "414 URI Too Long"
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return "400 Bad Request"
        if int(length[:20]) > self._most:
            return "413 Content Too Large"
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return "411 Length Required"
        return ""


def _answer(status: str, start_response: Start) -> list[bytes]:
    body = f"{status[4:]}.\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    start_response(status, headers)
    return [body]
