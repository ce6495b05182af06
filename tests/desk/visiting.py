"""Somebody who asks a live site without a network."""

from __future__ import annotations

import asyncio
from datetime import date
from urllib.parse import urlencode

from desk.site_world import SiteWorld
from handbill.desk.site.answers import Answer
from handbill.desk.site.layout import layout
from handbill.desk.site.serving import Place, Site


class Visitor:
    """Asks a site of its own without a network; the clock stands unless it is moved."""

    def __init__(self, world: SiteWorld, **limits: int) -> None:
        if limits:
            world.publish(**limits)
        self.time, self.day = 1000.0, date(2026, 11, 24)
        self.tray = world.newsroom / "tray"
        place = Place(world.edition, layout(world.newsroom), self.tray)
        self.site = Site(place, now=lambda: self.time, today=lambda: self.day)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        path, _, query = path.partition("?")
        named = {n.replace("_", "-"): v for n, v in headers.items()}
        if method == "POST":
            named.setdefault("content-length", str(len(body)))
        scope = type(
            "S", (), {"method": method, "path": path, "query_string": query, "headers": named}
        )

        async def client() -> bytes:
            return body

        async def run() -> Answer:
            return await self.site.answer(scope, client)  # type: ignore[arg-type]

        return asyncio.run(run())

    def send(self, sealed: bytes, **headers: str) -> Answer:
        return self.ask("/send", "POST", sealed, **headers)

    def fill(self, story: str = "orchard-gate", **fields: str) -> Answer:
        given = {"text": "Words.", "name": "Mina", "language": "en", "agree": "yes", **fields}
        return self.ask(f"/write/{story}", "POST", urlencode(given).encode())


def header(answer: Answer, name: str) -> str:
    return dict(answer.headers).get(name, "")
