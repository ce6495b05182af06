"""Ed25519 signatures on which exact checks and checks times the cofactor differ (RFC 8032).

Plain arithmetic on the curve, for vectors alone: slow, and it hides no secret.
"""

from hashlib import sha512
from itertools import count

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826

_Point = tuple[int, int]


def _add(a: _Point, b: _Point) -> _Point:
    turned = _D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + turned, -1, _P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - turned, -1, _P)
    return x % _P, y % _P


def _times(n: int, point: _Point) -> _Point:
    found = (0, 1)
    while n:
        found = _add(found, point) if n & 1 else found
        point = _add(point, point)
        n >>= 1
    return found


def _even_x(y: int) -> _Point:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return (_P - x if x & 1 else x), y


def _encode(point: _Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def _number(*parts: bytes) -> int:
    return int.from_bytes(sha512(b"".join(parts)).digest(), "little") % _L


def signatures() -> list[tuple[str, bytes, bytes, bytes, bool]]:
    """Return name, key, message, signature, and whether an exact check takes it."""
    base, eighth = _even_x(4 * pow(5, -1, _P) % _P), _even_x(_ORDER_8_Y)
    secret, nonce = _number(b"handbill vectors: a key"), _number(b"handbill vectors: a nonce")
    plain, r = _times(secret, base), _times(nonce, base)

    def row(name: str, key: _Point, r: _Point, rest: int) -> tuple[str, bytes, bytes, bytes, bool]:
        shown, drawn = _encode(key), _encode(r)
        messages = (f"handbill {n}".encode() for n in count())
        message = next(m for m in messages if _number(drawn, shown, m) % 8 == rest)
        s = (nonce + _number(drawn, shown, message) * secret) % _L
        return name, shown, message, drawn + s.to_bytes(32, "little"), rest == 0

    mixed = _add(plain, eighth)
    return [
        row("a key not of prime order, as signed", mixed, r, 0),
        row("a key not of prime order, good only times eight", mixed, r, 1),
        row("R not of prime order, good only times eight", plain, _add(r, eighth), 1),
    ]
