"""What commands show: progress on standard error, results on standard output."""

import json
import sys
import time
from typing import Any

import click

from handbill.progress import SILENT, Progress, Unit

_EVERY_S = 0.2


def console_progress(*, quiet: bool = False) -> Progress:
    """Progress for a person: a line that redraws on a terminal, one line a task elsewhere."""
    if quiet:
        return SILENT
    return _Line() if sys.stderr.isatty() else _Plain()


def emit(json_mode: bool, record: dict[str, Any], text: str) -> None:
    """Print one result: a JSON object on one line for scripts, or plain text for people."""
    if json_mode:
        click.echo(json.dumps(record, ensure_ascii=False, sort_keys=False))
    elif text:
        click.echo(text)


def amount(n: float, unit: Unit) -> str:
    """Write ``n`` as a person would: ``3.1 MB``, ``41 s``, ``12 files``."""
    if unit == "bytes":
        for name, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
            if n >= size:
                return f"{n / size:.1f} {name}"
        return f"{n:.0f} B"
    if unit == "seconds":
        return duration(n)
    return f"{n:.0f} {unit}"


def duration(seconds: float) -> str:
    """Write seconds as ``41 s``, ``3 min 05 s`` or ``2 h 10 min``."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


class _Task:
    def __init__(self, label: str, total: int | None, unit: Unit) -> None:
        self.label, self.total, self.unit = label, total, unit
        self.value = 0
        self.note = ""
        self.began = time.monotonic()

    def text(self) -> str:
        spent = time.monotonic() - self.began
        if not self.total:
            return f"{self.label}: {amount(self.value, self.unit)} {self.note}".rstrip()
        share = min(self.value / self.total, 1.0)
        parts = [f"{self.label}: {share:4.0%} of {amount(self.total, self.unit)}"]
        if share > 0.02 and spent > 2:
            parts.append(f"about {duration(spent / share - spent)} left")
        return ", ".join(parts) + (f"  {self.note}" if self.note else "")


class _Line:
    """A single line at the bottom of the terminal; tasks may nest, the innermost shows."""

    def __init__(self) -> None:
        self._tasks: list[_Task] = []
        self._drawn = 0.0

    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        self._tasks.append(_Task(label, total, unit))
        self._draw(force=True)

    def advance(self, n: int = 1, note: str = "") -> None:
        if self._tasks:
            task = self._tasks[-1]
            task.value += n
            task.note = note or task.note
            self._draw()

    def done(self) -> None:
        if self._tasks:
            self._tasks.pop()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    def _draw(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._drawn < _EVERY_S:
            return
        self._drawn = now
        width = max(click_width() - 1, 20)
        sys.stderr.write("\r\x1b[K" + printable(self._tasks[-1].text())[:width])
        sys.stderr.flush()


class _Plain:
    """For logs: one line when a task that took a while ends."""

    def __init__(self) -> None:
        self._tasks: list[_Task] = []

    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        self._tasks.append(_Task(label, total, unit))

    def advance(self, n: int = 1, note: str = "") -> None:
        if self._tasks:
            self._tasks[-1].value += n

    def done(self) -> None:
        if self._tasks:
            task = self._tasks.pop()
            spent = time.monotonic() - task.began
            if spent >= 1:
                done = amount(task.value, task.unit)
                click.echo(f"{task.label}: {done} in {duration(spent)}", err=True)


def click_width() -> int:
    """Return the terminal's width in columns."""
    import shutil  # noqa: PLC0415  (start-up time)

    return shutil.get_terminal_size().columns


def printable(text: str) -> str:
    """Show a name from a drive without letting it steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
