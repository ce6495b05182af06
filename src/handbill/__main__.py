"""Where the program begins: ``handbill`` and ``python -m handbill``."""

import signal


def main() -> None:
    """Load the command line and run it.

    Whoever interrupts while it loads sees nothing of that: there is nothing yet to be undone.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from handbill.cli.main import main as run  # noqa: PLC0415  (loading is what takes time)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
