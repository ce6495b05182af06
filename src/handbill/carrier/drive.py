"""Writing to a drive that may be pulled out at any moment. Rules: docs/formats/drive.md.

Nothing is ever renamed: FAT may lose both names. A file is created under its final name, synced
and read back; one that changes is first staged whole beside it.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from handbill.carrier.blocks import BLOCK_BYTES, past_cache, read_blocks, write_all
from handbill.errors import DriveFailed, FormatError, UnsafePath
from handbill.files import opened_inside, pieces

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY
_CLUSTER = 128 << 10  # exFAT above 32 GB, where the system does not tell
# What a driver that cannot sync a folder answers; anything else is a failing drive.
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)
# What a new file gets: these bytes, or those of a file under a folder.
Source = bytes | tuple[Path, str]
EVEN_TIME = 1_577_836_800  # 2020-01-01: FAT keeps even seconds, and a drive tells no time


class Drive:
    """One folder on a drive, as the copy sees it; tests put a failing one in its place."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def hash(self, path: str, *, lengths: Collection[int] | None = None) -> tuple[int, str] | None:
        """Return a file's length and SHA-256, None where there is none.

        One of another length than ``lengths`` is not read, however large: its hash is empty.

        Raises:
            UnsafePath: a link or something that is not a file stands there.
        """
        with contextlib.ExitStack() as held:
            opened = self._open(path, held)
            if opened and lengths is not None and opened[1] not in lengths:
                return opened[1], ""
            return _hash(_read(*opened, past=True)) if opened else None

    def read_back(self, paths: Sequence[str]) -> list[tuple[int, str] | None]:
        """Hash files as :meth:`hash` does, from the drive itself where the system lets us.

        All of them are open together, a hundred at most: small ones are fetched all at once.
        """
        with contextlib.ExitStack() as held:
            opened = [self._open(path, held) for path in paths]
            for fd, size in filter(None, opened):
                _fetch(fd, size)
            return [_hash(_read(*one, past=True)) if one else None for one in opened]

    def _open(self, path: str, held: contextlib.ExitStack) -> tuple[int, int] | None:
        try:
            fd, size = opened_inside(self.root, path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        held.callback(os.close, fd)
        return fd, size

    def create(self, path: str, source: Source, advance: Callable[[int], object]) -> None:
        """Write one new file, as :meth:`create_all` does."""
        self.create_all([(path, source)], lambda n, _path: advance(n))

    def create_all(
        self,
        files: Sequence[tuple[str, Source]],
        advance: Callable[[int, str], object],
    ) -> None:
        """Write new files under their final names; then sync them, their folders, new ones above.

        All of them are open until they are synced: a hundred at most.

        Raises:
            UnsafePath, OSError: about the drive.
            FormatError: a source cannot be read.
        """
        changed: dict[str, None] = {}
        seen: set[str] = set()
        with contextlib.ExitStack() as held:
            opened = []
            for path, source in files:
                folder, also = self._folder(path, seen)
                changed |= dict.fromkeys(also)
                place = f"{folder}{os.sep}{path.rpartition('/')[2]}"
                fd = os.open(place, _NEW, 0o644)
                held.callback(os.close, fd)
                opened.append(fd)
                for data in _pieces(source):
                    write_all(fd, data)
                    advance(len(data), path)
                # Before the sync, which so covers it: after, the folder's would write it all again.
                _set_time(fd, place)
                forget(fd)  # which begins to write it, and waits for nothing
            for fd in opened:
                os.fsync(fd)
        for one in sorted(changed, key=_depth, reverse=True):
            sync_folder(one)

    def unlink(self, path: str) -> None:
        """Remove a file of ours; a missing one is no error."""
        folder, changed = self._folder(path)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, path.rpartition("/")[2]))
        for one in changed:
            sync_folder(one)

    def prune(self, path: str) -> None:
        """Remove the folders above ``path`` that became empty."""
        parts = path.split("/")[:-1]
        while parts:
            try:
                (self.root / "/".join(parts)).rmdir()
            except OSError:
                return
            parts.pop()

    def _folder(self, path: str, seen: set[str] | None = None) -> tuple[str, list[str]]:
        """Make the folders of a file: return its own, and those that must be synced with it.

        A file is safe only when every folder above it is. Those in ``seen`` were looked at before.
        """
        folder = os.fspath(self.root)
        changed: list[str] = []
        for part in path.split("/")[:-1]:
            above, folder = folder, f"{folder}{os.sep}{part}"
            if seen is not None:
                if folder in seen:
                    continue
                seen.add(folder)
            try:
                mode = os.lstat(folder).st_mode
            except FileNotFoundError:
                os.mkdir(folder)
                changed.append(above)
                continue
            if not stat.S_ISDIR(mode):
                raise UnsafePath(f"{path}: {part} is a link or a file on the drive")
        return folder, [folder, *reversed(changed)]

    def free(self) -> int:
        """Return the free bytes."""
        if not hasattr(os, "statvfs"):
            import shutil  # noqa: PLC0415  (start-up time where it is not needed)

            return shutil.disk_usage(self._there()).free
        found = os.statvfs(self._there())
        return found.f_bavail * found.f_frsize

    def cluster(self) -> int:
        """Return how many bytes the smallest file takes, 128 KiB where the system cannot tell."""
        if not hasattr(os, "statvfs"):
            return _CLUSTER
        size = os.statvfs(self._there()).f_frsize
        return size if size > 0 else _CLUSTER

    def _there(self) -> Path:
        return self.root if self.root.exists() else self.root.parent


