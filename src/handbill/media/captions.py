"""Subtitles: any common file in any common encoding, rebuilt from its cues as plain text.

Styles, notes, comments, positions, fonts and drawings stay behind: only words and times go on.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pysubs2

from handbill.errors import MediaRefused, TooLarge
from handbill.files import read_inside
from handbill.media.cells import ask
from handbill.media.sami import read_sami
from handbill.media.values import CaptionTrack

MAX_BYTES = 4 << 20
MAX_ANSWER_BYTES = 32 << 20
MAX_CUES = 20_000
MAX_CUE_CHARS = 1_000
MAX_END_MS = 24 * 3600 * 1000
_DEFAULT_RATE = 25.0

_TAG = re.compile(r"<[^<>\n]{0,200}>|\{[\\*][^{}\n]{0,400}\}")
_BREAK = re.compile(r"\\[Nn]|<br */?>", re.IGNORECASE)
# Noncharacters, tag letters and the like can carry hidden data; joiners and marks of
# direction are needed by Persian, Arabic and Burmese and stay.
_HIDDEN = re.compile("[\ufeff\u00ad\u180e\u2060-\u206f\ufff9-\ufffb\ufffd\U000e0000-\U000effff]")
_NEEDED = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e"
) | frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2")
_BRACE = re.compile(r"\{+(?=[\\*])")
# What would begin a tag where a player looks for one, and was none.
_TAG_LIKE = re.compile(r"<(?=[/!a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words on the screen from ``start_ms`` to ``end_ms``."""

    start_ms: int
    end_ms: int
    text: str


def read_captions(
    root: Path, rel: str, language: str, label: str, *, rate: float = _DEFAULT_RATE
) -> CaptionTrack:
    """Read the subtitle file ``rel`` under ``root`` and rebuild it as WebVTT and SubRip text.

    SubRip, WebVTT, ASS, SSA, SAMI and MicroDVD are taken (the last counts in frames: ``rate`` a
    second unless the file says). UTF-8, UTF-16 and the older encodings usual for ``language``
    are recognised. Write ``srt`` to a drive as UTF-8 with a BOM: old televisions need it.

    Raises:
        MediaRefused: missing, too long, of another kind, without a cue, or made to break a reader.
        UnsafePath: ``rel`` leaves ``root`` or passes a link.
    """
    try:
        raw = read_inside(root, rel, MAX_BYTES)
    except TooLarge as error:
        raise MediaRefused(f"{rel}: larger than {MAX_BYTES} bytes", hint="is it text?") from error
    except OSError as error:
        raise MediaRefused(f"{rel}: cannot be read: {error.strerror}") from error
    job = {"language": language, "rate": rate}
    answer = ask("captions_cell", job, rel=rel, timeout_s=60, data=raw, most=MAX_ANSWER_BYTES)
    cues = [Cue(int(start), int(end), str(text)) for start, end, text in answer["cues"]]
    return CaptionTrack(language, label or language, to_vtt(cues), to_srt(cues))


def cues_of(rel: str, text: str, language: str, rate: float) -> tuple[Cue, ...]:
    """Return the cues that ``text`` holds, cleaned, bounded and in order of time."""
    kind = _kind(text)
    if kind is None:
        raise MediaRefused(
            f"{rel}: not subtitles that we accept",
            hint="save them as SubRip (.srt); also taken: .vtt, .ass, .ssa, .smi, .sub (text)",
        )
    found = read_sami(text, language) if kind == "sami" else _parsed(rel, text, kind, rate)
    cues = sorted(_cleaned(found), key=lambda c: (c.start_ms, c.end_ms))
    if not cues:
        raise MediaRefused(f"{rel}: holds no cue", hint="open it in a subtitle editor")
    if len(cues) > MAX_CUES:
        raise MediaRefused(f"{rel}: {len(cues)} cues, expected at most {MAX_CUES}")
    return tuple(cues)


def _kind(text: str) -> str | None:
    start = text.lstrip()[:4096]
    if start.startswith("WEBVTT"):
        return "vtt"
    if re.match(r"(?:<\?xml[^>]*>\s*|<!--.{0,500}?-->\s*)*<sami", start, re.IGNORECASE | re.DOTALL):
        return "sami"
    if re.search(r"^\[(?:script info|events|v4\+? styles)\]", start, re.IGNORECASE | re.MULTILINE):
        return "ass"
    if re.match(r"\{\d{1,8}\}\{\d{1,8}\}", start):
        return "microdvd"
    if re.search(r"\d{1,2}:\d{2}:\d{2}[,.]\d{1,3} *-->", start):
        return "srt"
    return None


def _parsed(rel: str, text: str, kind: str, rate: float) -> list[tuple[int, int, str]]:
    try:
        read = pysubs2.SSAFile.from_string(text, format_=kind, fps=_frames(kind, text, rate))
    except Exception as error:  # pysubs2 lets parsers' own errors through
        raise MediaRefused(
            f"{rel}: damaged subtitles: {type(error).__name__}",
            hint="open the file in a subtitle editor and save it as SubRip",
        ) from error
    return [
        (e.start, e.end, e.text if kind != "ass" else e.plaintext)
        for e in read.events[: MAX_CUES * 4]
        if not e.is_comment and not e.is_drawing
    ]


def _frames(kind: str, text: str, rate: float) -> float | None:
    if kind != "microdvd":
        return None
    said = re.match(r"\s*\{[01]\}\{[01]\}(\d{1,3}(?:\.\d{1,4})?)\s*$", text[:200], re.MULTILINE)
    return float(said[1]) if said and 1 <= float(said[1]) <= 240 else rate


def _cleaned(found: Iterable[tuple[int, int, str]]) -> Iterable[Cue]:
    for start, end, text in found:
        words = clean_text(text)
        if not words or not 0 <= start < MAX_END_MS:
            continue
        yield Cue(start, min(end, MAX_END_MS) if end > start else start + 2000, words)


def clean_text(text: str) -> str:
    """Return a cue's words: no tags, no control or hidden characters, no empty lines, NFC."""
    text = _BRACE.sub("", _HIDDEN.sub("", _TAG.sub("", _BREAK.sub("\n", text))))
    lines = (" ".join(_printable(line).split()) for line in text.splitlines())
    return unicodedata.normalize("NFC", "\n".join(x for x in lines if x))[:MAX_CUE_CHARS].strip()


def _printable(line: str) -> str:
    return "".join(c for c in line if _is_drawn(c))


def _is_drawn(char: str) -> bool:
    kind = unicodedata.category(char)
    return char in _NEEDED if kind == "Cf" else kind not in ("Cc", "Cs", "Co", "Cn")


def to_vtt(cues: Iterable[Cue]) -> str:
    """Write cues as WebVTT (W3C), text escaped, nothing else."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        words = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{words}\n")
    return "\n".join(blocks)


def to_srt(cues: Iterable[Cue]) -> str:
    """Write cues as SubRip with CRLF, as the oldest players expect."""
    blocks = []
    for number, cue in enumerate(cues, 1):
        # An arrow in the words would begin a cue in careless players.
        words = cue.text.replace("-->", "→").replace("\n", "\r\n")
        words = _TAG_LIKE.sub("< ", words)
        times = f"{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}"
        blocks.append(f"{number}\r\n{times}\r\n{words}\r\n")
    return "\r\n".join(blocks)


def _clock(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"
