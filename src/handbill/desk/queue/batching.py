"""Approve harmless letters of one story together, once a random sample of them was read.

The server draws the sample, keeps who read what, and draws who is audited: a page cannot skip it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from random import SystemRandom

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from handbill.desk.database import writing
from handbill.desk.decisions import deciding
from handbill.desk.queue import choosing
from handbill.desk.queue.models import Audit, Batch, BatchLetter
from handbill.desk.staff.models import Person
from handbill.desk.store.models import PUBLIC, Finding, Letter, State
from handbill.errors import HandbillError, NotAllowed, Stale
from handbill.letters.decision import Action

LEAST, MOST = 8, 100
LEAST_SAMPLE = 5
SAMPLE, AUDITED = 0.1, 0.05
LOOKED_THROUGH = 5000
KEPT_S = 3600
"""So long a batch keeps its letters from others, counted from the last one that was read."""
_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Approved:
    """What approving a batch did; ``left`` letters changed meanwhile and wait for a person."""

    approved: int
    audited: int
    left: int


def harmless(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Return those without any finding, by pens of which something is published."""
    found = Finding.objects.filter(letter=OuterRef("pk"))
    known = Letter.objects.filter(pen=OuterRef("pen"), state=State.PUBLISHED, kind__in=PUBLIC)
    plain = letters.filter(state=State.WAITING, kind__in=PUBLIC)
    return plain.filter(~Exists(found), Exists(known))


def offered() -> list[tuple[str, int]]:
    """Return stories with enough harmless letters, those with most first."""
    first = harmless(choosing.waiting().filter(place__gte="2"))[:LOOKED_THROUGH]
    counts = Counter(first.values_list("story", flat=True))
    return [(story, n) for story, n in counts.most_common(50) if n >= LEAST]


def sample_size(count: int) -> int:
    """Return how many of so many letters are read before the rest is approved."""
    return min(count, max(LEAST_SAMPLE, ceil(count * SAMPLE)))


def draw(story: str, person: Person) -> Batch:
    """Draw a batch of a story and its sample; an earlier one of this person is given up, and so
    are those that nobody is at any more.

    Raises:
        NotAllowed: there are too few.
    """
    with writing():
        left = Q(person=person) | Q(until__lte=timezone.now()) | Q(person__is_active=False)
        Batch.objects.filter(left).delete()
        in_others = BatchLetter.objects.values("letter")
        letters = harmless(choosing.free(person).filter(story=story))
        listed = list(letters.exclude(id__in=in_others)[:MOST])
        if len(listed) < LEAST:
            raise NotAllowed("batch: too few letters of known pens without findings wait here")
        sample = set(_chance.sample([x.id for x in listed], sample_size(len(listed))))
        batch = Batch.objects.create(person=person, story=story, until=until())
        BatchLetter.objects.bulk_create(
            BatchLetter(batch=batch, letter=x.id, looked_at=deciding.seen(x), sample=x.id in sample)
            for x in listed
        )
    return batch


def until() -> datetime:
    """Return until when a batch is kept for who is at it now."""
    return timezone.now() + timedelta(seconds=KEPT_S)


def unread(batch: Batch) -> list[str]:
    """Return the letters of the sample that were not read yet."""
    rows = BatchLetter.objects.filter(batch=batch, sample=True, read=False)
    return list(rows.order_by("letter").values_list("letter", flat=True))


def mark_read(batch: Batch, letter: str) -> None:
    """Note that the first unread letter of the sample was read; no other can be."""
    if letter in unread(batch)[:1]:
        BatchLetter.objects.filter(batch=batch, letter=letter).update(read=True)
        Batch.objects.filter(pk=batch.pk).update(until=until())


def approve(batch: Batch, person: Person) -> Approved:
    """Approve a batch and draw its audit; whoever sends it twice finds it gone the second time.

    Raises:
        NotAllowed: the sample was not read, by this person.
        Stale: the batch was approved already, or one of its sample was judged otherwise.
    """
    with writing():
        rows = list(BatchLetter.objects.filter(batch=batch).order_by("letter"))
        if not rows:
            raise Stale("batch: was approved already")
        if batch.person_id != person.pk or any(row.sample and not row.read for row in rows):
            raise NotAllowed("batch: its sample was not read by who approves it")
        _sample_stands(rows)
        audited = _draw_audit([row.letter for row in rows if not row.sample], person)
        batch.delete()
    left = {row.letter for row in rows if not _approved(row, person)}
    Audit.objects.filter(letter__in=left, approver=person).delete()
    return Approved(len(rows) - len(left), len(audited - left), len(left))


def _approved(row: BatchLetter, person: Person) -> bool:
    """Approve one letter; not where it changed, something was found since it was drawn, its pen
    was stopped, or a colleague reads it or laid it aside.
    """
    try:
        with writing():
            here = choosing.free(person).filter(id=row.letter)
            if not (here if row.sample else harmless(here)).exists():
                return False
            made = deciding.judge(
                row.letter, Action.APPROVE, person=person, looked_at=row.looked_at
            )
    except HandbillError:
        return False
    return made is not None


def _sample_stands(rows: Sequence[BatchLetter]) -> None:
    letters = Letter.objects.in_bulk([row.letter for row in rows if row.sample])
    for row in rows:
        if not row.sample:
            continue
        letter = letters.get(row.letter)
        if letter is None or deciding.seen(letter) != row.looked_at:
            raise Stale("batch: a letter of its sample was judged meanwhile")


def _draw_audit(unseen: list[str], person: Person) -> set[str]:
    """Draw what somebody else reads afterwards, before anything is approved."""
    drawn = set(_chance.sample(unseen, ceil(len(unseen) * AUDITED))) if unseen else set()
    Audit.objects.bulk_create(
        [Audit(letter=letter, approver=person) for letter in sorted(drawn)],
        update_conflicts=True,  # approved unread once before, and taken back since
        unique_fields=["letter"],
        update_fields=["approver", "auditor"],
    )
    return drawn


def to_audit() -> QuerySet[Audit]:
    """Return what somebody else than who approved it reads; what readers do not see can wait."""
    shown = Letter.objects.filter(id=OuterRef("letter"), state=State.PUBLISHED)
    return Audit.objects.filter(Exists(shown), auditor=None)
