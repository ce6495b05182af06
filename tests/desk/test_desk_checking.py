"""What ``handbill desk --check`` finds: one table, each row makes one thing unsafe."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handbill.desk.serving.checking import Facts, modes_of, unsafe
from handbill.desk.serving.site import Site, values

SITE = Site("http://127.0.0.1:8700", "Weekly", "k" * 64)
TRAY, STORE = Path("/news/tray"), Path("/state/keys.store")
SAFE = Facts(
    site=SITE,
    host="127.0.0.1",
    settings={
        "DEBUG": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        **values(SITE),
    },
    modes={TRAY: 0o750, STORE: 0o600},
    tray=TRAY,
    database={"ENGINE": "django.db.backends.sqlite3"},
    disk="encrypted",
)
SERVER = "django.db.backends.postgresql"


def settings(**changed: Any) -> Facts:
    return replace(SAFE, settings={**SAFE.settings, **changed})


def server(**options: Any) -> Facts:
    return replace(SAFE, database={"ENGINE": SERVER, "OPTIONS": options})


def at(address: str) -> Facts:
    return replace(SAFE, site=replace(SITE, address=address))


ROWS: dict[str, tuple[Facts, set[str]]] = {
    "safe": (SAFE, set()),
    "debug": (settings(DEBUG=True), {"debug"}),
    "short key": (settings(SECRET_KEY="short"), {"secret-key"}),
    "any host": (settings(ALLOWED_HOSTS=["*"]), {"hosts"}),
    "no host": (settings(ALLOWED_HOSTS=[]), {"hosts"}),
    "wide host": (settings(ALLOWED_HOSTS=[".example.org"]), {"hosts"}),
    "forwarded host": (settings(USE_X_FORWARDED_HOST=True), {"forwarded"}),
    "forwarded scheme": (
        settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")),
        {"forwarded"},
    ),
    "cookie for scripts": (settings(SESSION_COOKIE_HTTPONLY=False), {"cookies"}),
    "cookie without TLS": (at("https://desk.example.org"), {"cookies"}),
    "no TLS": (at("http://desk.example.org"), {"no-tls"}),
    "onion": (at("http://abcdefghij.onion"), set()),
    "all interfaces": (replace(SAFE, host="0.0.0.0"), {"public-interface"}),
    "other interface": (replace(SAFE, host="192.168.1.5"), {"public-interface"}),
    "loopback 6": (replace(SAFE, host="::1"), set()),
    "passphrase": (
        replace(SAFE, environment=frozenset({"HANDBILL_PASSPHRASE"})),
        {"passphrase"},
    ),
    "database's password": (
        replace(SAFE, environment=frozenset({"HANDBILL_DATABASE"})),
        {"database-environment"},
    ),
    "store open": (replace(SAFE, modes={STORE: 0o644}), {"file-mode"}),
    "tray open": (replace(SAFE, modes={TRAY: 0o755}), {"tray-mode"}),
    "tray of a group": (replace(SAFE, modes={TRAY: 0o770}), set()),
    "disk": (replace(SAFE, disk=""), {"disk"}),
    "server here": (server(host="127.0.0.1"), set()),
    "server by socket": (server(), set()),
    "server far": (server(host="db.example.org"), {"database-password", "database-tls"}),
    "server far, careless": (
        server(host="10.0.0.5", password="x", sslmode="require"),
        {"database-tls"},
    ),
    "server far, careful": (
        server(host="10.0.0.5", passfile="/p", sslmode="verify-full"),
        set(),
    ),
    "no second factor": (replace(SAFE, without_second=("mara",)), {"second-factor"}),
    "one-time password": (replace(SAFE, one_time_left=("mara",)), {"one-time-password"}),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_is_unsafe_is_named(name: str) -> None:
    facts, codes = ROWS[name]
    found = unsafe(facts)
    assert {one.code for one in found} == codes
    assert all(one.fact and one.hint for one in found)


@pytest.mark.skipif(os.name != "posix", reason="no permission bits")
def test_modes_are_read_where_there_are_files(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch()
    file.chmod(0o604)
    assert modes_of([file, tmp_path / "none"]) == {file: 0o604}
