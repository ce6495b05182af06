"""Run the command line with ``python -m handbill``."""

from handbill.cli.main import main

if __name__ == "__main__":
    main()
