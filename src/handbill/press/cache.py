"""What the press remembers between runs, in the user's cache folder: deleting it costs time only.

Two text files of one JSON row a line. Rows that did not change are written back as they were read.
A torn, foreign or outdated cache is treated as none.
"""

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import platformdirs

from handbill.edition.manifest import FileEntry
from handbill.errors import HandbillError
from handbill.files import read_inside, write_whole
from handbill.press.output import Record

MAX_CACHE_BYTES = 1 << 30


def cache_folder(newsroom: Path) -> Path:
    """Return where a newsroom's renditions and rows lie; ``HANDBILL_CACHE`` may say where."""
    base = os.environ.get("HANDBILL_CACHE")
    root = Path(base) if base else Path(platformdirs.user_cache_dir("handbill", appauthor=False))
    return root / sha256(os.fsencode(newsroom.resolve())).hexdigest()[:16]


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may read; originals' names and texts pass through it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def read_rows(folder: Path, name: str, shape: str) -> list[str]:
    """Read the rows of a cache file; none if it is missing, torn or of another shape."""
    try:
        text = read_inside(folder, name, MAX_CACHE_BYTES).decode()
    except (OSError, UnicodeDecodeError, HandbillError):
        return []
    lines = text.split("\n")
    if len(lines) < 3 or lines[0] != shape or lines[-2] != str(len(lines) - 3):
        return []
    return lines[1:-2]


def write_rows(
    folder: Path, name: str, shape: str, rows: Iterable[str], *, lasting: bool = True
) -> None:
    """Write a cache file whole; the last line counts the rows.

    What need not be ``lasting`` is not waited for until the disk has it.
    """
    kept = list(rows)
    text = "\n".join([shape, *kept, str(len(kept)), ""])
    write_whole(folder / name, text.encode(), mode=0o600, lasting=lasting)


_OUTPUT_SHAPE = "handbill press outputs 1"


def output_name(out: Path) -> str:
    """Name the cache file that belongs to one ``--out`` folder."""
    return f"out-{sha256(os.fsencode(out.resolve())).hexdigest()[:16]}.rows"


def read_records(folder: Path, name: str) -> dict[str, Record]:
    """Read what the press made last time, by path."""
    records = {}
    lines = read_rows(folder, name, _OUTPUT_SHAPE)
    try:
        rows = json.loads(f"[{','.join(lines)}]")
        for line, (path, key, length, digest, chunks) in zip(lines, rows, strict=True):
            raw = bytes.fromhex(chunks or (digest if length else ""))
            records[path] = Record(key, FileEntry(path, length, digest, raw), line)
    except (ValueError, TypeError):
        return {}
    return records


def write_records(folder: Path, name: str, records: Mapping[str, Record]) -> None:
    """Keep what the press made for the next time."""
    rows = [record.row or _record_row(record) for record in records.values()]
    write_rows(folder, name, _OUTPUT_SHAPE, rows)


def _record_row(record: Record) -> str:
    entry = record.entry
    # One chunk's hash is the file's: most files are small, and so is the cache.
    chunks = entry.chunks.hex() if len(entry.chunks) > 32 else ""
    row = [entry.path, record.key, entry.length, entry.sha256, chunks]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
