"""Tell by a file's first bytes which reader may open it; what is not on the list is refused.

Playlists, scripts and lists of other files (HLS, DASH, concat, SDP) are text: none is on it, so a
"film" can never make us read another file or an address.
"""

from pathlib import Path

from handbill.errors import MediaRefused
from handbill.files import open_inside

HEAD_BYTES = 8 << 10
MAX_PICTURE_BYTES = 64 << 20
MAX_FILM_BYTES = 256 << 30
_TS_PACKET = 188


def picture_format(root: Path, rel: str) -> str:
    """Return Pillow's name for the picture's format, having checked its length.

    Raises:
        MediaRefused: empty, too long or not JPEG, PNG, WebP, GIF, TIFF, BMP or HEIC.
    """
    head = _head(root, rel, MAX_PICTURE_BYTES)
    name = _picture(head)
    if name is None:
        raise MediaRefused(
            f"{rel}: not a picture that we accept",
            hint="save it as JPEG or PNG (also taken: WebP, GIF, TIFF, BMP, HEIC)",
        )
    return name


def film_demuxer(root: Path, rel: str) -> str:
    """Return ffmpeg's name of the one demuxer that may read this film or sound.

    Raises:
        MediaRefused: empty, too long or of a kind not on the list.
    """
    head = _head(root, rel, MAX_FILM_BYTES)
    name = _film(head)
    if name is None:
        raise MediaRefused(
            f"{rel}: not a film or sound that we accept",
            hint="export it as MP4, MOV, MKV, WebM, AVI, MPEG, OGG, WAV, FLAC or MP3",
        )
    return name


def _head(root: Path, rel: str, limit: int) -> bytes:
    try:
        with open_inside(root, rel) as file:
            size = file.seek(0, 2)
            file.seek(0)
            head = file.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise MediaRefused(f"{rel}: no such file", hint="check the name, capitals too") from error
    except OSError as error:
        raise MediaRefused(f"{rel}: cannot be read: {error.strerror}") from error
    if not size:
        raise MediaRefused(f"{rel}: is empty", hint="copy it again from its source")
    if size > limit:
        raise MediaRefused(f"{rel}: is {size} bytes long, expected at most {limit}")
    return head


def _picture(head: bytes) -> str | None:
    starts = (
        (b"\xff\xd8\xff", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"BM", "BMP"),
    )
    for magic, name in starts:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    heic = (b"heic", b"heix", b"mif1", b"heim", b"heis", b"hevc", b"hevx")
    if head[4:8] == b"ftyp" and head[8:12] in heic:
        return "HEIF"
    return None


def _film(head: bytes) -> str | None:
    starts = (
        (b"\x1aE\xdf\xa3", "matroska"),
        (b"OggS", "ogg"),
        (b"fLaC", "flac"),
        (b"FLV\x01", "flv"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
        (b"\x00\x00\x01\xba", "mpeg"),
        (b"#!AMR", "amr"),
    )
    for magic, name in starts:
        if head.startswith(magic):
            return name
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "mov"
    if head[:4] == b"RIFF":
        return {b"AVI ": "avi", b"WAVE": "wav"}.get(head[8:12])
    return _packets(head)


def _packets(head: bytes) -> str | None:
    """Recognise streams that have no magic of their own by packets that repeat."""
    for start, stride in ((0, _TS_PACKET), (4, _TS_PACKET + 4)):
        marks = head[start : start + stride * 5 : stride]
        if len(marks) == 5 and set(marks) == {0x47}:
            return "mpegts"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in b"\xfb\xfa\xf3\xf2"):
        return "mp3"
    if head[:1] == b"\xff" and head[1:2] in b"\xf1\xf9":
        return "aac"
    return None
