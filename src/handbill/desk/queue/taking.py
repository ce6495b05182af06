"""Take the tray in from the desk's own pages: in a thread of this worker, beside its requests.

Only one take-in writes at a time, whoever began it (database.writing); what a killed one left is
taken in by the next. Progress is what the tray and the tables say, so every worker can tell it.
"""

import threading
from dataclasses import dataclass

from django.db import connections

from handbill.desk import secrets
from handbill.desk.database import writing
from handbill.desk.decisions.recording import record
from handbill.desk.decisions.standing import renew
from handbill.desk.intake.knowing import desk_of
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.intake.values import TakenIn
from handbill.desk.place import place
from handbill.desk.serving.opening import take_up_pressed
from handbill.desk.store.models import ERASED, JUDGED, Letter
from handbill.errors import HandbillError

MOST_COUNTED = 10_000


@dataclass(slots=True)
class State:
    """What this worker knows of its last take-in."""

    running: bool = False
    again: bool = False  # to be done once more: what the screens look for has changed meanwhile
    report: TakenIn | None = None
    failed: str = ""


_state = State()
_lock = threading.Lock()


def state() -> State:
    """Return how this worker's take-in stands."""
    return _state


def _tray() -> Tray:
    keys = secrets.current()
    where = place(keys.newsroom_folder, keys.newsroom_id)
    return Tray(where.tray, where.aside)


def in_tray() -> int:
    """Count what lies in the tray."""
    try:
        return len(_tray().waiting())
    except HandbillError:
        return 0


def to_screen() -> int:
    """Count letters that the screens have not read or compared, up to MOST_COUNTED."""
    left = Letter.objects.filter(compared=False, kind__in=JUDGED).exclude(state__in=ERASED)
    return left[:MOST_COUNTED].count()


def begin(*, again: bool = False) -> bool:
    """Begin; false where this worker is at it already, which then does it ``again``."""
    with _lock:
        if _state.running:
            _state.again = _state.again or again
            return False
        _state.running, _state.failed = True, ""
    threading.Thread(target=run, name="take-in", daemon=True).start()
    return True


def run() -> None:
    """Take in what lies in the tray, letters of an edition pressed a moment ago too."""
    _state.failed = ""
    try:
        take_up_pressed()
        _state.report = take_in(_tray(), desk_of(secrets.current()))
        record()
        with writing():
            renew()
    except Exception as error:  # noqa: BLE001  (a thread has nobody above it; the page says so)
        _state.failed = str(error) if isinstance(error, HandbillError) else type(error).__name__
    finally:
        connections.close_all()
        with _lock:
            once_more, _state.again = _state.again, False
            _state.running = once_more
    if once_more:
        run()
