"""Judge one MP4 box's fields: each function returns what is wrong, or nothing.

Dates, languages, names, brands and reserved bytes must be the neutral ones. Layouts: ISO 14496-12,
-14 and -15.
"""

import struct
from collections.abc import Callable, Iterator

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_BRANDS = {b"isom", b"iso2", b"iso6", b"avc1", b"mp41", b"mp42"}
_UND = 0x55C4
MAX_ROWS = 20_000_000


def ftyp(box: bytes) -> str:
    """Judge the brands."""
    listed = {box[i : i + 4] for i in range(8, len(box), 4)}
    plain = box[:4] == b"isom" and box[4:8] in (b"\0\0\0\0", b"\0\0\x02\0")
    return "" if plain and listed <= _BRANDS and len(box) <= 40 else "unusual brands"


def _dates(box: bytes) -> tuple[str, int]:
    """Judge a header's two dates; return also where its other fields begin."""
    if box[0] > 1:
        return "unknown version", 0
    width = 8 if box[0] else 4
    return ("" if not any(box[4 : 4 + 2 * width]) else "says when it was made"), 4 + 2 * width


def mvhd(box: bytes) -> str:
    """Judge the film's header: no date, plain rate, volume and matrix."""
    problem, at = _dates(box)
    if problem:
        return problem
    at += 12 if box[0] else 8
    plain = struct.pack(">IH10x", 0x10000, 0x100) + _MATRIX + bytes(24)
    return "" if box[at:-4] == plain else "unusual fields"


def tkhd(box: bytes) -> str:
    """Judge a track's header: no date, upright."""
    problem, at = _dates(box)
    if problem:
        return problem
    rest = box[at + (16 if box[0] else 12) :]
    # reserved 8, layer 2, group 2, volume 2, reserved 2, matrix 36, width 4, height 4
    zeros = rest[:10] + rest[14:16]
    if any(zeros) or rest[10:12] not in (b"\0\0", b"\0\1") or len(rest) != 60:
        return "unusual fields"
    if any(box[1:3]) or box[3] > 7:
        return "unusual flags"
    return "" if rest[16:52] == _MATRIX else "is turned"


def elst(box: bytes) -> str:
    """Judge the edit list: at most four plain edits."""
    count = int.from_bytes(box[4:8], "big")
    row = 20 if box[0] == 1 else 12
    if box[0] > 1 or any(box[1:4]) or count > 4 or len(box) != 8 + row * count:
        return "unusual fields"
    plain = all(box[8 + row * (i + 1) - 4 : 8 + row * (i + 1)] == b"\0\1\0\0" for i in range(count))
    return "" if plain else "plays at another speed"


def mdhd(box: bytes) -> str:
    """Judge a track's media header: no date, no language."""
    problem, at = _dates(box)
    if problem:
        return problem
    rest = box[at + (12 if box[0] else 8) :]
    return "" if rest == struct.pack(">HH", _UND, 0) else "says a language"


def hdlr(box: bytes) -> str:
    """Judge the kind of track and that it is given no name."""
    if box[8:12] not in (b"vide", b"soun"):
        return f"a track of kind {box[8:12]!r}"
    return "" if box[:8] + box[12:] == bytes(8 + 12 + 1) else "names its maker"


def vmhd(box: bytes) -> str:
    """Judge the video header: nothing but its constant flag."""
    return "" if box == b"\0\0\0\1" + bytes(8) else "unusual fields"


def smhd(box: bytes) -> str:
    """Judge the sound header: nothing."""
    return "" if box == bytes(8) else "unusual fields"


def dref(box: bytes) -> str:
    """Judge where the samples lie: in this file."""
    here = struct.pack(">II", 0, 1) + b"\0\0\0\x0curl \0\0\0\1"
    return "" if box == here else "points to another file"


def table(row: int) -> Callable[[bytes], str]:
    """Return a judge for a table of rows of ``row`` bytes."""

    def judge(box: bytes) -> str:
        count = int.from_bytes(box[4:8], "big")
        if any(box[:4]) or count > MAX_ROWS or len(box) != 8 + row * count:
            return "a table with bytes to spare"
        return ""

    return judge


def stsz(box: bytes) -> str:
    """Judge the table of sample sizes."""
    fixed, count = struct.unpack_from(">II", box, 4)
    right = count <= MAX_ROWS and len(box) == 12 + (0 if fixed else 4 * count)
    return "" if right and not any(box[:4]) else "a table with bytes to spare"


