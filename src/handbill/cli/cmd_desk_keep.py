"""``handbill desk backup``, ``restore``, ``move``, ``tidy``: keep a desk for years."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handbill import settings
from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_keys import folder_argument, newsroom_id, opened
from handbill.cli.ui import console_progress, emit, printable
from handbill.desk.place import Place, place
from handbill.errors import KeysLocked, UsageError

if TYPE_CHECKING:
    from handbill.desk.keeping.backup import Held
    from handbill.desk.keeping.restoring import Where
    from handbill.desk.keeping.tidying import Tidied

_dry_option = click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


def _desk(newsroom: Path) -> tuple[Place, "Where"]:
    """Return where this newsroom's desk lies, and where its tables."""
    found = newsroom_id(newsroom)
    if not found:
        raise KeysLocked(
            f"{newsroom}: has no keys yet", hint="restore them first: handbill keys restore"
        )
    where = place(newsroom, found)
    chosen = settings.load(where.folder.parent, os.environ)
    return where, chosen.database or where.database


def _key(newsroom: Path, passphrase_file: Path | None) -> bytes:
    from handbill.desk.keeping import backup_key  # noqa: PLC0415

    return backup_key(opened(newsroom, passphrase(passphrase_file)).desk_secret())


def _there(where: "Where") -> None:
    if isinstance(where, Path) and not where.exists():
        raise UsageError(f"{where}: there is no desk yet")


