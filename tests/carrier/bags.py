"""Mailbags on drives, and where they are emptied into."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from handbill.carrier.mailbag import Asked, CollectReport, gather
from handbill.carrier.tray import LETTER_BYTES, Tray, letter_name
from handbill.errors import DriveFailed


def sealed(number: int) -> bytes:
    return b"\x01" + random.Random(number).randbytes(LETTER_BYTES - 1)


def put(bag: Path, *numbers: int) -> list[Path]:
    bag.mkdir(parents=True, exist_ok=True)
    made = []
    for n in numbers:
        made.append(bag / f"letter {n}.bin")
        made[-1].write_bytes(sealed(n))
    return made


def names(*numbers: int) -> list[str]:
    return sorted(letter_name(sealed(n)) for n in numbers)


def run(
    drive: Path, into: Path, asked: Asked | None = None, *, renames: bool = True
) -> CollectReport:
    with Tray(into, renames=renames, reads_only=bool(asked and asked.dry_run)) as tray:
        try:
            job = gather(drive, tray, asked=asked)
        except DriveFailed:
            tray.flush()
            raise
        tray.flush()
        return job.clear()


def listed(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def tree(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}


def full_after(after: int, *, least: int = 0) -> Callable[[int, bytes | memoryview], int]:
    """Return an ``os.write`` that finds the drive full after so many writes above ``least``."""
    written, write = [], os.write

    def full(fd: int, data: bytes | memoryview) -> int:
        if len(data) > least:
            written.append(fd)
        if len(written) > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fd, data)

    return full
