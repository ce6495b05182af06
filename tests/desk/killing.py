"""Take a bag in and enter what was asked while being killed (SIGKILL) at one event after another. Run as a program:

``killing.py again WHERE FOLDER`` kills one run at its first event, the next at its second, … on one
database until a run gets through; prints how many were killed.
``killing.py each FOLDER`` kills a run at each event in turn, each time on a fresh copy of FOLDER, lets
a second run finish, and prints the points after which the tables differed from an undisturbed run.

An event is a statement, a commit (before and after), or a file moved or removed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from handbill.desk.database import connect, start

start()
from django.db import connection  # noqa: E402

from desk.desk_world import known_keys  # noqa: E402
from desk.dumping import dump, entered  # noqa: E402
from desk.world import desk  # noqa: E402
from handbill.desk import secrets  # noqa: E402
from handbill.desk.decisions import log, recording  # noqa: E402
from handbill.desk.intake import screening, take_in  # noqa: E402
from handbill.desk.intake.tray import Tray  # noqa: E402

_FILES = {"os.remove", "os.rename"}
_NEVER = 1 << 40
screening.BATCH, take_in.BATCH, recording.BATCH = 7, 9, 2


def again(where: str, folder: Path) -> int:
    last = 1
    while _killed(where, folder, last):
        last += 1
    return last - 1


def each(folder: Path) -> dict[str, Any]:
    expected, wrong, last = _finished(folder, 0), [], 1
    while True:
        if not _killed(str(folder / f"{last}/desk.sqlite3"), _copy(folder, last), last):
            return {"killed": last - 1, "wrong": wrong}
        if _finished(folder, last) != expected:
            wrong.append(last)
        shutil.rmtree(folder / f"{last}")
        last += 1


def _copy(folder: Path, number: int) -> Path:
    copy = folder / f"{number}"
    shutil.copytree(folder / "bag", copy, dirs_exist_ok=True)
    return copy


def _finished(folder: Path, number: int) -> str:
    """Let a run get through and return what the tables and folders hold."""
    copy = folder / f"{number}" if number else _copy(folder, 0)
    if _killed(str(copy / "desk.sqlite3"), copy, _NEVER):
        raise RuntimeError
    return (copy / "dump").read_text()


def _killed(where: str, folder: Path, last: int) -> bool:
    """Run in a child that is killed at its event number ``last``; False where it got through."""
    child = os.fork()
    if not child:
        try:
            _run(where, folder, last)
            files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.bin"))
            (folder / "dump").write_text(json.dumps([dump(), entered(), files]))
        except BaseException:  # noqa: BLE001  the child must not go on as its parent
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status and not os.WIFSIGNALED(status):
        sys.exit(f"the run to be killed at event {last} failed by itself")
    return bool(status)


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
        secrets.set_current(known_keys(folder))
        recording.record()
    if problems := list(log.check()):
        raise RuntimeError(problems)


if __name__ == "__main__":
    if sys.argv[1] == "again":
        print(again(sys.argv[2], Path(sys.argv[3])))
    else:
        print(json.dumps(each(Path(sys.argv[2]))))
