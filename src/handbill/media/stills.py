"""Pictures for the pages: each rebuilt from its pixels alone, in a few widths, kept in the cache.

AVIF and WebP may join later, never without the JPEG: old players and browsers read nothing else.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from handbill.media.cells import ask
from handbill.media.sniff import picture_format
from handbill.media.store import Entry, Store, key_of, source_hash
from handbill.media.values import StillRendition, StillSet

WIDTHS = (480, 960, 1600)
QUALITY = 80
RECIPE = "still-1"


def prepare_picture(root: Path, rel: str, cache: Path) -> StillSet:
    """Rebuild the picture ``rel`` under ``root`` as JPEGs in ``cache``, narrowest first.

    JPEG, PNG, WebP, GIF (its first frame), TIFF, BMP and HEIC are taken, up to 64 MiB and 80
    million pixels. Upright, sRGB, transparency over white, progressive, never wider than the
    source. What was made before from the same bytes is reused.

    Raises:
        MediaRefused: the file is missing, of another kind, damaged or too large.
        UnsafePath: ``rel`` leaves ``root`` or passes a link.
        DriveFailed: the cache's disk is full or failing.
    """
    store = Store(cache)
    kind = picture_format(root, rel)
    job = {"format": kind, "widths": list(WIDTHS), "quality": QUALITY}
    key = key_of({**job, "recipe": RECIPE, "source": source_hash(root, rel), "tool": _tool()})
    found = store.find("stills", key)
    if found is None:
        found = _make(store, key, root / rel, {**job, "rel": rel})
    return as_stills(found, rel)


def _make(store: Store, key: str, source: Path, job: dict[str, Any]) -> Entry:
    with store.workroom() as room:
        asked = {**job, "source": str(source.absolute()), "out": str(room.absolute())}
        answer = ask("stills_cell", asked, rel=job["rel"])
        return store.put("stills", key, room, {"made": answer["made"]})


def as_stills(entry: Entry, source: str, part: str = "made") -> StillSet:
    """Read a cache entry's pictures, saying that they were made from ``source``."""
    made = []
    for still in sorted(entry.facts[part], key=lambda s: int(s["width"])):
        length, sha256 = entry.files[still["name"]]
        file = entry.folder / still["name"]
        made.append(StillRendition(file, still["width"], still["height"], length, sha256))
    return StillSet(source, tuple(made))


def _tool() -> str:
    return f"pillow {version('pillow')}, pillow-heif {version('pillow-heif')}"
