"""What intake is given, and what it says in the end."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handbill.keys.seals import SealKey
from handbill.keys.values import DeskKey, Signer
from handbill.rules.book import Book
from handbill.rules.screens import NobodyProtected, Protected, Screen

SHORT = 16
"""Digits by which letters name each other."""


class Reason(StrEnum):
    """Why something from a mailbag was not filed."""

    UNOPENED = "unopened"  # no sealing key that is here opens it
    MALFORMED = "malformed"  # it opened, and is not packed or written as a letter is
    FORGED = "forged"  # the signature does not hold
    OTHER_NEWSROOM = "other-newsroom"  # it names another recipient than who could open it
    OTHER_SEAL = "other-seal"  # it names another sealing key than the one that opened it
    DESTROYED_SEAL = "destroyed-seal"  # as before; the key it names was destroyed here
    NEWER = "newer"  # a form that a later release will read; kept sealed
    DESK_KEY = "desk-key"  # by a key of the desk's that does not count for it
    FAILED = "failed"  # this release broke on it; kept sealed


TAMPERED = (Reason.OTHER_NEWSROOM, Reason.OTHER_SEAL, Reason.DESTROYED_SEAL)
"""Reasons that mean: sealed by a page that was tampered with."""
MAY_OPEN_LATER = (Reason.UNOPENED, Reason.NEWER, Reason.FAILED)


@dataclass(frozen=True, slots=True)
class Edition:
    """What a letter from one edition must name: the edition's id and its sealing key's."""

    id: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the desk knows before it opens anything.

    ``seals`` are the private sealing keys, newest first; ``destroyed`` the ids of those that are
    gone; ``desk_keys`` the keys that sign or signed transcripts; ``newest`` is the number of the
    edition published last, by which retired ones end; ``rules`` the rule books
    that letters may have been signed under, as (version, hash). ``alone`` are screens that look
    at one letter, ``together`` those that also look at its neighbours. ``scribe`` signs drafts
    from the live site's plain form.
    """

    newsroom_id: str
    secret: bytes = field(repr=False)
    seals: tuple[SealKey, ...]
    destroyed: frozenset[str] = frozenset()
    desk_keys: tuple[DeskKey, ...] = ()
    newest: int = 0
    editions: Mapping[int, Edition] = field(default_factory=dict)
    book: Book
    rules: frozenset[tuple[int, str]] = frozenset()
    alone: tuple[Screen, ...] = ()
    together: tuple[Screen, ...] = ()
    protected: Protected = field(default_factory=NobodyProtected)
    protected_digest: str = ""
    reserved: frozenset[str] = frozenset()
    scribe: Signer | None = field(default=None, repr=False)

    def fingerprint(self, what: str, data: bytes) -> str:
        """Return 32 hex digits that say nothing about ``data`` to whoever lacks the secret."""
        return hmac.digest(self.secret, what.encode() + data, "sha256").hex()[:32]

    def public_name(self, letter_id: str) -> str:
        """Return how pages name a letter (docs/formats/discussion.md)."""
        return self.fingerprint("letter", bytes.fromhex(letter_id))[:SHORT]


@dataclass(slots=True)
class TakenIn:
    """What one run did.

    ``filed`` letters are new, ``copies`` came before; ``refused`` counts files by reason, ``left``
    what lies in the tray and is no sealed letter, ``stayed`` what was refused, may open later and
    has no room aside; ``erased`` letters were withdrawn or burned;
    ``screened`` were read by the screens, ``compared`` with their neighbours.
    """

    files: int = 0
    filed: int = 0
    copies: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    left: int = 0
    stayed: int = 0
    erased: int = 0
    screened: int = 0
    compared: int = 0

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Count what was refused."""
        for reason in reasons:
            self.refused[reason.value] = self.refused.get(reason.value, 0) + 1
