"""``handbill copy``: write an edition to drives."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handbill.cli.ui import amount, console_progress, emit, failed, printable
from handbill.errors import DriveFailed, UnsafePath

if TYPE_CHECKING:
    from handbill.carrier.copy import CopyReport


@click.command("copy")
@click.argument("edition", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("drives", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(edition: Path, drives: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Write EDITION to each of DRIVES, read it back, and go on after an interruption.

    A drive that fails does not stop the others. Letters and files of others stay.
    """
    from handbill.carrier.copy import copy_edition  # noqa: PLC0415  (start-up time)

    broken = 0
    for drive in drives:
        try:
            report = copy_edition(
                edition, drive, dry_run=dry_run, progress=console_progress(quiet=as_json)
            )
        except (DriveFailed, UnsafePath) as error:
            broken += 1
            record: dict[str, object] = {
                "drive": str(drive),
                "error": str(error),
                "hint": error.hint or "",
            }
            emit(as_json, record, failed(str(drive), error))
            continue
        record = {"drive": str(drive), "dry_run": dry_run, **asdict(report)}
        emit(as_json, record, _text(report, dry_run))
    raise SystemExit(DriveFailed.exit_status if broken else 0)


def _text(report: "CopyReport", dry_run: bool) -> str:
    done = "would be written" if dry_run else "written and read back"
    size = amount(report.length, "bytes")
    lines = [f"{printable(report.folder)}: edition {report.number}"]
    lines.append(f"  {len(report.written)} files, {size}, {done}; {report.same} there already")
    if report.dropped:
        lines.append(f"  {len(report.dropped)} files of the earlier edition dropped")
    if not dry_run:
        lines.append("  Eject the drive before you pull it out.")
    return "\n".join(lines)
