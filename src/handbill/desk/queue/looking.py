"""All that stands beside one letter while somebody judges it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from handbill.desk.decisions import deciding
from handbill.desk.decisions.appeals import appealed
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.decisions.standing import standing_of
from handbill.desk.queue import book, choosing, stories
from handbill.desk.queue.marking import Piece, pieces
from handbill.desk.queue.models import Audit, Claim, Note
from handbill.desk.staff.models import Person
from handbill.desk.store.models import (
    ERASED,
    IN_THREADS,
    PUBLIC,
    UNJUDGED,
    Band,
    Finding,
    Letter,
    State,
)
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.public import pen_words
from handbill.reader.words import direction, words
from handbill.rules.standing import Standing

MOST_BESIDE, MOST_OF_PEN, MOST_TWINS = 6, 12, 4
UNDONE_BY_NOBODY = (Action.UPHOLD, Action.OVERTURN, Action.ERASE)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A finding with its words; ``number`` is how text and list name it to each other."""

    number: int
    row: Finding
    title: str
    reason: str
    percent: int


@dataclass(frozen=True, slots=True)
class Line:
    """A letter in a list."""

    letter: Letter
    language: str
    direction: str
    pen: str
    name: tuple[Piece, ...]
    beginning: tuple[Piece, ...]
    findings: tuple[Pointed, ...] = ()
    reader: str = ""

    @property
    def tags(self) -> list[tuple[str, int, bool]]:
        """The rules that findings name, each once: title, how often, whether one holds."""
        found: dict[str, tuple[int, bool]] = {}
        for one in self.findings:
            count, holds = found.get(one.title, (0, False))
            found[one.title] = (count + 1, holds or one.row.holds)
        return [(title, count, holds) for title, (count, holds) in found.items()]