def _depth(folder: str) -> int:
    return folder.count(os.sep)


def _pieces(source: Source) -> Iterator[bytes | memoryview]:
    if isinstance(source, bytes):
        yield source
        return
    try:
        fd, size = opened_inside(*source)
        try:
            for data in _read(fd, size):
                yield data[:size]
                size -= len(data)
                # What grows while it is copied would fill the drive: the copy has what was there.
                if size <= 0:
                    break
        finally:
            os.close(fd)
    except OSError as error:
        raise FormatError(
            f"{source[0] / source[1]}: cannot be read: {error.strerror}",
            hint="copy from another copy of the edition",
        ) from error


def _hash(parts: Iterable[bytes | memoryview]) -> tuple[int, str]:
    digest, length = sha256(), 0
    for data in parts:
        digest.update(data)
        length += len(data)
    return length, digest.hexdigest()


def _read(fd: int, size: int, *, past: bool = False) -> Iterator[bytes | memoryview]:
    """Read an open file; a large one ``past`` the system's cache, if that is asked for."""
    if size < BLOCK_BYTES:
        return pieces(fd, size)
    if past:
        past_cache(fd)
    return read_blocks(fd)


def _set_time(fd: int, place: str) -> None:
    with contextlib.suppress(PermissionError):  # a mount that is somebody else's
        os.utime(fd if os.utime in os.supports_fd else place, (EVEN_TIME, EVEN_TIME))


def sync_folder(folder: str | Path) -> None:
    """Sync a folder's entries, where the system can."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        # Some FAT drivers cannot sync a folder; the file itself is synced.
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(fd)


def _fetch(fd: int, size: int) -> None:
    """Drop the system's copy of a file; of a small one begin to read another from the drive."""
    if forget(fd) and size < BLOCK_BYTES:
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_WILLNEED)


def forget(fd: int) -> bool:
    """Drop the system's cached copy of a file, so that the next read comes from the drive."""
    if not hasattr(os, "posix_fadvise"):
        return False
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def failed(where: Path, error: OSError) -> DriveFailed:
    """Say what a system's error about a drive means to a courier."""
    hints = {
        errno.ENOSPC: "make room or take a larger drive; run the same command again to go on",
        errno.EROFS: "the drive is write-protected: move its switch, or take another",
        errno.EIO: "the drive is failing: take another",
    }
    hint = hints.get(error.errno or 0, "put it back and run the same command again: it goes on")
    return DriveFailed(f"{where}: {error.strerror or error}", hint=hint)
