"""What several commands ask of a person: the passphrase of the key store."""

import os
from pathlib import Path

import click

from handbill.errors import UsageError
from handbill.files import read_inside

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read the passphrase from a file's first line instead of asking.",
)


def passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """Return the passphrase: from a file, from HANDBILL_PASSPHRASE, or typed unseen."""
    try:
        secret = _given(file, confirm)
        secret.encode()
    except UnicodeError as error:
        # Never replaced: a sign for what cannot be read is one that everybody can guess.
        raise UsageError(
            "passphrase: is not text in UTF-8", hint="save the file again as UTF-8"
        ) from error
    return secret


def _given(file: Path | None, confirm: bool) -> str:
    if file:
        lines = read_inside(file.parent, file.name, 64 << 10).decode().splitlines()
        return lines[0] if lines else ""
    if "HANDBILL_PASSPHRASE" in os.environ:
        return os.environ["HANDBILL_PASSPHRASE"]
    text: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return text
