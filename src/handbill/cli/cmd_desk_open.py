"""``handbill desk NEWSROOM``: open the desk in a browser, or say what is unsafe about it."""

import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypedDict, Unpack

import click

from handbill import settings
from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_desk_site import serve_public
from handbill.cli.cmd_keys import (
    folder_argument,
    newsroom_id,
    opened,
)
from handbill.cli.ui import emit, printable
from handbill.desk.place import Place, place
from handbill.errors import KeysLocked, UsageError
from handbill.settings import Settings

if TYPE_CHECKING:
    from handbill.desk.serving.checking import Facts
    from handbill.desk.serving.site import Site


class _Asked(TypedDict):
    host: str
    port: int
    workers: int
    address: str
    only_check: bool
    name: str
    public: Path | None


_UNSAFE_ENVIRONMENT = ("HANDBILL_PASSPHRASE", "HANDBILL_DATABASE")


@click.command("open", hidden=True)
@folder_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option(
    "--port",
    default=8700,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer.",
)
@click.option(
    "--address",
    default="",
    help="What people type, where a proxy or an onion service stands before the desk:"
    " https://desk.example.org. Default: from desk.toml, else host and port.",
)
@click.option("--check", "only_check", is_flag=True, help="Name what is unsafe; open nothing.")
@click.option(
    "--public",
    metavar="EDITION",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Open the live site for readers instead: EDITION with its discussions. Asks for no keys.",
)
@click.option(
    "--new-password",
    "name",
    metavar="NAME",
    default="",
    help="Draw a one-time password for who lost theirs, even the last admin; open nothing.",
)
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    newsroom: Path, passphrase_file: Path | None, as_json: bool, **asked: Unpack[_Asked]
) -> None:
    """Open NEWSROOM's desk: people log in with a browser and judge letters.

    The first start makes an account named admin and prints its one-time password here, once.
    Ctrl-C or SIGTERM stops it; SIGHUP replaces its workers and drops no request.
    """
    host, port = asked["host"], asked["port"]
    if asked["public"]:
        serve_public(newsroom, asked["public"], (host, port, asked["workers"]), as_json=as_json)
        return
    where = place_of(newsroom)
    chosen = settings.load(where.folder.parent, os.environ)
    address = asked["address"] or chosen.address or _address(host, port)
    if asked["only_check"]:
        _check(newsroom, where, chosen, (host, address), as_json)
    _refuse_careless(host, address)
    ring = opened(newsroom, passphrase(passphrase_file))
    from handbill.desk import database  # noqa: PLC0415  (Django: only for the desk)
    from handbill.desk.serving import opening, site  # noqa: PLC0415

    secrets = opening.open_secrets(newsroom.resolve(), ring)
    desk = site.of_secrets(secrets, address, opening.name_of(newsroom))
    connect_desk(where, chosen)
    site.apply(desk)
    if asked["name"]:
        _new_password(asked["name"], as_json)
        return
    _first_admin(as_json)
    free_port(host, port)
    record = {"event": "open", "address": desk.address, "workers": asked["workers"]}
    emit(as_json, record, f"The desk is open: {desk.address}\nCtrl-C closes it.")
    sys.stdout.flush()
    database.leave()
    from handbill.desk.serving.handover import Handover  # noqa: PLC0415
    from handbill.desk.serving.listening import Listening  # noqa: PLC0415
    from handbill.desk.serving.running import run  # noqa: PLC0415

    options = database.options(chosen.database or where.database)
    run(
        Handover(desk, secrets, options, state=where.folder),
        Listening(host, port, asked["workers"]),
    )


def place_of(newsroom: Path) -> Place:
    """Return where this newsroom's desk lies.

    Raises:
        KeysLocked: the newsroom has no keys.
    """
    found = newsroom_id(newsroom)
    if not found:
        raise KeysLocked(
            f"{newsroom}: has no keys yet", hint=f"make them with: handbill keys make {newsroom}"
        )
    return place(newsroom, found)


def _address(host: str, port: int) -> str:
    local = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104  (names, nothing is bound)
    shown = "localhost" if host in local else host  # passkeys need a name, not an IP address
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _refuse_careless(host: str, address: str) -> None:
    """Refuse what would send passwords in the clear or leave the keys' passphrase lying about."""
    from handbill.desk.serving.checking import is_loopback  # noqa: PLC0415

    if "HANDBILL_PASSPHRASE" in os.environ:
        raise UsageError(
            "desk: HANDBILL_PASSPHRASE is set, and every program of this user can read it",
            hint="unset it and type the passphrase, or give --passphrase-file",
        )
    if not is_loopback(host) and not address.startswith("https://"):
        raise UsageError(
            f"desk: on {host} passwords would travel in the clear",
            hint="listen on 127.0.0.1, or put a proxy with TLS before it and say --address https://…",
        )


