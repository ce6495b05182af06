"""``handbill desk export`` and ``handbill desk log``: decisions for the press, and to check."""

import os
from dataclasses import asdict
from pathlib import Path

import click

from handbill import settings
from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_desk_open import connect_desk, place_of
from handbill.cli.cmd_keys import folder_argument, opened
from handbill.cli.ui import emit, printable


def _open(newsroom: Path, passphrase_file: Path | None) -> None:
    """Connect to the desk's database and open its keys for this process."""
    where = place_of(newsroom)
    chosen = settings.load(where.folder.parent, os.environ)
    ring = opened(newsroom, passphrase(passphrase_file))
    connect_desk(where, chosen)
    from handbill.desk import secrets  # noqa: PLC0415  (after Django)
    from handbill.desk.serving.opening import open_secrets  # noqa: PLC0415

    secrets.set_current(open_secrets(newsroom.resolve(), ring))


@click.command("export", short_help="Hand letters over to the press.")
@folder_argument
@click.option(
    "--restored",
    is_flag=True,
    help="The desk comes from a backup older than the last hand-over: what readers were not shown"
    " any more is taken away here, too.",
)
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def export(newsroom: Path, restored: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Hand threads, decisions and receipts over: the next edition of NEWSROOM carries them."""
    _open(newsroom, passphrase_file)
    from handbill.desk.database import failures  # noqa: PLC0415
    from handbill.desk.decisions.handover import hand_over  # noqa: PLC0415

    with failures():
        done = hand_over(restored=restored)
    text = (
        f"letters shown: {done.letters}, discussions: {done.stories},"
        f" pens with receipts: {done.pens}, the log up to decision {done.sequence}\n"
        f"Press it: handbill press {printable(str(newsroom))}"
    )
    emit(as_json, asdict(done), text)


@click.command("log", short_help="Where the log of decisions ends.")
@folder_argument
@click.option("--check", "checks", is_flag=True, help="Check every signature and the chain.")
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def log(newsroom: Path, checks: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Say where NEWSROOM's log of decisions ends; with --check, whether it is whole.

    Keep the last link elsewhere: it shows later that nothing before it was rewritten.
    """
    _open(newsroom, passphrase_file)
    from handbill.desk.database import failures  # noqa: PLC0415
    from handbill.desk.decisions import log as decisions  # noqa: PLC0415

    problems = 0
    with failures():
        for problem in decisions.check() if checks else ():
            problems += 1
            emit(as_json, {"problem": problem}, printable(problem))
        sequence, chain = decisions.end()
    told = f"{sequence} decisions, the last link is {chain.hex()}"
    if checks:
        told += "" if problems else "\nThe log is whole."
    emit(as_json, {"decisions": sequence, "chain": chain.hex(), "problems": problems}, told)
    if problems:
        raise SystemExit(1)
