"""``handbill desk publish`` and ``handbill desk NEWSROOM --public EDITION``: the live site."""

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from handbill import settings
from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_keys import folder_argument, opened
from handbill.cli.ui import console_progress, emit, printable
from handbill.desk.place import Place
from handbill.errors import UsageError

if TYPE_CHECKING:
    from handbill.desk.site.publishing import Wishes

_EDITION = click.Path(path_type=Path, exists=True, file_okay=False)
_NUMBER = click.IntRange(0, 10_000_000)


class _Asked(TypedDict):
    address: str | None
    hosts: tuple[str, ...]
    no_hosts: bool
    tray: int | None
    minute: int | None
    plain: int | None
    work: int | None


@click.command("publish", short_help="Write the live site.")
@folder_argument
@click.argument("edition", type=_EDITION, required=False)
@click.option("--address", help="What readers type: https://news.example.org. Feeds need it.")
@click.option(
    "--host", "hosts", multiple=True, help="A site that may show discussions in a frame. Repeat it."
)
@click.option("--no-hosts", is_flag=True, help="No site may frame discussions any more.")
@click.option("--tray", type=_NUMBER, help="Letters that may lie in the tray at once.")
@click.option("--minute", type=_NUMBER, help="Letters taken in a minute, from everybody together.")
@click.option("--plain", type=_NUMBER, help="Of the form without JavaScript, in a minute; 0: none.")
@click.option(
    "--work",
    type=click.IntRange(0, 20),
    help="Zero bits of work that a letter must bring when many arrive; 0: none.",
)
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    newsroom: Path,
    edition: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
    **asked: Unpack[_Asked],
) -> None:
    """Write everything that the live site of NEWSROOM shows into NEWSROOM/site.

    Run it after each edition; the settings are remembered, and while the desk is open it follows
    every decision by itself. Run it as often as you like: the same decisions give the same files.
    """
    import os  # noqa: PLC0415

    from handbill.cli.cmd_desk_open import connect_desk, place_of  # noqa: PLC0415

    where = place_of(newsroom)
    ring = opened(newsroom, passphrase(passphrase_file))
    connect_desk(where, settings.load(where.folder.parent, os.environ))
    from handbill.desk.database import failures  # noqa: PLC0415  (Django: only for the desk)
    from handbill.desk.secrets import set_current  # noqa: PLC0415
    from handbill.desk.serving import opening  # noqa: PLC0415
    from handbill.desk.site import keeping  # noqa: PLC0415

    set_current(opening.open_secrets(newsroom.resolve(), ring))
    wishes = _wishes(where, edition, asked)
    with failures():
        progress = console_progress(quiet=as_json)
        report = keeping.publish(wishes, everything=True, progress=progress)
    keeping.remember(where.folder, wishes)
    if report:
        looked = f"{report.discussions} stories and films looked at"
        lines = [f"{looked}, {report.files} files changed: {newsroom / 'site'}"]
        lines += [f"  {printable(p)}: has no place for letters; left out" for p in report.odd]
        emit(as_json, asdict(report), "\n".join(lines))


def _wishes(where: Place, edition: Path | None, asked: _Asked) -> "Wishes":
    from handbill.desk.site import keeping, told  # noqa: PLC0415
    from handbill.desk.site.publishing import Wishes  # noqa: PLC0415

    found = keeping.remembered(where.folder) or Wishes()
    limits = {k: v for k in ("tray", "minute", "plain", "work") if (v := asked[k]) is not None}
    hosts = () if asked["no_hosts"] else told.read_hosts(asked["hosts"]) or found.hosts
    address = found.address if asked["address"] is None else told.read_address(asked["address"])
    place = str(edition.resolve()) if edition else found.edition
    if not place:
        raise UsageError(
            "publish: which edition?", hint="name the folder that 'handbill press' made, once"
        )
    wanted = replace(found, edition=place, address=address, hosts=hosts)
    return replace(wanted, limits=replace(found.limits, **limits))


def serve_public(newsroom: Path, edition: Path, at: tuple[str, int, int], *, as_json: bool) -> None:
    """Serve the live site; asks for no passphrase and opens neither key store nor database.

    Raises:
        UsageError: nothing was published yet, or the port is taken.
    """
    from handbill.cli.cmd_desk_open import free_port  # noqa: PLC0415
    from handbill.desk.serving.listening import Listening  # noqa: PLC0415
    from handbill.desk.site.layout import layout  # noqa: PLC0415
    from handbill.desk.site.running import run  # noqa: PLC0415
    from handbill.desk.site.serving import Place as Served  # noqa: PLC0415

    host, port, workers = at
    where = layout(newsroom.resolve())
    if not where.told.is_file():
        raise UsageError(
            f"{where.told}: is not there",
            hint=f"write it first: handbill desk publish {newsroom} {edition}",
        )
    free_port(host, port)
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    record = {"event": "open", "address": address, "workers": workers}
    emit(as_json, record, f"The site is open: {address}\nCtrl-C closes it.")
    sys.stdout.flush()
    served = Served(edition.resolve(), where, newsroom.resolve() / "tray", workers)
    run(served, Listening(host, port, workers))
