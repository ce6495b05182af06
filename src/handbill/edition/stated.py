"""What an edition states about its newsroom: where letters go, and under which rules.

Format: docs/formats/edition.md, newsroom.json. Pure; whether it is signed, the caller knows.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from handbill.edition.manifest import check_format
from handbill.errors import FormatError, NeedsNewer
from handbill.keys.values import seal_id

PATH = "_edition/targets/newsroom.json"
MAX_BYTES = 1 << 20
KDF = 1
COUNTING = 1
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stated:
    """newsroom.json. ``desk_key`` is empty in editions older than desks; ``rules_version`` is 0
    and ``rules_hash`` empty where the newsroom keeps no rule book: it takes no letters then."""

    newsroom: str
    name: str
    languages: tuple[str, ...]
    edition: int
    seal_key: bytes
    desk_key: bytes
    rules_version: int
    rules_hash: str

    @property
    def seal(self) -> str:
        """Return the id of the sealing key."""
        return seal_id(self.seal_key)


def parse(data: bytes) -> Stated:
    """Read newsroom.json.

    Raises:
        FormatError
        NeedsNewer: keys or words are made in a way that this release does not know.
    """
    try:
        doc: dict[str, Any] = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"newsroom.json: is not JSON ({error})") from error
    check_format(doc, "handbill newsroom", 1, "newsroom.json")
    try:
        read = _read(doc)
        named, ways = doc["seal"]["id"], (doc["kdf"], doc["counting"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"newsroom.json: is not as specified ({error!r})") from error
    if named != read.seal:
        raise FormatError("newsroom.json: its sealing key has another id than it says")
    if ways != (KDF, COUNTING):
        raise NeedsNewer(f"newsroom.json: kdf and counting {ways}, this release knows 1 and 1")
    return read


def _read(doc: dict[str, Any]) -> Stated:
    rules, desk, number = doc["rules"], doc["desk"], doc["edition"]
    if type(number) is not int or not 1 <= number < 10**9:
        raise ValueError("edition")
    version = rules["version"] if rules else 0
    if type(version) is not int or version < 0:
        raise ValueError("rules")
    return Stated(
        newsroom=_key(doc["newsroom"]).hex(),
        name=str(doc["name"])[:300],
        languages=tuple(str(tag)[:16] for tag in doc["languages"][:100]),
        edition=number,
        seal_key=_key(doc["seal"]["key"]),
        desk_key=_key(desk) if desk else b"",
        rules_version=version,
        rules_hash=_key(rules["sha256"]).hex() if rules else "",
    )


def _key(value: object) -> bytes:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("expected 64 hex digits")
    return bytes.fromhex(value)
