"""Run a command to its end and say what it cost; shared by the scripts beside it."""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What is installed has its bytecode beside it, whatever this shell forbids.
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds, and the largest memory of any process, in MB."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.cpu_s:6.2f} CPU-s  {self.wall_s:6.2f} s wall  {self.peak_mb:6.0f} MB"


def run(
    argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Cost:
    """Run ``argv``; its children count too. Ends the benchmark if it fails."""
    began = time.monotonic()
    process = subprocess.Popen(
        [str(a) for a in argv],
        env={**os.environ, **_AS_INSTALLED, **(env or {})},
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    noise = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{argv[0]} failed: {noise.decode(errors='replace')[-2000:]}")
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, peak)


def best(costs: Sequence[Cost]) -> Cost:
    """Return the run that took least CPU: the others were disturbed."""
    return min(costs, key=lambda c: c.cpu_s)


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the run that took the middle of CPU: for what the disk's past makes better or worse."""
    return sorted(costs, key=lambda c: c.cpu_s)[len(costs) // 2]


def arguments(description: str | None) -> argparse.Namespace:
    """Read what the scripts about carrying take: how many MB, rounds, on which disk."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("megabytes", type=int, nargs="?", default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", help="on which disk")
    parser.add_argument("--quick", action="store_true", help="100 MB, one round")
    args = parser.parse_args()
    if args.quick:
        args.megabytes, args.rounds = 100, 1
    return args


def machine() -> str:
    """Describe the machine in one line: processors, memory, system, Python."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    version = ".".join(str(v) for v in sys.version_info[:3])
    limit = resource.getpagesize() * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} x {model}, {limit:.0f} GB, {sys.platform}, Python {version}"
