"""What differs from desk to desk, and how it reaches Django's settings."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from handbill.desk.secrets import DeskSecrets, derive
from handbill.errors import UsageError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Site:
    """One desk as its staff sees it.

    ``address`` is what they type: scheme, host and port. It is set, never guessed from what a
    request claims, so no forwarded header is ever believed. ``key`` signs cookies.
    """

    address: str
    name: str
    key: str = field(repr=False)

    @property
    def secure(self) -> bool:
        """Whether browsers speak TLS with it."""
        return self.address.startswith("https://")

    @property
    def host(self) -> str:
        """The host without its port."""
        host = urlsplit(self.address).hostname or ""
        return f"[{host}]" if ":" in host else host


def read_address(address: str) -> str:
    """Check what staff would type.

    Raises:
        UsageError: more or less than scheme, host and port.
    """
    parts = urlsplit(address)
    try:
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if not whole or rest:
        raise UsageError(
            f"address: expected http(s)://HOST[:PORT], got {address!r}",
            hint="write what people type into their browser, for instance https://desk.example.org",
        )
    return f"{parts.scheme}://{parts.netloc}"


def of_secrets(secrets: DeskSecrets, address: str, name: str) -> Site:
    """Return the site of a desk whose keys are open."""
    return Site(read_address(address), name, derive(secrets.secret, "web").hex())


def values(site: Site) -> dict[str, Any]:
    """Return Django's settings for a site."""
    prefix = "__Host-" if site.secure else ""
    return {
        "SECRET_KEY": site.key,
        "ALLOWED_HOSTS": [site.host, *(LOOPBACK if site.host in LOOPBACK else ())],
        "CSRF_TRUSTED_ORIGINS": [site.address],
        "SESSION_COOKIE_SECURE": site.secure,
        "CSRF_COOKIE_SECURE": site.secure,
        "LANGUAGE_COOKIE_SECURE": site.secure,
        "SESSION_COOKIE_NAME": f"{prefix}desk",
        "CSRF_COOKIE_NAME": f"{prefix}desk-form",
        "DESK_NAME": site.name,
    }


def apply(site: Site) -> None:
    """Set Django up for ``site``; to be called after :func:`handbill.desk.database.start`."""
    for name, value in values(site).items():
        setattr(settings, name, value)