def connect_desk(where: Place, chosen: Settings) -> None:
    """Connect to the desk's database, in its folder or as set, until the command ends.

    A connection left open would leave SQLite's log behind, with words that were erased.
    """
    from handbill.desk.database import close, connect  # noqa: PLC0415

    click.get_current_context().call_on_close(close)
    where.make()
    connect(chosen.database or where.database)


def _first_admin(as_json: bool) -> None:
    """Print the first account's password: on the terminal, never in a log that --json feeds."""
    from handbill.desk.staff import staffing  # noqa: PLC0415

    made = staffing.first_admin()
    if made is None:
        return
    person, password = made
    if as_json:
        emit(True, {"event": "first-admin", "name": person.name}, "")
    click.echo(_one_time(person.name, password), err=as_json)


def _new_password(name: str, as_json: bool) -> None:
    from handbill.desk.staff import staffing  # noqa: PLC0415
    from handbill.desk.staff.models import Person  # noqa: PLC0415

    person = Person.objects.filter(name=name.casefold()).first()
    if person is None:
        raise UsageError(f"desk: nobody is called {printable(name)!r}")
    password = staffing.reopen(person)
    if as_json:
        emit(True, {"event": "new-password", "name": person.name}, "")
    click.echo(_one_time(person.name, password), err=as_json)


def _one_time(name: str, password: str) -> str:
    return (
        f"Log in as {name} with this one-time password, shown here and nowhere else:\n"
        f"  {password}\nIt must be changed at the first login, within seven days."
    )


def free_port(host: str, port: int) -> None:
    """Make sure that nobody listens there.

    Raises:
        UsageError
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise UsageError(
                f"port {port} on {host}: {error.strerror}", hint="choose another --port"
            ) from error


def _check(
    newsroom: Path, where: Place, chosen: Settings, at: tuple[str, str], as_json: bool
) -> NoReturn:
    from handbill.desk.serving import opening, site  # noqa: PLC0415
    from handbill.desk.serving.checking import unsafe  # noqa: PLC0415

    host, address = at
    desk = site.Site(site.read_address(address), opening.name_of(newsroom), "")
    found = unsafe(_facts(where, chosen, desk, host))
    for one in found:
        text = f"{one.code}: {one.fact}\n  {one.hint}"
        emit(as_json, asdict(one), printable_lines(text))
    emit(as_json, {"unsafe": len(found)}, "" if found else "Nothing unsafe was found.")
    raise SystemExit(1 if found else 0)


def printable_lines(text: str) -> str:
    """Show a text of several lines without letting it steer the terminal."""
    return "\n".join(map(printable, text.split("\n")))


def _facts(where: Place, chosen: Settings, desk: "Site", host: str) -> "Facts":
    from handbill.desk import database  # noqa: PLC0415
    from handbill.desk.serving import checking, site  # noqa: PLC0415

    options = database.options(chosen.database or where.database)
    without: list[str] = []
    one_time: list[str] = []
    if chosen.database or where.database.exists():
        connect_desk(where, chosen)
        from handbill.desk.staff import staffing  # noqa: PLC0415  (after Django)

        without, one_time = staffing.without_second_factor(), staffing.with_one_time_password()
    else:
        database.start()
    site.apply(desk)
    files = [where.folder.parent, where.folder, where.database, where.aside, where.tray]
    files += [where.folder.parent / n for n in ("keys.store", "keys.store.before", settings.NAME)]
    files += [where.database.with_name(where.database.name + end) for end in ("-wal", "-shm")]
    return checking.Facts(
        site=desk,
        host=host,
        settings=checking.applied(),
        modes=checking.modes_of(files),
        tray=where.tray,
        database=options,
        disk=chosen.disk,
        without_second=tuple(without),
        one_time_left=tuple(one_time),
        environment=frozenset(n for n in _UNSAFE_ENVIRONMENT if _tells(os.environ.get(n, ""), n)),
    )


def _tells(value: str, name: str) -> bool:
    """Whether a variable of the environment gives a secret away."""
    if name == "HANDBILL_DATABASE":
        return ":" in value.partition("//")[2].partition("@")[0] or "password=" in value
    return bool(value)
