"""``handbill press``: a newsroom's folder becomes a signed edition."""

import gc
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handbill.cli.asking import passphrase, passphrase_option
from handbill.cli.ui import amount, console_progress, emit, printable
from handbill.press.engine import Press, PressReport, check

if TYPE_CHECKING:
    from handbill.keys.ring import KeyRing


@click.command("press")
@click.argument(
    "newsroom",
    default=".",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Default: NEWSROOM-edition beside it; of a draft, NEWSROOM-draft.",
)
@click.option("--check", "only_check", is_flag=True, help="List every mistake; press nothing.")
@click.option("--draft", is_flag=True, help="Build the pages unsigned, without keys.")
@click.option(
    "--serve",
    "port",
    is_flag=False,
    flag_value=0,
    default=None,
    type=click.IntRange(0, 65535),
    metavar="[PORT]",
    help="Show a draft on this computer alone and press it again while you write.",
)
@click.option(
    "--single-files",
    default=200,
    show_default=True,
    type=click.IntRange(0, 100_000),
    help="Of how many of the newest stories to make a form in one file, for phones.",
)
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    newsroom: Path,
    out: Path | None,
    only_check: bool,
    draft: bool,
    port: int | None,
    single_files: int,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Turn NEWSROOM into a signed edition that opens from a thumb drive."""
    if only_check:
        problems = check(newsroom)
        for problem in problems:
            emit(as_json, asdict(problem), printable(str(problem)))
        if not problems:
            emit(as_json, {"problems": 0}, "Nothing to mend.")
        raise SystemExit(1 if any(problem.stops for problem in problems) else 0)
    root = newsroom.resolve()
    if port is not None:
        _serve(root, port)
        return

    def open_keys(newsroom_id: str) -> "KeyRing":
        from handbill.keys.ring import KeyRing  # noqa: PLC0415  (a draft needs no keys)

        return KeyRing.open(newsroom_id, passphrase(passphrase_file))

    press = Press(
        root,
        out or root.with_name(root.name + ("-draft" if draft else "-edition")),
        date.today(),  # noqa: DTZ011  (an embargo ends at the newsroom's own midnight)
        None if draft else open_keys,
        console_progress(quiet=as_json),
        single_files,
    )
    # Millions of values that all live to the end: looking for garbage among them finds none.
    gc.disable()
    report = press.run()
    emit(as_json, {"out": str(press.out), **asdict(report)}, _text(press.out, report))


def _serve(root: Path, port: int) -> None:
    from handbill.press.serving import serve  # noqa: PLC0415  (few presses serve)

    serve(
        root,
        today=date.today,
        port=port,
        say=_say,
        progress=console_progress(),
    )


def _say(text: str) -> None:
    for line in text.splitlines():
        click.echo(printable(line))


def _text(out: Path, report: PressReport) -> str:
    size = amount(report.length, "bytes")
    what = f"edition {report.number}" if report.number else "draft, unsigned"
    if report.unchanged:
        lines = [f"{out}: {what}, nothing changed"]
    else:
        lines = [f"{out}: {what}, {report.files} files, {size}; {report.written} made anew"]
    for held in report.withheld:
        lines.append(f"  withheld: {printable(held.source)} {held.reason}")
    lines += [f"  to mend: {printable(str(problem))}" for problem in report.problems]
    for problem in report.media_problems:
        lines.append(f"  left out: {printable(problem.source)}: {printable(problem.reason)}")
        if problem.hint:
            lines.append(f"    {problem.hint}")
    if report.pending:
        lines.append("  More editors must sign before this edition counts.")
    return "\n".join(lines)
