"""Sources full of canaries: words that must not be in anything that is published."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="the press extra is not installed")

CANARY = "CANARY"
"""Every planted word begins with it, so that one search finds any that survives."""


def word(name: str) -> bytes:
    return f"{CANARY}-{name}".encode()


def photo(mode: str = "RGB") -> Image.Image:
    ramp = Image.linear_gradient("L").resize((320, 240))
    return Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), ramp)).convert(
        mode
    )


def exif(name: str) -> Image.Exif:
    data = Image.Exif()
    data[0x010F] = f"{CANARY}-{name}-make"
    data[0x013B] = f"{CANARY}-{name}-artist"
    data[0x9286] = word(f"{name}-comment")
    data.get_ifd(0x8769)[0x927C] = word(f"{name}-makernote")
    data.get_ifd(0x8769)[0xA431] = f"{CANARY}-{name}-serial"
    gps = data.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (37.0, 34.0, 1.0), f"{CANARY}-{name}-gps"
    return data


def xmp(name: str) -> bytes:
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf'
        b'-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="'
        + word(f"{name}-xmp")
        + b'"/></rdf:RDF></x:xmpmeta>'
    )


def profile(name: str) -> bytes:
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    said = word(f"{name}-icc")
    data[84 : 84 + min(16, len(said))] = said[:16]  # the field for the profile's maker and id
    return bytes(data)


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg() -> bytes:
    thumb = io.BytesIO()
    photo().resize((64, 48)).save(thumb, "JPEG", comment=word("jpg-thumbnail"))
    out = io.BytesIO()
    photo().save(out, "JPEG", exif=exif("jpg"), icc_profile=profile("jpg"), comment=word("jpg-com"))
    data = out.getvalue()
    more = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp("jpg"))
    more += segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20" + word("jpg-iptc"))
    more += segment(0xE9, word("jpg-app9")) + segment(0xE1, b"Exif\0\0" + thumb.getvalue())
    return data[:2] + more + data[2:] + word("jpg-trailer")


def png() -> bytes:
    info = PngInfo()
    info.add_text("Author", word("png-text").decode())
    info.add_itxt("XML:com.adobe.xmp", xmp("png").decode())
    out = io.BytesIO()
    photo().save(out, "PNG", pnginfo=info, exif=exif("png"), icc_profile=profile("png"))
    data = out.getvalue()
    private = word("png-private")
    chunk = struct.pack(">I4s", len(private), b"prVt") + private
    chunk += struct.pack(">I", zlib.crc32(b"prVt" + private))
    return data[:-12] + chunk + data[-12:] + word("png-trailer")


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    photo().save(out, kind, **options)
    return out.getvalue()


def pictures() -> dict[str, bytes]:
    """One source of each kind, with every canary that the kind can carry."""
    made = {
        "a.jpg": jpeg(),
        "a.png": png(),
        "a.webp": saved("WEBP", exif=exif("webp"), xmp=xmp("webp"), icc_profile=profile("webp")),
        "a.gif": saved("GIF", comment=word("gif-comment")) + word("gif-trailer"),
        "a.tif": saved("TIFF", description=word("tif-description").decode(), exif=exif("tif")),
        "a.bmp": saved("BMP") + word("bmp-trailer"),
    }
    try:
        import pillow_heif
    except ImportError:
        return made
    pillow_heif.register_heif_opener()
    made["a.heic"] = saved("HEIF", exif=exif("heic").tobytes(), xmp=xmp("heic"), quality=70)
    return made


@pytest.fixture(scope="session")
def marked_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for name, data in pictures().items():
        assert CANARY.encode() in data, name
        (folder / name).write_bytes(data)
    return folder


def box(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", len(payload) + 8, name) + payload


@pytest.fixture(scope="session")
def marked_films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP4 and an MKV: tags, place, date, chapters, subtitles, telemetry, SEI, cover, boxes."""
    folder = tmp_path_factory.mktemp("films")
    (folder / "cover.jpg").write_bytes(jpeg())
    said = "1\n00:00:00,100 --> 00:00:00,900\nCANARY-film-37.5665N-126.9780E\n"
    (folder / "track.srt").write_text(said)
    (folder / "chapters.txt").write_text(
        ";FFMETADATA1\ntitle=CANARY-film-title\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\n"
        "title=CANARY-film-chapter\n"
    )
    (folder / "note.txt").write_text("CANARY-film-attachment")
    _film(folder, "a.mp4", ["-c:s", "mov_text"])
    _film(folder, "a.mkv", ["-c:s", "srt", "-attach", str(folder / "note.txt"), *_ATTACHED])
    data = (folder / "a.mp4").read_bytes()
    # The subtitle track becomes telemetry, as action cameras write it.
    data = data.replace(b"sbtl", b"meta").replace(b"tx3g", b"gpmd")
    data += box(b"uuid", bytes(16) + word("film-uuid")) + box(b"free", word("film-free"))
    (folder / "a.mp4").write_bytes(data + word("film-trailer"))
    return folder


_ATTACHED = ["-metadata:s:t", "mimetype=text/plain"]


def _film(folder: Path, name: str, extra: list[str]) -> None:
    uuid = "086f3693-b7b3-4f2c-9653-21492feee5b8"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
    command += ["-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1"]
    command += ["-f", "lavfi", "-i", "sine=d=1", "-i", str(folder / "track.srt")]
    command += ["-i", str(folder / "chapters.txt"), "-i", str(folder / "cover.jpg")]
    command += ["-map", "0", "-map", "1", "-map", "2", "-map", "4", "-map_metadata", "3"]
    command += ["-c:v:0", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-c:v:1", "copy"]
    command += ["-disposition:v:1", "attached_pic", "-map_chapters", "3"]
    command += ["-bsf:v:0", f"h264_metadata=sei_user_data={uuid}+CANARY-film-sei"]
    command += ["-metadata", "location=+37.5665+126.9780/CANARY-film-place"]
    command += ["-metadata", "creation_time=2024-05-06T07:08:09Z"]
    command += ["-metadata", "comment=CANARY-film-comment"]
    command += ["-metadata:s:v:0", "handler_name=CANARY-film-handler"]
    command += ["-metadata:s:a:0", "title=CANARY-film-audio", "-metadata:s:a:0", "language=kor"]
    subprocess.run([*command, *extra, str(folder / name)], check=True, timeout=60)
