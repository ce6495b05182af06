"""Finish an MP4 that ffmpeg wrote: the index first, and no box that a player does not need.

Only for our encoder's own output. The auditor in ``handbill.protect`` shares no code with this.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill.errors import MediaRefused
from handbill.paths import CHUNK_BYTES

MAX_INDEX_BYTES = 256 << 20
_HOLDS_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_DROPPED = {b"udta", b"meta", b"free", b"skip", b"uuid"}
_NAME_AT, _NAME_BYTES = 8 + 8 + 42, 32  # compressorname within stsd/avc1 (ISO 14496-12, 12.1.3)


@dataclass(frozen=True, slots=True)
class Finished:
    """What the finished film's index says of it."""

    duration_s: float
    samples: int


def finish(made: Path, to: Path, *, rel: str) -> Finished:
    """Write ``made`` to ``to`` with ftyp, moov and mdat in this order and nothing else.

    Raises:
        MediaRefused: ``made`` holds no pictures: the source had none that decode.
    """
    with made.open("rb") as file:
        boxes = {name: (start, end) for name, start, end in _top(file.seek(0, 2), file)}
        if not {b"ftyp", b"moov", b"mdat"} <= boxes.keys():
            raise MediaRefused(f"{rel}: nothing in it could be decoded")
        ftyp, moov = (_read(file, *boxes[n]) for n in (b"ftyp", b"moov"))
        start, end = boxes[b"mdat"]
        clean = _cleaned(moov)
        clean = _moved(clean, len(ftyp) + len(clean) - start)
        finished = _facts(clean)
        if not finished.samples:
            raise MediaRefused(f"{rel}: nothing in it could be decoded")
        with to.open("wb") as out:
            out.write(ftyp + clean)
            file.seek(start)
            left = end - start
            while left and (data := file.read(min(left, CHUNK_BYTES))):
                out.write(data)
                left -= len(data)
    return finished


def _top(size: int, file) -> Iterator[tuple[bytes, int, int]]:  # type: ignore[no-untyped-def]
    at = 0
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8 or at + length > size:
            return
        yield head[4:8], at, at + length
        at += length


def _read(file, start: int, end: int) -> bytes:  # type: ignore[no-untyped-def]
    if end - start > MAX_INDEX_BYTES:
        raise MediaRefused("film: its index is larger than we write")
    file.seek(start)
    return bytes(file.read(end - start))


def _children(box: bytes, at: int = 8) -> Iterator[bytes]:
    while at + 8 <= len(box):
        length = int.from_bytes(box[at : at + 4], "big")
        if length < 8:
            return
        yield box[at : at + length]
        at += length


def _boxed(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", len(payload) + 8, name) + payload


def _cleaned(box: bytes) -> bytes:
    name = box[4:8]
    if name in _HOLDS_BOXES:
        kept = (c for c in _children(box) if c[4:8] not in _DROPPED)
        return _boxed(name, b"".join(_cleaned(c) for c in kept))
    if name == b"hdlr":  # version, flags, 0, kind, 12 zeros, then an empty name
        return _boxed(name, box[8:20] + bytes(12) + b"\0")
    if name == b"stsd" and box[20:24] == b"avc1":
        return box[: 8 + _NAME_AT] + bytes(_NAME_BYTES) + box[8 + _NAME_AT + _NAME_BYTES :]
    return box


def _moved(box: bytes, by: int) -> bytes:
    """Shift every sample's place by ``by`` bytes."""
    name = box[4:8]
    if name in _HOLDS_BOXES:
        return _boxed(name, b"".join(_moved(c, by) for c in _children(box)))
    if name in (b"stco", b"co64"):
        kind = "I" if name == b"stco" else "Q"
        count = int.from_bytes(box[12:16], "big")
        places = struct.unpack_from(f">{count}{kind}", box, 16)
        return box[:16] + struct.pack(f">{count}{kind}", *(p + by for p in places))
    return box


def _facts(moov: bytes) -> Finished:
    scale, duration = 1, 0
    for child in _children(moov):
        if child[4:8] == b"mvhd":
            wide = child[8] == 1
            shape, at = (">IQ", 28) if wide else (">II", 20)
            scale, duration = struct.unpack_from(shape, child, at)
    return Finished(duration / max(scale, 1), _samples(moov))


def _samples(box: bytes) -> int:
    """Count the samples of the track that has fewest."""
    if box[4:8] == b"stsz":
        return int.from_bytes(box[16:20], "big")
    if box[4:8] not in _HOLDS_BOXES:
        return -1
    counts = [n for n in map(_samples, _children(box)) if n >= 0]
    return min(counts) if counts else -1
