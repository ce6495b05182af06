"""Which decision an appeal is about, and who may not answer it."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from handbill.desk.decisions.models import Entry
from handbill.desk.staff.models import Person
from handbill.desk.store.models import Letter, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind

_OF_PENS = (Action.WARN, Action.PAUSE, Action.BLOCK)


def appealed(appeal: Letter) -> Entry | None:
    """Return the decision that an appeal is about, None where none stands."""
    return appealed_all([appeal])[appeal.id]


def appealed_all(appeals: Sequence[Letter]) -> dict[str, Entry | None]:
    """Return the decision that each appeal is about: the removal of the letter it names, else the
    last warning, pause or block of its pen; None where that was answered or taken back.
    """
    named = _named(appeals)
    removed = [letter for letter, state in named.values() if state == State.REMOVED]
    removals = _last(letter__in=removed, action=Action.REMOVE)
    stops = _last(pen__in={a.pen_id for a in appeals}, letter="", action__in=_OF_PENS)
    of_letter = {e.letter: e for e in removals}
    of_pen = {e.pen: e for e in stops}
    listed = [e.sequence for e in (*of_letter.values(), *of_pen.values())]
    answers = Entry.objects.filter(about__in=listed).values_list("about", flat=True)
    answered = set(answers)
    found: dict[str, Entry | None] = {}
    for appeal in appeals:
        target = named.get((appeal.pen_id, appeal.parent))
        both = (of_letter.get(target[0]), of_pen.get(appeal.pen_id)) if target else ()
        found[appeal.id] = next((e for e in both if e and e.sequence not in answered), None)
    return found


def _named(appeals: Sequence[Letter]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return by pen and short name the id and state of what appeals name; only their pens' own."""
    own = Letter.objects.filter(
        pen__in={a.pen_id for a in appeals}, short__in={a.parent for a in appeals}
    )
    rows = own.exclude(kind=Kind.APPEAL).order_by("-id")
    return {
        (pen, short): (letter, state)
        for pen, short, letter, state in rows.values_list("pen_id", "short", "id", "state")
    }


def _last(**which: object) -> list[Entry]:
    """Return entries in their order, so that of several the last counts."""
    return list(Entry.objects.filter(**which).select_related("person").order_by("sequence"))


def decided_before(entry: Entry, person: Person) -> bool:
    """Tell whether ``person`` ever decided as ``entry`` did, of this letter or pen."""
    return entry.sequence in decided_before_all([entry], person)


def decided_before_all(entries: Iterable[Entry], person: Person) -> set[int]:
    """Return the sequences of those that ``person`` ever decided alike, of that letter or pen."""
    listed = list(entries)
    same = Q(letter__in=[e.letter for e in listed], pen__in=[e.pen for e in listed])
    own = Entry.objects.filter(same, person=person).values_list("letter", "pen", "action")
    alike = set(own)
    return {e.sequence for e in listed if (e.letter, e.pen, e.action) in alike}


def decided_against(appeal: Letter, person: Person) -> bool:
    """Tell whether ``person`` ever decided what this appeal could be about, also where it does not
    stand any more: else a decision taken back for a moment would close the appeal against it.
    """
    named = [letter for letter, _ in _named([appeal]).values()]
    own = Entry.objects.filter(person=person)
    of_letter = own.filter(letter__in=named, action=Action.REMOVE)
    return of_letter.exists() or (
        own.filter(pen=appeal.pen_id, letter="", action__in=_OF_PENS).exists()
    )
