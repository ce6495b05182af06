"""What commands show: progress on standard error, results on standard output."""

import json
import re
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from handbill.errors import HandbillError
from handbill.progress import SILENT, Progress, Unit

if TYPE_CHECKING:
    from rich.progress import TaskID

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def console_progress(*, quiet: bool = False) -> Progress:
    """Progress for a person: a line that redraws on a terminal, one line a task elsewhere."""
    if quiet:
        return SILENT
    return _Bars() if sys.stderr.isatty() else _Plain()


def emit(json_mode: bool, record: dict[str, Any], text: str) -> None:
    """Print one result: a JSON object on one line for scripts, or plain text for people."""
    if json_mode:
        click.echo(json_line(record))
    elif text:
        click.echo(without_controls(text))


def json_line(record: dict[str, Any]) -> str:
    """Write one JSON object on one line, with a name from a drive in it that is no text at all."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    said = json.dumps(record, ensure_ascii=plain, sort_keys=False)
    return said.encode("utf-8", "backslashreplace").decode()


def without_controls(text: str) -> str:
    """Show lines in which names from a drive may stand without letting these steer the terminal."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def failed(drive: str, error: HandbillError) -> str:
    """Say that one drive of several failed, and name it once."""
    why = _one_line(str(error).removeprefix(f"{drive}: "))
    return f"{_one_line(drive)}: FAILED: {why}" + (f"\n  {error.hint}" if error.hint else "")


def _one_line(text: str) -> str:
    return text.replace("\n", "\N{REPLACEMENT CHARACTER}")


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


class _Bars:
    """Bars at the bottom of the terminal, by rich; tasks may nest."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415  (start-up time)
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[note]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: list[tuple[TaskID, str, int | None, Unit]] = []

    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        if not self._tasks:
            self._bars.start()
        label = printable(label)
        shown = f"{label} ({amount(total, unit)})" if total else label
        self._tasks.append((self._bars.add_task(shown, total=total, note=""), label, total, unit))

    def advance(self, n: int = 1, note: str = "") -> None:
        if not self._tasks:
            return
        task = self._tasks[-1][0]
        if note:
            self._bars.update(task, advance=n, note=printable(note)[:40])
        else:
            self._bars.advance(task, n)

    def done(self) -> None:
        if self._tasks:
            self._bars.remove_task(self._tasks.pop()[0])
        if not self._tasks:
            self._bars.stop()


class _Task:
    """One line of a log in the making."""

    def __init__(self, label: str, unit: Unit) -> None:
        self.label, self.unit, self.value = label, unit, 0
        self.began = time.monotonic()


class _Plain:
    """For logs: one line when a task that took a while ends."""

    def __init__(self) -> None:
        self._tasks: list[_Task] = []

    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        self._tasks.append(_Task(printable(label), unit))

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


def printable(text: str) -> str:
    """Show a name from a drive without letting it steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
