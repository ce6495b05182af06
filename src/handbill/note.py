"""The signed text envelope for heads and letters: the C2SP signed-note form, read strictly.

Format: docs/formats/note.md. Pure: bytes in, values out.
"""

import base64
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from handbill.errors import FormatError, NeedsNewer, SignatureInvalid, TooLarge
from handbill.keys.gate import verify
from handbill.keys.values import Signer

MAX_NOTE_BYTES = 16 << 20
MAX_LINE_BYTES = 64 << 10
MAX_SIGNATURES = 64
DASH = "\u2014 "
_KEY_NAME = re.compile(r"[^\s+]{1,64}")
_FIELD = re.compile(r"([a-z0-9-]{1,64}):(?: (.+))?")
_NEEDS = re.compile(r"needs:(?: [a-z0-9-]+)*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature: the name that it claims, the 4 bytes of its key hash, and the 64 bytes."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note read but not yet trusted: ``text`` ends with the line feed that is signed."""

    text: str
    signatures: tuple[SignatureLine, ...]


def key_hash(name: str, public: bytes) -> bytes:
    """Return the four bytes that tell a key's signature lines apart."""
    return sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def sign(text: str, signers: Iterable[Signer]) -> bytes:
    """Sign ``text`` with each signer, in their order."""
    lines = [signature_line(s.name, s.public, s.sign(text.encode())) for s in signers]
    return (text + "\n" + "".join(lines)).encode()


def signature_line(name: str, public: bytes, signature: bytes) -> str:
    """Write one signature line, its line feed included."""
    blob = base64.b64encode(key_hash(name, public) + signature).decode()
    return f"{DASH}{name} {blob}\n"


def parse(data: bytes, *, limit: int = MAX_NOTE_BYTES, nfc: bool = True) -> Note:
    """Split a note into its text and its signature lines, checking everything but the signatures.

    ``nfc=False`` lets other text than NFC pass, for a caller that reports it instead.

    Raises:
        TooLarge, FormatError
    """
    if len(data) > min(limit, MAX_NOTE_BYTES):
        raise TooLarge(f"note: {len(data)} bytes, expected at most {limit}")
    head, blank, tail = data.rpartition(b"\n\n")
    if not blank or not head:
        raise FormatError("note: has no empty line before its signatures")
    text = check_text(head + b"\n", "note", nfc=nfc)
    lines = tail.split(b"\n")
    if lines[-1] or not 1 <= len(lines) - 1 <= MAX_SIGNATURES:
        raise FormatError(f"note: expected 1 to {MAX_SIGNATURES} signature lines, each ended")
    return Note(text, tuple(_signature(line) for line in lines[:-1]))


def check_text(data: bytes, what: str, *, nfc: bool = True) -> str:
    """Decode bytes that must be plain NFC text, lines ended by line feeds and nothing else.

    Raises:
        FormatError
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"{what}: byte {error.start} is not UTF-8") from error
    if _CONTROL.search(text) or "\ufeff" in text[:1]:
        raise FormatError(f"{what}: holds a control character or a byte order mark")
    if nfc and not unicodedata.is_normalized("NFC", text):
        raise FormatError(f"{what}: is not in NFC")
    if not text.endswith("\n") or max(map(len, data.split(b"\n"))) > MAX_LINE_BYTES:
        raise FormatError(f"{what}: a line is not ended, or longer than {MAX_LINE_BYTES} bytes")
    return text


def _signature(line: bytes) -> SignatureLine:
    quoted = line[:80].decode("utf-8", "replace")
    try:
        name, _, blob = line.decode("utf-8").removeprefix(DASH).partition(" ")
        raw = base64.b64decode(blob, validate=True)
    except ValueError as error:  # not UTF-8, not ASCII, not base64
        raise FormatError(f"note: signature line {quoted!r} is not as specified") from error
    whole = line == f"{DASH}{name} {base64.b64encode(raw).decode()}".encode()
    if not whole or len(raw) != 68 or not _KEY_NAME.fullmatch(name):
        raise FormatError(f"note: signature line {quoted!r} is not as specified")
    return SignatureLine(name, raw[:4], raw[4:])


def signers_of(note: Note, keys: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> set[bytes]:
    """Return the distinct public keys, among ``keys`` (name, public), that signed ``note``.

    Raises:
        SignatureInvalid: a line that claims one of ``keys`` does not verify.
    """
    pairs = keys.items() if isinstance(keys, Mapping) else keys
    known = {(name, key_hash(name, public)): public for name, public in pairs}
    message = note.text.encode()
    good = set()
    for line in note.signatures:
        public = known.get((line.name, line.key_hash))
        if public is None:
            continue
        if not verify(public, message, line.signature):
            raise SignatureInvalid(f"note: the signature by {line.name} does not hold")
        good.add(public)
    return good


def fields(text: str, kind: str, version: int, names: Sequence[str]) -> dict[str, str]:
    """Read the header of a ``kind``: its first two lines, then ``names`` in order, none missing.

    Raises:
        NeedsNewer: another version, or any word in ``needs:``.
        FormatError: anything else.
    """
    lines = text.removesuffix("\n").split("\n")
    match = re.fullmatch(rf"handbill {re.escape(kind)} ([1-9][0-9]{{0,8}})", lines[0])
    if not match:
        raise FormatError(
            f"{kind}: line 1 is {lines[0][:80]!r}, expected 'handbill {kind} {version}'"
        )
    if int(match[1]) != version:
        raise NeedsNewer(f"{kind}: version {match[1]}, this verifier knows {version}")
    if len(lines) < 2 or not _NEEDS.fullmatch(lines[1]):
        raise FormatError(f"{kind}: line 2 is not 'needs:' and words")
    if lines[1] != "needs:":
        raise NeedsNewer(f"{kind}: {lines[1][:200]}")
    if len(lines) - 2 != len(names):
        raise FormatError(f"{kind}: {len(lines) - 2} fields, expected {len(names)}")
    found = {}
    for number, (line, name) in enumerate(zip(lines[2:], names, strict=True), 3):
        match = _FIELD.fullmatch(line)
        if not match or match[1] != name:
            raise FormatError(f"{kind}: line {number} is {line[:80]!r}, expected '{name}: …'")
        found[name] = match[2] or ""
    return found


def header(kind: str, version: int, values: Iterable[tuple[str, object]]) -> str:
    """Write the header that :func:`fields` reads, last line feed included."""
    lines = [f"handbill {kind} {version}", "needs:"]
    lines += [f"{name}: {value}" if str(value) else f"{name}:" for name, value in values]
    return "\n".join(lines) + "\n"
