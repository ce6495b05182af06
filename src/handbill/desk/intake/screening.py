"""Let the screens read what was filed: each letter alone, then beside its neighbours.

Both go by what the tables say is still to be done, so a run that was killed goes on where it was,
and a new release, rule book or list of protected names is applied to every letter that waits.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

from django.db.models import QuerySet

from handbill import __version__
from handbill.desk.database import writing
from handbill.desk.intake import neighbours
from handbill.desk.intake.neighbours import Neighbours
from handbill.desk.intake.values import Desk, Edition
from handbill.desk.store import piles
from handbill.desk.store.many import Row, insert
from handbill.desk.store.models import (
    ERASED,
    JUDGED,
    PUBLIC,
    UNJUDGED,
    Finding,
    Letter,
    Pile,
    State,
)
from handbill.progress import SILENT, Progress
from handbill.rules import finding
from handbill.rules.screens import Context, Fault, Screen, Screened, screen_all

BATCH = 200


def digest(desk: Desk) -> str:
    """Return 16 hex digits that change whenever the screens may find something else."""
    screens = [(s.name, s.version) for s in (*desk.alone, *desk.together)]
    known = (__version__, screens, desk.book.hash, desk.protected_digest, sorted(desk.reserved))
    return sha256(repr(known).encode()).hexdigest()[:16]


def screen_letters(desk: Desk, *, progress: Progress = SILENT) -> int:
    """Let the screens that look at one letter read all that they have not seen."""
    now = digest(desk)
    context = Context(desk.book, protected=desk.protected, reserved=desk.reserved)

    def screen(letters: list[Letter]) -> None:
        _index(letters)
        made = {x.id: screen_all(_screened(desk, x), context, desk.alone) for x in letters}
        _replace(desk.alone, made)
        Letter.objects.filter(id__in=list(made)).update(screened=now, compared=False)

    return _in_batches("screening", Letter.objects.exclude(screened=now), screen, progress)


def compare_letters(desk: Desk, *, progress: Progress = SILENT) -> int:
    """Let the screens that look at neighbours read every letter that has new ones."""

    def compare(letters: list[Letter]) -> None:
        near = Neighbours(letters)
        private = Context(
            desk.book,
            names=near,
            beside=near,
            protected=desk.protected,
            reserved=desk.reserved,
        )
        public = replace(private, twins=near)  # an appeal may quote what it is about
        made = {
            x.id: screen_all(
                _screened(desk, x), public if x.kind in PUBLIC else private, desk.together
            )
            for x in letters
        }
        _replace(desk.together, made)
        _settle(list(made))

    return _in_batches("comparing", Letter.objects.filter(compared=False), compare, progress)


def _in_batches(
    label: str, letters: QuerySet[Letter], work: Callable[[list[Letter]], None], progress: Progress
) -> int:
    """Do ``work`` on letters that a person judges, each batch in a transaction of its own."""
    wanted = letters.filter(kind__in=JUDGED).exclude(state__in=ERASED).order_by("id")
    progress.start(label, wanted.count())
    count, last = 0, ""
    while True:
        with writing():
            batch = list(wanted.filter(id__gt=last)[:BATCH])
            if not batch:
                break
            work(batch)
        count, last = count + len(batch), batch[-1].id
        progress.advance(len(batch))
    progress.done()
    return count


def _index(letters: Sequence[Letter]) -> None:
    """Let neighbours find these letters; what an older release had filed is taken back first."""
    old = [letter.id for letter in letters if letter.screened]
    if old:
        neighbours.forget(old)
    for letter in letters:
        key = neighbours.name_key(letter.name)
        if key != letter.name_key:
            letter.name_key = key
            letter.save(update_fields=["name_key"])
    neighbours.add(letters)


def _screened(desk: Desk, letter: Letter) -> Screened:
    return Screened(
        letter.id,
        letter.body,
        letter.name,
        letter.language,
        letter.story,
        letter.pen_id,
        letter.words,
        letter.kind,
        nfc=letter.nfc,
        edition=letter.edition_number,
        faults=_faults(desk, letter),
    )


def _faults(desk: Desk, letter: Letter) -> tuple[Fault, ...]:
    found = []
    if (letter.rules_version, letter.rules_hash) not in desk.rules:
        found.append(Fault.OTHER_RULES)
    if desk.editions.get(letter.edition_number) != Edition(letter.edition_id, letter.seal):
        found.append(Fault.OTHER_EDITION)
    return tuple(found)


def _replace(screens: Sequence[Screen], made: dict[str, tuple[finding.Finding, ...]]) -> None:
    """Put what these screens found now in the place of what they found before."""
    names = [screen.name for screen in screens]
    Finding.objects.filter(letter__in=list(made), screen__in=names).delete()
    rows = []
    for letter_id, found in made.items():
        numbers: dict[str, int] = defaultdict(int)
        for one in found:
            rows.append(_row(letter_id, one, numbers[one.screen]))
            numbers[one.screen] += 1
    insert(Finding, rows)


def _row(letter_id: str, one: finding.Finding, number: int) -> Row:
    start, end = one.span or (None, None)
    return {
        "letter_id": letter_id,
        "screen": one.screen,
        "number": number,
        "rule": one.rule,
        "where": one.where.value,
        "start": start,
        "end": end,
        "reason": one.reason,
        "words": one.words,
        "confidence": one.confidence,
        "version": one.version,
        "holds": one.holds,
    }


def _settle(ids: list[str]) -> None:
    """Let letters wait, or hold them where a finding asks for it; a decided one stays decided."""
    Letter.objects.filter(id__in=ids).update(compared=True)
    held = Finding.objects.filter(letter__in=ids, holds=True).values("letter")
    undecided = Letter.objects.filter(id__in=ids, state__in=UNJUDGED)
    undecided.filter(id__in=held).update(state=State.HELD)
    # What a person laid aside and holds is theirs to let go.
    plain = undecided.exclude(id__in=held).exclude(state=State.HELD, pile=Pile.ASIDE)
    plain.update(state=State.WAITING)
    piles.lay(ids)
