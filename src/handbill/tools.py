"""Outside programs: given an argument list and never a shell, watched by a clock, killed whole."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbill.errors import ToolFailed, ToolMissing

KEPT_LINES = 40
_SECRET = ("HANDBILL_PASSPHRASE",)  # a film that takes over its decoder must not find it


@dataclass(frozen=True, slots=True)
class Ran:
    """What a finished program said on standard output and (its last lines) on standard error."""

    stdout: bytes
    stderr_tail: str


def run(
    argv: Sequence[str | Path],
    *,
    timeout_s: float,
    stdin: bytes | None = None,
    on_line: Callable[[str], None] | None = None,
    stdout_limit: int = 64 << 20,
) -> Ran:
    """Run a program to its end.

    ``on_line`` is called with each line of standard error (progress). Whatever ends this call
    (time, Ctrl-C, an exception in ``on_line``) also ends the program and all that it started.

    Raises:
        ToolMissing: there is no such program.
        ToolFailed: it ended with a status other than 0, ran past ``timeout_s``, or printed more
            than ``stdout_limit`` bytes.
    """
    name = Path(argv[0]).name
    try:
        process = subprocess.Popen(
            [str(a) for a in argv],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name not in _SECRET},
        )
    except FileNotFoundError as error:
        raise ToolMissing(f"{name}: not found", hint=f"install {name}") from error
    except PermissionError as error:
        raise ToolMissing(f"{name}: may not be run", hint=f"check {argv[0]}") from error
    watch = _Watch(process, stdout_limit)
    clock = threading.Timer(timeout_s, watch.expire)
    clock.start()
    try:
        watch.feed(stdin)
        tail = watch.read_lines(on_line)
        status = process.wait()
    finally:
        clock.cancel()
        watch.kill()
        watch.close()
    if watch.expired:
        raise ToolFailed(f"{name}: still running after {timeout_s:.0f} s, ended")
    if watch.overflow:
        raise ToolFailed(f"{name}: printed more than {stdout_limit} bytes, ended")
    if status:
        raise ToolFailed(f"{name}: ended with status {status}: {' / '.join(tail[-4:])}")
    return Ran(bytes(watch.stdout), "\n".join(tail))


class _Watch:
    """The threads and flags around one running program."""

    def __init__(self, process: "subprocess.Popen[bytes]", stdout_limit: int) -> None:
        self.process = process
        self.limit = stdout_limit
        self.stdout = bytearray()
        self.expired = False
        self.overflow = False
        self._reader = threading.Thread(target=self._read_stdout, daemon=True)
        self._reader.start()

    def _read_stdout(self) -> None:
        if self.process.stdout is None:
            return
        while data := self.process.stdout.read1(65536):  # type: ignore[attr-defined]
            if len(self.stdout) + len(data) > self.limit:
                self.overflow = True
                self.kill()
                return
            self.stdout += data

    def feed(self, stdin: bytes | None) -> None:
        if stdin is not None and self.process.stdin:
            data, pipe = stdin, self.process.stdin
            threading.Thread(target=_feed, args=(pipe, data), daemon=True).start()

    def read_lines(self, on_line: Callable[[str], None] | None) -> list[str]:
        tail: list[str] = []
        if self.process.stderr is None:
            return tail
        while raw := self.process.stderr.readline(8192):
            line = raw.decode("utf-8", "replace").strip()
            if not line:
                continue
            tail = [*tail[1 - KEPT_LINES :], line] if len(tail) >= KEPT_LINES else [*tail, line]
            if on_line:
                on_line(line)
        return tail

    def expire(self) -> None:
        self.expired = True
        self.kill()

    def kill(self) -> None:
        if self.process.poll() is not None:
            return
        try:
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        except ProcessLookupError:
            pass
        self.process.wait()

    def close(self) -> None:
        self._reader.join(timeout=5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


def _feed(pipe: "subprocess.IO[bytes]", data: bytes) -> None:  # type: ignore[name-defined]
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        pass
