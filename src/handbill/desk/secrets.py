"""What a desk process keeps in memory and nowhere else: the keys, opened once by a passphrase.

The main process opens the key store and hands these to its workers (serving/handover.py).
The public site's processes never have them.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.desk.intake.ring_facts import RingFacts
from handbill.errors import HandbillError, KeysLocked
from handbill.files import read_inside
from handbill.keys.seals import SealKey
from handbill.keys.store import MAX_STORE_BYTES, state_root
from handbill.keys.values import Signer
from handbill.rules.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSecrets:
    """The desk's keys. ``secret`` are the 32 bytes under which it hides names and pens.

    ``seals`` are the private sealing keys, newest first; ``newest_edition`` is the number of the
    edition published last, 0 before the first; ``editions`` are their ids; ``book`` is the rule
    book that letters are judged by; ``facts`` say which letters may come.
    """

    newsroom_folder: Path
    newsroom_id: str
    signer: Signer = field(repr=False)
    secret: bytes = field(repr=False)
    seals: tuple[SealKey, ...] = field(repr=False)
    newest_edition: int
    editions: Mapping[int, str] = field(default_factory=dict)
    book: Book | None = field(default=None, repr=False)
    facts: RingFacts = field(default_factory=RingFacts, repr=False)


_current: DeskSecrets | None = None


def set_current(secrets: DeskSecrets | None) -> None:
    """Give this process its keys, or take them away."""
    global _current  # noqa: PLW0603  (one desk a process)
    _current = secrets


def current() -> DeskSecrets:
    """Return this process's keys.

    Raises:
        KeysLocked: it was started without, as the public site's processes are.
    """
    if _current is None:
        raise KeysLocked(
            "desk: this process was started without keys",
            hint="the public site cannot do this; open the desk: handbill desk NEWSROOM",
        )
    return _current


def derive(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one ``purpose``; one purpose's say nothing about another's."""
    return hmac.new(secret, f"handbill desk {purpose}".encode(), hashlib.sha256).digest()


def newest_edition() -> int:
    """Return the number of the edition published last: the desk's only clock.

    The press may have published one since this process was started, so it looks each time.
    """
    keys = current()
    try:
        data = read_inside(state_root() / keys.newsroom_id, "public.json", MAX_STORE_BYTES)
        published = json.loads(data)["published"]
    except (OSError, ValueError, KeyError, HandbillError):
        return keys.newest_edition
    return max((int(row["number"]) for row in published), default=keys.newest_edition)
