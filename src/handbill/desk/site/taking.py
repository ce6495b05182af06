"""Lay sealed letters into the tray: on the disk before they are acknowledged, and never too many.

One thread writes. It takes what has gathered meanwhile and brings it onto the disk together.
"""

import asyncio
import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from queue import Empty, Full, Queue

from handbill.carrier.tray import BATCH, Tray
from handbill.errors import HandbillError

LEAST_FREE_BYTES = 32 << 20
_WAITING = 2 * BATCH
_COUNTED_S = 5.0
_MANY = 20_000


class Taken(StrEnum):
    """What became of a letter."""

    ARRIVED = "arrived"  # it lies on the disk
    BUSY = "busy"  # too many wait to be written
    FULL = "full"  # the tray or the disk has no room, or cannot be written


Waiting = tuple[bytes, "asyncio.Future[Taken]", asyncio.AbstractEventLoop]


class Taker:
    """Takes letters for one tray; ``most`` may lie in it at once."""

    def __init__(self, folder: Path, most: Callable[[], int]) -> None:
        self._folder, self._most = folder, most
        self._queue: Queue[Waiting | None] = Queue(_WAITING)
        self._count, self._counted = 0, -_COUNTED_S
        self._tray: Tray | None = None
        self._added = 0
        self._thread = threading.Thread(target=self._run, name="tray", daemon=True)
        self._thread.start()

    async def take(self, sealed: bytes) -> Taken:
        """Take a letter; once this returns ``ARRIVED`` it survives a pulled plug."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Taken] = loop.create_future()
        try:
            self._queue.put_nowait((sealed, done, loop))
        except Full:
            return Taken.BUSY
        return await done

    def close(self) -> None:
        """Write what waits, then end."""
        self._queue.put(None)
        self._thread.join(30)

    def has_room(self) -> bool:
        """Tell whether the tray takes letters now."""
        now = time.monotonic()
        try:
            if now - self._counted >= _COUNTED_S:
                self._count, self._counted = _letters(self._folder), now
            free = shutil.disk_usage(self._folder if self._count else self._folder.parent).free
        except OSError:
            return False
        return self._count < self._most() and free >= LEAST_FREE_BYTES

    def _run(self) -> None:
        ended = False
        while not ended:
            batch: list[Waiting] = []
            item = self._queue.get()
            with contextlib.suppress(Empty):
                while item is not None:
                    batch.append(item)
                    if len(batch) >= BATCH:
                        break
                    item = self._queue.get_nowait()
            ended = item is None
            if batch:
                self._write(batch)

    def _write(self, batch: list[Waiting]) -> None:
        room = self.has_room()
        left = max(0, self._most() - self._count) if room else 0
        taken = self._on_disk([sealed for sealed, _, _ in batch[:left]])
        results = [taken] * len(batch[:left]) + [Taken.FULL] * len(batch[left:])
        for (_, done, loop), result in zip(batch, results, strict=True):
            with contextlib.suppress(RuntimeError):  # its loop has ended: nobody waits
                loop.call_soon_threadsafe(_tell, done, result)

    def _on_disk(self, letters: list[bytes]) -> Taken:
        if not letters:
            return Taken.FULL
        try:
            tray = self._open()
            added = sum([tray.add(sealed) for sealed in letters])
            tray.flush()
        except (HandbillError, OSError):
            self._leave()
            return Taken.FULL
        self._count += added
        self._added += added
        if self._added > _MANY:
            self._leave()
        return Taken.ARRIVED

    def _open(self) -> Tray:
        """Return the tray, opened now or before; opening looks through it."""
        if self._tray is None:
            self._tray, self._added = Tray(self._folder, renames=True).__enter__(), 0
        return self._tray

    def _leave(self) -> None:
        """Forget the tray and what it remembers of letters; what was begun in it is removed."""
        if self._tray:
            self._tray.__exit__(None, None, None)
        self._tray = None


def _tell(done: "asyncio.Future[Taken]", result: Taken) -> None:
    if not done.done():
        done.set_result(result)


def _letters(folder: Path) -> int:
    try:
        with os.scandir(folder) as entries:
            return sum(1 for _ in entries)
    except FileNotFoundError:
        return 0
