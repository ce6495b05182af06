"""What readers see under a story, from the desk's tables: one query, no letter's id in it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from handbill.desk.store.models import IN_THREADS, PUBLIC, Discussion, Letter, State
from handbill.letters.letter import Kind
from handbill.letters.public import pen_words
from handbill.letters.thread import Entry, Label, Shown, Thread

FIELDS = (
    "public",
    "parent",
    "kind",
    "state",
    "edition_number",
    "name",
    "pen_id",
    "language",
    "pick",
    "rule",
    "words",
    "body",
)


def thread(story: str) -> Thread:
    """Return the discussion of one story."""
    found = Discussion.objects.filter(story=story).first()
    return _thread(story, found, _shown(Letter.objects.filter(story=story)))


def all_threads() -> Iterable[Thread]:
    """Yield the discussion of every story that has one or is closed."""
    for discussion in Discussion.objects.order_by("story").iterator(chunk_size=500):
        found = _thread(
            discussion.story,
            discussion,
            _shown(Letter.objects.filter(story=discussion.story)),
        )
        if found.entries or not found.open:
            yield found


def _shown(letters: QuerySet[Letter]) -> Iterable[Entry]:
    rows = letters.filter(state__in=IN_THREADS, kind__in=PUBLIC)
    for row in rows.values_list(*FIELDS).order_by("edition_number", "public"):
        yield entry(dict(zip(FIELDS, row, strict=True)))


def entry(row: dict[str, object]) -> Entry:
    """Return a letter as readers see it: whole, or a stub that says nothing of it."""
    state = Shown(str(row["state"]))
    answers = row["kind"] in (Kind.REPLY, Kind.TRANSCRIPT)
    key, parent = str(row["public"]), str(row["parent"]) if answers else ""
    edition = int(str(row["edition_number"]))
    if state is Shown.REMOVED:
        return Entry(key, parent, state, edition, rule=str(row["rule"]))
    if state is Shown.WITHDRAWN:
        return Entry(key, parent, state, edition)
    return Entry(
        key,
        parent,
        state,
        edition,
        name=str(row["name"]),
        fingerprint=pen_words(str(row["pen_id"])),
        language=str(row["language"]),
        label=Label.TRANSCRIPT if row["kind"] == Kind.TRANSCRIPT else None,
        pick=bool(row["pick"]),
        words=int(str(row["words"])),
        text=str(row["body"]),
    )


def _thread(story: str, found: Discussion | None, entries: Iterable[Entry]) -> Thread:
    is_open = found.open if found else True
    return Thread(story, is_open, found.reason if found else "", tuple(entries))


def published_count() -> int:
    """Return how many letters readers see whole."""
    return Letter.objects.filter(state=State.PUBLISHED).count()