@dataclass(slots=True, kw_only=True)
class Look:
    """One letter and what stands around it."""

    letter: Letter
    body: tuple[Piece, ...]
    name: tuple[Piece, ...]
    findings: tuple[Pointed, ...]
    seen: str
    story: stories.Told
    language: str
    direction: str
    pen: str
    standing: Standing
    parent: Line | None = None
    beside: list[Line] = field(default_factory=list)
    of_pen: list[Line] = field(default_factory=list)
    twins: list["Look"] = field(default_factory=list)
    record: list[Entry] = field(default_factory=list)
    pen_record: list[Entry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    claim: Claim | None = None
    first_yes: FirstYes | None = None
    two: bool = False
    rules_since: book.Changes | None = None
    audit: Audit | None = None
    appealed: Entry | None = None
    undoable: int = 0

    @property
    def waits(self) -> bool:
        """Whether nobody has judged it."""
        return self.letter.state in UNJUDGED

    @property
    def gone(self) -> bool:
        """Whether its words are gone."""
        return self.letter.state in ERASED


def found_in(ids: Iterable[str]) -> dict[str, list[Finding]]:
    """Return the findings of letters, the gravest first."""
    listed = list(ids)
    rows = Finding.objects.filter(letter__in=listed)
    made: dict[str, list[Finding]] = {letter: [] for letter in listed}
    for row in rows.order_by("-holds", "-confidence", "where", "start", "screen", "number"):
        made[row.letter_id].append(row)
    return made


def pointed(rows: Sequence[Finding]) -> tuple[Pointed, ...]:
    """Give findings numbers and words."""
    titles = book.titles()
    return tuple(
        Pointed(
            n, row, titles.get(row.rule, row.rule), book.reason(row), round(row.confidence * 100)
        )
        for n, row in enumerate(rows, 1)
    )


def _spans(found: Sequence[Pointed], where: str) -> list[tuple[int, int, int]]:
    return [
        (p.number, p.row.start, p.row.end)
        for p in found
        if p.row.where == where and p.row.start is not None and p.row.end is not None
    ]


def lines(letters: Sequence[Letter], *, characters: int = 160) -> list[Line]:
    """Return letters as a list shows them, with three queries however many they are."""
    found = found_in(letter.id for letter in letters)
    claims = choosing.claims().filter(letter__in=[x.id for x in letters]).select_related("person")
    readers = {claim.letter: claim.person.name for claim in claims}
    return [
        Line(
            letter,
            words("en").language_name(letter.language),
            direction(letter.language),
            pen_words(letter.pen_id),
            pieces(letter.name, ()),
            pieces(" ".join(letter.body[: characters * 2].split())[:characters], ()),
            pointed(found[letter.id]),
            readers.get(letter.id, ""),
        )
        for letter in letters
    ]


def plain(letter: Letter, rows: Sequence[Finding]) -> Look:
    """Return a letter with its findings and its pen's standing, and nothing around it."""
    found = pointed(rows)
    return Look(
        letter=letter,
        body=pieces(letter.body, _spans(found, "body")),
        name=pieces(letter.name, _spans(found, "name")),
        findings=found,
        seen=deciding.seen(letter),
        story=stories.told(letter.story),
        language=words("en").language_name(letter.language),
        direction=direction(letter.language),
        pen=pen_words(letter.pen_id),
        standing=standing_of(letter.pen_id),
    )


def look(letter: Letter) -> Look:
    """Return a letter and all that stands around it."""
    made = plain(letter, found_in([letter.id])[letter.id])
    made.parent, made.beside = _around(letter)
    made.of_pen = _of_pen(letter)
    made.twins = _twins(letter)
    made.record = list(_entries(letter=letter.id))
    made.pen_record = list(_entries(pen=letter.pen_id)[:MOST_OF_PEN])
    made.notes = list(Note.objects.filter(letter=letter.id).select_related("writer", "reader"))
    made.claim = choosing.claims().filter(letter=letter.id).select_related("person").first()
    made.first_yes = FirstYes.objects.filter(letter=letter.id).select_related("person").first()
    made.two = deciding.needs_two(letter)
    made.rules_since = book.changes(letter.rules_hash)
    made.audit = Audit.objects.filter(letter=letter.id, auditor=None).first()
    if letter.kind == Kind.APPEAL and made.waits:
        made.appealed = appealed(letter)
    made.undoable = undoable(made.record)
    return made


def undoable(record: Sequence[Entry]) -> int:
    """Return the sequence of a letter's last decision where it can be taken back, else 0."""
    if not record or record[0].action in UNDONE_BY_NOBODY:
        return 0
    answered = Entry.objects.filter(about=record[0].sequence).exists()
    return 0 if answered else record[0].sequence


def _entries(**named: str) -> Any:
    return Entry.objects.filter(**named).select_related("person").order_by("-sequence")


def _around(letter: Letter) -> tuple[Line | None, list[Line]]:
    """Return what a letter answers, and what else answers it or stands under the story."""
    parent = None
    if letter.parent and letter.kind != Kind.APPEAL:
        parent = Letter.objects.filter(public=letter.parent, kind__in=PUBLIC).first()
    elif letter.kind == Kind.APPEAL:
        own = Letter.objects.filter(short=letter.parent, pen=letter.pen_id)
        parent = own.exclude(kind=Kind.APPEAL).first()
    if parent and letter.kind != Kind.APPEAL:
        near = Letter.objects.filter(Q(parent=letter.parent) | Q(parent=letter.public))
    else:
        near = Letter.objects.filter(Q(parent=letter.public))
    near = near.filter(kind__in=PUBLIC).exclude(state__in=ERASED).exclude(id=letter.id)
    beside = list(near.order_by("edition_number", "public")[:MOST_BESIDE])
    if len(beside) < MOST_BESIDE and letter.story:
        told = {letter.id, *(x.id for x in beside), *([parent.id] if parent else [])}
        more = Letter.objects.filter(story=letter.story, state=State.PUBLISHED, kind__in=PUBLIC)
        more = more.exclude(id__in=told).order_by("-edition_number")
        beside += list(more[: MOST_BESIDE - len(beside)])
    made = lines([*([parent] if parent else []), *beside])
    return (made[0], made[1:]) if parent else (None, made)


def _of_pen(letter: Letter) -> list[Line]:
    own = Letter.objects.filter(pen=letter.pen_id).exclude(id=letter.id)
    own = own.filter(kind__in=(*PUBLIC, Kind.APPEAL)).order_by("-edition_number", "story")
    return lines(list(own[:MOST_OF_PEN]))


def _twins(letter: Letter) -> list[Look]:
    """Return letters of other pens with nearly this text, as many as stand beside each other."""
    keys = Band.objects.filter(letter=letter.id).values("key")
    near = Band.objects.filter(key__in=keys).exclude(pen=letter.pen_id).exclude(letter=letter.id)
    ids = list(near.order_by("letter").values_list("letter", flat=True).distinct()[:MOST_TWINS])
    found = found_in(ids)
    return [plain(twin, found[twin.id]) for twin in Letter.objects.filter(id__in=ids)]


def is_in_thread(letter: Letter) -> bool:
    """Whether readers see a place of this letter."""
    return letter.state in IN_THREADS


def draft_of(claim: Claim | None, person: Person) -> dict[str, str]:
    """Return what this person chose and typed on an earlier visit of the page."""
    if claim is None or claim.person_id != person.pk:
        return {}
    return {"rule": claim.rule, "fact": claim.fact, "reason": claim.reason}
