"""Write what the site shows: whole files, each only where it changed, a packed one beside it."""

import gzip
import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_PACKED = (".html", ".css", ".js", ".json", ".atom", ".csv")
_LEAST = 600
SUFFIX = ".gz"
_SYNCS = 16  # at once: a journal then writes many for the price of one


class Writer:
    """Writes below one folder and remembers what it wrote.

    Who relies on the files being there calls :meth:`settle` first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.paths: set[str] = set()
        self.changed = 0
        self._new: list[Path] = []

    def put(self, path: str, data: bytes) -> None:
        """Write a file, unless the same bytes lie there.

        The packed form is written first: a client that meets the two apart gets new bytes under
        the old tag, and asks again.
        """
        self.paths.add(path)
        target = self._folder / path
        packs = target.suffix in _PACKED and len(data) >= _LEAST
        packed = target.with_name(target.name + SUFFIX)
        if _is(target, data) and packs == packed.is_file():
            return
        self.changed += 1
        target.parent.mkdir(parents=True, exist_ok=True)
        if packs:
            _whole(packed, gzip.compress(data, 6, mtime=0))
            self._new.append(packed)
        else:
            packed.unlink(missing_ok=True)
        _whole(target, data)
        self._new.append(target)

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files that are shown no longer."""
        for path in paths:
            target = self._folder / path
            target.unlink(missing_ok=True)
            target.with_name(target.name + SUFFIX).unlink(missing_ok=True)
            self.changed += 1
            self._leave(target.parent)

    def _leave(self, folder: Path) -> None:
        """Remove a folder that is empty now, and those above it."""
        while folder != self._folder:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def settle(self) -> None:
        """Bring what was written onto the disk, under the names that it has."""
        if self._new and os.name == "posix":
            folders = {path.parent for path in self._new}
            with ThreadPoolExecutor(_SYNCS) as pool:
                list(pool.map(_sync, self._new))
                list(pool.map(_sync, folders))
        self._new.clear()


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _is(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _whole(path: Path, data: bytes) -> None:
    fd, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        new.chmod(0o644)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
