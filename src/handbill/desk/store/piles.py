"""Keep each waiting letter at its place in its pile, so that the next one is one step in an index.

The order is that of :mod:`handbill.rules.judge`: privacy, other holds, the rest; then the highest
score, then the story. It is stored, because computed from findings it would cost a look at every
letter that waits. It is renewed wherever findings, state or standing change, in that transaction.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Max

from handbill.desk.store.models import JUDGED, UNJUDGED, Finding, Letter, Pen, Pile, State
from handbill.letters.letter import Kind
from handbill.rules.judge import NEVER_BLOCKED, SCORE

_SHORT = 16
_STEPS = 9999
_STOPPED = (Pile.QUEUE, Pile.PAUSED, Pile.BLOCKED)


def place_of(*, private: bool, held: bool, score: float, story: str, letter: str) -> str:
    """Return a letter's place; texts sort as :func:`handbill.rules.judge.judge` orders."""
    first = 0 if private else 1 if held else 2
    return f"{first}{_STEPS - round(score * _STEPS):04d} {story} {letter[:_SHORT]}"


def lay(ids: Iterable[str]) -> None:
    """Lay letters that wait on their piles; what a person laid aside stays there."""
    waiting = Letter.objects.filter(id__in=list(ids), state__in=UNJUDGED, kind__in=JUDGED)
    letters = list(waiting.exclude(state=State.ARRIVED).select_related("pen"))
    rules, scores = _found([letter.id for letter in letters])
    changed = []
    for letter in letters:
        pile = Pile.ASIDE if letter.pile == Pile.ASIDE else _pile(letter, letter.pen)
        place = place_of(
            private="privacy" in rules[letter.id],
            held=bool(rules[letter.id]) or letter.state == State.HELD,
            score=scores.get(letter.id, 0.0),
            story=letter.story,
            letter=letter.id,
        )
        if (letter.pile, letter.place) != (pile, place):
            letter.pile, letter.place = pile.value, place
            changed.append(letter)
    Letter.objects.bulk_update(changed, ["pile", "place"], batch_size=200)


def _found(ids: list[str]) -> tuple[dict[str, set[str]], dict[str, float]]:
    rules: dict[str, set[str]] = defaultdict(set)
    held = Finding.objects.filter(letter__in=ids, holds=True)
    for letter, rule in held.values_list("letter", "rule"):
        rules[letter].add(rule)
    scored = Finding.objects.filter(letter__in=ids, reason=SCORE).values_list("letter")
    return rules, dict(scored.annotate(Max("confidence")))


def _pile(letter: Letter, pen: Pen) -> Pile:
    if letter.kind == Kind.APPEAL:
        return Pile.APPEALS
    if pen.stopped and letter.kind not in NEVER_BLOCKED:
        return Pile(pen.stopped)
    return Pile.QUEUE


def lay_aside(letter: Letter) -> None:
    """Lay a letter where a person comes back to it; an appeal stays among the appeals."""
    if letter.kind != Kind.APPEAL:
        Letter.objects.filter(id=letter.id).update(pile=Pile.ASIDE)


def lay_back(letter_id: str) -> None:
    """Lay a letter on the pile where it would lie if nobody had touched it."""
    Letter.objects.filter(id=letter_id).update(pile="")
    lay([letter_id])


def stop(pen_id: str, pile: Pile | None, until: int | None) -> None:
    """Note that a pen is paused or blocked, or no more, and move what waits of it."""
    Pen.objects.filter(fingerprint=pen_id).update(
        stopped=pile.value if pile else "", stopped_until=until
    )
    waiting = Letter.objects.filter(pen=pen_id, pile__in=_STOPPED, kind__in=JUDGED)
    waiting.exclude(kind__in=NEVER_BLOCKED).update(pile=pile or Pile.QUEUE)


def ended(newest: int) -> list[str]:
    """Return the pens whose pause or block has ended with this edition."""
    over = Pen.objects.filter(stopped__in=(Pile.PAUSED, Pile.BLOCKED), stopped_until__lte=newest)
    return list(over.values_list("fingerprint", flat=True))
