"""The edition's folder while it is made: files are staged, the old tree stands until all are whole.

A file whose inputs did not change is neither made nor written again. What the press once wrote and
no longer makes is removed; what it did not write is never touched.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from handbill.errors import DriveFailed, HandbillError, UnsafePath
from handbill.files import read_inside
from handbill.paths import CHUNK_BYTES, path_problem, rel_path

if TYPE_CHECKING:
    from handbill.edition.manifest import FileEntry

FIXED_TIME = (
    1_577_836_800  # 2020-01-01 00:00:00 UTC, even seconds: files must not say when they were made
)
STAGE = ".handbill-next"


class Record(NamedTuple):
    """What the press knows of a file that it made: the hash of its inputs, and the result.

    ``chunks`` are in hex, and empty where one alone is the whole file; ``row`` is how the cache
    wrote it down, empty where it did not yet.
    """

    path: str
    key: str
    length: int
    sha256: str
    chunks: str
    row: str = ""

    @property
    def entry(self) -> "FileEntry":
        """Return it as an edition signs it."""
        from handbill.edition.manifest import FileEntry  # noqa: PLC0415  (a draft signs nothing)

        chunks = bytes.fromhex(self.chunks or (self.sha256 if self.length else ""))
        return FileEntry(self.path, self.length, self.sha256, chunks)


class Output:
    """An edition's folder. ``keep`` or ``put`` each file, then ``commit`` once."""

    def __init__(self, root: Path, known: Mapping[str, Record]) -> None:
        self.root = root
        self.records: dict[str, Record] = {}
        self.written: list[str] = []
        self._known = known
        self._stage = str(root / STAGE)
        self._base = str(root)
        self._folders: set[str] = set()
        self._proof_paths: set[str] = set()

    def begin(self) -> None:
        """Make the folder and clear what an interrupted press left behind.

        Raises:
            UnsafePath: the folder is a link or not a folder.
            DriveFailed: it cannot be written.
        """
        if self.root.is_symlink() or (self.root.exists() and not self.root.is_dir()):
            raise UnsafePath(f"{self.root}: is not a plain folder", hint="name another --out")
        with disk(self.root):
            if os.path.islink(self._stage):
                os.unlink(self._stage)
            shutil.rmtree(self._stage, ignore_errors=True)
            os.makedirs(self._stage)

    def keep(self, path: str, key: str) -> bool:
        """Take over the file of an earlier press if its inputs and its place are unchanged."""
        record = self._known.get(path)
        if record is None or record.key != key or not self._stands(path, record.length):
            return False
        self.records[path] = record
        return True

    def keep_all(self, key: str) -> bool:
        """Take over all files that an earlier press made together from these inputs."""
        paths = self._bundles.get(key, ())
        return bool(paths) and all(map(self.keep, paths, repeat(key)))

    def earlier(self, key: str) -> dict[str, bytes]:
        """Return the files that an earlier press made from these inputs; none where one of them is
        not as it was made.
        """
        found = {}
        for path in self._bundles.get(key, ()):
            known = self._known[path]
            try:
                found[path] = read_inside(self.root, path, known.length)
            except (OSError, HandbillError):
                return {}
            same = sha256(found[path]).hexdigest() == known.sha256
            if not same or not self._stands(path, known.length):
                return {}
        return found

    def keep_as(self, path: str, key: str) -> None:
        """Take over a file that :meth:`earlier` returned: other inputs gave the same bytes."""
        self.records[path] = self._known[path]._replace(key=key, row="")

    @cached_property
    def _bundles(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, record in self._known.items():
            found.setdefault(record.key, []).append(path)
        return found

    def _stands(self, path: str, length: int) -> bool:
        try:
            info = os.lstat(f"{self._base}/{path}")
        except OSError:
            return False
        return info.st_size == length and info.st_mtime == FIXED_TIME

    def put(self, path: str, key: str, data: bytes) -> None:
        """Write a file that is held in memory."""
        chunks = _chunks(data) if len(data) > CHUNK_BYTES else ""
        with disk(path):
            self._write(path, data)
        self.records[path] = Record(path, key, len(data), sha256(data).hexdigest(), chunks)
        self.written.append(path)

    def _write(self, path: str, data: bytes) -> None:
        fd = os.open(self._place(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o644)
        try:
            written = os.write(fd, data)
            while written < len(data):
                written += os.write(fd, memoryview(data)[written:])
            if _BY_FD:
                os.utime(fd, _DATES)
        finally:
            os.close(fd)
        if not _BY_FD:
            os.utime(f"{self._stage}/{path}", _DATES)

    def put_file(self, path: str, key: str, source: Path, wanted: str) -> None:
        """Copy a finished rendition out of the cache; its bytes must have the SHA-256 ``wanted``.

        Raises:
            DriveFailed: they have another: the rendition is removed, to be made anew.
        """
        whole, chunks, length = sha256(), bytearray(), 0
        with disk(path):
            place = self._place(path)
            with source.open("rb", buffering=0) as reader, open(place, "wb", buffering=0) as writer:
                while data := reader.read(CHUNK_BYTES):
                    data += reader.read(CHUNK_BYTES - len(data)) if len(data) < CHUNK_BYTES else b""
                    writer.write(data)
                    whole.update(data)
                    chunks += sha256(data).digest()
                    length += len(data)
            os.utime(place, _DATES)
            if whole.hexdigest() != wanted:
                source.unlink(missing_ok=True)
                raise DriveFailed(
                    f"{source}: was damaged on the disk after it was made",
                    hint="check the disk and press again: it is made anew",
                )
        # One chunk's hash is the file's: most files are small, and so is the cache.
        parts = chunks.hex() if len(chunks) > 32 else ""
        self.records[path] = Record(path, key, length, whole.hexdigest(), parts)
        self.written.append(path)

    def put_proof(self, path: str, data: bytes) -> None:
        """Write a file that proves and is not proven: under ``_edition/``, or a ``*.proof.txt``."""
        self._proof_paths.add(path)
        with disk(path):
            self._write(path, data)

    def _place(self, path: str) -> str:
        rel_path(path)  # whatever texts say: nothing outside, nothing that FAT cannot hold
        folder = path.rpartition("/")[0]
        if folder and folder not in self._folders:
            try:
                os.mkdir(f"{self._stage}/{folder}")
            except OSError:
                os.makedirs(f"{self._stage}/{folder}", exist_ok=True)
            self._folders.add(folder)
        return f"{self._stage}/{path}"

    def commit(self, *, last: str = "index.html") -> tuple[str, ...]:
        """Move what was staged into place, ``last`` last; drop what is no longer made.

        Returns the paths that were dropped.
        """
        with disk(self.root):
            front = Path(self._stage, last)
            held = self.root / f".{last}.next"
            if front.exists():
                front.replace(held)
            _merge(self._stage, self._base)
            dropped = self._drop()
            if held.exists():
                held.replace(self.root / last)
            shutil.rmtree(self._stage, ignore_errors=True)
        return dropped

    def refuse_foreign(self) -> None:
        """Refuse to take the place of files that no press made.

        Raises:
            DriveFailed: such a file lies where one was staged to go.
        """
        for path in self.written:
            if path not in self._known and os.path.lexists(f"{self._base}/{path}"):
                raise DriveFailed(
                    f"{self.root / path}: is there already and was not made by the press",
                    hint="move it away, or name another --out",
                )

    def abandon(self) -> None:
        """Forget what was staged; the earlier tree is as it was."""
        shutil.rmtree(self._stage, ignore_errors=True)

    def _drop(self) -> tuple[str, ...]:
        gone = [p for p in self._known if p not in self.records]
        for path in gone:
            _unlink(self.root, path)
        return tuple(gone)

    def drop_proofs(self, earlier: Iterator[str]) -> None:
        """Remove proofs of an earlier press that this one did not write."""
        for path in earlier:
            if path not in self._proof_paths:
                _unlink(self.root, path)


_BINARY = getattr(os, "O_BINARY", 0)
_BY_FD = os.utime in os.supports_fd
_DATES = (FIXED_TIME, FIXED_TIME)


def _chunks(data: bytes) -> str:
    view = memoryview(data)
    parts = (view[i : i + CHUNK_BYTES] for i in range(0, len(data), CHUNK_BYTES))
    return "".join(sha256(part).hexdigest() for part in parts)


def _merge(source: str, target: str) -> None:
    with os.scandir(source) as found:
        entries = list(found)
    for entry in entries:
        place = f"{target}/{entry.name}"
        if entry.is_dir(follow_symlinks=False) and os.path.lexists(place):
            if os.path.islink(place) or not os.path.isdir(place):
                raise UnsafePath(f"{place}: is in the way, expected a folder")
            _merge(entry.path, place)
        else:
            os.replace(entry.path, place)


def _unlink(root: Path, path: str) -> None:
    # Where to write was decided by us; what is to go, by what a cache says that we wrote.
    if path_problem(path):
        return
    place = root / path
    if place.parent.resolve() != (root.resolve() / path).parent:
        return
    place.unlink(missing_ok=True)
    for folder in place.relative_to(root).parents:
        if str(folder) == ".":
            break
        try:
            (root / folder).rmdir()
        except OSError:
            break


@contextmanager
def disk(what: object) -> Iterator[None]:
    """Turn the system's errors about a full or broken disk into ours."""
    try:
        yield
    except OSError as error:
        raise DriveFailed(
            f"{what}: {error.strerror or error}",
            hint="free some space or choose another --out, then run the same command again",
        ) from error
