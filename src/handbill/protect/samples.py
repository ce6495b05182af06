"""Account for every byte of an MP4's samples: whose it is, and that its kind may be there."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from handbill.protect.findings import Notes

MAX_SAMPLES = 10_000_000
_SLICES = (1, 5)  # H.264 units that carry pictures; 6 is SEI, 12 filler (ISO 14496-10, table 7-1)
_AAC_CHANNELS = (0, 1)  # single and pair; 4 is a data element, 6 fill (ISO 14496-3, table 4.85)


@dataclass(frozen=True, slots=True)
class _Chunk:
    start: int
    sizes: Sequence[int]
    kind: str


def audit_samples(
    file: BinaryIO,
    span: tuple[int, int],
    tracks: Sequence[tuple[str, Mapping[str, bytes]]],
    notes: Notes,
) -> None:
    """Note gaps, overlaps and pieces of a wrong kind among the samples within ``span``."""
    kinds = sorted(kind for kind, _ in tracks)
    if kinds not in (["vide"], ["soun", "vide"]):
        notes.add(f"tracks {kinds}, expected pictures and at most one sound")
    chunks: list[_Chunk] = []
    for kind, leaves in tracks:
        try:
            chunks += _chunks(kind, leaves)
        except (struct.error, KeyError, IndexError, ValueError):
            raise notes.stop(f"the index of the {kind!r} track does not add up") from None
    at, end = span
    for chunk in sorted(chunks, key=lambda c: c.start):
        if chunk.start != at:
            raise notes.stop(f"{abs(chunk.start - at)} bytes that no track accounts for", at)
        _judge(file, chunk, notes)
        at += sum(chunk.sizes)
    if at != end:
        notes.add(f"{end - at} bytes that no track accounts for", at)


def _chunks(kind: str, leaves: Mapping[str, bytes]) -> Iterator[_Chunk]:
    sizes = _sizes(leaves["stsz"])
    places = _places(leaves)
    rows = list(struct.iter_unpack(">III", leaves["stsc"][8:]))
    used = 0
    for row, (first, per_chunk, coding) in enumerate(rows):
        last = rows[row + 1][0] if row + 1 < len(rows) else len(places) + 1
        if coding != 1 or not 1 <= first < last <= len(places) + 1 or not per_chunk:
            raise ValueError
        for place in places[first - 1 : last - 1]:
            yield _Chunk(place, sizes[used : used + per_chunk], kind)
            used += per_chunk
    if used != len(sizes):
        raise ValueError


def _sizes(box: bytes) -> Sequence[int]:
    fixed, count = struct.unpack_from(">II", box, 4)
    if count > MAX_SAMPLES:
        raise ValueError
    return [fixed] * count if fixed else struct.unpack(f">{count}I", box[12:])


def _places(leaves: Mapping[str, bytes]) -> Sequence[int]:
    if ("stco" in leaves) == ("co64" in leaves):
        raise ValueError
    box, letter = (leaves["stco"], "I") if "stco" in leaves else (leaves["co64"], "Q")
    count = int.from_bytes(box[4:8], "big")
    return struct.unpack(f">{count}{letter}", box[8:])


def _judge(file: BinaryIO, chunk: _Chunk, notes: Notes) -> None:
    file.seek(chunk.start)
    total = sum(chunk.sizes)
    data = file.read(total) if total <= 64 << 20 else b""
    if len(data) != total:
        raise notes.stop("a piece that is not all there", chunk.start)
    at = 0
    for size in chunk.sizes:
        sample = data[at : at + size]
        problem = _video(sample) if chunk.kind == "vide" else _audio(sample)
        if problem:
            notes.add(problem, chunk.start + at)
        at += size


def _video(sample: bytes) -> str:
    at = 0
    while at < len(sample):
        length = int.from_bytes(sample[at : at + 4], "big")
        if length < 2 or at + 4 + length > len(sample):
            return "a picture with bytes to spare"
        kind = sample[at + 4] & 0x1F
        if sample[at + 4] & 0x80 or kind not in _SLICES:
            return "SEI (notes among the pictures)" if kind == 6 else f"H.264 unit of type {kind}"
        at += 4 + length
    return "" if sample else "an empty picture"


def _audio(sample: bytes) -> str:
    if not sample:
        return "an empty piece of sound"
    element = sample[0] >> 5
    return "" if element in _AAC_CHANNELS else f"AAC element of type {element} before the sound"
