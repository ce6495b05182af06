"""The ``handbill`` command: a group that imports each command only when it is chosen."""

import atexit
import gc
import importlib
import io
import sys
from collections.abc import Sequence

import click

from handbill import __version__
from handbill.errors import DriveFailed, HandbillError

COMMANDS = {
    "new": "Start a newsroom: folders, house rules, a first story, keys.",
    "press": "Turn a newsroom's folder into a signed edition.",
    "copy": "Write an edition to drives, most important first, and read it back.",
    "verify": "Say whether a drive or a film is genuine and whole.",
    "letter": "Write to a newsroom: sign and seal a letter in the terminal.",
    "collect": "Take sealed letters off drives, opening none.",
    "desk": "Judge letters in a browser; take them in.",
    "keys": "Make, back up, rotate and withdraw the newsroom's keys.",
}
INTERRUPTED = 130
_HINT = "what was there before is as it was: make room, or mend access, and run the command again"


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"handbill.cli.cmd_{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, so that ``--help`` imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib  # noqa: PLC0415  (only on the way out)

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Run 'handbill COMMAND --help' for one command. Every command takes --json.",
)
@click.version_option(__version__, prog_name="handbill")
def group() -> None:
    """Handbill: a press for places the internet cannot reach."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit status."""
    # Our values hold no cycles: looking for some among them at every 700th costs a twentieth.
    gc.set_threshold(50_000, 20, 20)
    atexit.register(gc.freeze)  # nor is the last look worth what it costs: the process ends
    _stumble_over_no_letter()
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        result = group.main(args=args, prog_name="handbill", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("stopped: nothing is lost, run the same command again to go on")
        sys.exit(INTERRUPTED)
    except HandbillError as error:
        _report(error, as_json="--json" in args)
        sys.exit(error.exit_status)
    except OSError as error:
        failed = DriveFailed(f"{error.filename or 'disk'}: {error.strerror or error}", hint=_HINT)
        _report(failed, as_json="--json" in args)
        sys.exit(failed.exit_status)
    sys.exit(result if isinstance(result, int) else 0)


def _report(error: HandbillError, *, as_json: bool) -> None:
    if as_json:
        from handbill.cli.ui import json_line  # noqa: PLC0415  (only on the way out)

        record = {"event": "error", "code": error.code, "message": str(error), "hint": error.hint}
        click.echo(json_line(record))
    _say(f"error: {error}")
    if error.hint:
        _say(f"hint: {error.hint}")


def _say(text: str) -> None:
    from handbill.cli.ui import without_controls  # noqa: PLC0415  (only on the way out)

    click.echo(without_controls(text), err=True)


def _stumble_over_no_letter() -> None:
    """Write a letter that the terminal's alphabet lacks as its number, instead of breaking off."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