@click.command("backup", short_help="Write the whole desk into one file.")
@folder_argument
@click.argument("file", type=click.Path(path_type=Path))
@_dry_option
@passphrase_option
@_json_option
def backup_command(
    newsroom: Path, file: Path, dry_run: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Write NEWSROOM's whole desk into FILE, encrypted, and read it back.

    The desk may be open meanwhile. FILE opens with this newsroom's keys alone: without a backup of
    those (handbill keys backup), kept elsewhere, it is worth nothing.
    """
    where, tables = _desk(newsroom)
    _there(tables)
    if dry_run and os.path.lexists(file):
        raise UsageError(f"{file}: is there already", hint="give another name")
    key = _key(newsroom, passphrase_file)
    from handbill.desk import database  # noqa: PLC0415  (Django: only for the desk)
    from handbill.desk.keeping import backup  # noqa: PLC0415

    database.start(database.options(tables))
    click.get_current_context().call_on_close(database.close)
    with database.failures():
        progress = console_progress(quiet=as_json)
        held = (
            backup.count(where)
            if dry_run
            else backup.write(file, where, newsroom_id(newsroom), key, progress=progress)
        )
    said = f"{file}: would hold" if dry_run else f"{file}: written and read back. It holds"
    record = {"dry_run": dry_run, "file": str(file), **_record(held)}
    emit(as_json, record, f"{said} {_what(held)}.")


@click.command("restore", short_help="Put a backup into an empty desk.")
@folder_argument
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_dry_option
@passphrase_option
@_json_option
def restore_command(
    newsroom: Path, file: Path, dry_run: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Put the backup FILE into NEWSROOM's desk, which must be empty: whole or not at all.

    Restore the keys first (handbill keys restore). With --dry-run FILE is read to its end and
    checked, and nothing is written: so try your backups.
    """
    where, tables = _desk(newsroom)
    key = _key(newsroom, passphrase_file)
    from handbill.desk import database  # noqa: PLC0415
    from handbill.desk.keeping import backup, restoring  # noqa: PLC0415

    click.get_current_context().call_on_close(database.close)
    progress = console_progress(quiet=as_json)
    if dry_run:
        database.start()
        held = backup.look(file, key, progress=progress)
        restoring.refuse_newer(held)
    else:
        held = restoring.restore(file, tables, where, key, progress=progress)
    said = "is whole and opens with these keys. It holds" if dry_run else "restored:"
    lines = [f"{file}: {said} {_what(held)}.", *_broken(held)]
    record = {"dry_run": dry_run, "file": str(file), **_record(held)}
    emit(as_json, record, "\n".join(lines))


@click.command("move", short_help="Copy the desk into another database.")
@folder_argument
@click.option("--to", required=True, help="postgresql://user@host/name, or sqlite.")
@_dry_option
@_json_option
def move_command(newsroom: Path, to: str, dry_run: bool, as_json: bool) -> None:
    """Copy the tables of NEWSROOM's desk into another database, which must be empty.

    Close the desk first: what is written to the old one afterwards is not in the new one. The old
    one stays as it is.
    """
    where, source = _desk(newsroom)
    target: Where = where.database if to == "sqlite" else to
    if target == source:
        raise UsageError("move: the desk is there already")
    _there(source)
    from handbill.desk import database  # noqa: PLC0415
    from handbill.desk.keeping import backup, moving, restoring  # noqa: PLC0415

    database.options(target)
    click.get_current_context().call_on_close(database.close)
    progress = console_progress(quiet=as_json)
    if dry_run:
        restoring.refuse_unless_empty(target)
        database.start(database.options(source))
        with database.failures():
            held = backup.count(None)
    else:
        held = moving.move(source, target, where, progress=progress)
    shown = "the SQLite file" if to == "sqlite" else "the server"
    lines = [f"{'would move' if dry_run else 'moved'} to {shown}: {_what(held)}.", *_broken(held)]
    if not dry_run:
        lines += _after_move(where, to)
    emit(as_json, {"dry_run": dry_run, **_record(held)}, "\n".join(lines))


def _after_move(where: Place, to: str) -> list[str]:
    path = where.folder.parent / settings.NAME
    line = "without a line  database = …" if to == "sqlite" else f'database = "{printable(to)}"'
    lines = ["Compared row by row. The old tables are as they were.", f"Now let {path} say:"]
    return [*lines, f"  {line}", "and remove the old tables once the desk is open on the new ones."]


@click.command("tidy", short_help="Remove what is past its time.")
@folder_argument
@_dry_option
@_json_option
def tidy_command(newsroom: Path, dry_run: bool, as_json: bool) -> None:
    """Remove from NEWSROOM's desk what is past the time that desk.toml declares.

    Run it after each edition. What is kept how long: docs/desk-store.md.
    """
    where, tables = _desk(newsroom)
    _there(tables)
    chosen = settings.load(where.folder.parent, os.environ)
    from handbill.desk import database  # noqa: PLC0415

    database.connect(tables)
    click.get_current_context().call_on_close(database.close)
    from handbill.desk.keeping.tidying import Keep, tidy  # noqa: PLC0415

    keep = Keep(aside=chosen.keep_aside, reasons=chosen.keep_reasons)
    with database.failures():
        done = tidy(where, keep, dry_run=dry_run)
    record = {"dry_run": dry_run, **done.counts()}
    emit(as_json, record, "\n".join(_tidied(done, dry_run)))


def _tidied(done: "Tidied", dry_run: bool) -> list[str]:
    would = "would be removed" if dry_run else "removed"
    words = {
        "aside": "refused letters, put aside",
        "sessions": "sessions that have ended",
        "attempts": "counts of failed logins",
        "yeses": "first yeses that nobody waits for",
        "claims": "marks of who reads what, and batches that nobody is at",
        "words": "notes between colleagues about letters judged long ago",
        "notes": "signed notes of decisions about letters whose words are gone",
        "reasons": "reasons, words for colleagues",
    }
    return [f"{done.counts()[name]} {said}: {would}" for name, said in words.items()]


def _record(held: "Held") -> dict[str, object]:
    return {"rows": held.rows, "files": held.files, "log_break": held.log_break}


def _what(held: "Held") -> str:
    rows = held.rows
    letters, entries = rows.get("store.letter", 0), rows.get("decisions.entry", 0)
    people = rows.get("staff.person", 0)
    return (
        f"{letters} letters, {entries} decisions, {people} people,"
        f" {held.files} sealed letters, {sum(rows.values())} rows in all"
    )


def _broken(held: "Held") -> list[str]:
    if not held.log_break:
        return []
    return [f"WARNING: the log's chain breaks at entry {held.log_break}; it did so before."]


COMMANDS = (backup_command, restore_command, move_command, tidy_command)
