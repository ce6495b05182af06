"""Make the fonts of the print sheet from full ones: fonts.py FOLDER… (Debian: fonts-noto-core,
fonts-nanum). Each is cut to the characters that its languages print; all are under the OFL.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parent.parent / "src" / "handbill" / "reader" / "fonts"
_LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x370, 0x400), *range(0x400, 0x530)]
_MARKS = [*range(0x2010, 0x2028), 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2116, 0x2122]
_ARABIC = [*range(0x600, 0x700), 0x200C, 0x200D, *range(0x20, 0x7F), 0xAB, 0xBB, *_MARKS]
FONTS = {
    "NotoSerif-Regular.ttf": [*_LATIN, *_MARKS],
    "NotoSerif-Bold.ttf": [*_LATIN, *_MARKS],
    "NotoNaskhArabic-Regular.ttf": _ARABIC,
    "NotoNaskhArabic-Bold.ttf": _ARABIC,
    "NanumMyeongjo.ttf": None,
    "NanumMyeongjoBold.ttf": None,
}
# Their licence reserves the names of these for the unchanged fonts.
RENAMED = {
    "NanumMyeongjo.ttf": ("Handbill Batang", "Regular"),
    "NanumMyeongjoBold.ttf": ("Handbill Batang", "Bold"),
}


def korean() -> list[int]:
    """Return the 2,350 syllables of KS X 1001, its signs, and what stands beside them."""
    found = [*_LATIN[:95], 0xB7, *_MARKS, *range(0x3000, 0x3016)]
    for row in range(0xB0, 0xC9):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(ord(bytes([row, cell]).decode("euc_kr")))
            except UnicodeDecodeError:
                continue
    return found


def main() -> None:
    """Write each font; name the one that is missing."""
    folders = [Path(name) for name in sys.argv[1:]]
    for name, wanted in FONTS.items():
        found = [folder / name for folder in folders if (folder / name).is_file()]
        if not found:
            sys.exit(f"{name}: not in {', '.join(map(str, folders)) or 'any folder given'}")
        font = TTFont(found[0], recalcTimestamp=False)
        options = subset.Options()
        options.hinting = False
        options.layout_features = ["*"]
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
        job = subset.Subsetter(options)
        job.populate(unicodes=wanted or korean())
        job.subset(font)
        file = rename(font, *RENAMED[name]) if name in RENAMED else name
        font.save(OUT / file)
        print(f"{file}: {(OUT / file).stat().st_size} bytes")


def rename(font: TTFont, family: str, style: str) -> str:
    """Give a font another name; returns that of its file."""
    file = f"{family} {style}".replace(" ", "-")
    for number, text in ((1, family), (2, style), (3, file), (4, f"{family} {style}"), (6, file)):
        for row in [r for r in font["name"].names if r.nameID == number]:
            font["name"].setName(text, number, row.platformID, row.platEncID, row.langID)
    return f"{file}.ttf"


if __name__ == "__main__":
    main()
