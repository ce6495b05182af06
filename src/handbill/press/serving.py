"""Press a draft again whenever the newsroom's folder changes, and show it on this computer."""

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from handbill.errors import HandbillError, UsageError
from handbill.newsroom.scan import sources
from handbill.press.cache import cache_folder, make_private, output_name, read_records
from handbill.press.engine import Press, PressReport
from handbill.press.preview import Preview
from handbill.progress import SILENT, Progress

PAUSE_S = 0.5
Stamps = Mapping[str, tuple[int, int]]


def serve(
    folder: Path,
    *,
    today: Callable[[], date],
    port: int,
    say: Callable[[str], object],
    progress: Progress = SILENT,
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Serve a draft of ``folder`` until ``go_on`` says no; mistakes are told and do not end it.

    Raises:
        UsageError: the port is taken.
    """
    out = cache_folder(folder) / "preview"
    make_private(out.parent)
    if not read_records(out.parent, output_name(out)):
        shutil.rmtree(out, ignore_errors=True)  # nobody knows what lies there
    out.mkdir(exist_ok=True)
    try:
        preview = Preview(out, port)
    except OSError as error:
        raise UsageError(f"port {port}: {error.strerror}", hint="choose another --serve") from error
    seen: Stamps = {}
    try:
        say(f"Open {preview.address} on this computer. Ctrl-C ends it.")
        while go_on():
            now = _sources(folder)
            if now is not None and now != seen:
                seen = now
                _press(folder, out, today(), say=say, progress=progress)
                preview.changed()
            time.sleep(PAUSE_S)
    finally:
        preview.close()


def _sources(folder: Path) -> Stamps | None:
    """List what is there; None where an editor's own file went while we looked, or the disk did."""
    try:
        return sources(folder)
    except HandbillError:
        return None


def _press(
    folder: Path, out: Path, today: date, *, say: Callable[[str], object], progress: Progress
) -> None:
    try:
        report = Press(folder, out, today, None, progress, single_files=0).run()
    except (HandbillError, OSError) as error:
        say(f"{error}\nThe pages are as they were before.")
        return
    say(_told(report))


def _told(report: PressReport) -> str:
    lines = [f"{report.written} of {report.files} files made anew"]
    lines += [f"  withheld: {held.source} {held.reason}" for held in report.withheld]
    lines += [f"  to mend: {problem}" for problem in report.problems]
    lines += [f"  left out: {found.source}: {found.reason}" for found in report.media_problems]
    return "\n".join(lines)
