"""``handbill new``: start a newsroom."""

from datetime import date
from pathlib import Path

import click

from handbill.cli.asking import passphrase_option
from handbill.cli.cmd_keys import founded, new_passphrase, newsroom_id
from handbill.cli.ui import emit
from handbill.errors import UsageError
from handbill.files import write_whole
from handbill.keys.ring import ROOT_POLICIES
from handbill.newsroom.beginning import LANGUAGES, beginning
from handbill.newsroom.fields import MAX_TITLE
from handbill.paths import is_plain_line


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="The newsroom's name. Default: the folder's.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--policy",
    type=click.Choice(list(ROOT_POLICIES)),
    default="small",
    show_default=True,
    help="Root keys that must sign, of how many: solo 1 of 1, small 2 of 3, full 3 of 5.",
)
@click.option("--no-keys", is_flag=True, help="Make no keys now; see: handbill keys make.")
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    folder: Path,
    name: str | None,
    language: str,
    policy: str,
    no_keys: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Start a newsroom in FOLDER: house rules, a first story, keys."""
    called = name or folder.resolve().name
    if not is_plain_line(called) or not 1 <= len(called) <= MAX_TITLE:
        raise UsageError(f"--name: expected one line of plain text, at most {MAX_TITLE} characters")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        begun = (folder / "newsroom.toml").is_file() and not newsroom_id(folder)
        raise UsageError(
            f"{folder}: is there already and is not empty",
            hint=f"if only its keys are missing: handbill keys make {folder}"
            if begun
            else "give a new folder's name",
        )
    secret = "" if no_keys else new_passphrase(passphrase_file)
    made = beginning(called, language, date.today().isoformat())  # noqa: DTZ011
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / path, text.encode())
    for empty in ("films", "shows"):
        (folder / empty).mkdir(exist_ok=True)
    newsroom, lines = "", [f"{folder}: a newsroom named {called}"]
    if not no_keys:
        newsroom, said = founded(folder, policy, secret)
        lines += said
    lines += ["Next:", f"  handbill press --check {folder}", f"  handbill press {folder}"]
    record = {"folder": str(folder), "newsroom": newsroom, "files": sorted(made)}
    emit(as_json, record, "\n".join(lines))
