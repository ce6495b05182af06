"""Letters read from photographs of their four codes."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from desk.world import Writers, sealed
from handbill.desk.intake.photos import PhotoReport, read_photos
from handbill.letters.seal import parts

W = Writers(13)
LETTER = sealed(W.write(W.draft(body=W.words(120)), "a"))
OTHER = sealed(W.write(W.draft(), "b"))


def _code(data: bytes) -> Image.Image:
    code = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6, add_quiet_zones=True))


def _photo(code: Image.Image, seed: int) -> Image.Image:
    """Make of a code what a phone makes of it: turned, grey, a little soft, noisy, in JPEG."""
    chance = random.Random(seed)
    page = Image.new("L", (code.width + 300, code.height + 500), 190)
    page.paste(code, (140, 220))
    page = page.rotate(chance.uniform(-6, 6), fillcolor=180, resample=Image.Resampling.BICUBIC)
    page = page.filter(ImageFilter.GaussianBlur(1.1))
    noise = Image.effect_noise(page.size, 18)
    return Image.blend(page, noise, 0.12)


def _save(folder: Path, name: str, picture: Image.Image, kind: str = "JPEG") -> None:
    folder.mkdir(exist_ok=True)
    picture.save(folder / name, kind)


def _read(folder: Path) -> PhotoReport:
    return read_photos(folder / "photos", folder / "tray")


def test_four_photographs_in_any_order_give_the_letter(tmp_path: Path) -> None:
    for at, part in enumerate(parts(LETTER)):
        _save(tmp_path / "photos", f"IMG_{9 - at}.jpg", _photo(_code(part), at))
    _save(tmp_path / "photos", "again.png", _code(parts(LETTER)[2]), "PNG")
    report = _read(tmp_path)
    assert (report.pictures, report.letters, report.missing, report.unread) == (5, 1, [], [])
    assert [p.read_bytes() for p in (tmp_path / "tray").iterdir()] == [LETTER]


def _page() -> Image.Image:
    """Return the four codes of the letter on one page."""
    codes = [_code(part) for part in parts(LETTER)]
    side = codes[0].width + 40
    page = Image.new("L", (2 * side, 2 * side), 255)
    for at, code in enumerate(codes):
        page.paste(code, (at % 2 * side + 20, at // 2 * side + 20))
    return page


def test_all_codes_on_one_picture_and_what_is_missing_of_another(tmp_path: Path) -> None:
    _save(tmp_path / "photos", "page.png", _page(), "PNG")
    for at in (0, 1, 3):
        _save(tmp_path / "photos", f"{at}.png", _code(parts(OTHER)[at]), "PNG")
    report = _read(tmp_path)
    name = parts(OTHER)[0][4:7].hex()
    assert report.letters == 1
    assert report.missing == [f"letter {name}: number 3 of 4 is missing: photograph it again"]


def test_codes_that_do_not_fit_together_are_said(tmp_path: Path) -> None:
    wrong = [*parts(LETTER)[:3], parts(LETTER)[3][:8] + bytes(1024)]
    for at, part in enumerate(wrong):
        _save(tmp_path / "photos", f"{at}.png", _code(part), "PNG")
    report = _read(tmp_path)
    assert report.letters == 0
    assert "do not fit together" in report.missing[0]


def _bytes(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


HOSTILE = {
    "a torn picture": _bytes(Image.new("L", (300, 300)), "PNG")[:120],
    "noise behind a magic": b"\xff\xd8\xff" + random.Random(1).randbytes(5000),
    "no picture": b"#!/bin/sh\nrm -rf /\n",
    "an empty file": b"",
    "nothing to see": _bytes(Image.new("L", (300, 300), 255), "PNG"),
    "another code": _bytes(_code(b"https://example.org/"), "PNG"),
    "pixels without end": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    + b"\0\1\x86\xa0" * 2
    + b"\x08\0\0\0\0"
    + bytes(99),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_cost_themselves_alone(name: str, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.png").write_bytes(HOSTILE[name])
    (photos / "link.png").symlink_to("/dev/zero")
    (photos / ".hidden.png").write_bytes(b"x")
    _save(photos, "page.png", _page(), "PNG")
    report = _read(tmp_path)
    assert report.letters == 1
    assert len(report.unread) == 1
    assert report.unread[0].startswith("a.png")


def test_a_rehearsal_writes_no_letter(tmp_path: Path) -> None:
    _save(tmp_path / "photos", "page.png", _page(), "PNG")
    assert read_photos(tmp_path / "photos", None).letters == 1
    assert not (tmp_path / "tray").exists()
