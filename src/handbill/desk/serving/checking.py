"""What is unsafe about a desk: facts in, findings out. ``handbill desk NEWSROOM --check``."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings

from handbill.desk.serving.site import Site

MIN_KEY_CHARACTERS = 50
FORWARDED = ("USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT", "SECURE_PROXY_SSL_HEADER")
COOKIES = ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")
WATCHED = ("DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", *FORWARDED, *COOKIES)
"""Django's settings that findings are drawn from, beside SECRET_KEY where the keys are open."""
_PRIVATE = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Unsafe:
    """One finding; ``code`` is stable for scripts, ``hint`` says what to do."""

    code: str
    fact: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the findings are drawn from.

    ``settings`` are Django's, as they apply; ``modes`` the permission bits of files and folders
    that exist; ``database`` Django's options; ``disk`` what desk.toml says about the disk.
    """

    site: Site
    host: str
    settings: Mapping[str, Any] = field(repr=False)
    modes: Mapping[Path, int]
    tray: Path
    database: Mapping[str, Any] = field(repr=False)
    disk: str
    without_second: tuple[str, ...] = ()
    one_time_left: tuple[str, ...] = ()
    environment: frozenset[str] = frozenset()


def unsafe(facts: Facts) -> list[Unsafe]:
    """Return every unsafe setting, the gravest first."""
    parts = (_django, _network, _files, _database, _people)
    return [finding for part in parts for finding in part(facts)]


def _django(facts: Facts) -> Iterator[Unsafe]:
    chosen = facts.settings
    if chosen.get("DEBUG"):
        yield Unsafe("debug", "DEBUG is on: errors show keys and letters", "turn it off")
    key = str(chosen.get("SECRET_KEY", ""))
    if 0 < len(key) < MIN_KEY_CHARACTERS:  # none: the keys were not opened for this
        yield Unsafe("secret-key", "the key that signs cookies is short", "open the key store anew")
    hosts = chosen.get("ALLOWED_HOSTS") or ["*"]
    if any(host == "*" or host.startswith(".") for host in hosts):
        yield Unsafe("hosts", "any host name is accepted", 'set address = "https://…" in desk.toml')
    for name in FORWARDED:
        if chosen.get(name):
            yield Unsafe("forwarded", f"{name} is on: clients could lie", "remove it")
    for name in COOKIES:
        if not chosen.get(name):
            yield Unsafe("cookies", f"{name} is off: a script could read cookies", "turn it on")
    if facts.site.secure and not chosen.get("SESSION_COOKIE_SECURE"):
        yield Unsafe("cookies", "cookies also travel without TLS", "turn SESSION_COOKIE_SECURE on")


def _network(facts: Facts) -> Iterator[Unsafe]:
    if not is_loopback(facts.host):
        yield Unsafe(
            "public-interface",
            f"the desk listens on {facts.host}, without TLS of its own",
            "listen on 127.0.0.1 and let a proxy with TLS, or an onion service, stand before it",
        )
    plain = not facts.site.secure and not _is_private_name(facts.site.host)
    if plain:
        yield Unsafe(
            "no-tls",
            f"people open {facts.site.address}: passwords travel in the clear",
            'put a proxy with TLS before it and set address = "https://…" in desk.toml',
        )
    if "HANDBILL_PASSPHRASE" in facts.environment:
        yield Unsafe(
            "passphrase",
            "HANDBILL_PASSPHRASE is set: every program of this user can read it",
            "unset it and type the passphrase, or give --passphrase-file",
        )
    if "HANDBILL_DATABASE" in facts.environment:
        yield Unsafe(
            "database-environment",
            "HANDBILL_DATABASE holds a password: every program of this user can read it",
            "write the address into desk.toml, the password into a passfile",
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this computer alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_private_name(host: str) -> bool:
    return is_loopback(host) or host.endswith(".onion")


def _files(facts: Facts) -> Iterator[Unsafe]:
    for path, mode in facts.modes.items():
        if path == facts.tray:
            if mode & stat.S_IRWXO:
                yield Unsafe("tray-mode", f"{path} is open to every user", f"chmod o= {path}")
        elif mode & _PRIVATE:
            yield Unsafe("file-mode", f"{path} is open to other users", f"chmod go= {path}")
    if facts.disk != "encrypted":
        yield Unsafe(
            "disk",
            "nobody has confirmed that this disk is encrypted: who takes the computer has"
            " every letter that lies on it",
            'encrypt it, then write disk = "encrypted" into desk.toml',
        )


def _database(facts: Facts) -> Iterator[Unsafe]:
    if not str(facts.database.get("ENGINE", "")).endswith("postgresql"):
        return
    given = facts.database.get("OPTIONS", {})
    host = str(given.get("host") or facts.database.get("HOST") or "")
    if not host or host.startswith("/") or is_loopback(host):
        return
    if not (given.get("password") or given.get("passfile") or given.get("sslcert")):
        yield Unsafe(
            "database-password",
            f"PostgreSQL at {host} is asked without a password",
            "give the desk's user a password, in a passfile",
        )
    if given.get("sslmode") not in ("verify-full", "verify-ca"):
        yield Unsafe(
            "database-tls",
            f"letters travel to PostgreSQL at {host} without a checked certificate",
            "add ?sslmode=verify-full&sslrootcert=… to its address",
        )


def _people(facts: Facts) -> Iterator[Unsafe]:
    for name in facts.one_time_left:
        yield Unsafe(
            "one-time-password", f"{name} still has a one-time password", "let them log in soon"
        )
    for name in facts.without_second:
        yield Unsafe(
            "second-factor",
            f"{name} has no second factor yet",
            "they can do nothing before they set it up; close the account if nobody uses it",
        )


def applied() -> dict[str, Any]:
    """Return Django's settings as they apply in this process."""
    return {name: getattr(settings, name) for name in WATCHED}


def modes_of(paths: list[Path]) -> dict[Path, int]:
    """Return the permission bits of those that exist; nothing on systems without any."""
    if os.name != "posix":
        return {}
    return {p: stat.S_IMODE(p.stat().st_mode) for p in paths if p.exists()}
