"""A process of its own that looks for QR codes in one photograph and says which bytes they hold."""

import io
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import pillow_heif
import zxingcpp
from PIL import Image

from handbill.media.cage import confine

MAX_PIXELS = 80_000_000
MAX_SIDE_PX = 30_000
MOST_CODES = 64
_ENOUGH_PX = 4000
_QR = zxingcpp.barcode_formats_from_str("QRCode")


def main() -> None:
    """Answer one job, given as JSON in the arguments, with one line of JSON."""
    job = json.loads(sys.argv[1])
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # judged below, before decoding
    warnings.simplefilter("ignore")
    data = Path(job["source"]).read_bytes()
    confine(memory_mib=3072, cpu_s=60, file_mib=0, read=sys.path)
    try:
        answer: dict[str, Any] = {"codes": _codes(data, job["format"])}
    except Exception as error:  # noqa: BLE001 - a decoder may raise anything on hostile bytes
        answer = {"refused": f"is damaged: {type(error).__name__}"}
    sys.stdout.write(json.dumps(answer))


def _codes(data: bytes, kind: str) -> list[str]:
    """Return what the codes hold, in hex."""
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
            raise ValueError(f"{width} x {height} pixels")
        picture.load()
        grey = picture.convert("L")
    found = _read(grey)
    if max(grey.size) > _ENOUGH_PX:  # a blurred photograph reads better when it is smaller
        grey.thumbnail((_ENOUGH_PX, _ENOUGH_PX))
        found |= _read(grey)
    return sorted(code.hex() for code in found)[:MOST_CODES]


def _read(picture: Image.Image) -> set[bytes]:
    codes = zxingcpp.read_barcodes(picture, formats=_QR)
    return {bytes(code.bytes) for code in codes}


if __name__ == "__main__":
    main()
