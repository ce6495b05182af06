"""What the press remembers between runs, in the user's cache folder: deleting it costs time only.

Two text files of one JSON row a line. Rows that did not change are written back as they were read.
A torn, damaged, foreign or outdated cache is treated as none.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import platformdirs

from handbill.errors import DriveFailed, HandbillError
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


@contextmanager
def alone(folder: Path, out: Path) -> Iterator[None]:
    """Keep every other press out of an ``--out`` folder meanwhile (POSIX).

    Raises:
        DriveFailed: one is at it.
    """
    try:
        import fcntl  # noqa: PLC0415  (not on Windows)
    except ImportError:
        yield
        return
    with (folder / f"{output_name(out)}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DriveFailed(
                f"{out}: another press is writing there", hint="wait until it has ended"
            ) from error
        except OSError:
            pass  # a disk on which nothing can be locked
        yield


def read_rows(folder: Path, name: str, shape: str) -> list[str]:
    """Read the rows of a cache file; none if it is missing, torn, damaged or of another shape."""
    try:
        data = read_inside(folder, name, MAX_CACHE_BYTES)
        whole, _, last = data.rpartition(b"\n")
        if last != _tail(whole) or not whole.startswith(f"{shape}\n".encode()):
            return []
        return whole.decode().split("\n")[1:]
    except (OSError, UnicodeDecodeError, HandbillError):
        return []


def write_rows(
    folder: Path, name: str, shape: str, rows: Iterable[str], *, lasting: bool = True
) -> None:
    """Write a cache file whole; the last line tells whether it was torn or damaged since.

    What need not be ``lasting`` is not waited for until the disk has it.
    """
    whole = "\n".join([shape, *rows]).encode()
    write_whole(folder / name, b"%b\n%b" % (whole, _tail(whole)), mode=0o600, lasting=lasting)


def _tail(whole: bytes) -> bytes:
    return b"%08x" % crc32(whole)


_OUTPUT_SHAPE = "handbill press outputs 2"


def output_name(out: Path) -> str:
    """Name the cache file that belongs to one ``--out`` folder."""
    return f"out-{sha256(os.fsencode(out.resolve())).hexdigest()[:16]}.rows"


def read_records(folder: Path, name: str) -> dict[str, Record]:
    """Read what the press made last time, by path.

    Of rows that are damaged or of another version all that is known is what was once written: it
    is made again, or goes.
    """
    lines = read_rows(folder, name, _OUTPUT_SHAPE)
    try:
        rows = json.loads(f"[{','.join(lines)}]")
        made = (Record._make([*row, line]) for line, row in zip(lines, rows, strict=True))
        records = {record.path: record for record in made}
    except (ValueError, TypeError, IndexError):
        records = {}
    return records or {path: Record(path, "", 0, "", "") for path in _salvaged(folder, name)}


def _salvaged(folder: Path, name: str) -> Iterator[str]:
    try:
        lines = read_inside(folder, name, MAX_CACHE_BYTES).decode(errors="replace").split("\n")
    except (OSError, HandbillError):
        return
    for line in lines:
        try:
            rows = json.loads(f"[{line}]")
        except (ValueError, RecursionError):
            continue
        found = (row[0] for row in rows if isinstance(row, list) and row)
        yield from (path for path in found if isinstance(path, str))


def doubt_records(folder: Path, name: str, written: Iterable[str]) -> None:
    """Note that other files are about to take their places: until all do, no record is believed."""
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{json.dumps([[path] for path in written])[1:-1]}\n")


def write_records(folder: Path, name: str, records: Mapping[str, Record]) -> None:
    """Keep what the press made for the next time."""
    rows = [record.row or _record_row(record) for record in records.values()]
    write_rows(folder, name, _OUTPUT_SHAPE, rows)


def _record_row(record: Record) -> str:
    return json.dumps(record[:-1], ensure_ascii=False, separators=(",", ":"))
