"""A process of its own that decodes one picture and writes it anew as plain JPEGs.

Nothing of the source but its pixels goes on: each size is pasted onto an empty canvas.
"""

import errno
import io
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from handbill.media.cage import confine

MAX_PIXELS = 80_000_000
MAX_SIDE_PX = 30_000
MAX_PROFILE_BYTES = 4 << 20
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_AGAIN = "open it in an editor and export it again"
_WHITE = (255, 255, 255)
_SRGB = ImageCms.createProfile("sRGB")


class Refused(Exception):
    """The picture cannot be rebuilt; carries the reason and what to do."""


def main() -> None:
    """Answer one job, given as JSON in the arguments, with one line of JSON."""
    job = json.loads(sys.argv[1])
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # judged below, before decoding
    warnings.simplefilter("ignore")
    data = Path(job["source"]).read_bytes()
    confine(memory_mib=3072, cpu_s=100, file_mib=64, read=sys.path, write=[job["out"]])
    try:
        answer: dict[str, Any] = {"made": _make(data, job)}
    except Refused as refusal:
        answer = {"refused": refusal.args[0], "hint": refusal.args[1]}
    except UnidentifiedImageError:
        answer = {"refused": "is damaged: its beginning cannot be read", "hint": _AGAIN}
    except Exception as error:  # noqa: BLE001 - a decoder may raise anything on hostile bytes
        answer = {
            "refused": f"is damaged: {type(error).__name__}: {str(error)[:200]}",
            "hint": _AGAIN,
            "full": isinstance(error, OSError) and error.errno in _FULL,
        }
    sys.stdout.write(json.dumps(answer))


def _make(data: bytes, job: dict[str, Any]) -> list[dict[str, Any]]:
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(io.BytesIO(data), formats=[job["format"]]) as picture:
        _judge(picture)
        if picture.format == "JPEG":  # decode no more than we need: the largest size, both ways
            picture.draft(None, (max(job["widths"]), max(job["widths"])))
        upright = flatten(picture)
    return [_write(upright, w, job) for w in sizes(upright.width, job["widths"])]


def _judge(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise Refused(
            f"is {width} x {height} pixels, expected at most {MAX_PIXELS // 10**6} million "
            f"and {MAX_SIDE_PX} on a side",
            "make it smaller in an editor",
        )


def flatten(picture: Image.Image) -> Image.Image:
    """Return the first frame's pixels: upright, in sRGB, over white, with nothing attached."""
    picture.seek(0)
    picture.load()
    orientation = picture.getexif().get(0x0112, 1)
    upright = _over_white(_deep(picture), picture.info.get("icc_profile"))
    if isinstance(orientation, int) and 1 < orientation <= 8:
        method = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}[orientation]
        upright = upright.transpose(Image.Transpose(method))
    return upright


def _deep(picture: Image.Image) -> Image.Image:
    """Bring pixels of more than 8 bits to 8."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda v: v * (1 / 257)).convert("L")
    if picture.mode in ("I", "F"):
        _, high = picture.getextrema()
        top = 65535.0 if isinstance(high, (int, float)) and high > 255 else 255.0
        return picture.point(lambda v: v * (255 / top)).convert("L")
    return picture


def _over_white(picture: Image.Image, profile: bytes | None) -> Image.Image:
    alpha: Image.Image | None = None
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        alpha = picture.getchannel("A")
        picture = picture.convert("RGB")
    picture = _to_srgb(picture, profile)
    canvas = Image.new("RGB", picture.size, _WHITE)
    canvas.paste(picture, mask=alpha)
    return canvas


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and len(profile) <= MAX_PROFILE_BYTES and picture.mode in ("RGB", "L", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = None  # a broken profile: the plain conversion below
        if turned is not None:
            return turned
    return picture.convert("RGB")


def sizes(width: int, wanted: list[int]) -> list[int]:
    """Return the widths to make of a picture: never wider than it is, no two nearly alike."""
    top = min(width, max(wanted))
    return [*(w for w in sorted(wanted) if w < 0.85 * top), top]


def _write(picture: Image.Image, width: int, job: dict[str, Any]) -> dict[str, Any]:
    height = max(1, round(picture.height * width / picture.width))
    scaled = picture
    if width != picture.width:
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    clean = Image.new("RGB", scaled.size, _WHITE)
    clean.paste(scaled)
    name = f"{width}.jpg"
    made = io.BytesIO()  # Pillow's own writing to a file does not say that the disk is full
    clean.save(
        made,
        "JPEG",
        quality=job["quality"],
        progressive=True,
        optimize=True,
        subsampling="4:2:0",
    )
    (Path(job["out"]) / name).write_bytes(made.getbuffer())
    return {"name": name, "width": clean.width, "height": clean.height}


if __name__ == "__main__":
    main()
