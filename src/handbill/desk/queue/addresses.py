"""What addresses of the staff's pages carry: names that say nothing without the desk's secret.

An address stays in a browser's history and bookmarks, and in the log of a proxy. Letters' ids never
leave the desk in public: a writer knows the id of an own letter, readers its public name, and
either beside a log would say who read it when. So ids, pens, places and questions stand in
addresses sealed. The same text gives the same name for as long as the desk's secret lives, because
its nonce is a keyed hash of it; one that anybody made up or changed opens as nothing.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import ClassVar

from nacl import bindings
from nacl.exceptions import CryptoError

from handbill.desk import secrets

_NONCE = bindings.crypto_secretbox_NONCEBYTES
_MORE = _NONCE + bindings.crypto_secretbox_MACBYTES


def hide(what: str, data: bytes) -> str:
    """Return the name of ``data`` in an address; names of one ``what`` are nothing to another."""
    key = _key(what)
    nonce = hmac.digest(key, data, "sha256")[:_NONCE]
    return (
        urlsafe_b64encode(nonce + bindings.crypto_secretbox(data, nonce, key)).decode().strip("=")
    )


def shown(what: str, name: str) -> bytes | None:
    """Return what a name hides; nothing where the desk never gave it."""
    try:
        data = urlsafe_b64decode(name + "=" * (-len(name) % 4))
        return bytes(bindings.crypto_secretbox_open(data[_NONCE:], data[:_NONCE], _key(what)))
    except (ValueError, CryptoError):
        return None


def _key(what: str) -> bytes:
    return secrets.derive(secrets.current().secret, f"addresses: {what}")


class _Converter:
    """Hides hex digits. A name that opens as nothing names nothing: the view says so, whether it
    is there or not, to those alone whom it is for.
    """

    what: ClassVar[str]

    def to_python(self, value: str) -> str:
        """Return the digits, or nothing."""
        return (shown(self.what, value) or b"").hex()

    def to_url(self, value: str) -> str:
        """Return the name."""
        return hide(self.what, bytes.fromhex(value))


class LetterConverter(_Converter):
    """The id of a letter, 32 bytes."""

    what, regex, example = "letter", "[A-Za-z0-9_-]{96}", "0" * 96


class PenConverter(_Converter):
    """The fingerprint of a pen, 16 bytes."""

    what, regex, example = "pen", "[A-Za-z0-9_-]{75}", "0" * 75
