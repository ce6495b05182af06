"""A private Ed25519 key in memory."""

from dataclasses import dataclass, field

from nacl.signing import SigningKey

from handbill.keys.values import signer_name


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A private key in memory; ``seed`` never leaves this object but into the store."""

    role: str
    seed: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half."""
        return bytes(SigningKey(self.seed).verify_key)

    @property
    def name(self) -> str:
        """What notes call this key."""
        return signer_name(self.role, self.public)

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (RFC 8032)."""
        return bytes(SigningKey(self.seed).sign(message).signature)


def draw_key(role: str) -> HeldKey:
    """Draw a private key for ``role``."""
    return HeldKey(role, bytes(SigningKey.generate()))
