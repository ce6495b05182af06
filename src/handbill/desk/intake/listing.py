"""What waits for a person: privacy first, then what is held, then the surest; never by arrival."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, Exists, FloatField, Max, OuterRef, Value
from django.db.models.functions import Coalesce

from handbill.desk.intake.values import TAMPERED
from handbill.desk.store.models import JUDGED, UNJUDGED, Finding, Letter, Refusal
from handbill.letters.letter import Kind

BATCH = 500
"""Letters whose findings are read with one query."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, as a list shows it; ``start`` and ``end`` are None where the whole is meant."""

    rule: str
    reason: str
    words: str
    where: str
    start: int | None
    end: int | None
    confidence: float
    screen: str
    version: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One letter that waits.

    ``parent_here`` is false for an answer to what has not come yet, and for an appeal that names
    no letter of its own pen.
    """

    id: str
    kind: str
    state: str
    story: str
    parent: str
    parent_here: bool
    edition: int
    language: str
    name: str
    pen: str
    words: int
    body: str
    findings: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many letters there are in each state, and what was refused for which reason.

    ``tampered`` says for each edition that refused letters name how many they are.
    """

    states: dict[str, int]
    refused: dict[str, int]
    tampered: dict[int, int]


def waiting(*, most: int) -> Iterator[Waiting]:
    """Yield the first letters of the queue."""
    private = Finding.objects.filter(letter=OuterRef("pk"), rule="privacy", holds=True)
    sure = Coalesce(Max("finding__confidence"), Value(0.0), output_field=FloatField())
    letters = (
        Letter.objects.filter(kind__in=JUDGED, state__in=UNJUDGED)
        .annotate(private=Exists(private), sure=sure)
        .annotate(named=Exists(Letter.objects.filter(public=OuterRef("parent"))))
        .annotate(own=Exists(Letter.objects.filter(short=OuterRef("parent"), pen=OuterRef("pen"))))
        .order_by("-private", "state", "-sure", "story", "id")  # arrived, held, waiting
    )
    rows = letters[:most].iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield from _told(batch)


def _told(letters: Sequence[Letter]) -> Iterator[Waiting]:
    findings = _findings([letter.id for letter in letters])
    for letter in letters:
        yield Waiting(
            id=letter.id,
            kind=letter.kind,
            state=letter.state,
            story=letter.story,
            parent=letter.parent,
            parent_here=getattr(letter, "own" if letter.kind == Kind.APPEAL else "named"),
            edition=letter.edition_number,
            language=letter.language,
            name=letter.name,
            pen=letter.pen_id,
            words=letter.words,
            body=letter.body,
            findings=tuple(findings[letter.id]),
        )


def _findings(ids: list[str]) -> dict[str, list[Found]]:
    rows = Finding.objects.filter(letter__in=ids).order_by("-holds", "-confidence", "start")
    found: dict[str, list[Found]] = {letter: [] for letter in ids}
    for letter, *values in rows.values_list("letter", *Found.__dataclass_fields__):
        found[letter].append(Found(*values))
    return found


def counted() -> Counted:
    """Count letters and refusals."""
    states = Letter.objects.values_list("state").annotate(Count("id")).order_by("state")
    refused = Refusal.objects.values_list("reason").annotate(Count("key")).order_by("reason")
    tampered = Refusal.objects.filter(reason__in=TAMPERED).values_list("edition")
    by_edition = tampered.annotate(Count("key")).order_by("edition")
    return Counted(dict(states), dict(refused), dict(by_edition))
