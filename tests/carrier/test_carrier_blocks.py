"""Large blocks past the system's cache: every byte, whatever the system refuses or cuts short."""

from __future__ import annotations

import errno
import os
import random
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import FileIO
from pathlib import Path

import pytest

from handbill.carrier import blocks
from handbill.carrier.blocks import BLOCK_BYTES, past_cache, read_blocks, write_all
from handbill.carrier.drive import Drive

LENGTHS = [
    0,
    1,
    4095,
    4096,
    BLOCK_BYTES - 1,
    BLOCK_BYTES,
    BLOCK_BYTES + 1,
    BLOCK_BYTES + 4096,
    2 * BLOCK_BYTES,
    2 * BLOCK_BYTES + 4097,
]
BYTES = random.Random(1).randbytes(2 * BLOCK_BYTES + 4097)
LARGE = BYTES[: 2 * BLOCK_BYTES + 17]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this way")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Callable[[bytes | None], tuple[int, Path]]]:
    """Open a file for reading, with these bytes in it, or a new one for writing."""
    opened: list[int] = []

    def _open(data: bytes | None) -> tuple[int, Path]:
        path = tmp_path / f"film {len(opened)}"
        if data is not None:
            path.write_bytes(data)
        flags = os.O_RDONLY if data is not None else os.O_WRONLY | os.O_CREAT | os.O_EXCL
        opened.append(os.open(path, flags | getattr(os, "O_BINARY", 0)))
        return opened[-1], path

    yield _open
    for fd in opened:
        os.close(fd)


Opens = Callable[[bytes | None], tuple[int, Path]]


def is_past(fd: int) -> bool:
    import fcntl

    return bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_DIRECT)


def allows(path: Path) -> bool:
    """Tell whether this file system has a way past the cache."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_DIRECT))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("past", [True, False])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_is_read_whole(file: Opens, length: int, past: bool) -> None:
    fd, _ = file(BYTES[:length])
    if past:
        past_cache(fd)
    read = [bytes(block) for block in read_blocks(fd)]
    assert b"".join(read) == BYTES[:length]
    assert all(len(block) == BLOCK_BYTES for block in read[:-1])


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_is_written_whole(file: Opens, length: int) -> None:
    source, _ = file(BYTES[:length])
    fd, path = file(None)
    for block in read_blocks(source):
        write_all(fd, block)
    assert path.read_bytes() == BYTES[:length]


@linux_only
def test_whole_blocks_go_past_the_cache_and_the_end_through_it(
    file: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, _ = file(LARGE)
    fd, path = file(None)
    went = []
    write = os.write

    def spy(to: int, data: memoryview) -> int:
        went.append((is_past(to), len(data)))
        return write(to, data)

    monkeypatch.setattr(os, "write", spy)
    for block in read_blocks(source):
        write_all(fd, block)
    can = allows(path)
    assert [w for w in went if w[1] == BLOCK_BYTES][:2] == [(can, BLOCK_BYTES)] * 2
    assert went[-1] == (False, 17)


@linux_only
def test_what_a_drive_holds_is_read_past_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "film").write_bytes(LARGE)
    went = []
    fill = blocks._fill

    def spy(file: FileIO, buffer: memoryview) -> memoryview:
        went.append(is_past(file.fileno()))
        return fill(file, buffer)

    monkeypatch.setattr(blocks, "_fill", spy)
    right = (len(LARGE), sha256(LARGE).hexdigest())
    assert Drive(tmp_path).read_back(["film", "none"]) == [right, None]
    assert went[0] is allows(tmp_path / "film")
    went.clear()
    assert Drive(tmp_path).hash("film") == right
    assert went[0] is allows(tmp_path / "film")


@linux_only
def test_a_file_system_without_that_way_is_read_and_written(
    file: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    control = fcntl.fcntl

    def refuses(fd: int, what: int, value: int = 0) -> int:
        if what == fcntl.F_SETFL and value & os.O_DIRECT:
            raise OSError(errno.EINVAL, "no")
        return control(fd, what, value)

    monkeypatch.setattr(fcntl, "fcntl", refuses)
    source, _ = file(LARGE)
    assert not past_cache(source)
    fd, path = file(None)
    for block in read_blocks(source):
        write_all(fd, block)
    assert path.read_bytes() == LARGE


@linux_only
def test_a_file_system_that_takes_the_flag_and_refuses_the_block(
    file: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, path = file(LARGE)
    refused = []
    write = os.write

    class Refusing(FileIO):
        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            if is_past(self.fileno()):
                refused.append("read")
                raise OSError(errno.EINVAL, "no")
            return super().readinto(buffer)

    def writes(fd: int, data: memoryview) -> int:
        if is_past(fd):
            refused.append("write")
            raise OSError(errno.EINVAL, "no")
        return write(fd, data)

    monkeypatch.setattr(blocks, "FileIO", Refusing)
    monkeypatch.setattr(os, "write", writes)
    past_cache(source)
    fd, target = file(None)
    for block in read_blocks(source):
        write_all(fd, block)
    assert target.read_bytes() == LARGE
    assert refused == (["read", "write", "write"] if allows(path) else [])


def test_a_system_that_takes_little_at_once(file: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    fd, path = file(None)
    write = os.write
    monkeypatch.setattr(os, "write", lambda to, data: write(to, data[:1_000_001]))
    write_all(fd, LARGE[:BLOCK_BYTES])
    write_all(fd, LARGE[BLOCK_BYTES:])
    assert path.read_bytes() == LARGE


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EINVAL])
def test_a_failing_drive_is_an_error_and_no_endless_trying(
    file: Opens, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fd, _ = file(None)

    def fails(_fd: int, _data: memoryview) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", fails)
    with pytest.raises(OSError, match=os.strerror(number)):
        write_all(fd, LARGE[:BLOCK_BYTES])

    class Broken(FileIO):
        def readinto(self, _buffer: memoryview) -> int:  # type: ignore[override]
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(blocks, "FileIO", Broken)
    source, _ = file(LARGE)
    with pytest.raises(OSError, match=os.strerror(number)):
        list(read_blocks(source))


def test_no_block_is_lent_twice(file: Opens) -> None:
    first, second = read_blocks(file(LARGE)[0]), read_blocks(file(LARGE[::-1])[0])
    one, other = next(first), next(second)
    assert bytes(one) == LARGE[:BLOCK_BYTES]
    assert bytes(other) == LARGE[::-1][:BLOCK_BYTES]
    first.close()
    third = read_blocks(file(BYTES)[0])
    assert bytes(next(third)) == BYTES[:BLOCK_BYTES]
    assert bytes(next(second)) == LARGE[::-1][BLOCK_BYTES : 2 * BLOCK_BYTES]


def test_whoever_breaks_off_may_close_the_file_first(file: Opens) -> None:
    fd = os.dup(file(LARGE)[0])
    reading = read_blocks(fd)
    next(reading)
    os.close(fd)
    assert b"".join(map(bytes, reading)) == LARGE[BLOCK_BYTES:]
