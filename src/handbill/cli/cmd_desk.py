"""``handbill desk``: take letters in and see what waits. Django starts here and nowhere else."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handbill import settings
from handbill.cli import cmd_desk_keep, cmd_desk_open, cmd_desk_record, cmd_desk_site
from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_desk_open import connect_desk, place_of
from handbill.cli.cmd_keys import folder_argument, opened
from handbill.cli.ui import console_progress, emit, printable
from handbill.desk.place import Place

if TYPE_CHECKING:
    from handbill.desk.intake.listing import Waiting
    from handbill.desk.intake.photos import PhotoReport
    from handbill.desk.intake.values import TakenIn
    from handbill.keys.ring import KeyRing

_REASONS = {
    "unopened": "no sealing key that is here opens them: to another newsroom, damaged,"
    " or sealed to a key that was destroyed",
    "malformed": "opened, but are no letters",
    "forged": "the signature does not hold",
    "other-newsroom": "to another newsroom: sealed by a page that was tampered with",
    "other-seal": "name another sealing key: sealed by a page that was tampered with",
    "destroyed-seal": "name a sealing key that was destroyed, and were sealed to another:"
    " sealed by a page that was tampered with",
    "desk-key": "by a key of the desk's that is retired or withdrawn, or signs no such letters",
    "newer": "of a form that a later release reads; kept sealed",
    "failed": "this release broke on them; kept sealed: please report it",
}


class _Desk(click.Group):
    """``handbill desk NEWSROOM`` opens the desk; the other commands have names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if len(args) > 1 and args[0] not in self.commands and args[1] in self.commands:
            ctx.fail(f"The command comes first: handbill desk {args[1]} {args[0]}")
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group("desk", cls=_Desk)
def command() -> None:
    """Judge letters in a browser, take them in, hand them over.

    "handbill desk NEWSROOM" opens the desk; see "handbill desk open --help".
    """


command.add_command(cmd_desk_open.command)
command.add_command(cmd_desk_record.export)
command.add_command(cmd_desk_record.log)
command.add_command(cmd_desk_site.command)
for _more in cmd_desk_keep.COMMANDS:
    command.add_command(_more)


def _connect(where: Place, *, dry_run: bool = False) -> None:
    chosen = settings.load(where.folder.parent, os.environ)
    if dry_run and not chosen.database and not where.database.exists():
        from handbill.desk.database import IN_MEMORY, connect  # noqa: PLC0415  (Django: only for the desk)

        connect(IN_MEMORY)
        return
    connect_desk(where, chosen)


