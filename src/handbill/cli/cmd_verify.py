"""``handbill verify``: is this drive, or this film, what the newsroom signed?"""

from contextlib import suppress
from pathlib import Path

import click


@click.command("verify")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--newsroom",
    help="The newsroom that you expect, by its id or its seven words; any other is foreign.",
)
@click.option(
    "--known",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="An edition that you trust already; may be given more than once.",
)
@click.option(
    "--proof",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The proof of the one film given. Default: beside it.",
)
@click.option(
    "--quick", is_flag=True, help="Compare sizes only; finds no changed byte, reads no proofs."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    paths: tuple[Path, ...],
    newsroom: str | None,
    known: tuple[Path, ...],
    proof: Path | None,
    quick: bool,
    as_json: bool,
) -> None:
    """Check drives, folders or single films.

    Exit status: 0 genuine (whole or partial), 1 anything else, 2 wrong use.
    """
    _begin_words(paths[0])
    from handbill.cli.verifying import verify  # noqa: PLC0415  (start-up time)

    good = verify(paths, newsroom=newsroom, known=known, proof=proof, quick=quick, as_json=as_json)
    raise SystemExit(0 if good else 1)


def _begin_words(path: Path) -> None:
    """Begin what takes longest while the rest of the program loads: the words of an edition here.

    They are shown only if what is read here proves to be an edition's first root.
    """
    from handbill.errors import HandbillError  # noqa: PLC0415
    from handbill.files import read_inside  # noqa: PLC0415
    from handbill.keys.words import begin_words  # noqa: PLC0415

    if not path.is_symlink():
        with suppress(HandbillError, OSError):
            begin_words(read_inside(path, "_edition/metadata/1.root.json", 512 << 10))
