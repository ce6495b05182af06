"""Pictures: each kind comes out upright, plain and never larger; what is hostile is refused."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from handbill.errors import DriveFailed, HandbillError, MediaRefused, UnsafePath
from handbill.media import cells, prepare_picture, stills
from handbill.media.stills_cell import sizes
from handbill.tools import Ran


def gradient(width: int, height: int, mode: str = "RGB") -> Image.Image:
    ramp = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), ramp)).convert(
        mode
    )


def corner(picture: Image.Image) -> str:
    """Name the corner that is red."""
    w, h = picture.size
    places = {"top left": (4, 4), "top right": (w - 5, 4), "bottom left": (4, h - 5)}
    places["bottom right"] = (w - 5, h - 5)
    red = [n for n, at in places.items() if is_red(picture.getpixel(at))]
    return red[0] if len(red) == 1 else f"{red}"


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return pixel[0] > 150 and pixel[1] < 100


def marked(orientation: int) -> bytes:
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste((220, 0, 0), (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


@pytest.mark.parametrize(
    ("orientation", "where", "size"),
    [
        (1, "top left", (200, 100)),
        (2, "top right", (200, 100)),
        (3, "bottom right", (200, 100)),
        (4, "bottom left", (200, 100)),
        (5, "top left", (100, 200)),
        (6, "top right", (100, 200)),
        (7, "bottom right", (100, 200)),
        (8, "bottom left", (100, 200)),
    ],
)
def test_comes_out_upright(
    tmp_path: Path, orientation: int, where: str, size: tuple[int, int]
) -> None:
    (tmp_path / "a.jpg").write_bytes(marked(orientation))
    made = prepare_picture(tmp_path, "a.jpg", tmp_path / "cache").renditions[0]
    assert (made.width, made.height) == size
    with Image.open(made.file) as picture:
        assert corner(picture) == where
        assert picture.getexif().get(0x0112) is None


def test_widths_never_grow(tmp_path: Path) -> None:
    gradient(1200, 800).save(tmp_path / "a.png")
    made = prepare_picture(tmp_path, "a.png", tmp_path / "cache")
    assert [(r.width, r.height) for r in made.renditions] == [(480, 320), (960, 640), (1200, 800)]
    for r in made.renditions:
        data = r.file.read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (r.length, r.sha256)
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.format == "JPEG"
            assert picture.info.get("progressive")


@pytest.mark.parametrize(
    ("width", "made"),
    [
        (1, [1]),
        (300, [300]),
        (480, [480]),
        (500, [500]),
        (600, [480, 600]),
        (9000, [480, 960, 1600]),
    ],
)
def test_chooses_widths(width: int, made: list[int]) -> None:
    assert sizes(width, list(stills.WIDTHS)) == made


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.png", "RGBA", {}),
        ("a.png", "P", {}),
        ("a.png", "I;16", {}),
        ("a.png", "1", {}),
        ("a.png", "LA", {}),
        ("a.jpg", "CMYK", {}),
        ("a.jpg", "L", {}),
        ("a.webp", "RGBA", {}),
        ("a.gif", "P", {}),
        ("a.tif", "RGB", {"compression": "tiff_lzw"}),
        ("a.tif", "CMYK", {}),
        ("a.bmp", "RGB", {}),
        ("a.heic", "RGB", {"quality": 80}),
        ("named wrongly.jpg", "RGBA", {"format": "PNG"}),
    ],
)
def test_takes_every_kind(tmp_path: Path, name: str, mode: str, options: dict[str, object]) -> None:
    if name.endswith(".heic"):
        pytest.importorskip("pillow_heif").register_heif_opener()
    picture = gradient(64, 48).convert("I;16" if mode == "I;16" else mode)
    picture.save(tmp_path / name, **options)
    made = prepare_picture(tmp_path, name, tmp_path / "cache").renditions
    with Image.open(made[0].file) as back:
        assert (back.format, back.size) == ("JPEG", (64, 48))


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 32), (0, 0, 0, 0)).save(tmp_path / "a.png")
    made = prepare_picture(tmp_path, "a.png", tmp_path / "cache").renditions[0]
    with Image.open(made.file) as back:
        assert back.convert("RGB").getpixel((16, 16)) == (255, 255, 255)


def test_sixteen_bits_keep_their_brightness(tmp_path: Path) -> None:
    Image.new("I;16", (32, 32), 32896).save(tmp_path / "a.png")
    made = prepare_picture(tmp_path, "a.png", tmp_path / "cache").renditions[0]
    with Image.open(made.file) as back:
        assert back.convert("L").getpixel((16, 16)) == pytest.approx(128, abs=2)


def test_colours_are_turned_to_srgb(tmp_path: Path) -> None:
    """Under a profile whose red and blue are swapped, what is stored as red is seen as blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
    stored = Image.new("RGB", (32, 32), (220, 30, 30))
    stored.save(tmp_path / "a.png", icc_profile=bytes(profile))
    made = prepare_picture(tmp_path, "a.png", tmp_path / "cache").renditions[0]
    with Image.open(made.file) as back:
        assert "icc_profile" not in back.info
        red, _, blue = back.convert("RGB").getpixel((16, 16))  # type: ignore[misc]
        assert blue > 150
        assert red < 100


