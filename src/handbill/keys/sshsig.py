"""OpenSSH signatures of files, so that ``ssh-keygen`` alone can check an edition.

Format: OpenSSH PROTOCOL.sshsig; keys as in RFC 8709. Pure.
"""

import base64
import struct
from collections.abc import Iterable
from hashlib import sha512

from handbill.errors import FormatError
from handbill.keys.gate import verify as strict
from handbill.keys.values import Signer

_MAGIC = b"SSHSIG"
_KIND = b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_LINE = 70
MAX_BYTES = 4096


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _key_blob(public: bytes) -> bytes:
    return _string(_KIND) + _string(public)


def _signed(message: bytes, namespace: str) -> bytes:
    fields = (namespace.encode(), b"", b"sha512", sha512(message).digest())
    return _MAGIC + b"".join(map(_string, fields))


def sign(message: bytes, signer: Signer, namespace: str) -> bytes:
    """Return the 64 bytes of the signature of ``message`` for one ``namespace``."""
    return signer.sign(_signed(message, namespace))


def armoured(public: bytes, signature: bytes, namespace: str) -> bytes:
    """Write the file that ``ssh-keygen -Y verify -s`` reads."""
    signed = _string(_KIND) + _string(signature)
    fields = (_key_blob(public), namespace.encode(), b"", b"sha512", signed)
    blob = _MAGIC + struct.pack(">I", 1) + b"".join(map(_string, fields))
    text = base64.b64encode(blob).decode()
    lines = [text[i : i + _LINE] + "\n" for i in range(0, len(text), _LINE)]
    return (_BEGIN + "".join(lines) + _END).encode()


def verify(message: bytes, signature: bytes, public: bytes, namespace: str) -> bool:
    """Tell whether ``signature``, armoured, is that of ``message`` by ``public``.

    Only the exact bytes that :func:`armoured` and ``ssh-keygen`` write for an Ed25519 key pass, up
    to where lines are broken.

    Raises:
        FormatError: not an armoured signature of such a key at all.
    """
    if len(signature) > MAX_BYTES:
        raise FormatError(f"SHA256SUMS.sig: longer than {MAX_BYTES} bytes")
    text = signature.decode("ascii", "replace").replace("\r\n", "\n")
    if not text.startswith(_BEGIN) or not text.endswith(_END):
        raise FormatError("SHA256SUMS.sig: its first or last line is missing")
    try:
        blob = base64.b64decode(text[len(_BEGIN) : -len(_END)].replace("\n", ""), validate=True)
    except ValueError as error:
        raise FormatError(f"SHA256SUMS.sig: is not an SSH signature ({error})") from error
    tail = _string(_KIND) + struct.pack(">I", 64)
    fields = (_key_blob(public), namespace.encode(), b"", b"sha512")
    start = _MAGIC + struct.pack(">I", 1) + b"".join(map(_string, fields))
    start += struct.pack(">I", len(tail) + 64) + tail
    if not blob.startswith(start) or len(blob) != len(start) + 64:
        return False
    return strict(public, _signed(message, namespace), blob[-64:])


def public_line(public: bytes) -> str:
    """Write a public key as in ``id_ed25519.pub``, without a comment."""
    return f"ssh-ed25519 {base64.b64encode(_key_blob(public)).decode()}"


def allowed_signers(identity: str, publics: Iterable[bytes]) -> bytes:
    """Write the file that ``ssh-keygen -Y verify -f`` reads."""
    return "".join(f"{identity} {public_line(p)}\n" for p in publics).encode()
