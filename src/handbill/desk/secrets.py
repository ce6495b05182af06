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
from typing import Any

from handbill.desk.intake.ring_facts import RingFacts
from handbill.errors import HandbillError, KeysLocked
from handbill.files import read_inside
from handbill.keys.seals import SealKey
from handbill.keys.store import MAX_STORE_BYTES, state_root
from handbill.keys.values import DeskKey, Signer
from handbill.rules.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSecrets:
    """The desk's keys. ``secret`` are the 32 bytes under which it hides names and pens.

    ``seals`` are the private sealing keys, newest first; ``newest_edition`` is the number of the
    edition published last, 0 before the first; ``editions`` are their ids; ``book`` is the rule
    book that letters are judged by; ``facts`` say which letters may come and who spoke so far.
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


def signer() -> Signer:
    """Return the desk's key, to sign with now.

    Raises:
        KeysLocked: it was replaced or withdrawn since this process got it.
    """
    own, known = current().signer, _public()
    key = own.public.hex()
    gone = any(row.get("key") == key for row in known.get("withdrawn", []))
    if gone or known.get("desk", key) != key:
        raise KeysLocked(
            "desk: its signing key was replaced since it was opened",
            hint="close the desk and open it again; what was decided until then stands",
        )
    return own


def desk_keys() -> dict[bytes, DeskKey]:
    """Return every key that speaks or spoke for the desk, by its public half; the newest first."""
    keys = current()
    known = {keys.signer.public: DeskKey(keys.signer.public)}
    return known | {key.public: key for key in keys.facts.desk_keys}


def derive(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one ``purpose``; one purpose's say nothing about another's."""
    return hmac.new(secret, f"handbill desk {purpose}".encode(), hashlib.sha256).digest()


def newest_edition() -> int:
    """Return the number of the edition published last: the desk's only clock.

    The press may have published one since this process was started, so it looks each time.
    """
    published = _public().get("published", [])
    return max((int(row["number"]) for row in published), default=current().newest_edition)


def handed_last() -> tuple[int, int, str]:
    """Return of the hand-over that the press published last its number, and the sequence and chain
    at which its log ended; zeros before the first, and where an earlier release noted less.
    """
    handed = _public().get("handed", {})
    told = (handed.get("number", 0), handed.get("sequence", 0), handed.get("chain", ""))
    return int(told[0]), int(told[1]), str(told[2])


def _public() -> dict[str, Any]:
    """Return what lies beside the key store for everybody to read."""
    try:
        data = read_inside(state_root() / current().newsroom_id, "public.json", MAX_STORE_BYTES)
        return dict(json.loads(data))
    except (OSError, ValueError, HandbillError):
        return {}
