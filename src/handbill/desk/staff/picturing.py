"""QR codes as PNG, without a library for pictures."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_QUIET = 4  # modules of white around the code, as ISO/IEC 18004 asks


def qr_png(text: str, *, scale: int = 6) -> bytes:
    """Draw ``text`` as a QR code, one bit a pixel, ``scale`` pixels a module."""
    import qrcode  # noqa: PLC0415  (few requests need it)

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    lines = (_line(row, scale) for row in rows for _ in range(scale))
    side = len(rows) * scale
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _line(row: list[bool], scale: int) -> bytes:
    bits = "".join(("0" if dark else "1") * scale for dark in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
