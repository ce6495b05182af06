"""The public process: serves files, takes sealed letters. It has no key and reads no database.

No cookie, no session and therefore no token against forged requests: there is nothing that a
request could do in somebody's name. No address of a client is read, kept or written anywhere.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from handbill.desk.embed.framing import SCRIPTS
from handbill.desk.site import answers, forms
from handbill.desk.site.answers import Answer
from handbill.desk.site.found import Files
from handbill.desk.site.layout import Layout
from handbill.desk.site.quota import Bucket, needed, worked
from handbill.desk.site.taking import Taken, Taker
from handbill.desk.site.told import MAX_BYTES, Told, read
from handbill.desk.site.views import Counting
from handbill.errors import FormatError, HandbillError
from handbill.files import changed_ns, read_inside
from handbill.letters.seal import SEALED_BYTES, VERSION

BODY_TIMEOUT_S = 15
MOST_READING = 400
"""So many bodies are read at once; slow clients beyond that are told to come back."""
FLUSH_S = 60
_LOOK_S = 1.0
_LASTING = re.compile(r"l/([a-z0-9-]{1,64})/([0-9a-f]{16})")
_FORM = re.compile(r"write/([a-z0-9-]{1,64})")


class Scope(Protocol):
    """What granian says of a request (RSGI)."""

    method: str
    path: str
    query_string: str
    headers: Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where the process finds what it serves and puts what it takes."""

    edition: Path
    layout: Layout
    tray: Path
    workers: int = 1


