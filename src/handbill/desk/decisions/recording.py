"""Enter what writers asked for into the log: every withdrawal and burning, each once.

Nobody decides about them, so intake carries them out without any key. Their entries follow in this
step, made by whoever has the desk's key: after each take-in and before each hand-over. What waits
is entered in the order of the letters' ids, which are hashes, so that the log does not tell in
which order letters came, nor from which drives.
"""

from handbill.desk.database import writing
from handbill.desk.decisions.log import Ruling, enter, unentered
from handbill.desk.decisions.models import Entry
from handbill.desk.store.models import Letter
from handbill.letters.decision import BY_WRITERS, Action, Origin

BATCH = 200
_ASKED = Ruling(origin=Origin.WRITER)


def record() -> int:
    """Enter every withdrawal and burning that has no entry; returns how many these were.

    Killed at any point, it goes on when it is called again.
    """
    count, waiting = 0, unentered()
    for begin in range(0, len(waiting), BATCH):
        with writing():
            count += _enter(waiting[begin : begin + BATCH])
    return count


def _enter(ids: list[str]) -> int:
    """Enter those of ``ids`` that another process has not entered meanwhile."""
    done = Entry.objects.filter(letter__in=ids, action__in=BY_WRITERS)
    entered = set(done.values_list("letter", flat=True))
    letters = Letter.objects.select_related("pen").in_bulk([i for i in ids if i not in entered])
    for _, letter in sorted(letters.items()):
        enter(Action(letter.kind), None, _ASKED, letter=letter)
    return len(letters)
