"""``handbill keys``: back up, restore, appoint, cosign, reserve, rotate, withdraw."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.cmd_keys import folder_argument, opened
from handbill.cli.ui import console_progress, emit
from handbill.edition import head as heads
from handbill.edition import stated, trust
from handbill.edition.cosign import HEAD, TARGETS, cosign
from handbill.edition.single import proof_paths
from handbill.edition.verify import Opened, check_files, open_edition
from handbill.errors import (
    DriveFailed,
    FormatError,
    HandbillError,
    KeysLocked,
    NeedsNewer,
    SignatureInvalid,
    UsageError,
)
from handbill.files import read_inside, write_whole
from handbill.keys import handover, restoring, ring, store
from handbill.keys.held import HeldKey, draw_key
from handbill.keys.roots import Root
from handbill.progress import Progress

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
dry_option = click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
_REPLACED = {
    "ssh": "The list for stock tools gets a new signature key.",
    "desk": "The desk signs with a new key; the next edition that is drawn names it.\n"
    "The old one is retired: open the desk again, and hand over before the next press.",
}
_NO_DESK_KEY = (
    "Nothing counts any more that this desk key signed; the desk signs with another.\n"
    "Open the desk again and hand over. The next edition that is drawn lists it as withdrawn."
)
_NEXT = "The next press makes a new edition that says so; until it travels, drives do not know."


def _today() -> date:
    return date.today()  # noqa: DTZ011


def _public(text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise UsageError(f"{text[:80]}: expected the 64 hex digits of a public key")
    return bytes.fromhex(text)


def _sealed_file(path: Path, content: dict[str, Any], secret: str) -> None:
    if os.path.lexists(path):
        raise UsageError(f"{path}: is there already", hint="give another name")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: is no folder", hint="is the drive mounted?")
    store.create(path, store.seal(content, secret, store.Cost()))
    try:
        _unsealed(path, secret)
    except HandbillError as error:
        path.unlink(missing_ok=True)
        raise DriveFailed(
            f"{path}: reads back other bytes than were written",
            hint="the drive is failing or lies about its size: take another",
        ) from error


def _unsealed(path: Path, secret: str) -> dict[str, Any]:
    data = read_inside(path.parent, path.name, store.MAX_STORE_BYTES)
    try:
        return store.unseal(data, secret, str(path))[0]
    except NeedsNewer:
        raise
    except FormatError as error:
        error.hint = "give the file that handbill keys backup or new-editor wrote"
        raise
    except KeysLocked as error:
        raise KeysLocked(
            f"{path}: the passphrase is wrong, or the file was damaged",
            hint="try again with the passphrase of that day; if it fails, take another backup",
        ) from error


@click.command("backup", short_help="Write an encrypted backup of the keys.")
@folder_argument
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@json_option
def backup(newsroom: Path, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write an encrypted backup of NEWSROOM's keys to FILE; keep it away from this computer.

    It opens with the same passphrase. Private sealing keys are not in it: letters sealed to an
    edition can be read on this computer only.
    """
    secret = passphrase(passphrase_file)
    content = opened(newsroom, secret).backup()
    _sealed_file(file, content, secret)
    emit(as_json, {"file": str(file)}, f"{file}: written and read back. Keep it elsewhere.")


