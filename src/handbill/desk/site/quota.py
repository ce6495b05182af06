"""How many letters a minute are taken, and what work they must bring when it is much. Pure.

Counted together for everybody: nothing tells one sender from another.
"""

from dataclasses import dataclass
from hashlib import sha256

MOST_BITS = 24
_NONCE_BYTES = 8


@dataclass(slots=True)
class Bucket:
    """So many a minute, as many at once; time is given in seconds of any rising clock.

    Less than one a minute, a worker's share of little, is one at once all the same.
    """

    minute: float
    left: float = -1.0
    at: float = 0.0

    def level(self, now: float) -> float:
        """Return what share is left, from 0 to 1."""
        most = max(1.0, self.minute) if self.minute else 0.0
        if self.left < 0:
            self.left, self.at = most, now
        self.left = min(most, self.left + (now - self.at) * self.minute / 60)
        self.at = now
        return self.left / most if most else 0.0

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        self.level(now)
        if self.left < 1:
            return False
        self.left -= 1
        return True


def needed(work: int, level: float) -> int:
    """Return how many zero bits a letter must bring while ``level`` of the quota is left."""
    if not work or level >= 0.5:
        return 0
    return min(MOST_BITS, work + (2 if level < 0.25 else 0) + (2 if level < 0.1 else 0))


def worked(sealed: bytes, nonce: str, bits: int) -> bool:
    """Tell whether SHA-256(SHA-256(sealed) ‖ nonce) begins with so many zero bits.

    The work is bound to the letter's bytes: it cannot be kept for another, and a letter that is
    sent twice is one letter.
    """
    try:
        given = bytes.fromhex(nonce)
    except ValueError:
        return False
    if len(given) != _NONCE_BYTES:
        return False
    digest = sha256(sha256(sealed).digest() + given).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
