"""Where collected letters go: a newsroom's tray, or a courier's folder on another drive.

A letter's name is of its own hash, so that a letter taken twice is one file. Letters are held back
and written in the order of their names, which is by chance: when files were created, and their
places in the folder, then say nothing of which drive each came from.
In a tray, which the desk reads meanwhile, files appear whole; on a drive nothing is ever renamed
(docs/formats/drive.md), and a killed run leaves a torn file that the next one writes again.
"""

import base64
import contextlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from handbill.carrier.blocks import write_all
from handbill.carrier.drive import EVEN_TIME, failed, forget, sync_folder
from handbill.errors import HandbillError, TrayFailed
from handbill.files import open_inside

LETTER_BYTES = 4096
BATCH = 256  # open at once
HELD = 4096  # in memory, 16 MiB: so many come in one order
_NAME, _NAMES = 16, 3  # 48 of the 52 digits of a hash
_SYNCS = 16  # at once: a journal then writes many for the price of one
SUFFIX = ".bin"
_NEW = ".new-"  # and no suffix: the desk must not take what is not whole
_FORGOTTEN_S = 86_400
_CREATE = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class _Open:
    fd: int
    path: Path
    final: Path


def letter_name(data: bytes) -> str:
    """Name a sealed letter's file, like one that was written here (docs/formats/seal.md)."""
    return _letter_names(data)[0]


def _letter_names(data: bytes) -> list[str]:
    """Return the names for a letter, the next for where the one before is another's."""
    digits = base64.b32encode(sha256(data).digest()).decode().lower()
    return [digits[n * _NAME :][:_NAME] + SUFFIX for n in range(_NAMES)]


def read_letter(file: BinaryIO) -> bytes:
    """Read a sealed letter, and one byte more where the file is longer."""
    data = b""
    while len(data) <= LETTER_BYTES and (more := file.read(LETTER_BYTES + 1 - len(data))):
        data += more
    return data


class Tray:
    """A folder that takes letters; what :meth:`flush` has returned from is on the disk.

    One that ``renames`` is a newsroom's, which the desk empties at any moment.
    """

    def __init__(self, folder: Path, *, renames: bool, reads_only: bool = False) -> None:
        self.folder, self.renames, self._reads_only = folder, renames, reads_only
        self._held: dict[str, bytes] = {}
        self._pending: dict[str, _Open] = {}
        self._fresh: set[str] = set()
        self._settled = False

    def __enter__(self) -> "Tray":
        if self._reads_only:
            return self
        try:
            self.folder.mkdir(exist_ok=True, mode=0o700 if self.renames else 0o777)
            if self.renames:
                self._sweep()
        except OSError as error:
            raise self._failed(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for name in list(self._pending):
            self._drop(name)

    def add(self, data: bytes) -> bool:
        """Take a letter; False where it is here already. Durable only after :meth:`flush`.

        Raises:
            TrayFailed
        """
        name, known = self._place(data)
        if known:
            return False
        self._held[name] = data
        if len(self._held) >= HELD:
            self.flush()
        return True

    def has(self, data: bytes) -> bool:
        """Tell whether a letter is here, or taken and not yet on the disk.

        Raises:
            TrayFailed
        """
        return self._place(data)[1]

    def _place(self, data: bytes, *, synced: bool = False) -> tuple[str, bool]:
        """Return the name under which a letter lies or may be written, and whether it does."""
        for name in _letter_names(data):
            there = self._held.get(name) or self.read(name, synced=synced)
            if there == data:
                return name, True
            if there is None or len(there) < LETTER_BYTES:  # torn by a killed run
                return name, False
        raise TrayFailed(
            f"{self.folder / letter_name(data)}: other files stand under all names of a letter",
            hint="somebody put them there: move them away",
        )

    def flush(self) -> None:
        """Bring everything taken so far onto the disk, under its final name.

        Raises:
            TrayFailed
        """
        names = sorted(self._held)
        for start in range(0, len(names), BATCH):
            for name in names[start : start + BATCH]:
                try:
                    self._write(name, self._held[name])
                except OSError as error:
                    self._drop(name)
                    raise self._failed(error) from error
            self._finish()
            for name in names[start : start + BATCH]:
                del self._held[name]
        self._settle()

    def _settle(self) -> None:
        """Bring onto the disk what an earlier run left: that letters lie here, and this folder."""
        if self._settled or self._reads_only:
            return
        try:
            sync_folder(self.folder)
            with contextlib.suppress(PermissionError):  # a folder above that is somebody else's
                sync_folder(self.folder.parent)
        except OSError as error:
            raise self._failed(error) from error
        self._settled = True

    def _finish(self) -> None:
        try:
            with ThreadPoolExecutor(_SYNCS) as pool:
                list(pool.map(os.fsync, [p.fd for p in self._pending.values()]))
            for name, pending in list(self._pending.items()):
                os.close(self._pending.pop(name).fd)
                if pending.path != pending.final:
                    pending.path.replace(pending.final)
                self._fresh.add(name)
            sync_folder(self.folder)
        except OSError as error:
            raise self._failed(error) from error

    def read(self, name: str, *, synced: bool = False) -> bytes | None:
        """Return what lies under ``name``, one byte more than a letter at most; None: nothing.

        ``synced`` brings it onto the disk first and reads it from there, where the system lets us.

        Raises:
            TrayFailed
        """
        try:
            with open_inside(self.folder, name) as file:
                if synced and name not in self._fresh and os.name == "posix":
                    os.fsync(file.fileno())
                if synced:
                    forget(file.fileno())
                return read_letter(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed(error) from error
        except HandbillError as error:
            raise TrayFailed(f"{self.folder / name}: {error}", hint="move it away") from error

    def holds(self, data: bytes, *, beside: os.stat_result) -> bool:
        """Tell whether a letter lies on the disk here, in another file than ``beside``.

        Raises:
            TrayFailed
        """
        name, known = self._place(data, synced=True)
        if not known or name in self._held:
            return False
        try:
            info = (self.folder / name).lstat()
        except OSError as error:
            raise self._failed(error) from error
        return (info.st_dev, info.st_ino) != (beside.st_dev, beside.st_ino)

    def _write(self, name: str, data: bytes) -> None:
        final = self.folder / name
        begun = self.folder / f"{_NEW}{os.getpid()}-{name.removesuffix(SUFFIX)}"
        path = begun if self.renames else final
        path.unlink(missing_ok=True)  # what a killed run left
        fd = os.open(path, _CREATE, 0o600 if self.renames else 0o644)
        self._pending[name] = _Open(fd, path, final)
        write_all(fd, data)
        with contextlib.suppress(PermissionError):  # a mount that is somebody else's
            os.utime(path, (EVEN_TIME, EVEN_TIME))

    def _drop(self, name: str) -> None:
        pending = self._pending.pop(name, None)
        if pending:
            with contextlib.suppress(OSError):
                os.close(pending.fd)
            with contextlib.suppress(OSError):
                pending.path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what a run that was killed long ago had begun."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.startswith(_NEW) and entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(FileNotFoundError):  # another run has just ended it
                        changed = entry.stat(follow_symlinks=False).st_ctime
                        if time.time() - changed > _FORGOTTEN_S:
                            Path(entry.path).unlink(missing_ok=True)

    def _failed(self, error: OSError) -> TrayFailed:
        said = failed(self.folder, error)
        return TrayFailed(str(said), hint=said.hint)
