"""``handbill keys``: list sealing keys, and destroy the old ones."""

from datetime import date
from pathlib import Path

import click

from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_keys import folder_argument, opened
from handbill.cli.ui import emit
from handbill.errors import UsageError
from handbill.keys import seals
from handbill.keys.ring import KeyRing

_GONE = "destroyed: letters from it cannot be read any more"
_LOST = (
    "Letters written from these editions that have not been taken in can never be read: drives"
    " come home after a year and later, and a late letter cannot be told from one to somebody"
    " else. Take in first what has arrived: handbill desk take-in"
)
_TRACES = (
    "No file here holds them now. A disk, above all an SSD, may keep old blocks of the encrypted"
    " store, and copies of the whole computer made earlier hold them: whoever has such a copy"
    " and the passphrase can still open these letters."
)


@click.command("seals", short_help="List the keys that open letters.")
@folder_argument
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_seals(newsroom: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the sealing keys of NEWSROOM and which edition's letters each opens."""
    held = opened(newsroom, passphrase(passphrase_file))
    rows = [(key.number, key.id, True) for key in held.seals()]
    rows += [(number, name, False) for number, name in held.destroyed_seals()]
    if not rows:
        emit(as_json, {"seals": 0}, "No sealing key yet: one is drawn with each edition's number.")
    for number, name, here in sorted(rows, reverse=True):
        drawn = held.reservation(number)
        issued = drawn.issued if drawn else ""
        record = {"edition": number, "seal": name, "issued": issued, "held": here}
        says = "opens its letters" if here else _GONE
        emit(as_json, record, f"edition {number} of {issued}  seal {name}  {says}")


@click.command("destroy-seals", short_help="Destroy old keys that open letters.")
@folder_argument
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    default=seals.KEEP_EDITIONS,
    show_default=True,
    help="How many of the newest editions' keys stay.",
)
@click.option(
    "--days",
    type=click.IntRange(min=0, max=36_500),
    default=seals.KEEP_DAYS,
    show_default=True,
    help="Keys of editions younger than this stay, too.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be destroyed; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def destroy_seals(
    newsroom: Path,
    keep: int,
    days: int,
    dry_run: bool,
    yes: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Destroy the private sealing keys of old editions, so that nobody can open their letters.

    What was taken in already stays at the desk as the desk keeps it.
    """
    held = opened(newsroom, passphrase(passphrase_file), dry_run=dry_run)
    old = _outdated(held, keep, days)
    record = {"destroyed": [{"edition": k.number, "seal": k.id} for k in old], "dry_run": dry_run}
    if not old:
        emit(
            as_json,
            record,
            f"Nothing to destroy: no key is older than {keep} editions and {days} days.",
        )
        return
    listed = [f"  edition {k.number} of {k.issued}  seal {k.id}" for k in old]
    if dry_run:
        emit(as_json, record, "\n".join(["Would be destroyed:", *listed, _LOST]))
        return
    if not yes:
        click.echo("\n".join(["To be destroyed, for ever:", *listed, _LOST]), err=True)
        if not click.confirm("Destroy them?", err=True):
            raise UsageError("destroy-seals: nothing was destroyed")
    held.destroy_seals({key.number for key in old})
    said = ["Destroyed:", *listed, *([_LOST] if yes else []), _TRACES]
    emit(as_json, record, "\n".join(said))


def _outdated(held: KeyRing, keep: int, days: int) -> tuple[seals.SealKey, ...]:
    past = held.published()
    newest = past[-1].number if past else 0
    return seals.outdated(
        held.seals(),
        newest,
        date.today(),  # noqa: DTZ011
        editions=keep,
        days=days,
    )


COMMANDS = (list_seals, destroy_seals)
