"""What each pen is told about its letters, by its receipt key."""

import hmac
from collections import defaultdict
from itertools import islice

from handbill.desk import secrets
from handbill.desk.decisions.models import Entry
from handbill.desk.decisions.standing import standings_of
from handbill.desk.store.models import ERASED, JUDGED, Letter, State
from handbill.letters.decision import BY_WRITERS, NEED_ABOUT
from handbill.letters.letter import Kind
from handbill.letters.receipts import MAX_POWER, REPEATED, Row, Status

_STATUS = {
    State.ARRIVED: Status.WAITS,
    State.WAITING: Status.WAITS,
    State.HELD: Status.HELD,
    State.PUBLISHED: Status.PUBLISHED,
    State.REMOVED: Status.REMOVED,
    State.WITHDRAWN: Status.WITHDRAWN,
    State.BURNED: Status.WITHDRAWN,
    State.DECIDED: Status.APPEAL_DECIDED,
}
MOST_WAITING = 4_000
MOST_PENS = 1 << MAX_POWER
_Found = dict[bytes, list[tuple[int, Row]]]
_FIELDS = ("id", "pen_id", "receipt", "state", "rule", "edition_number", "parent")


def rows() -> dict[bytes, tuple[Row, ...]]:
    """Return the rows of each receipt key, newest decisions first.

    What was decided and what was taken back is told in ten editions; that a letter waits is told in
    the ten after the one that it was written from. Pens about which nobody decided are no more than
    :data:`MOST_WAITING`: a flood of letters that nobody has read must not fill every drive.
    """
    now = secrets.newest_edition()
    taken_back, answers = _taken_back(now), _answers(now)
    told = dict(
        Entry.objects.filter(edition__gt=now - REPEATED)
        .exclude(letter="")
        .order_by("sequence")
        .values_list("letter", "sequence")
    )
    book = secrets.current().book
    numbers = {rule.id: rule.number for rule in book.rules} if book else {}
    letters = Letter.objects.filter(kind__in=JUDGED).exclude(receipt=b"")
    found: _Found = defaultdict(list)
    pens: dict[bytes, str] = {}
    for row in letters.values_list(*_FIELDS).order_by("id").iterator(chunk_size=2000):
        letter_id, pen, receipt, state, rule, edition, parent = row
        sequence = told.get(letter_id, 0)
        if state == State.DECIDED:
            sequence = max(answers.get((pen, parent), 0), answers.get((pen, ""), 0))
        is_old = not sequence and now - edition >= REPEATED
        if is_old and not (state in ERASED and {(letter_id[:16], pen), ("", pen)} & taken_back):
            continue
        key = bytes(receipt)
        pens[key] = pen
        status = _STATUS[State(state)]
        found[key].append((sequence, Row(letter_id[:16], status, numbers.get(rule, 0), edition)))
    return _with_standing(_bounded(found), pens)


def _taken_back(now: int) -> set[tuple[str, str]]:
    """Return what was asked of late: the short name of a letter and its pen, or of a burned pen
    nothing and the pen.
    """
    asked = Entry.objects.filter(edition__gt=now - REPEATED, action__in=BY_WRITERS)
    rows = Letter.objects.filter(id__in=asked.values("letter"), kind__in=BY_WRITERS)
    return {
        (parent if kind == Kind.WITHDRAW else "", pen)
        for kind, parent, pen in rows.values_list("kind", "parent", "pen_id")
    }


def _answers(now: int) -> dict[tuple[str, str], int]:
    """Return by pen and short name of its letter, nothing for the pen itself, what was answered of
    late: such an entry names what the appeal was about and not the appeal.
    """
    given = Entry.objects.filter(edition__gt=now - REPEATED, action__in=NEED_ABOUT)
    rows = given.order_by("sequence").values_list("pen", "letter", "sequence")
    return {(pen, letter[:16]): sequence for pen, letter, sequence in rows}


def _bounded(found: _Found) -> _Found:
    """Keep every pen of whose letters one was decided, and so many others, chosen by a key of ours:
    neither arrival nor a writer can choose.
    """
    secret = secrets.current().secret
    waiting = [key for key, own in found.items() if not any(sequence for sequence, _ in own)]
    waiting.sort(key=lambda key: hmac.digest(secret, b"waiting" + key, "sha256"))
    dropped = set(waiting[MOST_WAITING:])
    return dict(islice(((k, own) for k, own in found.items() if k not in dropped), MOST_PENS))


def _with_standing(found: _Found, pens: dict[bytes, str]) -> dict[bytes, tuple[Row, ...]]:
    """Say of letters that wait because their pen is paused or blocked that this is why."""
    standings = standings_of(pens[key] for key in found)
    made: dict[bytes, tuple[Row, ...]] = {}
    for key, own in found.items():
        standing = standings[pens[key]]
        stopped = (
            Status.PEN_BLOCKED
            if standing.is_blocked
            else Status.PEN_PAUSED
            if standing.is_paused
            else None
        )
        ordered = [row for _, row in sorted(own, key=lambda pair: (-pair[0], pair[1].letter))]
        made[key] = tuple(
            Row(r.letter, stopped, r.rule, r.edition)
            if stopped and r.status in (Status.WAITS, Status.HELD)
            else r
            for r in ordered
        )
    return made
