"""The closed form of a backup: compressed, cut into chunks, each encrypted and chained to the last.

Format: docs/formats/backup.md. libsodium's secretstream: a chunk that is changed, missing, moved
or appended is found when it is read. Nothing in clear names the newsroom.
"""

import json
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from nacl import bindings, exceptions

from handbill.errors import FormatError, KeysLocked, NeedsNewer, TooLarge

CHUNK = 64 << 10
MAX_LINE = 4 << 20
_MAGIC = "handbill desk backup"
_TOP_BYTES = 4 << 10
_PIECE = 1 << 20
_MORE = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES


class Sealer:
    """Writes lines into a file that only ``key`` (32 bytes) opens; ``finish`` must end it."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._packed = file, bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        stated = json.dumps({"needs": [], "header": header.hex()}, separators=(",", ":"))
        self._top: bytes | None = f"{_MAGIC} 1\n{stated}\n".encode()
        file.write(self._top)
        self._deflate = zlib.compressobj(3)

    def line(self, data: bytes) -> None:
        """Write one line; ``data`` holds no line feed."""
        self._packed += self._deflate.compress(data + b"\n")
        while len(self._packed) > CHUNK:
            self._push(bytes(self._packed[:CHUNK]), _MESSAGE)
            del self._packed[:CHUNK]

    def finish(self) -> None:
        """Write what is left, marked as the end."""
        self._packed += self._deflate.flush()
        while len(self._packed) > CHUNK:
            self._push(bytes(self._packed[:CHUNK]), _MESSAGE)
            del self._packed[:CHUNK]
        self._push(bytes(self._packed), _FINAL)

    def _push(self, chunk: bytes, tag: int) -> None:
        push = bindings.crypto_secretstream_xchacha20poly1305_push
        self._file.write(push(self._state, chunk, self._top, tag))
        self._top = None


def lines(
    file: BinaryIO, key: bytes, *, advance: Callable[[int], object] | None = None
) -> Iterator[bytes]:
    """Yield the lines of a backup, each from a chunk that was found genuine.

    Only who reads to the end knows that the backup is whole.

    Raises:
        FormatError, NeedsNewer, TooLarge
        KeysLocked: another key, or a byte was changed.
    """
    inflate, rest = zlib.decompressobj(), b""
    for chunk in _chunks(file, key, advance):
        for plain in _unpacked(inflate, chunk):
            *whole, rest = (rest + plain).split(b"\n")
            yield from whole
            if len(rest) > MAX_LINE:
                raise TooLarge(f"backup: a line of more than {MAX_LINE} bytes")
    if not inflate.eof or inflate.unused_data or rest:
        raise FormatError("backup: does not end where it should")


def _unpacked(inflate: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """Unpack piece by piece, however much the bytes claim to become."""
    while True:
        try:
            plain = inflate.decompress(packed, _PIECE)
        except zlib.error as error:
            raise FormatError("backup: what is in it cannot be unpacked") from error
        yield plain
        packed = inflate.unconsumed_tail
        if not packed and len(plain) < _PIECE:
            return


def _chunks(file: BinaryIO, key: bytes, advance: Callable[[int], object] | None) -> Iterator[bytes]:
    top, header = _top(file)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    ahead: bytes | None = top
    sealed = file.read(CHUNK + _MORE)
    while True:
        try:
            pull = bindings.crypto_secretstream_xchacha20poly1305_pull
            chunk, tag = pull(state, sealed, ahead)
        except (exceptions.CryptoError, ValueError) as error:
            raise KeysLocked(
                "backup: it is another newsroom's, or was damaged, changed or cut short",
                hint="restore this newsroom's keys first: handbill keys restore",
            ) from error
        ahead = None
        if advance:
            advance(len(sealed))
        sealed = file.read(CHUNK + _MORE)
        if (tag == _FINAL) == bool(sealed):
            raise FormatError("backup: is cut short, or something follows its end")
        yield chunk
        if tag == _FINAL:
            return


def _top(file: BinaryIO) -> tuple[bytes, bytes]:
    first, second = file.readline(_TOP_BYTES), file.readline(_TOP_BYTES)
    name, _, version = first.decode("ascii", "replace").rstrip("\n").rpartition(" ")
    if name != _MAGIC or not second.endswith(b"\n"):
        raise FormatError("backup: is no backup of a desk")
    if version != "1":
        raise NeedsNewer(f"backup: version {version[:20]}, this release knows 1")
    try:
        stated = json.loads(second)
        needs, header = stated["needs"], bytes.fromhex(stated["header"])
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError("backup: its header cannot be read") from error
    if needs:
        raise NeedsNewer(f"backup: needs {needs!r}"[:200])
    if len(header) != _HEADER:
        raise FormatError("backup: its header cannot be read")
    return first + second, header
