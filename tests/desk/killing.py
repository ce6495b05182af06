"""Take a bag in, killed (SIGKILL) at the first event, then at the second, … until a run gets through.

An event is a statement, a commit (before and after), or a file written, moved or removed. Run as a
program: ``killing.py WHERE FOLDER``; prints how many runs were killed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from handbill.desk.database import connect, start

start()
from django.db import connection  # noqa: E402

from desk.world import desk  # noqa: E402
from handbill.desk.intake import screening, take_in  # noqa: E402
from handbill.desk.intake.tray import Tray  # noqa: E402

_FILES = {"os.remove", "os.rename"}
screening.BATCH = take_in.BATCH = 9


def main() -> None:
    where, folder = sys.argv[1], Path(sys.argv[2])
    for last in range(1, 2000):
        child = os.fork()
        if not child:
            _run(where, folder, last)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if status == 0:
            print(last - 1)
            return
        if not os.WIFSIGNALED(status):
            sys.exit(f"a run failed by itself, {last - 1} were killed before")


def _run(where: str, folder: Path, last: int) -> None:
    connect(where if "://" in where else Path(where))
    left = last

    def event() -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Callable[..., Any], *args: Any) -> Any:
        event()
        return execute(*args)

    commit = connection.commit

    def committed() -> None:
        event()
        commit()
        event()

    connection.commit = committed
    sys.addaudithook(lambda name, _: event() if name in _FILES else None)
    with connection.execute_wrapper(statement):
        take_in.take_in(Tray(folder / "tray", folder / "aside"), desk())


if __name__ == "__main__":
    main()