def sgpd(box: bytes) -> str:
    """Judge the one sample group that AAC needs: its pre-roll."""
    plain = box[:16] == b"\1\0\0\0roll\0\0\0\2\0\0\0\1" and len(box) == 18
    return "" if plain else "an unusual sample group"


def sbgp(box: bytes) -> str:
    """Judge which samples are in that group."""
    count = int.from_bytes(box[8:12], "big")
    plain = box[:8] == b"\0\0\0\0roll" and len(box) == 12 + 8 * count
    return "" if plain else "an unusual sample group"


def stsd(box: bytes) -> str:
    """Judge the one coding that a track has."""
    if box[:8] != b"\0\0\0\0\0\0\0\1" or int.from_bytes(box[8:12], "big") != len(box) - 8:
        return "not exactly one coding"
    kind = box[12:16]
    if kind == b"avc1":
        return _avc1(box[16:])
    return _mp4a(box[16:]) if kind == b"mp4a" else f"a coding {kind!r}"


def _avc1(entry: bytes) -> str:
    head, rest = entry[:78], entry[78:]
    plain = struct.pack(">6xH16x", 1)
    tail = struct.pack(">IIIH32xHh", 0x480000, 0x480000, 0, 1, 24, -1)
    if head[:24] != plain or head[28:] != tail:
        return "names the encoder, or has unusual fields"
    return _inner(rest, {"avcC": _avcc, "colr": _colr, "pasp": _pasp, "btrt": _btrt})


def _mp4a(entry: bytes) -> str:
    head, rest = entry[:28], entry[28:]
    plain = struct.pack(">6xH8x", 1)
    right = head[:16] == plain and head[18:24] == struct.pack(">HHH", 16, 0, 0)
    if not right or head[26:28] != b"\0\0":
        return "unusual fields"
    return _inner(rest, {"esds": _esds, "btrt": _btrt})


def _inner(rest: bytes, judges: dict[str, Callable[[bytes], str]]) -> str:
    seen = set()
    while rest:
        length, name = int.from_bytes(rest[:4], "big"), rest[4:8].decode("latin-1")
        if length < 8 or length > len(rest) or name in seen or name not in judges:
            return f"holds {name!r}"
        seen.add(name)
        problem = judges[name](rest[8:length])
        if problem:
            return f"{name}: {problem}"
        rest = rest[length:]
    return ""


def _colr(box: bytes) -> str:
    return "" if box[:4] == b"nclx" and len(box) == 11 else "an ICC profile"


def _pasp(box: bytes) -> str:
    return "" if len(box) == 8 and box[:4] == box[4:] else "pixels that are not square"


def _btrt(box: bytes) -> str:
    return "" if len(box) == 12 else "bytes to spare"


def _avcc(box: bytes) -> str:
    """Judge H.264's settings: parameter sets of the right kinds and nothing after them."""
    if box[0] != 1 or box[4] != 0xFF or box[5] >> 5 != 7:
        return "unusual fields"
    at = 6
    for kind, mask in ((7, 0x1F), (8, 0xFF)):
        if box[at - 1] & mask != 1:
            return "more than one set of parameters"
        length = int.from_bytes(box[at : at + 2], "big")
        if box[at + 2] & 0x9F != kind:
            return "a unit that is not a set of parameters"
        at += 3 + length
    at -= 1
    return "" if at == len(box) else "bytes to spare"


def _esds(box: bytes) -> str:
    """Judge AAC's settings (ISO 14496-1, 7.2.6): the four descriptors and nothing else."""
    if any(box[:4]):
        return "unusual fields"
    found = list(_descriptors(box[4:]))
    if [tag for tag, _ in found] != [3]:
        return "unusual descriptors"
    inner = list(_descriptors(found[0][1][3:]))
    if [tag for tag, _ in inner] != [4, 6] or found[0][1][2] or inner[1][1] != b"\2":
        return "unusual descriptors"
    config = inner[0][1]
    special = list(_descriptors(config[13:]))
    right = config[0] == 0x40 and [tag for tag, _ in special] == [5] and len(special[0][1]) <= 5
    return "" if right else "not plain AAC"


def _descriptors(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, length, at = data[at], 0, at + 1
        for _ in range(4):
            byte = data[at]
            length, at = length << 7 | byte & 0x7F, at + 1
            if not byte & 0x80:
                break
        if at + length > len(data):
            raise IndexError
        yield tag, data[at : at + length]
        at += length
