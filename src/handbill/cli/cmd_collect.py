"""``handbill collect``: take sealed letters off drives, opening none."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from handbill.carrier.mailbag import MAX_LETTERS, Asked, CollectReport, Job, Other, gather
from handbill.carrier.tray import Tray
from handbill.cli.ui import console_progress, emit, failed, printable
from handbill.errors import DriveFailed, TrayFailed, UsageError

_OTHER = {
    Other.KIND: "folders, links or devices",
    Other.SIZE: "of another size",
    Other.VERSION: "of another kind or version",
    Other.CHANGED: "changed meanwhile",
    Other.UNREADABLE: "that cannot be read",
}
_CLEARED = (
    "Removed means that file lists show them no more. A flash drive keeps old contents and names"
    " in places that no program reaches: who looks for them may find how many there were and when,"
    " and the sealed letters, which only the newsroom opens. To be sure, destroy the drive."
)


@click.command("collect")
@click.argument("drives", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--into",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A newsroom's folder (letters go to its tray), or any folder, on another drive too.",
)
@click.option("--clear", is_flag=True, help="Remove from each drive what was delivered.")
@click.option(
    "--dry-run", is_flag=True, help="Say what would be taken and removed; change nothing."
)
@click.option(
    "--limit",
    default=MAX_LETTERS,
    show_default=True,
    type=click.IntRange(1, 100_000_000),
    help="How many new letters to take from one drive at most, and to look at ten times as many.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    drives: tuple[Path, ...],
    into: Path,
    clear: bool,
    dry_run: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Take the sealed letters of DRIVES into a newsroom's tray or a folder.

    Needs no key and opens nothing. A drive that fails does not stop the others; run the same
    command again, and it goes on: a letter taken twice is one file.
    """
    asked = Asked(clear=clear, dry_run=dry_run, limit=limit)
    with _tray(into, dry_run) as tray:
        reports, broken = _each(drives, tray, asked, as_json)
    if not as_json:
        _finish(reports, asked)
    raise SystemExit(DriveFailed.exit_status if broken else 0)


def _tray(into: Path, dry_run: bool) -> Tray:
    ours = (into / "newsroom.toml").is_file()
    folder = into / "tray" if ours else into
    if not folder.parent.is_dir():
        raise UsageError(f"--into {into}: {folder.parent} is no folder", hint="is it mounted?")
    return Tray(folder, renames=ours, reads_only=dry_run)


def _each(
    drives: Sequence[Path], tray: Tray, asked: Asked, as_json: bool
) -> tuple[list[CollectReport], int]:
    """Read all drives first: what is then written shows by no date which letter came from where."""
    reports, broken = [], 0
    read = [_gathered(drive, tray, asked, as_json) for drive in drives]
    tray.flush()
    for drive, job in zip(drives, read, strict=True):
        try:
            if isinstance(job, DriveFailed):
                raise job
            report = job.clear()
        except TrayFailed:
            raise
        except DriveFailed as error:
            broken += 1
            record: dict[str, object] = {
                "drive": str(drive),
                "error": str(error),
                "hint": error.hint or "",
            }
            emit(as_json, record, failed(str(drive), error))
            continue
        reports.append(report)
        record = {"into": str(tray.folder), "dry_run": asked.dry_run, **asdict(report)}
        emit(as_json, record, _text(report, asked))
    return reports, broken


def _gathered(drive: Path, tray: Tray, asked: Asked, as_json: bool) -> Job | DriveFailed:
    try:
        return gather(drive, tray, asked=asked, progress=console_progress(quiet=as_json))
    except TrayFailed:
        raise
    except DriveFailed as error:
        return error


def _text(report: CollectReport, asked: Asked) -> str:
    would = "would be " if asked.dry_run else ""
    if not report.bags:
        return f"{printable(report.drive)}: no letters folder here"
    known = f", {report.known} here already" if report.known else ""
    lines = [f"{printable(report.drive)}: {_letters(report.taken)} {would}taken{known}"]
    if report.other:
        named = ", ".join(f"{n} {_OTHER[Other(why)]}" for why, n in report.other.items())
        lines.append(f"  left alone: {named}")
    lines += [f"  not everything was read: {why}" for why in report.unread]
    if report.unread:
        lines.append("  Run the same command again to go on, or raise --limit.")
    if asked.clear:
        lines.append(f"  {_letters(report.cleared)} {would}removed from the drive")
    if report.kept:
        lines.append(f"  {report.kept} not removed: they changed, or are not whole in the tray")
    return "\n".join(lines)


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _finish(reports: Sequence[CollectReport], asked: Asked) -> None:
    if any(report.cleared for report in reports) and not asked.dry_run:
        click.echo(_CLEARED)
    elif any(report.taken for report in reports) and not asked.clear:
        click.echo("The letters are still on the drives; --clear removes what was delivered.")
