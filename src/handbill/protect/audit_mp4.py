"""Walk an MP4's boxes (ISO 14496-12): an allow-list tree, exact fields, every byte a sample's.

Only the film that a player needs may be there: one video track (H.264), at most one audio track
(AAC), the index before the samples, the samples side by side with nothing between them.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from handbill.protect import boxes, samples
from handbill.protect.findings import Notes

MAX_INDEX_BYTES = 256 << 20
MAX_BOXES = 500

# Which boxes may stand in which, and how often: (least, most).
_TREE: dict[str, dict[str, tuple[int, int]]] = {
    "moov": {"mvhd": (1, 1), "trak": (1, 2)},
    "trak": {"tkhd": (1, 1), "edts": (0, 1), "mdia": (1, 1)},
    "edts": {"elst": (1, 1)},
    "mdia": {"mdhd": (1, 1), "hdlr": (1, 1), "minf": (1, 1)},
    "minf": {"vmhd": (0, 1), "smhd": (0, 1), "dinf": (1, 1), "stbl": (1, 1)},
    "dinf": {"dref": (1, 1)},
    "stbl": {
        "stsd": (1, 1),
        "stts": (1, 1),
        "stss": (0, 1),
        "ctts": (0, 1),
        "stsc": (1, 1),
        "stsz": (1, 1),
        "stco": (0, 1),
        "co64": (0, 1),
        "sgpd": (0, 1),
        "sbgp": (0, 1),
    },
}


@dataclass(slots=True)
class _Track:
    kind: str = ""
    leaves: dict[str, bytes] = field(default_factory=dict)


def audit_mp4(file: BinaryIO, size: int, notes: Notes) -> None:
    """Note every box, field or byte that a plain film does not need."""
    top = list(_top(file, size, notes))
    names = [name for name, _, _ in top]
    if names != ["ftyp", "moov", "mdat"]:
        notes.add(f"holds {' '.join(names)[:80]}, expected ftyp moov mdat")
    spans = {name: (start, end) for name, start, end in top}
    if "ftyp" in spans:
        _note(notes, "ftyp", boxes.ftyp(_payload(file, spans["ftyp"], notes)), 0)
    if "moov" not in spans or "mdat" not in spans:
        raise notes.stop("has no index or no samples")
    walk = _Walk(notes, spans["moov"][0])
    walk.children("moov", _payload(file, spans["moov"], notes), spans["moov"][0] + 8)
    head = 16 if _is_wide(file, spans["mdat"][0]) else 8
    samples.audit_samples(
        file,
        (spans["mdat"][0] + head, spans["mdat"][1]),
        [(t.kind, t.leaves) for t in walk.tracks],
        notes,
    )


def _top(file: BinaryIO, size: int, notes: Notes) -> Iterator[tuple[str, int, int]]:
    at = count = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8 or at + length > size:
            raise notes.stop("a box that does not fit in the file, or bytes after the last", at)
        yield head[4:8].decode("latin-1"), at, at + length
        at, count = at + length, count + 1
        if count > MAX_BOXES:
            raise notes.stop(f"more than {MAX_BOXES} boxes", at)


def _is_wide(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    return file.read(4) == b"\0\0\0\x01"


def _payload(file: BinaryIO, span: tuple[int, int], notes: Notes) -> bytes:
    start, end = span
    if end - start > MAX_INDEX_BYTES or _is_wide(file, start):
        raise notes.stop("an index larger than we write", start)
    file.seek(start + 8)
    return file.read(end - start - 8)


def _note(notes: Notes, name: str, problem: str, at: int) -> None:
    if problem:
        notes.add(f"box {name}: {problem}", at)


class _Walk:
    """One pass over the index."""

    def __init__(self, notes: Notes, start: int) -> None:
        self.notes = notes
        self.tracks: list[_Track] = []
        self.left = MAX_BOXES

    def children(self, parent: str, payload: bytes, offset: int) -> None:
        allowed = _TREE[parent]
        counts = dict.fromkeys(allowed, 0)
        for name, inner, at in self._split(payload, offset):
            if name not in allowed:
                self.notes.add(f"box {name!r} in {parent}: may not be there", at)
                continue
            counts[name] += 1
            self._visit(name, inner, at)
        for name, (least, most) in allowed.items():
            if not least <= counts[name] <= most:
                self.notes.add(f"box {name} in {parent}: {counts[name]} of them", offset)

    def _split(self, payload: bytes, offset: int) -> Iterator[tuple[str, bytes, int]]:
        at = 0
        while at < len(payload):
            length = int.from_bytes(payload[at : at + 4], "big")
            self.left -= 1
            if length < 8 or at + length > len(payload) or self.left < 0:
                raise self.notes.stop("a box that does not fit, or too many", offset + at)
            name = payload[at + 4 : at + 8].decode("latin-1")
            yield name, payload[at + 8 : at + length], offset + at
            at += length

    def _visit(self, name: str, inner: bytes, at: int) -> None:
        if name == "trak":
            self.tracks.append(_Track())
        if name in _TREE:
            self.children(name, inner, at + 8)
            return
        try:
            problem = _LEAVES[name](inner)
        except (struct.error, IndexError):
            problem = "is cut short"
        _note(self.notes, name, problem, at)
        if self.tracks:
            self.tracks[-1].leaves[name] = inner
            if name == "hdlr":
                self.tracks[-1].kind = inner[8:12].decode("latin-1")


_LEAVES: dict[str, Callable[[bytes], str]] = {
    "mvhd": boxes.mvhd,
    "tkhd": boxes.tkhd,
    "elst": boxes.elst,
    "mdhd": boxes.mdhd,
    "hdlr": boxes.hdlr,
    "vmhd": boxes.vmhd,
    "smhd": boxes.smhd,
    "dref": boxes.dref,
    "stsd": boxes.stsd,
    "stts": boxes.table(8),
    "stss": boxes.table(4),
    "ctts": boxes.table(8),
    "stsc": boxes.table(12),
    "stsz": boxes.stsz,
    "stco": boxes.table(4),
    "co64": boxes.table(8),
    "sgpd": boxes.sgpd,
    "sbgp": boxes.sbgp,
}
