"""Walk a JPEG's segments (ITU-T T.81, annex B): only what draws the picture may be there."""

import re
from typing import BinaryIO

from handbill.protect.findings import Notes

MAX_BYTES = 64 << 20
_SOI, _EOI, _SOS, _DQT, _DHT, _DRI, _APP0 = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xE0
_SOF = (0xC0, 0xC2)
# JFIF 1.01 or 1.02, no unit, 1:1, no thumbnail: anything else says something about its maker.
_JFIF = re.compile(rb"JFIF\0\x01[\x01\x02]\x00\x00\x01\x00\x01\x00\x00", re.DOTALL)
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_RESTART = re.compile(rb"\xff[\xd0-\xd7]", re.DOTALL)


def audit_jpeg(file: BinaryIO, size: int, notes: Notes) -> None:
    """Note every segment, byte or field that a plain picture does not need."""
    if size > MAX_BYTES:
        raise notes.stop(f"JPEG of {size} bytes, expected at most {MAX_BYTES}")
    data = file.read(MAX_BYTES + 1)
    if data[:2] != b"\xff\xd8":
        raise notes.stop("does not begin as a JPEG does")
    _Walk(data, notes).run()


class _Walk:
    """One pass over the segments of one picture."""

    def __init__(self, data: bytes, notes: Notes) -> None:
        self.data = data
        self.notes = notes
        self.seen: list[int] = []

    def run(self) -> None:
        at = 2
        while True:
            marker, payload, after = self._segment(at)
            if marker == _EOI:
                break
            self._judge(marker, payload, at)
            self.seen.append(marker)
            at = self._scan(after) if marker == _SOS else after
        if after != len(self.data):
            self.notes.add(f"{len(self.data) - after} bytes after the picture's end", after)
        if sum(m in _SOF for m in self.seen) != 1 or _SOS not in self.seen:
            self.notes.add("not exactly one picture", 0)

    def _segment(self, at: int) -> tuple[int, bytes, int]:
        data = self.data
        if at + 2 > len(data) or data[at] != 0xFF:
            raise self.notes.stop("no segment where one must begin", at)
        marker = data[at + 1]
        if marker == _EOI:
            return marker, b"", at + 2
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise self.notes.stop(f"segment {marker:02X} is cut short", at)
        return marker, data[at + 4 : at + 2 + length], at + 2 + length

    def _judge(self, marker: int, payload: bytes, at: int) -> None:
        problem = _PROBLEMS.get(marker, _unknown)(payload)
        if problem:
            self.notes.add(f"segment {marker:02X}: {problem}", at)
        if marker == _APP0 and self.seen:
            self.notes.add("segment E0: not the first", at)

    def _scan(self, at: int) -> int:
        found = _MARKER_IN_SCAN.search(self.data, at)
        if not found:
            raise self.notes.stop("coded picture without an end", at)
        if _DRI not in self.seen and (restart := _RESTART.search(self.data, at, found.start())):
            self.notes.add("restart marks that nothing announced", restart.start())
        return found.start()


def _unknown(_: bytes) -> str:
    return "not one that a plain picture needs"


def _jfif(payload: bytes) -> str:
    return "" if _JFIF.fullmatch(payload) else "more than the plain JFIF mark"


def _tables(payload: bytes) -> str:
    at = 0
    while at < len(payload):
        at += 129 if payload[at] >> 4 else 65
    return "" if at == len(payload) else "quantisation tables with bytes to spare"


def _codes(payload: bytes) -> str:
    at = 0
    while at + 17 <= len(payload):
        at += 17 + sum(payload[at + 1 : at + 17])
    return "" if at == len(payload) else "code tables with bytes to spare"


def _frame(payload: bytes) -> str:
    if len(payload) < 6 or payload[0] != 8 or payload[5] not in (1, 3):
        return "not a picture of 8 bits in grey or colour"
    return "" if len(payload) == 6 + 3 * payload[5] else "a frame with bytes to spare"


def _restart(payload: bytes) -> str:
    return "" if len(payload) == 2 else "a restart interval with bytes to spare"


def _start_of_scan(payload: bytes) -> str:
    return "" if payload and len(payload) == 4 + 2 * payload[0] else "a scan with bytes to spare"


_PROBLEMS = {
    _APP0: _jfif,
    _DQT: _tables,
    _DHT: _codes,
    _DRI: _restart,
    _SOS: _start_of_scan,
    **dict.fromkeys(_SOF, _frame),
}