def test_first_frame_of_many(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), c) for c in ("red", "blue", "green")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    made = prepare_picture(tmp_path, "a.gif", tmp_path / "cache").renditions[0]
    with Image.open(made.file) as back:
        assert is_red(back.convert("RGB").getpixel((20, 20)))


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and carries almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


HOSTILE = {
    "empty": b"",
    "text": b"not a picture at all, only words",
    "a zip in disguise": b"PK\x03\x04" + bytes(64),
    "a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a PostScript program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage",
    "a billion pixels": png_of(40_000, 25_000),
    "one endless row": png_of(2_000_000_000, 1),
    "a hundred million pixels": png_of(10_000, 10_000),
    "magic alone": b"\xff\xd8\xff",
    "a PNG without pixels": png_of(64, 64)[:60],
    "a PNG that says more than it holds": png_of(3000, 3000),
    "a broken HEIC": b"\0\0\0\x18ftypheic" + bytes(200),
    "a broken WebP": b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(100),
    "a broken TIFF that points at itself": b"II*\0\x08\0\0\0"
    + b"\x01\0"
    + bytes(12)
    + b"\x08\0\0\0",
    "a GIF of no size": b"GIF89a" + bytes(20),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_refuses(tmp_path: Path, what: str) -> None:
    (tmp_path / "a.png").write_bytes(HOSTILE[what])
    with pytest.raises(MediaRefused, match=r"a\.png"):
        prepare_picture(tmp_path, "a.png", tmp_path / "cache")
    left = [p for p in (tmp_path / "cache").rglob("*") if p.is_file()]
    assert left == []


def test_refuses_a_truncated_picture(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(out, "JPEG", quality=90)
    (tmp_path / "a.jpg").write_bytes(out.getvalue()[: len(out.getvalue()) // 2])
    with pytest.raises(MediaRefused) as caught:
        prepare_picture(tmp_path, "a.jpg", tmp_path / "cache")
    assert caught.value.hint


def test_refuses_more_bytes_than_the_limit(tmp_path: Path) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate((64 << 20) + 1)
    with pytest.raises(MediaRefused, match="at most"):
        prepare_picture(tmp_path, "a.jpg", tmp_path / "cache")


@pytest.mark.parametrize("rel", ["../a.jpg", "/etc/passwd", "x/../../a.jpg", "", "a\0.jpg"])
def test_paths_stay_inside(tmp_path: Path, rel: str) -> None:
    root = tmp_path / "room"
    root.mkdir()
    gradient(20, 20).save(tmp_path / "a.jpg")
    with pytest.raises(UnsafePath):
        prepare_picture(root, rel, tmp_path / "cache")


def test_links_are_not_followed(tmp_path: Path) -> None:
    gradient(20, 20).save(tmp_path / "a.jpg")
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "b.jpg").symlink_to(tmp_path / "a.jpg")
    with pytest.raises(UnsafePath):
        prepare_picture(tmp_path / "room", "b.jpg", tmp_path / "cache")


@pytest.mark.parametrize("name", ["-rf.jpg", "50%d.jpg", "ㄱ 사진.jpg", "a;b&c.jpg", "file:x.jpg"])
def test_names_are_only_names(tmp_path: Path, name: str) -> None:
    gradient(20, 20).save(tmp_path / name, "JPEG")
    assert prepare_picture(tmp_path, name, tmp_path / "cache").source == name


def test_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="no such file"):
        prepare_picture(tmp_path, "a.jpg", tmp_path / "cache")


def test_reused_only_while_it_is_whole(tmp_path: Path) -> None:
    gradient(64, 48).save(tmp_path / "a.png")
    first = prepare_picture(tmp_path, "a.png", tmp_path / "cache").renditions[0]
    born = first.file.stat().st_ino
    assert prepare_picture(tmp_path, "a.png", tmp_path / "cache").renditions[0] == first
    assert first.file.stat().st_ino == born
    damaged = bytearray(first.file.read_bytes())
    damaged[200] ^= 1
    first.file.write_bytes(damaged)
    os.utime(first.file, ns=(1, 1))
    again = prepare_picture(tmp_path, "a.png", tmp_path / "cache").renditions[0]
    assert again == first
    assert hashlib.sha256(again.file.read_bytes()).hexdigest() == first.sha256


def test_same_bytes_from_same_pixels(tmp_path: Path) -> None:
    gradient(300, 200).save(tmp_path / "a.png")
    one = prepare_picture(tmp_path, "a.png", tmp_path / "one").renditions
    two = prepare_picture(tmp_path, "a.png", tmp_path / "two").renditions
    assert [r.sha256 for r in one] == [r.sha256 for r in two]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gradient(64, 48).save(tmp_path / "a.png")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("handbill.media.store.write_whole", full)
    with pytest.raises(DriveFailed, match="full"):
        prepare_picture(tmp_path, "a.png", tmp_path / "cache")
    assert not [p for p in (tmp_path / "cache").rglob("*") if p.is_file()]


def test_nothing_but_our_errors(tmp_path: Path) -> None:
    """Truncations of a real file end in a picture or in one of our errors."""
    out = io.BytesIO()
    gradient(50, 40).save(out, "WEBP", quality=80)
    data = out.getvalue()
    for keep in (20, len(data) // 2, len(data) - 1):
        (tmp_path / "a.webp").write_bytes(data[:keep])
        with pytest.raises(HandbillError):
            prepare_picture(tmp_path, "a.webp", tmp_path / "cache")


def test_a_disk_that_is_full_is_no_damaged_picture(tmp_path: Path) -> None:
    gradient(64, 48).save(tmp_path / "a.png")
    cell = "import pathlib, sys\nfrom handbill.media import stills_cell\n"
    cell += "def full(*_):\n    raise OSError(28, 'No space left on device')\n"
    cell += "pathlib.Path.write_bytes = full\nstills_cell.main()\n"
    job = {
        "format": "PNG", "widths": [480], "quality": 80,
        "source": str(tmp_path / "a.png"), "out": str(tmp_path),
    }  # fmt: skip
    said = subprocess.run(
        [sys.executable, "-c", cell, json.dumps(job)], check=True, capture_output=True, timeout=60
    )
    assert json.loads(said.stdout)["full"] is True


def test_a_cell_whose_disk_is_full_stops_the_press(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = Ran(b'{"refused": "is damaged", "hint": "", "full": true}', "")
    monkeypatch.setattr(cells, "run", lambda *_, **__: ran)
    with pytest.raises(DriveFailed, match="out: the disk is full"):
        cells.ask("stills_cell", {"out": "out"}, rel="a.png")
