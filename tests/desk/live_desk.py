"""The desk's pages for a real browser: one process, a thread for each request, tables in a file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings

from desk.desk_world import PASSWORD, TOTP_SECRET
from desk.queue_world import Room
from handbill.desk.serving import site
from handbill.desk.staff.roles import Role


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


class LiveDesk:
    """Starts with ``LiveDesk(folder)``; ``stop()`` ends it."""

    def __init__(self, folder: Path) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        self.room = Room(folder)
        self._server = _Server(("127.0.0.1", 0), _Quiet)
        self._server.set_app(WSGIHandler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        site.apply(site.of_secrets(self.room.world.secrets, self.address, "Somewhere Weekly"))
        settings.ALLOWED_HOSTS += ["testserver"]  # Django's test client speaks to it too
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def log_in(self, browser, name: str, role: Role) -> None:  # type: ignore[no-untyped-def]
        """Log in as a person does: password, then the code of their app."""
        from allauth.mfa.models import Authenticator
        from allauth.mfa.totp.internal.auth import TOTP
        from django.core.cache import cache

        person = self.room.world.person(role, name)
        # A code counts once, and tests log in more often than twice a minute.
        Authenticator.objects.filter(user=person).delete()
        TOTP.activate(person, TOTP_SECRET)
        cache.clear()
        browser.visit(self.address + "/account/login/")
        browser.type("main [name=login]", name)
        browser.type("main [name=password]", PASSWORD)
        browser.follow("main form.card:not([hidden]) button:not([type=button])")
        browser.type("main [name=code]", _code())
        browser.follow("main form.card:not([hidden]) button:not([type=button])")


def _code() -> str:
    step = int(time.time()) // 30
    mac = hmac.new(base64.b32decode(TOTP_SECRET), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"
