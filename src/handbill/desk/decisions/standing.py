"""A writer's standing, from the decisions about the pen."""

from collections.abc import Iterable

from handbill.desk import secrets
from handbill.desk.decisions.models import Entry
from handbill.desk.store import piles
from handbill.desk.store.models import Pile
from handbill.letters.decision import Action
from handbill.rules import standing as rules
from handbill.rules.book import Ladder

_AT_ONCE = 500  # values in one query: databases take so many and no more


def decisions(entries: Iterable[Entry]) -> list[rules.Decision]:
    """Return what standing needs of these entries."""
    return [
        rules.Decision(
            e.sequence,
            Action(e.action),
            e.edition,
            e.letter,
            e.written_from,
            e.rule,
            e.editions,
            e.about,
        )
        for e in entries
    ]


def ladder() -> Ladder:
    """Return the ladder of the rule book."""
    book = secrets.current().book
    return book.ladder if book else Ladder()


def standing_of(pen: str) -> rules.Standing:
    """Return the standing of the pen with this fingerprint at the newest edition."""
    entries = Entry.objects.filter(pen=pen).order_by("sequence")
    return rules.standing(decisions(entries), ladder(), secrets.newest_edition())


def standings_of(pens: Iterable[str]) -> dict[str, rules.Standing]:
    """Return the standings of several pens with few queries."""
    wanted = sorted(set(pens))
    found: dict[str, list[Entry]] = {pen: [] for pen in wanted}
    for begin in range(0, len(wanted), _AT_ONCE):
        part = wanted[begin : begin + _AT_ONCE]
        for entry in Entry.objects.filter(pen__in=part).order_by("sequence"):
            found[entry.pen].append(entry)
    now, rungs = secrets.newest_edition(), ladder()
    return {pen: rules.standing(decisions(own), rungs, now) for pen, own in found.items()}


def note_stop(pen: str) -> None:
    """Move a pen's waiting letters to where its standing wants them; inside the transaction."""
    standing = standing_of(pen)
    if standing.is_blocked:
        piles.stop(pen, Pile.BLOCKED, standing.blocked_until)
    elif standing.is_paused:
        piles.stop(pen, Pile.PAUSED, standing.paused_until)
    else:
        piles.stop(pen, None, None)


def renew() -> None:
    """Let pens write again whose pause or block ended with the newest edition."""
    for pen in piles.ended(secrets.newest_edition()):
        note_stop(pen)
