"""What the public process is told: everything of it could stand on a wall. Pure.

Format: docs/formats/site.md.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from handbill.errors import FormatError, NeedsNewer, UsageError

FORMAT = "handbill site 1"
MAX_BYTES = 32 << 20
MOST_HOSTS = 50
_HOST = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the site takes: letters in the tray at once, letters a minute, of these from the plain
    form. ``work`` is how many zero bits a letter must bring once half the minute's are gone; 0:
    none is ever asked for.
    """

    tray: int = 20_000
    minute: int = 600
    plain: int = 30
    work: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One site. ``pieces`` are the stories' and films' pages by id; ``hosts`` may frame threads.

    ``seal`` is the newest edition's public sealing key, ``rules`` the version and hash of its book.
    """

    newsroom: str
    edition: int
    edition_id: str
    seal: bytes
    rules: tuple[int, str]
    address: str = ""
    hosts: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    pieces: Mapping[str, str] = field(default_factory=dict, repr=False)
    languages: tuple[str, ...] = ()
    open: frozenset[str] = frozenset()


def write(told: Told) -> bytes:
    """Write ``site.json``."""
    limits = {f.name: getattr(told.limits, f.name) for f in fields(Limits)}
    content = {
        "format": FORMAT,
        "needs": [],
        "newsroom": told.newsroom,
        "edition": told.edition,
        "edition_id": told.edition_id,
        "seal": told.seal.hex(),
        "rules": list(told.rules),
        "address": told.address,
        "hosts": list(told.hosts),
        "limits": limits,
        "languages": list(told.languages),
        "pieces": {item: [path, item in told.open] for item, path in sorted(told.pieces.items())},
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read(data: bytes) -> Told:
    """Read ``site.json``.

    Raises:
        FormatError, NeedsNewer
    """
    try:
        found = dict(json.loads(data))
        if found["format"] != FORMAT or found["needs"]:
            raise NeedsNewer(f"site.json: {str(found['format'])[:80]!r}")
        return _told(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FormatError(f"site.json: is not as specified ({error})") from error


def _told(found: Mapping[str, Any]) -> Told:
    version, digest = found["rules"]
    pieces = {str(item): str(path) for item, (path, _) in found["pieces"].items()}
    return Told(
        newsroom=str(found["newsroom"]),
        edition=int(found["edition"]),
        edition_id=str(found["edition_id"]),
        seal=bytes.fromhex(found["seal"]),
        rules=(int(version), str(digest)),
        address=str(found["address"]),
        hosts=read_hosts(found["hosts"]),
        limits=Limits(**{f.name: int(found["limits"][f.name]) for f in fields(Limits)}),
        pieces=pieces,
        languages=tuple(map(str, found["languages"])),
        open=frozenset(item for item, (_, is_open) in found["pieces"].items() if is_open),
    )


def read_hosts(hosts: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Check the sites that may frame discussions: ``https://host[:port]``, no path.

    They stand in a header, so nothing else may.

    Raises:
        UsageError
    """
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise UsageError(
                f"host: expected https://HOST[:PORT], got {host[:100]!r}",
                hint="write what stands in the browser before the first slash of a path",
            )
    if len(hosts) > MOST_HOSTS:
        raise UsageError(f"host: {len(hosts)} of them, expected at most {MOST_HOSTS}")
    return tuple(dict.fromkeys(hosts))


def read_address(address: str) -> str:
    """Check the address that readers type, without its last slash; it has no path.

    Raises:
        UsageError
    """
    parts = urlsplit(address)
    if not _HOST.fullmatch(address.rstrip("/")) or parts.query or parts.fragment:
        raise UsageError(
            f"address: expected http(s)://HOST[:PORT], got {address[:100]!r}",
            hint="for instance https://news.example.org; the site stands at the root of its host",
        )
    return address.rstrip("/")
