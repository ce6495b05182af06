"""What an edition tells writers about their letters, readable with the phrase alone.

Format: docs/formats/receipt.md. Pure; randomness is passed in.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from handbill.errors import FormatError, NeedsNewer, TooLarge
from handbill.letters.pen import Random

MAGIC = b"handbill receipts 1\n"
MIN_POWER, MAX_POWER = 6, 20
MAX_ROWS, ROW_BYTES = 20, 12
SLOT_BYTES, TAG_BYTES = 272, 16
REPEATED = 10
"""In so many editions a receipt is repeated."""
_PLAIN = MAX_ROWS * ROW_BYTES
_HEAD = len(MAGIC) + 16 + 2
_NONCE = bytes(SecretBox.NONCE_SIZE)
_ANY_VERSION = b"handbill receipts "


class Status(IntEnum):
    """What became of a letter."""

    WAITS = 1
    PUBLISHED = 2
    REMOVED = 3
    HELD = 4
    WITHDRAWN = 5
    APPEAL_DECIDED = 6
    REFUSED = 7
    PEN_PAUSED = 8
    PEN_BLOCKED = 9


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one letter.

    ``letter`` is its id, of which a receipt keeps 16 hex digits; ``rule`` its number in the rule
    book (1 to 255) or 0; ``edition`` the one that it was written from, of which a receipt keeps
    the value modulo 65536. ``status`` is a :class:`Status`, or a number that is newer than this
    release.
    """

    letter: str
    status: int
    rule: int
    edition: int


def tag(receipt_key: bytes, edition_id: str) -> bytes:
    """Return the 16 bytes by which a pen finds its slot in one edition."""
    return _derived(receipt_key, b"tag", edition_id)[:TAG_BYTES]


def box(receipt_key: bytes, edition_id: str, rows: Sequence[Row]) -> bytes:
    """Close the rows of one pen, newest decisions first; those behind the twentieth fall away."""
    plain = b"".join(map(_pack, rows[:MAX_ROWS])).ljust(_PLAIN, b"\0")
    secret = SecretBox(_derived(receipt_key, b"box", edition_id))
    return secret.encrypt(plain, _NONCE).ciphertext


def build(edition_id: str, rows: Mapping[bytes, Sequence[Row]], random: Random) -> bytes:
    """Write ``receipts.bin`` of an edition for the rows of each receipt key.

    Raises:
        TooLarge: more than a million pens.
    """
    if len(rows) > 1 << MAX_POWER:
        raise TooLarge(f"receipts: {len(rows)} pens, expected at most {1 << MAX_POWER}")
    power = max(MIN_POWER, (len(rows) - 1).bit_length() if rows else 0)
    slots = [tag(key, edition_id) + box(key, edition_id, own) for key, own in rows.items()]
    slots += [random(SLOT_BYTES) for _ in range((1 << power) - len(slots))]
    head = MAGIC + bytes.fromhex(edition_id) + power.to_bytes(2, "big")
    return head + b"".join(sorted(slots))


def look_up(data: bytes, edition_id: str, receipt_key: bytes) -> tuple[Row, ...]:
    """Return what an edition tells one pen: nothing where it has no slot.

    Raises:
        FormatError: not the receipts of this edition, or damaged.
        NeedsNewer
    """
    count = _check_head(data, edition_id)
    wanted = tag(receipt_key, edition_id)
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if _slot(data, middle)[:TAG_BYTES] < wanted:
            low = middle + 1
        else:
            high = middle
    found = _slot(data, low) if low < count else b""
    if found[:TAG_BYTES] != wanted:
        return ()
    secret = SecretBox(_derived(receipt_key, b"box", edition_id))
    try:
        plain = secret.decrypt(found[TAG_BYTES:], _NONCE)
    except CryptoError as error:
        raise FormatError("receipts: the slot of this pen is damaged") from error
    return tuple(_rows(plain))


def _check_head(data: bytes, edition_id: str) -> int:
    """Return the number of slots."""
    if data.startswith(_ANY_VERSION) and not data.startswith(MAGIC):
        raise NeedsNewer("receipts: another version, this release knows 1")
    if not data.startswith(MAGIC + bytes.fromhex(edition_id)):
        raise FormatError(f"receipts: are not those of edition {edition_id}")
    power = int.from_bytes(data[_HEAD - 2 : _HEAD], "big")
    if not MIN_POWER <= power <= MAX_POWER or len(data) != _HEAD + (SLOT_BYTES << power):
        raise FormatError(f"receipts: {len(data)} bytes do not hold 2^{power} slots")
    return 1 << power


def _slot(data: bytes, number: int) -> bytes:
    start = _HEAD + number * SLOT_BYTES
    return data[start : start + SLOT_BYTES]


def _pack(row: Row) -> bytes:
    edition = (row.edition % 65536).to_bytes(2, "big")
    return bytes.fromhex(row.letter)[:8] + bytes([row.status, row.rule]) + edition


def _rows(plain: bytes) -> Iterable[Row]:
    for start in range(0, _PLAIN, ROW_BYTES):
        part = plain[start : start + ROW_BYTES]
        if not part[8]:
            if any(plain[start:]):
                raise FormatError("receipts: something stands behind the last row")
            return
        yield Row(part[:8].hex(), part[8], part[9], int.from_bytes(part[10:], "big"))


def _derived(receipt_key: bytes, label: bytes, edition_id: str) -> bytes:
    return hmac.digest(receipt_key, label + bytes.fromhex(edition_id), "sha256")
