"""Close a letter to the newsroom's sealing key, and open it: always 4,096 bytes, all alike.

Format: docs/formats/seal.md. Pure, but that libsodium draws the ephemeral key itself.
"""

import zlib
from collections.abc import Iterable
from hashlib import sha256
from itertools import islice, product

from nacl import bindings, exceptions

from handbill.errors import FormatError, NeedsNewer, SealBroken, TooLarge

SEALED_BYTES = 4096
MAX_INFLATED = 64 << 10
VERSION = b"\x01"
_PLAIN = SEALED_BYTES - 1 - bindings.crypto_box_SEALBYTES
MAX_DEFLATED = _PLAIN - 2
PARTS, PART_BYTES, QR_BYTES = 4, 1024, 1032
_MAGIC = b"HBL1"
_RIVALS = 4


def key_id(public: bytes) -> str:
    """Return the id by which letters name a sealing key."""
    return sha256(public).hexdigest()[:16]


def seal(note: bytes, public_key: bytes) -> bytes:
    """Compress, pad and close a signed letter.

    Raises:
        TooLarge: it does not fit.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    packed = packer.compress(note) + packer.flush()
    if len(packed) > MAX_DEFLATED or len(note) > MAX_INFLATED:
        raise TooLarge(
            f"letter: {len(packed)} bytes compressed, expected at most {MAX_DEFLATED}",
            hint=f"shorten it by about {_excess(note, len(packed))} characters",
        )
    plain = (len(packed).to_bytes(2, "big") + packed).ljust(_PLAIN, b"\0")
    return VERSION + bindings.crypto_box_seal(plain, public_key)


def _excess(note: bytes, packed: int) -> int:
    """Guess how many characters are too many, as if each took the same room."""
    return -((MAX_DEFLATED - packed) * len(note.decode("utf-8", "replace")) // packed)


def unseal(sealed: bytes, private_key: bytes, *, public_key: bytes = b"") -> bytes:
    """Open a sealed letter and return the signed note.

    Who has ``public_key`` at hand saves computing it for each letter.

    Raises:
        FormatError: not a sealed letter, or what lies in it is not packed as specified.
        NeedsNewer: another version.
        SealBroken: sealed to another key, or damaged.
        TooLarge: inflates to more than 64 KiB.
    """
    if len(sealed) != SEALED_BYTES:
        raise FormatError(f"sealed letter: {len(sealed)} bytes, expected {SEALED_BYTES}")
    if sealed[:1] != VERSION:
        raise NeedsNewer(f"sealed letter: version {sealed[0]}, this release knows {VERSION[0]}")
    public_key = public_key or bindings.crypto_scalarmult_base(private_key)
    try:
        plain = bindings.crypto_box_seal_open(sealed[1:], public_key, private_key)
    except exceptions.CryptoError as error:
        raise SealBroken("sealed letter: this sealing key does not open it") from error
    return _unpack(plain)


def _unpack(plain: bytes) -> bytes:
    length = int.from_bytes(plain[:2], "big")
    if length > MAX_DEFLATED:
        raise FormatError(f"sealed letter: length {length}, expected at most {MAX_DEFLATED}")
    if plain.count(0, 2 + length) != MAX_DEFLATED - length:
        raise FormatError("sealed letter: its padding is not zero")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        note = inflater.decompress(plain[2 : 2 + length], MAX_INFLATED + 1)
    except zlib.error as error:
        raise FormatError(f"sealed letter: is not DEFLATE ({error})") from error
    if len(note) > MAX_INFLATED:
        raise TooLarge(f"sealed letter: inflates to more than {MAX_INFLATED} bytes")
    if not inflater.eof or inflater.unused_data:
        raise FormatError("sealed letter: its DEFLATE stream does not end where it must")
    return note


def parts(sealed: bytes) -> tuple[bytes, ...]:
    """Return the bytes of the four QR codes that show a sealed letter."""
    head = _MAGIC + sha256(sealed).digest()[:3]
    return tuple(
        head + bytes([n]) + sealed[n * PART_BYTES : (n + 1) * PART_BYTES] for n in range(PARTS)
    )


def join(codes: Iterable[bytes]) -> list[bytes]:
    """Join what was read from photographs into whole sealed letters, each once.

    Other codes, half letters and codes that do not fit together are passed over.
    """
    found: dict[bytes, tuple[list[bytes], ...]] = {}
    for code in codes:
        if len(code) != QR_BYTES or code[:4] != _MAGIC or code[7] >= PARTS:
            continue
        rivals = found.setdefault(code[4:7], tuple([] for _ in range(PARTS)))[code[7]]
        if code[8:] not in rivals and len(rivals) < _RIVALS:
            rivals.append(code[8:])
    return [whole for tag, quarters in found.items() for whole in _whole(tag, quarters)]


def _whole(tag: bytes, quarters: tuple[list[bytes], ...]) -> list[bytes]:
    """Try the combinations (at most 256) that give the three bytes of the hash."""
    tried = map(b"".join, product(*quarters))
    return list(islice((w for w in tried if sha256(w).digest()[:3] == tag), _RIVALS))
