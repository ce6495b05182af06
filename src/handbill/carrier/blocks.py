"""Large files in large blocks, which go past the system's cache where it lets us.

The system then finds no room for them and copies nothing twice, and what is read back can only
come from the drive. Linux does so on most file systems; where one refuses, as elsewhere, the same
bytes go through the cache.
"""

import errno
import mmap
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import FileIO
from itertools import cycle

if sys.platform == "linux":
    import fcntl

BLOCK_BYTES = 4 << 20
_WHOLE = 4096  # of these alone: what a drive reads and writes at once
_SPARE: list[memoryview] = []


def past_cache(fd: int, *, wanted: bool = True) -> bool:
    """Lead reads and writes past the cache, or through it; tell whether that is a change."""
    if sys.platform != "linux":
        return False
    now = fcntl.fcntl(fd, fcntl.F_GETFL)
    new = now | os.O_DIRECT if wanted else now & ~os.O_DIRECT
    if new == now:
        return False
    try:
        fcntl.fcntl(fd, fcntl.F_SETFL, new)
    except OSError:
        return False
    return True


def read_blocks(fd: int) -> Iterator[memoryview]:
    """Read an open file to its end, 4 MiB at most at a time; each block is good until the next.

    While one is hashed or written the next is read: the drive would wait for us otherwise.
    """
    # A descriptor of its own: whoever breaks off may close theirs before the last read ends.
    with (
        _lent() as one,
        _lent() as other,
        FileIO(os.dup(fd)) as file,
        ThreadPoolExecutor(1) as beside,
    ):
        buffers = cycle((one, other))
        coming = beside.submit(_fill, file, next(buffers))
        while block := coming.result():
            coming = beside.submit(_fill, file, next(buffers))
            yield block


@contextmanager
def _lent() -> Iterator[memoryview]:
    """Lend a buffer for one block: clearing new memory for every file takes longer than reading.

    A map begins where a page does; past the cache other memory is refused.
    """
    buffer = _SPARE.pop() if _SPARE else memoryview(mmap.mmap(-1, BLOCK_BYTES))
    try:
        yield buffer
    finally:
        _SPARE.append(buffer)


def _fill(file: FileIO, buffer: memoryview) -> memoryview:
    fd = file.fileno()
    try:
        got = file.readinto(buffer)
    except OSError as error:
        if not _refused(fd, error):
            raise
        return _fill(file, buffer)
    if got % _WHOLE:
        past_cache(fd, wanted=False)
    return buffer[:got]


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write all of ``data``, however little the system takes; a whole block past its cache."""
    view = memoryview(data)
    past_cache(fd, wanted=len(view) == BLOCK_BYTES)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except OSError as error:
            if not _refused(fd, error):
                raise


def _refused(fd: int, error: OSError) -> bool:
    """Tell whether it was the way past the cache that was refused; then go through it."""
    return error.errno == errno.EINVAL and past_cache(fd, wanted=False)
