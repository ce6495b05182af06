"""What the key room hands on: who can sign, and what was reserved for an edition."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol


class Signer(Protocol):
    """An Ed25519 key that can sign; where its private half lies is its own affair."""

    @property
    def name(self) -> str:
        """What notes call this key, for instance ``editor-1a2b3c4d``."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature (RFC 8032)."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is drawn once for an edition's number, so that pressing it again gives the same bytes.

    ``edition_id`` is 32 hex digits, dates are ``YYYY-MM-DD``, ``seal_key`` is the X25519 public
    key in hex; ``previous`` is the hash of the head before, or empty for the first edition;
    ``desk_key`` is the desk's Ed25519 public key in hex, empty in reservations older than desks.
    """

    number: int
    edition_id: str
    issued: str
    stale_after: str
    seal_key: str
    previous: str = ""
    desk_key: str = ""


RETIRED_EDITIONS = 10
"""What a retired desk key signed is taken in while fewer editions were published since."""


@dataclass(frozen=True, slots=True)
class DeskKey:
    """A key that speaks or spoke for the desk, by its public half.

    ``last`` is the number of the last edition that was drawn while it spoke, None while it speaks;
    ``withdrawn`` the edition from which nothing of it counts, 0 where it was never withdrawn.
    """

    public: bytes
    last: int | None = None
    withdrawn: int = 0

    def counts(self, cited: int, newest: int) -> bool:
        """Tell whether what it signed about edition ``cited`` is taken in while ``newest`` is the
        edition published last (docs/formats/keys.md).
        """
        if self.withdrawn:
            return False
        return self.last is None or (cited <= self.last and newest - self.last < RETIRED_EDITIONS)


def signer_name(role: str, public: bytes) -> str:
    """Name a key in notes: its role and the first 8 hex digits of SHA-256 of its public half."""
    return f"{role}-{sha256(public).hexdigest()[:8]}"


def seal_id(public: bytes) -> str:
    """Name a sealing key: the first 16 hex digits of SHA-256 of its 32 bytes (seal.md)."""
    return sha256(public).hexdigest()[:16]
