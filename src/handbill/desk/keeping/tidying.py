"""Remove what is past its time. Editions are the clock; sessions alone have hours.

The table of what is kept how long: docs/desk-store.md.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from handbill.desk.database import writing
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.place import Place
from handbill.desk.queue.models import Batch, Claim, Note
from handbill.desk.staff.models import Remembered, Session
from handbill.desk.store.models import ERASED, UNJUDGED, Letter, State
from handbill.errors import HandbillError
from handbill.files import read_inside, write_whole
from handbill.keys.store import MAX_STORE_BYTES

_SEEN = ".seen.json"
"""Beside the letters that were put aside: since which edition each lies there."""
_MOST_SEEN = 8 << 20
_VACUUMED = (
    "queue_note",
    "queue_claim",
    "store_letter",
    "store_finding",
    "store_mark",
    "decisions_entry",
    "staff_session",
)


@dataclass(frozen=True, slots=True)
class Keep:
    """How many editions something is kept: refused letters, and reasons given for colleagues."""

    aside: int
    reasons: int


@dataclass(slots=True)
class Tidied:
    """How much was removed of each kind."""

    aside: int = 0
    sessions: int = 0
    attempts: int = 0
    yeses: int = 0
    claims: int = 0
    words: int = 0
    notes: int = 0
    reasons: int = 0

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


def tidy(place: Place, keep: Keep, *, dry_run: bool = False) -> Tidied:
    """Remove what is past its time from the connected desk; running it again removes nothing more.

    Raises:
        FormatError, OSError: the list of editions or a folder cannot be read.
    """
    newest = _newest(place.folder.parent)
    done = Tidied(aside=_aside(place.aside, newest, keep.aside, dry_run=dry_run))
    _rows(done, newest - keep.reasons, dry_run=dry_run)
    if not dry_run:
        _overwrite()
    return done


def _newest(state: Path) -> int:
    """Return the number of the edition published last, 0 before the first."""
    try:
        rows = json.loads(read_inside(state, "public.json", MAX_STORE_BYTES))["published"]
        return max((int(row["number"]) for row in rows), default=0)
    except FileNotFoundError:
        return 0


def _aside(folder: Path, newest: int, keep: int, *, dry_run: bool) -> int:
    """Remove letters that were put aside ``keep`` editions ago; a first look notes since when."""
    there = sorted(
        p.relative_to(folder).as_posix()
        for p in (folder.glob("*/*.bin") if folder.is_dir() and not folder.is_symlink() else ())
        if not p.parent.is_symlink()
    )
    seen = _seen(folder)
    since = {name: min(seen.get(name, newest), newest) for name in there}
    past = [name for name, edition in since.items() if newest - edition >= keep]
    if dry_run:
        return len(past)
    for name in past:
        (folder / name).unlink(missing_ok=True)
        del since[name]
    if since or seen:
        write_whole(folder / _SEEN, json.dumps(since).encode(), mode=0o600)
    return len(past)


def _seen(folder: Path) -> Mapping[str, int]:
    """Read since when letters lie there; a list that cannot be read begins anew: kept longer."""
    with suppress(OSError, ValueError, HandbillError):
        found = json.loads(read_inside(folder, _SEEN, _MOST_SEEN))
        if isinstance(found, dict):
            return {str(k): v for k, v in found.items() if type(v) is int and v >= 0}
    return {}


def _rows(done: Tidied, last: int, *, dry_run: bool) -> None:
    now = timezone.now()
    # A removed letter may be published again, by two people where a life hangs on it.
    waiting = Letter.objects.filter(state__in=(*UNJUDGED, State.REMOVED))
    erased = Letter.objects.filter(state__in=ERASED)
    yeses = FirstYes.objects.exclude(letter__in=waiting.values("id"), person__is_active=True)
    old = Entry.objects.filter(edition__lte=last)
    notes = old.filter(note__isnull=False, letter__in=erased.values("id"))
    reasons = old.exclude(reason="")
    later = Entry.objects.filter(letter=OuterRef("letter"), edition__gt=last)
    words = Note.objects.filter(~Exists(later), waits=False)
    with writing():
        done.sessions = _removed(Session.objects.filter(expire_date__lt=now), dry_run)
        done.attempts = _removed(Remembered.objects.filter(expires__lt=now), dry_run)
        done.yeses = _removed(yeses, dry_run)
        done.claims = _removed(Claim.objects.filter(until__lte=now), dry_run)
        done.claims += _removed(Batch.objects.filter(until__lte=now), dry_run)
        done.words = _removed(words, dry_run)
        done.notes, done.reasons = notes.count(), reasons.count()
        if not dry_run:
            reasons.update(reason="")
            notes.update(note=None, salt="")


def _removed(rows: "QuerySet[Any]", dry: bool) -> int:
    count = rows.count()
    if not dry:
        rows.delete()
    return count


def _overwrite() -> None:
    """Let the database forget rows that were removed: SQLite its log, PostgreSQL old versions."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in _VACUUMED:
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
