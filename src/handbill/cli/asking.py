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
    if file:
        data = read_inside(file.parent, file.name, 64 << 10)
        lines = _text(data, f"--passphrase-file {file}").splitlines()
        return lines[0] if lines else ""
    if "HANDBILL_PASSPHRASE" in os.environ:
        given = os.environ["HANDBILL_PASSPHRASE"]
        return _text(given.encode("utf-8", "surrogateescape"), "HANDBILL_PASSPHRASE")
    text: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return text


def _text(data: bytes, where: str) -> str:
    """Read a passphrase; what cannot be read is not replaced by a sign that everybody can guess."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{where}: byte {error.start} is not UTF-8", hint="save it again as UTF-8 text"
        ) from error
