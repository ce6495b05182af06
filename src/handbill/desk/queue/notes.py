"""What colleagues tell each other about a letter, and letters handed from one to another."""

from collections.abc import Sequence

from django.db.models import Q

from handbill.desk.database import writing
from handbill.desk.decisions.deciding import seen
from handbill.desk.queue.models import Audit, BatchLetter, Claim, Note
from handbill.desk.staff.models import Person
from handbill.desk.store import piles
from handbill.desk.store.models import UNJUDGED, Letter
from handbill.errors import NotAllowed, Stale

MOST_WORDS = 1000


def hand(letter_id: str, *, person: Person, reader: Person | None, words: str, at: str) -> None:
    """Lay a letter aside for a colleague, or for whoever comes, with a note.

    Raises:
        Stale: somebody decided on it meanwhile.
        NotAllowed: to oneself, or to somebody whose account is closed.
    """
    if reader and (reader.pk == person.pk or not reader.is_active):
        raise NotAllowed("letter: is handed to a colleague who is at the desk")
    said = words[:MOST_WORDS]
    with writing():
        letter = Letter.objects.filter(id=letter_id, state__in=UNJUDGED).first()
        same = Note.objects.filter(letter=letter_id, writer=person, reader=reader, words=said)
        if letter and same.filter(waits=True).exists():
            return  # the form came twice
        if letter is None or seen(letter) != at:
            raise Stale("letter: somebody decided meanwhile")
        Note.objects.create(letter=letter_id, writer=person, reader=reader, words=said)
        Claim.objects.filter(letter=letter_id).delete()
        piles.lay_aside(letter)


def settle(letter_id: str) -> None:
    """A letter was judged: whoever it was handed to need not look any more."""
    Note.objects.filter(letter=letter_id, waits=True).update(waits=False)
    Claim.objects.filter(letter=letter_id).delete()


def handed_to(person: Person) -> list[tuple[Note, Letter]]:
    """Return what waits for a person, what was handed to nobody in particular included."""
    mine = Q(reader=person) | (Q(reader=None) & ~Q(writer=person))
    notes = list(Note.objects.filter(mine, waits=True).select_related("writer")[:50])
    waiting = Letter.objects.filter(state__in=UNJUDGED)
    letters = waiting.in_bulk([note.letter for note in notes])
    return [(n, letters[n.letter]) for n in notes if n.letter in letters]


def forget(ids: Sequence[str]) -> None:
    """Take away what was written about letters whose words are gone."""
    for model in (Note, Claim, BatchLetter, Audit):
        model.objects.filter(letter__in=list(ids)).delete()
