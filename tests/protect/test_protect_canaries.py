"""Nothing planted in a source survives in what is published: by bytes, by audit, by exiftool."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from handbill.media import prepare_film, prepare_picture, read_captions
from handbill.protect import audit_file

PICTURES = ("a.jpg", "a.png", "a.webp", "a.gif", "a.tif", "a.bmp", "a.heic")
FILMS = ("a.mp4", "a.mkv")

# What exiftool may say of a finished file: its size and shape, and constants of the format.
PLAIN = {
    "ExifTool": {"ExifToolVersion"},
    "System": None,
    "SourceFile": None,
    "File": {
        *("FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight"),
        *("EncodingProcess", "BitsPerSample", "ColorComponents", "YCbCrSubSampling"),
    },
    "JFIF": {"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"},
    "Composite": {"ImageSize", "Megapixels", "AvgBitrate", "Rotation"},
    "QuickTime": {
        *("MajorBrand", "MinorVersion", "CompatibleBrands", "MovieHeaderVersion", "CreateDate"),
        *("ModifyDate", "TimeScale", "Duration", "PreferredRate", "PreferredVolume"),
        *("MatrixStructure", "PreviewTime", "PreviewDuration", "PosterTime", "SelectionTime"),
        *("SelectionDuration", "CurrentTime", "NextTrackID", "MediaDataSize", "MediaDataOffset"),
        "MediaData",
    },
    "Track": {
        *("TrackHeaderVersion", "TrackCreateDate", "TrackModifyDate", "TrackID"),
        *("TrackDuration", "TrackLayer", "TrackVolume", "ImageWidth", "ImageHeight"),
        *("MatrixStructure", "MediaHeaderVersion", "MediaCreateDate", "MediaModifyDate"),
        *("MediaTimeScale", "MediaDuration", "MediaLanguageCode", "HandlerType"),
        *("HandlerDescription", "GraphicsMode", "OpColor", "CompressorID", "SourceImageWidth"),
        *("SourceImageHeight", "XResolution", "YResolution", "BitDepth", "ColorProfiles"),
        *("ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients", "VideoFullRangeFlag"),
        *("PixelAspectRatio", "VideoFrameRate", "Balance", "AudioFormat", "AudioChannels"),
        *("AudioBitsPerSample", "AudioSampleRate", "BufferSize", "MaxBitrate", "AverageBitrate"),
        *("EditListVersion", "MatrixStructure", "TrackProperty"),
        # Tables that say where samples lie; their bytes are judged by our own parser.
        *("Unknown_edts", "Unknown_esds", "Unknown_btrt", "AVCConfiguration"),
        *("QuickTime_ColorRep_0x000a", "SyncSampleTable", "CompositionTimeToSample"),
        *("SampleToChunk", "SampleSizes", "ChunkOffset", "TimeToSampleTable"),
        *("SampleGroupDescription", "SampleToGroup"),
    },
}


def traces(data: bytes) -> list[str]:
    """Find canaries in ``data``: as they are, in UTF-16, in hex, in Base64 at any alignment."""
    found = [m.decode() for m in re.findall(rb"CANARY[-\w.]*", data)]
    wide = "CANARY".encode("utf-16-le")
    found += ["UTF-16"] if wide in data or wide[1:] in data else []
    found += ["hex"] if b"CANARY".hex().encode() in data.lower() else []
    spelled = [base64.b64encode(b" " * n + b"CANARY")[n and 4 : -4 or None] for n in range(3)]
    return found + ["Base64" for s in spelled if len(s) >= 6 and s in data]


def exiftool(path: Path) -> list[str]:
    """Return the tags that exiftool sees and that are not plain."""
    tool = shutil.which("exiftool")
    if not tool:
        pytest.skip("exiftool is not installed: apt install libimage-exiftool-perl")
    command = [tool, "-a", "-u", "-U", "-ee3", "-G1", "-json", str(path)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    odd = []
    for tag, value in said[0].items():
        group, _, name = tag.rpartition(":")
        allowed = PLAIN.get(re.sub(r"\d+$", "", group or name), set())
        if allowed is not None and name not in allowed:
            odd.append(f"{tag}={value}")
        if name.endswith("Date") and str(value) != "0000:00:00 00:00:00" and group != "System":
            odd.append(f"{tag}={value}")
    return odd


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_leave_everything_behind(name: str, marked_pictures: Path, tmp_path: Path) -> None:
    if not (marked_pictures / name).exists():
        pytest.skip("pillow-heif cannot write here")
    assert traces((marked_pictures / name).read_bytes()), "the needles are in the haystack"
    for made in prepare_picture(marked_pictures, name, tmp_path).renditions:
        assert traces(made.file.read_bytes()) == []
        assert audit_file(made.file) == ()
        assert exiftool(made.file) == []


@pytest.mark.parametrize("name", FILMS)
def test_films_leave_everything_behind(name: str, marked_films: Path, tmp_path: Path) -> None:
    assert len(traces((marked_films / name).read_bytes())) > 5
    made = prepare_film(marked_films, name, cache=tmp_path)
    data = made.file.read_bytes()
    assert traces(data) == []
    assert not re.search(rb"(?i)lav[cf]\d|x264|libx|handler", data), "no word of the encoder"
    assert audit_file(made.file) == ()
    assert exiftool(made.file) == []
    for still in made.poster.renditions:
        assert traces(still.file.read_bytes()) == []
        assert audit_file(still.file) == ()


def test_a_marked_cover_on_sound_stays_behind(marked_films: Path, tmp_path: Path) -> None:
    import imageio_ffmpeg

    cover, sound = marked_films / "cover.jpg", marked_films / "sound.mp3"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i"]
    command += ["sine=d=1", "-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy"]
    command += ["-metadata", "artist=CANARY-sound-artist", "-c:a", "libmp3lame", str(sound)]
    subprocess.run(command, check=True, timeout=60)
    assert traces(sound.read_bytes())
    made = prepare_film(marked_films, "sound.mp3", cache=tmp_path)
    assert traces(made.file.read_bytes()) == []
    assert audit_file(made.file) == ()


def test_subtitles_leave_notes_behind(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(
        "WEBVTT - CANARY-vtt-title\nX-Author: CANARY-vtt-header\n\nNOTE CANARY-vtt-note\n\n"
        "STYLE\n::cue(.CANARY-vtt-style){}\n\nREGION\nid:CANARY-vtt-region\n\n"
        "CANARY-vtt-id\n00:00.000 --> 00:01.000 region:CANARY-vtt-region\n"
        "<c.CANARY-vtt-class>hello</c>\n"
    )
    (tmp_path / "a.ass").write_text(
        "[Script Info]\nTitle: CANARY-ass-title\nOriginal Script: CANARY-ass-author\n"
        "[V4+ Styles]\nFormat: Name, Fontname\nStyle: CANARY-ass-style,CANARY-ass-font\n"
        "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Comment: 0,0:00:00.00,0:00:01.00,x,CANARY-ass-name,0,0,0,,CANARY-ass-comment\n"
        "Dialogue: 0,0:00:00.00,0:00:01.00,x,CANARY-ass-name,0,0,0,,{\\fnCANARY-ass-tag}hello\n"
    )
    (tmp_path / "a.smi").write_text(
        "<SAMI><HEAD><TITLE>CANARY-smi-title</TITLE><STYLE><!-- CANARY-smi-style --></STYLE></HEAD>"
        "<BODY><!-- CANARY-smi-comment --><SYNC Start=0><P Class=KRCC ID=CANARY-smi-id>hello"
        "<SYNC Start=900><P Class=KRCC>&nbsp;</BODY></SAMI>"
    )
    for name in ("a.vtt", "a.ass", "a.smi"):
        track = read_captions(tmp_path, name, "ko", "")
        assert "hello" in track.vtt
        assert traces((track.vtt + track.srt).encode()) == []
        (tmp_path / "out.vtt").write_text(track.vtt, "utf-8")
        (tmp_path / "out.srt").write_bytes(track.srt.encode("utf-8-sig"))
        assert audit_file(tmp_path / "out.vtt") == ()
        assert audit_file(tmp_path / "out.srt") == ()
