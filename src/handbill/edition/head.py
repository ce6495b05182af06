"""The head: an edition's summary, signed by its editors. Format: docs/formats/proof.md. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from handbill import note
from handbill.errors import FormatError
from handbill.keys.values import Signer

MAX_HEAD_BYTES = 64 << 10
NAMES = ("newsroom", "edition", "issued", "items", "tree", "manifest", "root", "previous")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_EDITION = re.compile(r"([1-9][0-9]{0,15}) ([0-9a-f]{32})")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Head:
    """``tree`` is the Merkle root over the item texts, ``manifest`` the hash of edition.json.

    ``root`` is the version of the trust root; ``previous`` is empty for a first edition.
    """

    newsroom: str
    number: int
    id: str
    issued: str
    items: int
    tree: str
    manifest: str
    root: int
    previous: str


def render(head: Head) -> str:
    """Write the text that the editors sign."""
    values = (
        head.newsroom,
        f"{head.number} {head.id}",
        head.issued,
        head.items,
        head.tree,
        head.manifest,
        head.root,
        head.previous or "none",
    )
    return note.header("head", 1, zip(NAMES, values, strict=True))


def sign(head: Head, editors: Iterable[Signer]) -> bytes:
    """Write and sign the head; lines stand in the order of names."""
    return note.sign(render(head), sorted(editors, key=lambda e: e.name))


def head_hash(text: str) -> str:
    """Name a head for ever: SHA-256 of its text without signatures."""
    return sha256(text.encode()).hexdigest()


def parse(data: bytes) -> tuple[Head, note.Note]:
    """Read a signed head; its signatures are not judged here.

    Raises:
        TooLarge, NeedsNewer, FormatError
    """
    signed = note.parse(data, limit=MAX_HEAD_BYTES)
    return parse_text(signed.text), signed


def parse_text(text: str) -> Head:
    """Read the text of a head.

    Raises:
        NeedsNewer, FormatError
    """
    found = note.fields(text, "head", 1, NAMES)
    edition = _EDITION.fullmatch(found["edition"])
    hashes = [found["newsroom"], found["tree"], found["manifest"]]
    if found["previous"] != "none":
        hashes.append(found["previous"])
    numbers = [found["items"], found["root"]]
    if (
        not edition
        or not all(_HEX64.fullmatch(h) for h in hashes)
        or not all(_WHOLE.fullmatch(n) for n in numbers)
        or not _DATE.fullmatch(found["issued"])
    ):
        raise FormatError("head: a field is not of the form that the specification gives")
    return Head(
        found["newsroom"],
        int(edition[1]),
        edition[2],
        found["issued"],
        int(found["items"]),
        found["tree"],
        found["manifest"],
        int(found["root"]),
        "" if found["previous"] == "none" else found["previous"],
    )
