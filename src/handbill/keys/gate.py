"""The one gate for Ed25519 signatures: strict where libraries differ, before libsodium is asked.

Source: RFC 8032 §5.1.7 without cofactor, canonical encodings required, small-order points refused.
"""

from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_SMALL_Y = frozenset(
    {
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


def point_is_plain(encoded: bytes) -> bool:
    """Tell whether 32 bytes encode a point canonically and not one of small order."""
    number = int.from_bytes(encoded, "little")
    y = number & (2**255 - 1)
    return len(encoded) == 32 and y < _P and y not in _SMALL_Y


def is_key(encoded: bytes) -> bool:
    """Tell whether 32 bytes can be a public key: a point of the curve's main subgroup."""
    return point_is_plain(encoded) and crypto_core_ed25519_is_valid_point(encoded)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` (64 bytes) over ``message`` is by ``public`` (32 bytes)."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= _L:
        return False
    if not point_is_plain(public) or not point_is_plain(signature[:32]):
        return False
    try:
        crypto_sign_open(signature + message, public)
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True
