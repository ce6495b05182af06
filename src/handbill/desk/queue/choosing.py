"""Which letter a person reads next, and who reads which.

A claim keeps nobody out: it says who reads a letter, and lets the next person get another one.
"""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from handbill.desk.database import writing
from handbill.desk.decisions.models import FirstYes
from handbill.desk.decisions.standing import renew
from handbill.desk.queue.models import BatchLetter, Claim
from handbill.desk.staff.models import Person
from handbill.desk.store.models import Letter, Pile
from handbill.errors import NotAllowed

CLAIM_S = 600
MOST_COUNTED = 10_000
"""Counting more would cost more than knowing it is worth."""
PAGE = 50


def waiting(pile: Pile = Pile.QUEUE) -> QuerySet[Letter]:
    """Return what lies on a pile, in its order."""
    return Letter.objects.filter(pile=pile).order_by("place")


def claims(*, but: Person | None = None) -> QuerySet[Claim]:
    """Return the claims that hold, those of ``but`` left out."""
    found = Claim.objects.filter(until__gt=timezone.now())
    return found.exclude(person=but) if but else found


def free(person: Person, pile: Pile = Pile.QUEUE) -> QuerySet[Letter]:
    """Return what nobody else reads, and what waits for a second yes only for others than them."""
    taken = list(claims(but=person).values_list("letter", flat=True))
    agreed = list(FirstYes.objects.filter(person=person).values_list("letter", flat=True))
    return waiting(pile).exclude(id__in=[*taken, *agreed])


def take_next(person: Person, *, after: str = "") -> Letter | None:
    """Claim the next letter behind the place ``after``, or from the top, and return it."""
    with writing():
        renew()
        mine = Claim.objects.filter(person=person, until__gt=timezone.now())
        held = _of_queue(person, list(mine.values_list("letter", flat=True)))
        letters = free(person)
        found = held or letters.filter(place__gt=after).first()
        if found is None and after:
            found = letters.first()
        if found:
            _claim(found.id, person)
    return found


def _of_queue(person: Person, claimed: list[str]) -> Letter | None:
    """Return what a person began to read, unless it belongs to their batch."""
    if not claimed:
        return None
    in_batch = BatchLetter.objects.filter(batch__person=person).values("letter")
    return waiting().filter(id__in=claimed).exclude(id__in=in_batch).first()


def claim(letter_id: str, person: Person, *, over: bool = False) -> bool:
    """Claim a letter; false where somebody else reads it, unless ``over`` is their wish."""
    with writing():
        if not over and claims(but=person).filter(letter=letter_id).exists():
            return False
        _claim(letter_id, person)
    return True


def _claim(letter_id: str, person: Person) -> None:
    """Claim one letter, and let go of what is claimed besides."""
    now = timezone.now()
    Claim.objects.filter(Q(until__lte=now) | Q(person=person)).exclude(letter=letter_id).delete()
    until = now + timedelta(seconds=CLAIM_S)
    made, new = Claim.objects.get_or_create(
        letter=letter_id, defaults={"person": person, "until": until}
    )
    if not new:
        if made.person_id != person.pk:
            made.rule = made.fact = made.reason = ""
        made.person, made.until = person, until
        made.save()


def let_go(letter_id: str, person: Person) -> None:
    """Give a letter back to the queue."""
    Claim.objects.filter(letter=letter_id, person=person).delete()


def keep_draft(letter_id: str, person: Person, *, rule: str, fact: str, reason: str) -> bool:
    """Keep what a person chose and typed so far; false where the letter is not theirs any more."""
    mine = Claim.objects.filter(letter=letter_id, person=person)
    until = timezone.now() + timedelta(seconds=CLAIM_S)
    return bool(mine.update(rule=rule[:64], fact=fact[:64], reason=reason[:1000], until=until))


def beside(letter: Letter) -> tuple[str, str]:
    """Return the ids of the letters before and behind this one on its pile, or nothing."""
    if not letter.pile:
        return "", ""
    on_pile = Letter.objects.filter(pile=letter.pile)
    before = on_pile.filter(place__lt=letter.place).order_by("-place")
    behind = on_pile.filter(place__gt=letter.place).order_by("place")
    first = before.values_list("id", flat=True).first()
    second = behind.values_list("id", flat=True).first()
    return first or "", second or ""


def counted(pile: Pile) -> int:
    """Count what lies on a pile, up to MOST_COUNTED."""
    return Letter.objects.filter(pile=pile)[:MOST_COUNTED].count()


def take_back_yes(letter_id: str, person: Person) -> None:
    """Take back a first yes that no second person has joined.

    Raises:
        NotAllowed: there is none of this person's.
    """
    gone, _ = FirstYes.objects.filter(letter=letter_id, person=person).delete()
    if not gone:
        raise NotAllowed("letter: no first yes of yours waits")
