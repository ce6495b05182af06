"""``handbill keys``: make a newsroom's keys and show who may sign."""

import re
import tomllib
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.ui import emit
from handbill.errors import KeysLocked, UsageError
from handbill.files import read_inside, write_whole
from handbill.keys import ring, roots, store, words
from handbill.keys.values import DeskKey

_SOLO = (
    "One root key only: whoever gets it speaks as your newsroom for ever, and if you lose it"
    " nobody can. Prefer --policy small."
)

_ROLES = {
    "root": "appoints and withdraws the others",
    "targets": "editors, who sign editions",
    "snapshot": "the press, which says what belongs together",
    "timestamp": "the press, which dates editions",
}


def newsroom_id(folder: Path) -> str:
    """Read the newsroom id from ``newsroom.toml``; empty where keys were never made."""
    try:
        text = read_inside(folder, "newsroom.toml", 1 << 20).decode("utf-8-sig")
        found = tomllib.loads(text).get("newsroom_id", "")
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{folder}: is no newsroom ({error})", hint="start one with: handbill new FOLDER"
        ) from error
    if not isinstance(found, str) or not re.fullmatch(r"(?:[0-9a-f]{64})?", found):
        raise UsageError(
            f"{folder / 'newsroom.toml'}: newsroom_id is not as handbill keys make wrote it",
            hint="put back the 64 digits: an edition of yours names them, or a backup of this file",
        )
    return found


folder_argument = click.argument(
    "newsroom", type=click.Path(path_type=Path, exists=True, file_okay=False)
)


def opened(newsroom: Path, secret: str, *, dry_run: bool = False) -> ring.KeyRing:
    """Open the keys of a newsroom's folder; a dry run opens a copy that saves nothing."""
    name = newsroom_id(newsroom)
    if not name:
        raise KeysLocked(
            f"{newsroom}: has no keys yet", hint=f"make them: handbill keys make {newsroom}"
        )
    found = ring.KeyRing.open(name, secret)
    return found.rehearsal() if dry_run else found


def new_passphrase(file: Path | None) -> str:
    """Ask for the passphrase of keys to be made, before anything is."""
    secret = passphrase(file, confirm=True)
    store.refuse_short(secret)
    return secret


def founded(newsroom: Path, policy: str, secret: str) -> tuple[str, list[str]]:
    """Make a newsroom's keys and write its id into newsroom.toml; returns id and what to say."""
    made = ring.make_keys(policy, secret, today=date.today())  # noqa: DTZ011
    text = read_inside(newsroom, "newsroom.toml", 1 << 20).decode("utf-8-sig")
    write_whole(newsroom / "newsroom.toml", f'newsroom_id = "{made}"\n{text}'.encode())
    spoken = words.newsroom_words(ring.KeyRing.open(made, secret).roots[0])
    lines = [f"newsroom {made}"]
    lines += [f"  words, {language}: {' '.join(said)}" for language, said in spoken.items()]
    lines.append("Publish the words wherever you can: with them people recognise your drives.")
    lines.append("The keys lie outside the newsroom's folder, encrypted. Back them up now:")
    lines.append(f"  handbill keys backup {newsroom} FILE")
    return made, [*lines, _SOLO] if policy == "solo" else lines


@click.group("keys")
def command() -> None:
    """Make, back up, rotate and withdraw the newsroom's keys."""


@command.command("make", short_help="Make a newsroom's keys.")
@click.argument("newsroom", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--policy",
    type=click.Choice(list(ring.ROOT_POLICIES)),
    default="small",
    show_default=True,
    help="Root keys that must sign, of how many: solo 1 of 1, small 2 of 3, full 3 of 5.",
)
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def make(newsroom: Path, policy: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Draw the keys of NEWSROOM and write its id into newsroom.toml."""
    if newsroom_id(newsroom):
        raise KeysLocked(
            f"{newsroom}: has keys already",
            hint="a newsroom's id never changes; see: handbill keys show",
        )
    made, lines = founded(newsroom, policy, new_passphrase(passphrase_file))
    emit(as_json, {"newsroom": made, "policy": policy}, "\n".join(lines))


@command.command("show", short_help="Its id, who may sign, what was published.")
@click.argument("newsroom", type=click.Path(path_type=Path, exists=True, file_okay=False))
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(newsroom: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show the newsroom's id, where its keys lie, who may sign, and what was published."""
    held = opened(newsroom, passphrase(passphrase_file))
    root = roots.parse(held.roots[-1])
    roles = {
        role: {"threshold": root.threshold_of(role), "keys": [k.hex() for k in root.keys_of(role)]}
        for role in roots.ROLES
    }
    published = [p.number for p in held.published()]
    lines = [f"newsroom {held.newsroom_id}", f"keys lie encrypted in {held.store_path}"]
    lines.append(f"trust root {root.version}")
    for role, told in _ROLES.items():
        lines.append(f"  {role} ({told}): {root.threshold_of(role)} of {len(root.keys_of(role))}")
        lines += [f"    {key.hex()}" for key in root.keys_of(role)]
    desk = held.desk_keys()
    lines += [f"  desk: {key.public.hex()}, {_desk_key(key)}" for key in desk]
    spoken = words.newsroom_words(held.roots[0])
    lines += [f"  words, {language}: {' '.join(said)}" for language, said in spoken.items()]
    lines.append(f"editions published: {len(published)}")
    record = {
        "newsroom": held.newsroom_id,
        "store": str(held.store_path),
        "roles": roles,
        "published": published,
        "desk": [{**asdict(key), "public": key.public.hex()} for key in desk],
    }
    emit(as_json, record, "\n".join(lines))


def _desk_key(key: DeskKey) -> str:
    if key.withdrawn:
        return f"withdrawn from edition {key.withdrawn}"
    return "speaks" if key.last is None else f"retired after edition {key.last}"


def _more() -> None:
    from handbill.cli import cmd_keys_change, cmd_keys_seals  # noqa: PLC0415  (built on this)

    for more in (*cmd_keys_change.COMMANDS, *cmd_keys_seals.COMMANDS):
        command.add_command(more)


_more()