@click.command("restore", short_help="Put a backup's keys on this computer.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--edition",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The newest edition that was published, so that no number is used twice.",
)
@passphrase_option
@json_option
def restore(file: Path, edition: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Put the keys of a backup FILE on this computer."""
    secret = passphrase(passphrase_file)
    content = _unsealed(file, secret)
    if "editor" in content:
        raise UsageError(
            f"{file}: is a second editor's key and no backup", hint="see: handbill keys cosign"
        )
    if edition:
        content["public"] = _caught_up(content.get("public"), edition)
    newsroom = restoring.restore(content, secret)
    known = [row["number"] for row in content["public"]["published"]]
    last = f"the last edition it knows is {known[-1]}" if known else "it knows no edition"
    text = (
        f"newsroom {newsroom}: keys restored; {last}.\n"
        "If later ones were published, press nothing: a number is signed once. Move the keys away"
        f" that are now in {store.state_root() / newsroom} and restore again with --edition.\n"
        "Letters sealed to editions before this day cannot be read with these keys."
    )
    emit(as_json, {"newsroom": newsroom, "published": known}, text)


def _caught_up(public: Any, edition: Path) -> dict[str, Any]:
    """Add what a verified edition says of the past to a backup's public facts."""
    found = open_edition(edition)
    if not isinstance(public, dict) or not public.get("roots"):
        raise FormatError("backup: is not as specified")
    chain, kept = [root.data.hex() for root in found.chain], public["roots"]
    if any(one != other for one, other in zip(chain, kept, strict=False)):
        raise FormatError(f"{edition}: its trust roots are not those of the backup")
    known = {row["number"]: row for row in public["published"]}
    if max(known, default=0) > found.head.number:
        raise UsageError(
            f"{edition}: is edition {found.head.number}, and the backup knows {max(known)} already",
            hint="give the newest edition that was published, or none",
        )
    past = json.loads(read_inside(edition, "_edition/targets/history.json", 16 << 20))
    rows = {row["number"]: row for row in past["heads"]}
    rows[found.head.number] = asdict(_published(found))
    for number, row in known.items():
        if rows.get(number, {}).get("head") != row["head"]:
            raise FormatError(
                f"{edition}: its edition {number} is not that of the backup",
                hint="one of the two is not yours; restore with an edition that you trust",
            )
        rows[number] |= row  # it knows the rules of that time, too
    return {
        **public,
        "roots": max(chain, kept, key=len),
        "published": [rows[number] for number in sorted(rows)],
        "withdrawn": _earliest([*public["withdrawn"], *past["withdrawn"]]),
    }


def _published(found: Opened) -> ring.Published:
    said = stated.parse(found.stated)
    rules = f"{said.rules_version} {said.rules_hash}" if said.rules_version else ""
    return ring.Published(found.head.number, found.head_hash, found.head.manifest, rules)


def _earliest(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each withdrawn key once, since the first time."""
    since: dict[str, int] = {}
    for row in rows:
        since[row["key"]] = min(row["since"], since.get(row["key"], row["since"]))
    return [{"key": key, "since": number} for key, number in since.items()]


@click.command("new-editor", short_help="Draw a second editor's key.")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@json_option
def new_editor(file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """On a second editor's own computer: draw their key into FILE, and show its public half."""
    drawn = draw_key("editor")
    content = {"editor": drawn.seed.hex()}
    _sealed_file(file, content, passphrase(passphrase_file, confirm=True))
    text = f"{drawn.public.hex()}\nThe newsroom appoints it: handbill keys add-editor NEWSROOM KEY"
    emit(as_json, {"file": str(file), "key": drawn.public.hex()}, text)


@click.command("add-editor", short_help="Appoint a second editor.")
@folder_argument
@click.argument("key")
@click.option("--threshold", type=int, help="How many editors must sign from now on.")
@dry_option
@passphrase_option
@json_option
def add_editor(
    newsroom: Path,
    key: str,
    threshold: int | None,
    dry_run: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Appoint the editor whose public KEY (64 hex digits) this is."""
    held = opened(newsroom, passphrase(passphrase_file), dry_run=dry_run)
    _tell(handover.add_editor(held, _public(key), threshold, _today()), dry_run, as_json)


@click.command("withdraw", short_help="Withdraw a key: lost or stolen.")
@folder_argument
@click.argument("key")
@dry_option
@passphrase_option
@json_option
def withdraw(
    newsroom: Path, key: str, dry_run: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Withdraw a public KEY (64 hex digits): lost, stolen, or its owner has left.

    Editions that it signed before stay good where a later edition's history names them. Of a key of
    the desk's (see: handbill keys show) nothing is taken in any more, whenever it was signed.
    """
    held = opened(newsroom, passphrase(passphrase_file), dry_run=dry_run)
    root = handover.withdraw(held, _public(key), _today())
    if root is None:
        emit(as_json, {"role": "desk", "dry_run": dry_run}, _said(_NO_DESK_KEY, dry_run))
    else:
        _tell(root, dry_run, as_json)


@click.command("rotate", short_help="Replace keys by new ones.")
@folder_argument
@click.argument("role", type=click.Choice(list(handover.ROTATED)))
@dry_option
@passphrase_option
@json_option
def rotate(
    newsroom: Path, role: str, dry_run: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Replace this computer's keys of ROLE by new ones.

    The desk's new key is named by the next edition that is drawn; earlier ones name the old.
    """
    held = opened(newsroom, passphrase(passphrase_file), dry_run=dry_run)
    root = handover.rotate(held, role, _today())
    if root is None:
        emit(as_json, {"role": role, "dry_run": dry_run}, _said(_REPLACED[role], dry_run))
    else:
        _tell(root, dry_run, as_json)


def _said(text: str, dry_run: bool) -> str:
    return f"{text}\nNothing was changed." if dry_run else text


def _tell(root: Root, dry_run: bool, as_json: bool) -> None:
    what = "would be" if dry_run else "is"
    lines = [f"trust root {root.version} {what} made"]
    for role, (threshold, keys) in root.roles.items():
        lines.append(f"  {role}: {threshold} of {len(keys)} keys")
    lines.append("Nothing was changed." if dry_run else _NEXT)
    record = {"root": root.version, "dry_run": dry_run}
    emit(as_json, record, "\n".join(lines))


@click.command("reserve", short_help="Draw the next edition's number and seal.")
@folder_argument
@passphrase_option
@json_option
def reserve(newsroom: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Draw the next edition's number, id and sealing key now; the next press uses them."""
    drawn = opened(newsroom, passphrase(passphrase_file)).reserve(today=_today())
    text = f"edition {drawn.number}, id {drawn.edition_id}, dated {drawn.issued}"
    emit(as_json, asdict(drawn), text)


@click.command("cosign", short_help="Sign an edition as second editor.")
@click.argument("edition", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@passphrase_option
@json_option
def cosign_command(edition: Path, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Sign EDITION as second editor, with the key FILE that new-editor made.

    Look at the pages before you sign: your signature says that the newsroom means them. It is given
    only where every file there, and every signature so far, is as the edition says.
    """
    content = _unsealed(file, passphrase(passphrase_file))
    if "editor" not in content:
        raise UsageError(
            f"{file}: is a newsroom's backup and no second editor's key",
            hint="a second editor draws one with: handbill keys new-editor",
        )
    editor = HeldKey("editor", bytes.fromhex(str(content["editor"])))
    chain = trust.read_chain(_roots(edition))
    files = _whole(edition, console_progress(quiet=as_json))
    changed = cosign(files, chain, editor)
    for path in sorted(changed):
        write_whole(edition / path, changed[path])
    number = open_edition(edition).head.number if _counts(edition) else 0
    said = f"It counts now: edition {number}." if number else "More editors must sign."
    record = {"signed": editor.name, "changed": len(changed), "counts": bool(number)}
    emit(as_json, record, f"{edition}: signed by {editor.name}. {said}")


def _whole(edition: Path, progress: Progress) -> dict[str, bytes]:
    """Return what is to be signed, if the editor who looks at the pages sees what it names."""
    again = "get this edition again from whoever pressed it, and ask them why"
    try:
        found = open_edition(edition, pending=True)
        wrong = check_files(edition, found.manifest.files, quick=False, progress=progress)
        files = _signed_files(edition)
        same = heads.head_hash(heads.parse(files[HEAD])[1].text) == found.head_hash
    except HandbillError as error:
        error.hint = error.hint or again
        raise
    if not same:
        raise FormatError(f"{edition / HEAD}: changed while it was read", hint=again)
    if wrong:
        listed = ", ".join(finding.path for finding in wrong[:5])
        raise SignatureInvalid(
            f"{edition}: {len(wrong)} files are not what would be signed: {listed}", hint=again
        )
    return files


def _roots(edition: Path) -> list[bytes]:
    folder = edition / "_edition/metadata"
    count = len(list(folder.glob("*.root.json")))
    if not count:
        raise UsageError(f"{edition}: holds no edition")
    return [
        read_inside(edition, f"_edition/metadata/{n}.root.json", trust.MAX_METADATA_BYTES)
        for n in range(1, count + 1)
    ]


def _signed_files(edition: Path) -> dict[str, bytes]:
    paths = (HEAD, TARGETS, *proof_paths(edition))
    return {path: read_inside(edition, path, 256 << 20) for path in paths}


def _counts(edition: Path) -> bool:
    try:
        open_edition(edition)
    except SignatureInvalid:
        return False
    return True


COMMANDS = (backup, restore, new_editor, add_editor, withdraw, rotate, reserve, cosign_command)