class Site:
    """An RSGI application."""

    def __init__(
        self,
        place: Place,
        *,
        now: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._place, self._now = place, now
        self._files = Files((place.layout.pages, place.edition))
        self._told, self._stamp, self._looked = _nothing(), 0, -_LOOK_S
        self._by_path: dict[str, str] = {}
        self._taker = Taker(place.tray, lambda: self._told.limits.tray)
        self._views = Counting(place.layout.views, today)
        self._letters, self._forms, self._worked = Bucket(0), Bucket(0), Bucket(0)
        self._reading = 0
        self._flusher: asyncio.Task[None] | None = None
        self._look()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin: what was counted is written once a minute."""
        self._flusher = loop.create_task(self._flush())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End: what was taken is written, what was counted too."""
        if self._flusher:
            self._flusher.cancel()
        self.close()

    def close(self) -> None:
        """Write what is still in memory."""
        self._taker.close()
        self._views.flush()

    async def __rsgi__(self, scope: Scope, client: Any) -> None:
        """Answer one request."""
        answer = await self.answer(scope, client)
        answers.send(answer, client, head=scope.method == "HEAD")

    async def answer(self, scope: Scope, client: Callable[[], Any]) -> Answer:
        """Return what a request is answered with."""
        self._look()
        method, path = scope.method, scope.path[1:]
        if path == "health":
            return answers.text(200 if self._told.newsroom else 503, "ok")
        if self._place.layout.maintenance.exists():
            return self._said("pause", 503, retry=True)
        if method == "POST":
            return await self._post(scope, client, path)
        if method not in ("GET", "HEAD"):
            allowed = "POST, OPTIONS" if path == "send" else "GET, HEAD, OPTIONS"
            return answers.text(204 if method == "OPTIONS" else 405, "", ("allow", allowed))
        return self._get(scope, path)

    def _get(self, scope: Scope, path: str) -> Answer:
        lasting = _LASTING.fullmatch(path)
        if lasting:
            return self._lasting(lasting[1], lasting[2])
        found = self._files.find(path)
        if found is None and path == "favicon.ico":
            return answers.text(204, "")  # browsers ask for it on their own
        if found is None:
            return self._said("missing", 404)
        item = self._by_path.get(path if not path.endswith("/") else path + "index.html")
        if item and scope.method == "GET":
            self._views.count(item)
        embedded = bool(self._told.hosts) and (path.startswith("embed/") or path in SCRIPTS)
        hosts = self._told.hosts if embedded else ()
        return answers.file(found, scope.headers, hosts=hosts, shared=embedded)

    def _lasting(self, item: str, key: str) -> Answer:
        """Lead to the page on which a letter stands today."""
        piece = self._told.pieces.get(item, "")
        folder = piece.rpartition("/")[0]
        found = self._files.find(f"{folder}/keys.txt") if piece else None
        for number, line in enumerate(((found and found.data) or b"").split(b"\n"), 1):
            if key.encode() in line:
                page = "index.html" if number == 1 else f"letters-{number}.html"
                return answers.moved(302, f"/{answers.quoted(folder)}/{page}#l-{key}")
        if piece:
            return answers.moved(302, f"/{answers.quoted(piece)}#letters")
        return self._said("missing", 404)

    async def _post(self, scope: Scope, client: Callable[[], Any], path: str) -> Answer:
        form = _FORM.fullmatch(path)
        if path == "send":
            most, least = SEALED_BYTES, SEALED_BYTES
        elif form and form[1] in self._told.open:
            most, least = forms.MAX_BODY_BYTES, 1
        else:
            return self._said("missing", 404)
        length = scope.headers.get("content-length") or ""
        if not (length.isascii() and length.isdigit()) or "transfer-encoding" in scope.headers:
            return self._said("bad", 411, close=True)
        if not least <= int(length[:12]) <= most:
            return self._said("bad", 413, close=True)
        if scope.headers.get("sec-fetch-site") == "cross-site":
            return self._said("bad", 403, close=True)
        body = await self._body(client)
        if body is None:
            return self._said("busy", 503, close=True, retry=True)
        if form:
            return await self._plain(form[1], body)
        return await self._send(body, scope.headers.get("handbill-work") or "")

    async def _body(self, client: Callable[[], Any]) -> bytes | None:
        if self._reading >= MOST_READING:
            return None
        self._reading += 1
        try:
            return bytes(await asyncio.wait_for(client(), BODY_TIMEOUT_S))
        except (TimeoutError, OSError, RuntimeError):
            return None
        finally:
            self._reading -= 1

    async def _send(self, sealed: bytes, nonce: str) -> Answer:
        """Take a sealed letter as a page posts it."""
        if len(sealed) != SEALED_BYTES or sealed[:1] != VERSION:
            return answers.text(400, "no sealed letter")
        now = self._now()
        bits = needed(self._told.limits.work, self._letters.level(now))
        has_worked = bool(bits) and worked(sealed, nonce, bits)
        if bits and not has_worked:
            return answers.text(428, f"work {bits}")
        if not self._letters.take(now) and not (has_worked and self._worked.take(now)):
            return answers.text(429, "too many letters are arriving", ("retry-after", "60"))
        taken = await self._taker.take(sealed)
        if taken is Taken.ARRIVED:
            return answers.text(201, "arrived")
        if taken is Taken.BUSY:
            return answers.text(503, "too many letters are arriving", ("retry-after", "5"))
        return answers.text(507, "the tray is full")

    async def _plain(self, story: str, body: bytes) -> Answer:
        """Seal what was typed into the plain form, and take it."""
        try:
            filled = forms.read(body)
        except FormatError:
            return self._said("bad", 400)
        wrong = forms.problems(filled)
        sealed = None
        if not wrong:
            if not self._forms.take(self._now()):
                return self._said("busy", 429, retry=True)
            try:
                sealed = forms.fits(self._told, story, filled)
            except HandbillError:
                return self._said("bad", 400)
            wrong = [] if sealed else ["form.too_long"]
        if sealed is None:
            page = self._files.find(f"write/{story}.html")
            if page is None or page.data is None:
                return self._said("missing", 404)
            return answers.page(422, forms.again(page.data, filled, wrong), page.policy)
        taken = await self._taker.take(sealed)
        if taken is Taken.ARRIVED:
            return answers.moved(303, "/said/sent.html")
        if taken is Taken.BUSY:
            return self._said("busy", 503, retry=True)
        return self._said("full", 507)

    def _said(self, key: str, status: int, *, close: bool = False, retry: bool = False) -> Answer:
        """Answer with a short page that says it in every language."""
        found = self._files.find(f"said/{key}.html")
        if found is None or found.data is None:
            return answers.text(status, key)
        more = [("connection", "close")] if close else []
        more += [("retry-after", "60")] if retry else []
        return answers.page(status, found.data, found.policy, *more)

    def _look(self) -> None:
        """Read anew what the desk tells, where it has changed."""
        now = self._now()
        if now - self._looked < _LOOK_S:
            return
        self._looked = now
        layout = self._place.layout
        with contextlib.suppress(OSError, HandbillError):
            stamp = changed_ns(layout.told.stat())
            if stamp == self._stamp:
                return
            self._told = read(read_inside(layout.folder, layout.told.name, MAX_BYTES))
            self._stamp = stamp
            self._by_path = {path: item for item, path in self._told.pieces.items()}
            limits, share = self._told.limits, self._place.workers
            self._letters = Bucket(limits.minute / share)
            self._worked = Bucket(limits.minute / share)
            self._forms = Bucket(limits.plain / share)

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(FLUSH_S)
            await loop.run_in_executor(None, self._views.flush)


def _nothing() -> Told:
    return Told(newsroom="", edition=0, edition_id="", seal=b"", rules=(0, ""))
