"""ffmpeg: which one, what it may open, and one watched run of it."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handbill.errors import DriveFailed, MediaRefused, ToolFailed, ToolMissing
from handbill.media.probing import MAX_DURATION_S
from handbill.tools import run

MEMORY_MIB = 6144
_TIME = re.compile(r"out_time_us=(\d+)")
_PAIR = re.compile(r"^[a-z_0-9]+=")


@dataclass(frozen=True, slots=True)
class Encoder:
    """One ffmpeg, and its version for the cache."""

    path: Path
    version: str


def find_encoder(path: Path | None) -> Encoder:
    """Return the ffmpeg at ``path``, or the one that came with the press.

    Raises:
        ToolMissing: there is none.
    """
    if path is not None:
        return Encoder(path, _version(path))
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - loaded only where films are pressed

        packaged = Path(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise ToolMissing("ffmpeg: not found", hint="pip install imageio-ffmpeg") from error
    return Encoder(packaged, _version(packaged))


@lru_cache(maxsize=8)
def _version(path: Path) -> str:
    first = run([path, "-version"], timeout_s=30).stdout.split(b"\n", 1)[0]
    return first.decode("utf-8", "replace").removeprefix("ffmpeg version ").split(" ")[0]


def source_arguments(source: Path, demuxer: str) -> list[str]:
    """Return the arguments that open a hostile source: this file, this reader, nothing else."""
    return [
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-max_streams", "64"),
        *("-max_alloc", str(1 << 30), "-t", str(MAX_DURATION_S), "-f", demuxer),
        *("-i", f"file:{source.absolute()}"),
    ]


def encode(
    encoder: Encoder,
    arguments: Sequence[str],
    *,
    rel: str,
    room: Path,
    read: Sequence[Path] = (),
    timeout_s: float = 3600,
    on_second: Callable[[float], None] | None = None,
) -> list[str]:
    """Run ffmpeg in its cage and return what it said; it may write under ``room`` alone.

    Raises:
        MediaRefused: ffmpeg could not do it; the message carries its reason.
        DriveFailed: the disk is full.
        ToolMissing: ffmpeg cannot be run.
    """
    said: list[str] = []

    def listen(line: str) -> None:
        if on_second and (time := _TIME.match(line)):
            on_second(int(time[1]) / 1e6)
        if not _PAIR.match(line):
            said.append(line)
            del said[:-200]

    flags = ["-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:2", "-y"]
    argv = [str(encoder.path), *flags, *arguments]
    try:
        run(_caged(argv, room, read), timeout_s=timeout_s, on_line=listen)
    except ToolFailed as error:
        if any("No space left on device" in line for line in said):
            raise DriveFailed(
                f"{room}: the disk is full",
                hint="free some space and press again: work is resumed",
            ) from error
        reason = next((line for line in reversed(said) if line), str(error))
        raise MediaRefused(
            f"{rel}: ffmpeg could not use it: {reason[:200]}",
            hint="play it to its end, then export it again",
        ) from error
    return said


def _caged(argv: list[str], room: Path, read: Sequence[Path]) -> list[str]:
    if sys.platform == "win32":
        return argv
    # The system's ffmpeg needs its libraries; nothing in these folders belongs to a person.
    system = ["/usr", "/bin", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache"]
    readable = [*map(str, read), argv[0], *system]
    limits = {
        "memory_mib": MEMORY_MIB,
        "cpu_s": 48 * 3600,
        "file_mib": 4095,
        "read": [*readable, "/proc", "/sys/devices/system/cpu", "/dev/urandom"],
        "write": [str(room.absolute()), "/dev/null"],
    }
    cage = str(Path(__file__).with_name("cage.py"))
    return [sys.executable, "-I", "-S", cage, json.dumps(limits), *argv]
