"""Files that stay inside a folder: bounded reads, walks that follow no link, whole writes.

``write_whole`` is for our own state on a computer's disk. Drives have rules of their own
(:mod:`handbill.carrier`): there nothing is ever renamed.
"""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import FileIO
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

from handbill.errors import TooLarge, UnsafePath
from handbill.paths import CHUNK_BYTES

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NAME = attrgetter("name")
_STEPS = frozenset(("", ".", ".."))


class Seen(NamedTuple):
    """One thing found in a walk: path with ``/``, size in bytes, and whether it is a plain file."""

    path: str
    size: int
    changed_ns: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file's SHA-256, its length, and the SHA-256 of each 1 MiB (32 bytes each, in order)."""

    sha256: str
    length: int
    chunks: bytes


def open_inside(root: Path, rel: str) -> BinaryIO:
    """Open ``rel`` under ``root`` for reading; no component may be a link, the end must be a file.

    Raises:
        UnsafePath: a link, a device, a FIFO, a folder, or a step out of ``root``.
        FileNotFoundError: there is no such file.
    """
    return FileIO(opened_inside(root, rel)[0], "rb")


def size_inside(root: Path, rel: str) -> int:
    """Return the size of the plain file ``rel`` under ``root``, without opening it.

    Raises:
        UnsafePath, FileNotFoundError: as :func:`open_inside`.
    """
    info = os.lstat(_inside(root, rel))
    if not stat.S_ISREG(info.st_mode):
        raise UnsafePath(f"{rel}: is a link, or not a plain file")
    return info.st_size


def opened_inside(root: Path, rel: str) -> tuple[int, int]:
    """Open ``rel`` as :func:`open_inside` does; return its descriptor and its size."""
    path = _inside(root, rel)
    # O_NONBLOCK: a FIFO that waits for a writer must not hang us.
    flags = os.O_RDONLY | _NOFOLLOW | _BINARY | getattr(os, "O_NONBLOCK", 0)
    if not _NOFOLLOW and _is_link(path):  # Windows follows one at the end, and says nothing
        raise UnsafePath(f"{rel}: is a link, and links are never followed")
    try:
        fd = os.open(path, flags)
    except OSError as error:
        if _is_link(path):
            raise UnsafePath(f"{rel}: is a link, and links are never followed") from error
        raise
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode):
        os.close(fd)
        raise UnsafePath(f"{rel}: is not a plain file")
    return fd, info.st_size


def _inside(root: Path, rel: str) -> str:
    # Plain strings: this runs for every file of a drive, and Path costs more than the system.
    parts = rel.split("/")
    if not _STEPS.isdisjoint(parts) or "\0" in rel or "\\" in rel:
        raise UnsafePath(f"{rel!r}: leaves its folder")
    path = str(root)
    for part in parts[:-1]:
        path = f"{path}/{part}"
        if _is_link(path):
            raise UnsafePath(f"{rel}: {part} is a link, and links are never followed")
    return f"{path}/{parts[-1]}"


def spelled_inside(root: Path, rel: str) -> str:
    """Return ``rel``, in NFC, as its file's name is spelled on the disk.

    Files that come from a Mac are often named in NFD, and only some systems take both for one.
    """
    if rel.isascii():
        return rel
    found = str(root)
    for part in rel.split("/"):
        apart = unicodedata.normalize("NFD", part)
        there = os.path.lexists(f"{found}/{part}") or not os.path.lexists(f"{found}/{apart}")
        found = f"{found}/{part if there else apart}"
    return found[len(str(root)) + 1 :]


def _is_link(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError:
        return False


def read_inside(root: Path, rel: str, limit: int) -> bytes:
    """Read a whole file under ``root``, refusing more than ``limit`` bytes before reading them.

    Raises:
        TooLarge, UnsafePath, FileNotFoundError
    """
    fd, size = opened_inside(root, rel)
    try:
        if size > limit:
            raise TooLarge(f"{rel}: larger than {limit} bytes")
        parts: list[bytes] = []
        left = limit + 1
        while left and (data := os.read(fd, min(left, size + 1))):
            parts.append(data)
            left -= len(data)
            # One byte more was asked for than the file holds: this is its end.
            if len(data) == size:
                break
    finally:
        os.close(fd)
    if not left:
        raise TooLarge(f"{rel}: larger than {limit} bytes")
    return b"".join(parts)


def hash_inside(root: Path, rel: str) -> Hashed:
    """Hash ``rel`` under ``root``, following no links, for the whole and for each chunk."""
    whole = hashlib.sha256()
    chunks = bytearray()
    length = 0
    fd, size = opened_inside(root, rel)
    try:
        for part in pieces(fd, size):
            whole.update(part)
            chunks += hashlib.sha256(part).digest()
            length += len(part)
    finally:
        os.close(fd)
    return Hashed(whole.hexdigest(), length, bytes(chunks))


def pieces(fd: int, size: int) -> Iterator[bytes | memoryview]:
    """Read an open file 1 MiB at a time, however wrong ``size`` is; each is good until the next."""
    # Most files are small, and clearing a whole buffer for each costs more than reading it.
    start = os.read(fd, size + 1) if size < CHUNK_BYTES else b""
    if len(start) == size:  # one byte more was asked for: this is its end
        if start:
            yield start
        return
    file = FileIO(fd, closefd=False)
    buffer = memoryview(bytearray(CHUNK_BYTES))
    buffer[: len(start)] = start
    filled = len(start) + _fill(file, buffer[len(start) :])
    while filled:
        yield buffer[:filled]
        filled = _fill(file, buffer) if filled == CHUNK_BYTES else 0


def _fill(file: FileIO, buffer: memoryview) -> int:
    filled = 0
    while filled < len(buffer):
        got = file.readinto(buffer[filled:])
        if not got:
            break
        filled += got
    return filled


def walk(root: Path, *, limit: int = 2_000_000, skip: Collection[str] = ()) -> Iterator[Seen]:
    """List what lies under ``root`` in byte order of names, folder by folder, links not followed.

    ``skip`` names folders directly below that are not entered, however much lies in them.

    Raises:
        TooLarge: more than ``limit`` entries.
    """
    count = 0
    pending = [""]
    base = str(root)
    while pending:
        prefix = pending.pop()
        folders: list[str] = []
        with os.scandir(f"{base}/{prefix}") as found:
            entries = sorted(found, key=_NAME, reverse=True)
        count += len(entries)
        if count > limit:
            raise TooLarge(f"{root}: more than {limit} files and folders")
        while entries:  # each goes when it was seen: what the system told of it takes most memory
            entry = entries.pop()
            if entry.is_dir(follow_symlinks=False):
                if prefix or entry.name not in skip:
                    folders.append(f"{prefix}{entry.name}/")
            else:
                info = entry.stat(follow_symlinks=False)
                plain = stat.S_ISREG(info.st_mode)
                yield Seen(prefix + entry.name, info.st_size, changed_ns(info), plain)
        pending.extend(reversed(folders))


def changed_ns(info: os.stat_result) -> int:
    """Return when a file last changed: its own time, or the system's where that is later.

    A program may set the first, so that a text with other words wears an old date; not the second.
    """
    return max(info.st_mtime_ns, info.st_ctime_ns) if os.name == "posix" else info.st_mtime_ns


def write_whole(path: Path, data: bytes, *, mode: int = 0o644, lasting: bool = True) -> None:
    """Write our own state so that it appears whole or not at all (not for drives).

    What need not be ``lasting`` may be lost or torn where the power fails: a cache that can tell.
    """
    import tempfile  # noqa: PLC0415  (start-up time of what only reads)

    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        new.chmod(mode)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