@command.command("take-in", short_help="Open, check and file letters of the tray.")
@folder_argument
@click.option(
    "--photos",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Also read letters from photographs of their four codes, in this folder.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be filed; write nothing.")
@click.option("--again", is_flag=True, help="Also try what was refused before and is still kept.")
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def take_in_command(
    newsroom: Path,
    photos: Path | None,
    dry_run: bool,
    again: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Open, verify, file and screen the letters in NEWSROOM's tray.

    Run it as often as you like, in any order of drives: a letter counts once. It may be stopped
    at any moment and goes on when it is run again.
    """
    where = place_of(newsroom)
    ring = opened(newsroom, passphrase(passphrase_file), dry_run=dry_run)
    pictures = None
    if photos:
        from handbill.desk.intake.photos import read_photos  # noqa: PLC0415  (Pillow, zxing)

        into = None if dry_run else where.tray
        pictures = read_photos(photos, into, progress=console_progress(quiet=as_json))
    _connect(where, dry_run=dry_run)
    from handbill.desk.intake.knowing import knowing  # noqa: PLC0415  (after Django)
    from handbill.desk.intake.take_in import rehearse, take_in  # noqa: PLC0415
    from handbill.desk.intake.tray import Tray  # noqa: PLC0415

    tray, desk = Tray(where.tray, where.aside), knowing(newsroom, ring)
    progress = console_progress(quiet=as_json)
    if dry_run:
        report = rehearse(tray, desk, progress=progress)
    else:
        report = take_in(tray, desk, again=again, progress=progress)
        _enter_requests(newsroom, ring)
    record = {"dry_run": dry_run, **asdict(report), "photos": pictures and asdict(pictures)}
    emit(as_json, record, "\n".join([*_photos(pictures), *_taken(report, dry_run, newsroom)]))


def _enter_requests(newsroom: Path, ring: "KeyRing") -> None:
    """Enter withdrawals and burnings into the log of decisions."""
    from handbill.desk import secrets  # noqa: PLC0415  (after Django)
    from handbill.desk.database import failures  # noqa: PLC0415
    from handbill.desk.decisions.recording import record  # noqa: PLC0415
    from handbill.desk.serving.opening import open_secrets  # noqa: PLC0415

    secrets.set_current(open_secrets(newsroom.resolve(), ring))
    with failures():
        record()


def _photos(report: "PhotoReport | None") -> list[str]:
    if report is None:
        return []
    lines = [f"{report.pictures} photographs: {report.letters} letters whole"]
    lines += [f"  {printable(line)}" for line in (*report.missing, *report.unread)]
    return lines


def _taken(report: "TakenIn", dry_run: bool, newsroom: Path) -> list[str]:
    would = "would be " if dry_run else ""
    letters = "letter" if report.filed == 1 else "letters"
    lines = [f"{report.filed} {letters} {would}filed, {report.copies} that came before"]
    if report.erased:
        lines.append(f"  {report.erased} were taken back by their writers; their words are gone")
    for reason, count in sorted(report.refused.items()):
        lines.append(f"  {count} {would}refused: {_REASONS[reason]}")
    if report.left:
        lines.append(f"  {report.left} things in the tray are no sealed letters; left there")
    if report.stayed:
        lines.append(f"  {report.stayed} of these may open later and stay: aside/ has no more room")
    if not dry_run:
        lines.append(f"  {report.screened} read by the screens, {report.compared} compared")
        lines.append(f"See what waits: handbill desk letters {newsroom}")
    return lines


@command.command("letters", short_help="List the letters that wait.")
@folder_argument
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--text", is_flag=True, help="Show what the letters say, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def letters_command(newsroom: Path, limit: int, text: bool, as_json: bool) -> None:
    """List the letters of NEWSROOM that wait for a person, with what the screens found."""
    _connect(place_of(newsroom))
    from handbill.desk.database import failures  # noqa: PLC0415
    from handbill.desk.intake.listing import counted, waiting  # noqa: PLC0415

    with failures():
        count = counted()
        for letter in waiting(most=limit):
            emit(as_json, asdict(letter), "\n".join(_letter(letter, text)))
    lines = ["letters: " + (", ".join(f"{n} {s}" for s, n in count.states.items()) or "none")]
    lines += [f"refused: {n}: {_REASONS[reason]}" for reason, n in count.refused.items()]
    for edition, number in count.tampered.items():
        lines.append(f"TAMPERED: {number} letters came from a changed page of edition {edition}")
    emit(as_json, asdict(count), "\n".join(lines))


def _letter(letter: "Waiting", text: bool) -> list[str]:
    name = printable(letter.name)
    lines = [f"{letter.id[:12]}  {letter.state}  {letter.kind} on {letter.story or '-'}"]
    lines.append(f"  {name} (pen {letter.pen[:8]}), {letter.language}, {letter.words} words")
    if letter.parent and not letter.parent_here:
        lines.append(f"  answers {letter.parent[:12]}, which has not come")
    for one in letter.findings:
        shown = f": {printable(one.words)}" if one.words else ""
        holds = "holds" if one.holds else "notes"
        lines.append(f"  {holds}  {one.rule}, {one.reason}{shown}")
    if text:
        lines += [f"    {printable(line)}" for line in letter.body.split("\n")]
    return lines


@command.command("protect", short_help="Name people who must not be named.")
@folder_argument
@click.option("--remove", is_flag=True, help="Protect these names no more.")
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def protect_command(
    newsroom: Path, remove: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Name people who must not be named: letters that name them are held.

    Names are read from standard input, one a line, so that no shell remembers them. The desk keeps
    tags of them that say nothing without its secret; it cannot list them.
    """
    where = place_of(newsroom)
    secret = opened(newsroom, passphrase(passphrase_file)).desk_secret()
    _connect(where)
    from handbill.desk.intake.protecting import protect  # noqa: PLC0415

    if sys.stdin.isatty() and not as_json:
        click.echo("One name a line; end with an empty line or Ctrl-D.", err=True)
    names = [line.strip() for line in iter(sys.stdin.readline, "") if line.strip()]
    count = protect(names, secret, remove=remove)
    said = "no more protected" if remove else "protected; letters that wait are read again"
    emit(as_json, {"names": len(names), "remove": remove, "tags": count}, f"{len(names)} {said}")
