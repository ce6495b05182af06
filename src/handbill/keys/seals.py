"""Sealing keys: one X25519 pair an edition, opened newest first, destroyed when old.

Pure; the ring draws, keeps and destroys them. Format: docs/formats/keys.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from nacl.public import PrivateKey

from handbill.keys.values import seal_id

KEEP_EDITIONS = 60
KEEP_DAYS = 400  # numbers may rise daily, and a drive may come home after a year


@dataclass(frozen=True, slots=True)
class SealKey:
    """What opens the letters of one edition; ``id`` is what a letter calls it (seal.md)."""

    number: int
    id: str
    public: bytes
    private: bytes = field(repr=False)
    issued: str = ""


def held(rows: Iterable[Mapping[str, Any]], issued: Mapping[int, str]) -> tuple[SealKey, ...]:
    """Read the store's private sealing keys, newest first."""
    found = []
    for row in rows:
        private = PrivateKey(bytes.fromhex(row["private"]))
        public, number = bytes(private.public_key), int(row["number"])
        key = SealKey(number, seal_id(public), public, bytes(private), issued.get(number, ""))
        found.append(key)
    return tuple(sorted(found, key=lambda key: -key.number))


def outdated(
    keys: Sequence[SealKey],
    newest: int,
    today: date,
    *,
    editions: int = KEEP_EDITIONS,
    days: int = KEEP_DAYS,
) -> tuple[SealKey, ...]:
    """Choose what may be destroyed: older than the last ``editions`` and than ``days``, both."""
    last = (today - timedelta(days=days)).isoformat()
    return tuple(k for k in keys if k.number <= newest - editions and k.issued <= last)
