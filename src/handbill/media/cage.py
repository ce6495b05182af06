"""Walls around code that reads hostile media: limits on memory, time, size, files and network.

Runs as a file of its own (``python -I cage.py …``) before ffmpeg, or is called inside one of our
cells. POSIX gives the limits, Linux 5.13 and later the walls (Landlock); elsewhere they are
absent and only the time limit of :mod:`handbill.tools` remains.
"""

import contextlib
import ctypes
import json
import os
import sys
from collections.abc import Iterable, Sequence

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MIB = 1 << 20
# linux/landlock.h: which rights a rule names. What we handle and do not grant is refused.
_READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, read a folder
_WRITE = sum(1 << bit for bit in (1, 4, 5, 7, 8)) | _READ  # write, remove, make file and folder
_FS_RIGHTS = {1: 1 << 13, 2: 1 << 14, 3: 1 << 15, 4: 1 << 15}
_NET_RIGHTS = 1 << 0 | 1 << 1  # bind and connect TCP
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_FILE_ONLY = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14


def confine(
    *,
    memory_mib: int,
    cpu_s: int,
    file_mib: int,
    read: Iterable[str] = (),
    write: Iterable[str] = (),
) -> bool:
    """Bind this process, and all that it starts, for good; True where files are walled too."""
    if resource is not None:
        _limit(resource.RLIMIT_AS, memory_mib * MIB)
        _limit(resource.RLIMIT_CPU, cpu_s)
        _limit(resource.RLIMIT_FSIZE, file_mib * MIB)
        _limit(resource.RLIMIT_CORE, 0)
    return _landlock(tuple(read), tuple(write))


def _limit(kind: int, value: int) -> None:
    with contextlib.suppress(OSError, ValueError):  # a lower limit already stands
        resource.setrlimit(kind, (value, value))


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("fd", ctypes.c_int32))


def _landlock(read: Sequence[str], write: Sequence[str]) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except (OSError, AttributeError):
        return False
    if version < 1:
        return False
    handled = _FS_RIGHTS.get(version, 1 << 16) - 1
    rules = _Ruleset(handled, _NET_RIGHTS if version >= 4 else 0)
    size = ctypes.c_size_t(16 if version >= 4 else 8)
    fd = libc.syscall(_CREATE, ctypes.byref(rules), size, ctypes.c_uint32(0))
    if fd < 0:
        return False
    granted = [(p, _READ & handled) for p in read] + [(p, _WRITE & handled) for p in write]
    for path, rights in granted:
        _grant(libc, fd, path, rights)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    walled = libc.syscall(_RESTRICT, fd, ctypes.c_uint32(0)) == 0
    os.close(fd)
    return bool(walled)


def _grant(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, getattr(os, "O_PATH", os.O_RDONLY))
    except OSError:
        return  # what is absent needs no right
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - this file starts before every film: no pathlib
            rights &= _FILE_ONLY
        rule = _Beneath(rights, fd)
        libc.syscall(_ADD, ruleset, ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(fd)


def _end_with_parent() -> None:
    """Let the system end this process where the press is killed and cannot do it (Linux)."""
    if sys.platform.startswith("linux"):
        parent = os.getppid()
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL
        if os.getppid() != parent:  # it went meanwhile
            sys.exit(1)


def main() -> None:
    """Read the limits (JSON) and a command from the arguments, and become that command, caged."""
    limits, command = json.loads(sys.argv[1]), sys.argv[2:]
    confine(**limits)
    _end_with_parent()
    os.execv(command[0], command)  # noqa: S606 - an argument list, from encoder.py alone


if __name__ == "__main__":
    main()
