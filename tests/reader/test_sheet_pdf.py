"""The print sheet as a PDF: what another program reads in it, and where."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from handbill.reader.sheet import Sheet, printable, sheet_pdf
from handbill.reader.sheet_flow import Passage, SheetStory

POINTS = (595.28, 841.89)
MARGIN = 41.5  # some letters reach out of their place
TEXTS = {
    "en": "The ferry (the last one) left at 5:30; nobody’s list was “right”.",
    "ko": "마지막 배가 다섯 시 반에 떠났다. 명단은 “맞지” 않았다 (아마도).",
    "fa": "معلمی که اجازهٔ درس دادن ندارد، ۱۲ درس «شنیده» شد و می‌گوید (UN) بود.",
    "ar": "غادرت العبّارة الأخيرة في الساعة 5:30، ولم تكن القائمة «صحيحة» (ربما).",
}
pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils)")


def sheet(language: str, count: int = 4, **more: object) -> Sheet:
    text = TEXTS[language]
    story = SheetStory(text, text, "A. Writer", (Passage(text, head=True), Passage(f"{text} " * 6)))
    direction = "rtl" if language in ("fa", "ar") else "ltr"
    blank = {"tagline": text, "edition": "7 · 2026", "extras": (), "notes": (text,), "more": text}
    return Sheet(
        **{**blank, "language": language, "direction": direction, "name": "Paper <&> ورق"} | more,  # type: ignore[arg-type]
        stories=(story,) * count,
    )


def read(tmp_path: Path, data: bytes, *options: str) -> str:
    (tmp_path / "sheet.pdf").write_bytes(data)
    argv = ["pdftotext", *options, str(tmp_path / "sheet.pdf"), "-"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def bare(text: str) -> str:
    """Drop what tells of directions, and all white space: lines break where they may."""
    return re.sub(r"[\s\u200e\u200f\u202a-\u202e]", "", text)


@pdftotext
@pytest.mark.parametrize("language", TEXTS)
def test_another_program_reads_the_text(tmp_path: Path, language: str) -> None:
    told = read(tmp_path, sheet_pdf(sheet(language)))
    for word in re.findall(r"[\w\u200c\u0600-\u06ff]{4,}", TEXTS[language]):
        assert bare(word) in bare(told), word


@pdftotext
@pytest.mark.parametrize("language", TEXTS)
def test_every_word_stands_within_the_margins(tmp_path: Path, language: str) -> None:
    told = read(tmp_path, sheet_pdf(sheet(language, 12)), "-bbox")
    boxes = re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', told)
    assert len(boxes) > 100
    for left, top, right, bottom in (map(float, box) for box in boxes):
        assert MARGIN <= left < right <= POINTS[0] - MARGIN + 1, (left, right)
        assert 0 < top < bottom < POINTS[1], (top, bottom)


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm (poppler-utils)")
def test_a_picture_fills_its_place_and_no_more(tmp_path: Path) -> None:
    made = BytesIO()
    Image.new("RGB", (300, 400), (200, 30, 30)).save(made, "JPEG", quality=95)
    data = sheet_pdf(sheet("en", picture=made.getvalue(), pixels=(300, 400), credit="Somebody"))
    (tmp_path / "sheet.pdf").write_bytes(data)
    argv = ["pdftoppm", "-r", "50", "-f", "1", "-l", "1", "-png", "sheet.pdf", "page"]
    subprocess.run(argv, cwd=tmp_path, check=True)
    (page,) = tmp_path.glob("page*.png")
    with Image.open(page) as shown:
        red = shown.convert("RGB").point(lambda v: 255 * (v > 128)).split()
        box = Image.composite(red[0], Image.new("L", shown.size), red[1].point(lambda v: 255 - v))
        left, top, right, bottom = box.getbbox() or (0, 0, 0, 0)
    mm = 50 / 25.4
    assert abs(left - 15 * mm) < 2
    assert abs(right - 195 * mm) < 2
    assert abs(bottom - top - 84 * mm) < 2


def test_the_same_sheet_has_the_same_bytes_and_tells_no_time_or_place() -> None:
    one = sheet_pdf(sheet("fa"))
    assert one == sheet_pdf(sheet("fa"))
    assert re.findall(rb"/CreationDate \((.*?)\)", one) == [b"D:20200101000000Z"]
    assert b"/home" not in one
    assert b"/ModDate" not in one


def test_a_long_word_and_characters_that_no_font_has_break_nothing() -> None:
    hard = "x" * 5000 + " \u0bb5\u0ba3 \U0001f600 a\u0301 \u064b\u200d ((("
    story = SheetStory(hard, hard, hard, (Passage(hard),))
    from dataclasses import replace

    for language in TEXTS:
        assert sheet_pdf(replace(sheet(language), name=hard[:40], stories=(story,)))[:5] == b"%PDF-"


def test_a_language_that_the_fonts_have_not_gets_no_sheet() -> None:
    assert printable("my", ["plain"])
    assert not printable("my", ["မြန်မာ"])
    assert printable("ko", ["한국어 and more"])
