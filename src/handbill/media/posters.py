"""Posters: a telling picture out of the finished film, and the card that sound alone is given."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handbill.media import stills
from handbill.media.cells import ask
from handbill.media.encoder import Encoder, encode
from handbill.media.recipe import Plan
from handbill.media.store import Entry, Store, key_of
from handbill.media.values import StillSet

_WIDE, _HIGH = 64, 36
_KEYS_ONLY = ["-protocol_whitelist", "file", "-skip_frame", "nokey", "-f", "mov"]


def make_posters(store: Store, encoder: Encoder, film: Entry, rel: str) -> StillSet:
    """Choose a picture of the finished (already clean) film and make its poster in all widths.

    Raises:
        MediaRefused, DriveFailed
    """
    parts = {"film": film.files["film.mp4"][1], "recipe": stills.RECIPE, "tool": encoder.version}
    key = key_of({**parts, "poster": 1})
    found = store.find("posters", key)
    if found is None:
        with store.workroom() as room, store.workroom() as finished:
            frame = _choose(encoder, film.folder / "film.mp4", room, rel)
            job: dict[str, Any] = {
                "format": "PNG",
                "widths": list(stills.WIDTHS),
                "quality": stills.QUALITY,
                "source": str(frame.absolute()),
                "out": str(finished.absolute()),
            }
            made = ask("stills_cell", job, rel=rel)["made"]
            found = store.put("posters", key, finished, {"made": made})
    return stills.as_stills(found, rel)


def _choose(encoder: Encoder, film: Path, room: Path, rel: str) -> Path:
    """Write the best key picture as a PNG into ``room`` and return its path."""
    source = [*_KEYS_ONLY, "-i", f"file:{film.absolute()}", "-map", "0:v:0"]
    small = ["-vf", f"scale={_WIDE}:{_HIGH}:flags=area,format=gray", "-fps_mode", "passthrough"]
    raw = room / "keys.raw"
    out = [*source, *small, "-f", "rawvideo", str(raw)]
    encode(encoder, out, rel=rel, room=room, read=[film.absolute()])
    best = best_frame(np.fromfile(raw, dtype=np.uint8).reshape(-1, _HIGH, _WIDE))
    frame = room / "frame.png"
    one = ["-vf", f"select=eq(n\\,{best})", "-frames:v", "1", "-update", "1", "-f", "image2"]
    encode(encoder, [*source, *one, str(frame)], rel=rel, room=room, read=[film.absolute()])
    return frame


def best_frame(frames: NDArray[np.uint8]) -> int:
    """Return the index of the picture that shows most: lit, varied, not at the very ends.

    Black, white and flat pictures (fades, title cards) lose; ties go to the earlier one.
    """
    if not len(frames):
        return 0
    grey = frames.astype(np.float64)
    mean = grey.mean(axis=(1, 2))
    spread = grey.std(axis=(1, 2))
    detail = np.abs(np.diff(grey, axis=2)).mean(axis=(1, 2))
    lit = np.clip(1.0 - np.abs(mean - 118.0) / 118.0, 0.05, 1.0)
    score = (spread + 2.0 * detail) * lit
    margin = len(frames) // 20 + (len(frames) > 4)
    if margin:
        score[:margin] *= 0.5
        score[-margin:] *= 0.5
    return int(np.argmax(np.round(score, 6)))


def card_picture(card: Path | None, chosen: Plan) -> list[str]:
    """Return ffmpeg's arguments for a still picture that lasts as long as the sound."""
    if card is None:
        plain = f"color=c=0x26282c:s={chosen.width}x{chosen.height}:r={chosen.rate}"
        return ["-f", "lavfi", "-i", plain]
    still = ["-protocol_whitelist", "file", "-loop", "1", "-framerate", str(chosen.rate)]
    return [*still, "-f", "image2", "-pattern_type", "none", "-i", f"file:{card.absolute()}"]
