"""Read subtitle files line by line: numbers, times and words may be there, and nothing else."""

import re
import unicodedata
from typing import BinaryIO

from handbill.protect.findings import Notes

MAX_BYTES = 16 << 20
_SRT_TIME = re.compile(r"\d{2}:\d{2}:\d{2},\d{3} --> \d{2}:\d{2}:\d{2},\d{3}")
_VTT_TIME = re.compile(r"\d{2}:\d{2}:\d{2}\.\d{3} --> \d{2}:\d{2}:\d{2}\.\d{3}")
_ASS_TAG = re.compile(r"\{[\\*]")
# Joiners and marks of direction, and signs of Arabic that are drawn around what follows them.
_ALLOWED_FORMAT = frozenset(
    "\u200c\u200d\u200e\u200f\u200b\u061c\u202a\u202b\u202c\u202d\u202e"
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2"
)


def audit_srt(file: BinaryIO, size: int, notes: Notes) -> None:
    """Note every line of a SubRip file that is not a number, a time or words."""
    text = _text(file, size, notes).removeprefix("\ufeff").replace("\r\n", "\n")
    for number, (at, block) in enumerate(_blocks(text), 1):
        lines = block.split("\n")
        if lines[0] != str(number):
            notes.add(f"cue {number}: numbered {lines[0][:20]!r}", at)
        if len(lines) < 3 or not _SRT_TIME.fullmatch(lines[1]):
            notes.add(f"cue {number}: not a number, a time and words", at)
        _words(notes, number, "\n".join(lines[2:]), at)


def audit_vtt(file: BinaryIO, size: int, notes: Notes) -> None:
    """Note every block of a WebVTT file that is not a bare time and words."""
    text = _text(file, size, notes)
    head, _, rest = text.partition("\n\n")
    if head.rstrip("\n") != "WEBVTT":
        notes.add("does not begin with WEBVTT alone")
    for number, (at, block) in enumerate(_blocks(rest), 1):
        first, _, words = block.partition("\n")
        if not _VTT_TIME.fullmatch(first):
            notes.add(f"block {number}: {first[:20]!r} where only a time may stand", at)
        if re.search(r"&(?!amp;|lt;|gt;)", words):
            notes.add(f"block {number}: an escape that we do not write", at)
        _words(notes, number, words, at)


def _text(file: BinaryIO, size: int, notes: Notes) -> str:
    if size > MAX_BYTES:
        raise notes.stop(f"subtitles of {size} bytes, expected at most {MAX_BYTES}")
    try:
        return file.read(MAX_BYTES + 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise notes.stop("subtitles that are not UTF-8", error.start) from error


def _blocks(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for block in text.split("\n\n"):
        if block.strip("\n"):
            found.append((at, block.strip("\n")))
        at += len(block) + 2
    return found


def _words(notes: Notes, number: int, words: str, at: int) -> None:
    if not words.strip():
        notes.add(f"cue {number}: has no words", at)
    if re.search(r"<[/!a-zA-Z]", words) or _ASS_TAG.search(words):
        notes.add(f"cue {number}: holds tags", at)
    if "-->" in words:
        notes.add(f"cue {number}: holds a time among its words", at)
    hidden = sorted({c for c in words if _hides(c)})
    if hidden:
        notes.add(f"cue {number}: holds hidden characters {[hex(ord(c)) for c in hidden]}", at)


def _hides(char: str) -> bool:
    if char == "\n" or char in _ALLOWED_FORMAT:
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or (
        0xE0000 <= ord(char) <= 0xEFFFF
    )
