"""Letters that couriers photographed: four QR codes each, read from a folder of pictures.

Every picture is opened by a process of its own behind walls (``media.cage``), so that a hostile one
costs itself alone. A letter whose four codes are there goes to the tray; of others it is said what
is missing.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from handbill.carrier.tray import Tray
from handbill.errors import HandbillError, MediaRefused, ToolFailed
from handbill.files import Seen, walk
from handbill.letters.seal import PARTS, QR_BYTES, join
from handbill.media.sniff import picture_format
from handbill.progress import SILENT, Progress
from handbill.tools import run

MOST_PICTURES = 4000
_TIME_S = 60
_MAGIC = b"HBL1"


@dataclass(slots=True)
class PhotoReport:
    """What was read: letters that are whole, and in plain words what is missing or unreadable."""

    pictures: int = 0
    letters: int = 0
    missing: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_photos(folder: Path, tray: Path | None, *, progress: Progress = SILENT) -> PhotoReport:
    """Read the codes in the pictures of ``folder`` and put whole letters into ``tray`` (or not).

    Raises:
        TrayFailed: a letter cannot be written.
    """
    report, codes = PhotoReport(), set[bytes]()
    pictures = list(islice(_pictures(folder, report), MOST_PICTURES + 1))
    if len(pictures) > MOST_PICTURES:
        pictures.pop()
        report.unread.append(f"more than {MOST_PICTURES} pictures: move those that were read away")
    progress.start("reading photographs", len(pictures))
    for seen in pictures:
        found = _codes(folder, seen.path, report)
        report.pictures += 1
        codes.update(found)
        progress.advance(1, seen.path)
    progress.done()
    letters = join(sorted(codes))
    report.letters = len(letters)
    report.missing = _missing(codes, letters)
    if tray:
        _write(tray, letters)
    return report


def _pictures(folder: Path, report: PhotoReport) -> Iterable[Seen]:
    try:
        yield from (seen for seen in walk(folder) if seen.plain and not _hidden(seen.path))
    except HandbillError as error:
        report.unread.append(str(error))


def _hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _codes(folder: Path, rel: str, report: PhotoReport) -> set[bytes]:
    """Return the parts of letters in one picture; what cannot be read is reported."""
    try:
        job = {"source": str((folder / rel).absolute()), "format": picture_format(folder, rel)}
        answer = _ask(job, rel)
    except HandbillError as error:
        report.unread.append(str(error))
        return set()
    found = {code for code in map(bytes.fromhex, answer["codes"]) if _is_part(code)}
    if not found:
        report.unread.append(f"{rel}: no code of a letter was found in it")
    return found


def _is_part(code: bytes) -> bool:
    return len(code) == QR_BYTES and code[:4] == _MAGIC and code[7] < PARTS


def _ask(job: dict[str, Any], rel: str) -> dict[str, Any]:
    """Run the cell on one picture.

    Raises:
        MediaRefused: it refused the picture, crashed on it, or took too long.
    """
    # -P: a folder that we stand in must not lend its modules to the cell.
    argv = [sys.executable, "-P", "-m", "handbill.desk.intake.photo_cell", json.dumps(job)]
    try:
        answer = json.loads(run(argv, timeout_s=_TIME_S, stdout_limit=1 << 20).stdout)
    except (ToolFailed, ValueError) as error:
        raise MediaRefused(f"{rel}: is damaged, or made to break its reader") from error
    if "refused" in answer:
        raise MediaRefused(f"{rel}: {answer['refused']}")
    return dict(answer)


def _missing(codes: Iterable[bytes], letters: Iterable[bytes]) -> list[str]:
    """Say of each letter that is not whole which of its four codes are missing."""
    whole = {sha256(letter).digest()[:3] for letter in letters}
    numbers: dict[bytes, set[int]] = defaultdict(set)
    for code in codes:
        numbers[code[4:7]].add(code[7])
    lines = []
    for tag, seen in sorted(numbers.items()):
        name = tag.hex()
        absent = [str(n + 1) for n in range(PARTS) if n not in seen]
        if absent:
            count = "number" if len(absent) == 1 else "numbers"
            verb = "is" if len(absent) == 1 else "are"
            lines.append(
                f"letter {name}: {count} {', '.join(absent)} of {PARTS} {verb} missing:"
                " photograph it again"
            )
        elif tag not in whole:
            lines.append(f"letter {name}: its codes do not fit together: photograph all again")
    return lines


def _write(tray: Path, letters: Iterable[bytes]) -> None:
    with Tray(tray, renames=True) as into:
        for sealed in letters:
            into.add(sealed)
        into.flush()
