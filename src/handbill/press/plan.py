"""Which pages an edition has, what each is made from, and to which item it belongs.

Each planned file names the hash of its inputs; only where that changed is the file made again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Planned:
    """One file to be: its path, the hash of all that goes into it, and how to make it."""

    path: str
    key: str
    make: Callable[[], bytes]
    item: str = ""


def key(*parts: object) -> str:
    """Hash what goes into a file: 16 hex digits more than suffice to notice a change."""
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()


Plan = Iterator[Planned]
