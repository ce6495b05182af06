"""The media cache: finished files under the hash of all that made them, whole or not at all."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3

from handbill.errors import DriveFailed, MediaRefused
from handbill.files import open_inside, write_whole
from handbill.paths import CHUNK_BYTES

ENTRY = "entry.json"
_STALE_S = 2 * 24 * 3600
_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished piece of work: its files by name, checked, and what was noted about it."""

    folder: Path
    files: Mapping[str, tuple[int, str]]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Store:
    """Finished work under ``root``; unfinished work lies in ``tmp`` and ``resume`` beside it."""

    root: Path

    def find(self, kind: str, key: str) -> Entry | None:
        """Return the entry if it is there and every file still has its length and hash.

        A file whose length and time are as we left them is not read again; the press hashes
        every byte that it ships anyway. Anything else is hashed here.
        """
        folder = self._folder(kind, key)
        try:
            noted = json.loads((folder / ENTRY).read_bytes())
            listed = noted["files"].items()
            files = {str(n): (int(f["length"]), str(f["sha256"])) for n, f in listed}
            intact = all(_intact(folder / n, f) for n, f in listed)
            facts = dict(noted["facts"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return Entry(folder, files, facts) if intact and files else None

    def put(self, kind: str, key: str, made: Path, facts: Mapping[str, Any]) -> Entry:
        """Take over ``made``, a folder from :meth:`workroom`, as the entry's finished files.

        Where another was quicker, theirs stands: somebody may be reading it.
        """
        files = {p.name: _describe(p) for p in sorted(made.iterdir())}
        note = {"files": files, "facts": dict(facts)}
        write_whole(made / ENTRY, json.dumps(note, sort_keys=True, ensure_ascii=False).encode())
        folder = self._folder(kind, key)
        folder.parent.mkdir(parents=True, exist_ok=True)
        found = self.find(kind, key)
        if found is not None:
            return found
        if folder.exists():  # damaged
            shutil.rmtree(folder, ignore_errors=True)
        with _taken():
            made.replace(folder)
        found = self.find(kind, key)
        if found is None:
            raise DriveFailed(f"{folder}: written, but does not read back", hint="check the disk")
        return found

    @contextmanager
    def workroom(self) -> Iterator[Path]:
        """Lend an empty folder that is gone afterwards unless :meth:`put` took it.

        Raises:
            DriveFailed: the disk is full, read-only or failing.
        """
        tmp = self.root / "tmp"
        room: Path | None = None
        try:
            tmp.mkdir(parents=True, exist_ok=True)
            room = Path(tempfile.mkdtemp(prefix="w-", dir=tmp))
            yield room
        except OSError as error:
            raise disk_failed(self.root, error) from error
        finally:
            if room is not None:
                shutil.rmtree(room, ignore_errors=True)

    def resumable(self, key: str) -> Path:
        """Return the folder in which an interrupted job finds what it had finished."""
        return self.root / "resume" / key

    def sweep(self) -> None:
        """Remove what killed runs left behind more than two days ago."""
        before = time.time() - _STALE_S
        for parent in (self.root / "tmp", self.root / "resume"):
            with suppress(OSError):
                for folder in parent.iterdir():
                    if folder.stat().st_mtime < before:
                        shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key


@contextmanager
def _taken() -> Iterator[None]:
    """Pass over that a folder is there by now."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def disk_failed(root: Path, error: OSError) -> DriveFailed:
    """Turn what the system said about our cache into an error that says what to do."""
    if error.errno in _FULL:
        return DriveFailed(
            f"{root}: the disk is full", hint="free some space and press again: work is resumed"
        )
    return DriveFailed(f"{root}: {error.strerror or error}", hint="check the disk and its rights")


def key_of(parts: Mapping[str, Any]) -> str:
    """Return the cache key for a job: the hash of everything that can change its result."""
    return blake3(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def source_hash(root: Path, rel: str) -> str:
    """Hash a source for the cache (BLAKE3: local, fast).

    Raises:
        MediaRefused: the source is missing or unreadable.
    """
    hasher = blake3()
    try:
        with open_inside(root, rel) as file:
            while data := file.read(4 * CHUNK_BYTES):
                hasher.update(data)
    except FileNotFoundError as error:
        raise MediaRefused(f"{rel}: no such file", hint="check the name, capitals too") from error
    except OSError as error:
        raise MediaRefused(f"{rel}: cannot be read: {error.strerror}") from error
    return hasher.hexdigest()


def _describe(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK_BYTES):
            digest.update(data)
        info = os.fstat(file.fileno())
    _to_disk(path)
    return {"length": info.st_size, "sha256": digest.hexdigest(), "mtime_ns": info.st_mtime_ns}


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _intact(path: Path, noted: Mapping[str, Any]) -> bool:
    info = path.lstat()
    if info.st_size != noted["length"] or path.is_symlink():
        return False
    return bool(
        info.st_mtime_ns == noted["mtime_ns"] or _describe(path)["sha256"] == noted["sha256"]
    )
