"""The log: every decision signed, numbered and chained, in the transaction that carries it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from secrets import token_bytes

from django.db.models import Exists, OuterRef, Q

from handbill.desk import secrets
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.staff.models import Person
from handbill.desk.store.models import ERASED, Finding, Letter, Pen, State
from handbill.errors import HandbillError, NotAllowed, SignatureInvalid
from handbill.files import read_inside
from handbill.keys.values import Signer
from handbill.letters import discussion
from handbill.letters.decision import (
    BY_WRITERS,
    SIGNER,
    START,
    Action,
    Decision,
    Origin,
    commitment,
    link,
    read,
    verify,
    write,
)
from handbill.rules.book import Book

APPEAL_EDITIONS = 6
"""A writer may appeal until so many editions after the one that tells of the decision."""
_AT_ONCE = 500
_APPEALABLE = frozenset({Action.REMOVE, Action.WARN, Action.PAUSE, Action.BLOCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a person says with a decision: under which rule, with which coded fact, and why.

    ``reason`` are free words that stay at the desk; ``editions`` how long a pause or block lasts.
    """

    rule: str = ""
    fact: str = ""
    reason: str = field(default="", repr=False)
    origin: Origin = Origin.DESK
    editions: int | None = None


class _Named:
    """A key under the name that notes of the desk use."""

    name = SIGNER

    def __init__(self, signer: Signer) -> None:
        self.public, self.sign = signer.public, signer.sign


def named(signer: Signer) -> Signer:
    """Return the desk's key as notes of the desk name it."""
    return _Named(signer)


def enter(
    action: Action,
    person: Person | None,
    ruling: Ruling,
    *,
    letter: Letter | None = None,
    pen: Pen | None = None,
    about: int = 0,
    unfiled: str = "",
) -> Entry:
    """Write one decision at the end of the log; inside :func:`handbill.desk.database.writing`.

    ``person`` is None where nobody decided; ``unfiled`` is the id of a letter that is not in the
    tables yet.

    Raises:
        FormatError: the ruling lacks what this action needs.
        NotAllowed: the log lacks what was handed over; a second end of it would begin here.
    """
    refuse_older_tables()
    last = Entry.objects.order_by("-sequence").first()
    pen = letter.pen if letter else pen
    decision = _decision(action, person, ruling, letter, pen)
    number = last.sequence + 1 if last else 1
    decision = replace(decision, sequence=number, about=about, letter=decision.letter or unfiled)
    data = write(decision, named(secrets.signer()))
    committed = commitment(decision.salt, data)
    entry = Entry(
        sequence=decision.sequence,
        commitment=committed,
        chain=link(bytes(last.chain) if last else START, committed),
        note=data,
        salt=decision.salt,
        action=action.value,
        edition=decision.edition,
        year=datetime.now(UTC).year,
        letter=decision.letter,
        pen=pen.fingerprint if pen else "",
        before=letter.state if letter else "",
        written_from=letter.edition_number if letter else 0,
        rule=ruling.rule,
        fact=ruling.fact,
        origin=ruling.origin.value,
        automation=bool(decision.automation),
        person=person,
        editions=ruling.editions,
        appeal=decision.appeal,
        about=about,
        reason=ruling.reason[:1000],
    )
    entry.save(force_insert=True)
    return entry


def _decision(
    action: Action, person: Person | None, ruling: Ruling, letter: Letter | None, pen: Pen | None
) -> Decision:
    """Return what is signed, its place in the log still open."""
    keys, edition = secrets.current(), secrets.newest_edition()
    judged_by = (letter.rules_version, letter.rules_hash) if letter else _today(keys.book)
    return Decision(
        newsroom=keys.newsroom_id,
        sequence=1,
        edition=edition,
        salt=token_bytes(16).hex(),
        action=action,
        origin=ruling.origin,
        moderator=_mark(person),
        letter=letter.id if letter else "",
        pen=bytes(pen.key).hex() if pen else "",
        rule=ruling.rule,
        rules_version=judged_by[0],
        rules_hash=judged_by[1],
        fact=ruling.fact,
        automation=_pointed(letter) if letter else (),
        editions=ruling.editions or 0,
        appeal=edition + 1 + APPEAL_EDITIONS if action in _APPEALABLE else 0,
    )


def _mark(person: Person | None) -> str:
    return person.mark if person else ""


def _today(book: Book | None) -> tuple[int, str]:
    return (book.version, book.hash) if book else (0, "")


def _pointed(letter: Letter) -> tuple[tuple[str, int], ...]:
    found = Finding.objects.filter(letter=letter).values_list("screen", "version").distinct()
    return tuple(sorted(found))


def forget(letters: Sequence[str]) -> None:
    """Erase what the log says of letters whose words go: notes, salts, free words and the very ids.

    The chain holds on what is kept; entries about one letter still belong together.
    """
    FirstYes.objects.filter(letter__in=letters).delete()
    for letter in letters:
        Entry.objects.filter(letter=letter).update(
            note=None, salt="", reason="", letter=token_bytes(32).hex()
        )


def end() -> tuple[int, bytes]:
    """Return the last entry's sequence and chain."""
    last = Entry.objects.order_by("-sequence").values_list("sequence", "chain").first()
    return (last[0], bytes(last[1])) if last else (0, START)


def check() -> Iterator[str]:
    """Yield what is wrong with the log: a break in the chain, an entry that is not as signed, an
    end that lies before what was handed over last, a withdrawal or burning without its entry.

    Entries whose note was erased are held by the chain alone: of them the columns prove nothing.
    """
    chain, expected = START, 1
    handed, signers = handed_ends(), _Signers()
    for entry, pen in _with_pens():
        if entry.sequence != expected:
            yield f"log: entry {expected} is missing"
        expected = entry.sequence + 1
        chain = link(chain, bytes(entry.commitment))
        if chain != bytes(entry.chain):
            yield f"log: the chain breaks at entry {entry.sequence}"
            chain = bytes(entry.chain)
        if any(chain.hex() != end for n, end in handed if n == entry.sequence):
            yield f"log: entry {entry.sequence} is another than the one that was handed over"
        if entry.note is not None:
            yield from _check_note(entry, pen, signers)
        elif entry.action in BY_WRITERS:
            yield f"log: entry {entry.sequence} tells what a writer asked, and its note is gone"
    for number, _ in handed:
        if expected <= number:
            yield f"log: ends at entry {expected - 1}, and entry {number} was handed over"
    yield from _check_erased()
    yield from _check_requests()


def _with_pens() -> Iterator[tuple[Entry, str]]:
    """Yield every entry in its order and the key of the pen that it names, in hex."""
    entries = Entry.objects.select_related("person").order_by("sequence").iterator(_AT_ONCE)
    while batch := list(islice(entries, _AT_ONCE)):
        pens = Pen.objects.filter(fingerprint__in={e.pen for e in batch})
        keys = {pen: bytes(key).hex() for pen, key in pens.values_list("fingerprint", "key")}
        yield from ((entry, keys.get(entry.pen, "")) for entry in batch)


def _check_erased() -> Iterator[str]:
    """Name entries whose note is gone though what they are about is here: both go together."""
    kept = Letter.objects.filter(id=OuterRef("letter")).exclude(state__in=ERASED)
    bare = Entry.objects.filter(note=None).exclude(action__in=BY_WRITERS)
    odd = bare.filter(Exists(kept) | Q(letter="")).order_by("sequence")
    for sequence in odd.values_list("sequence", flat=True).iterator(500):
        yield f"log: the note of entry {sequence} is gone, and what it is about is here"


def _check_requests() -> Iterator[str]:
    """Compare withdrawals and burnings with their entries, both ways: where the letter that asked
    is missing, what it took back would come again with the next drive.
    """
    missing = len(unentered())
    if missing:
        yield (
            f"log: {missing} withdrawals or burnings are not entered;"
            " take letters in or hand over, and they are"
        )
    here = Letter.objects.filter(id=OuterRef("letter"), kind=OuterRef("action"))
    gone = Entry.objects.filter(~Exists(here), action__in=BY_WRITERS).order_by("sequence")
    for sequence in gone.values_list("sequence", flat=True).iterator(500):
        yield f"log: entry {sequence} tells of a withdrawal or burning that is not here"


def unentered() -> list[str]:
    """Return the ids of withdrawals and burnings that have no entry yet, sorted."""
    entered = Entry.objects.filter(letter=OuterRef("id"), action__in=BY_WRITERS)
    asked = Letter.objects.filter(state=State.NOTED, kind__in=BY_WRITERS)
    return sorted(asked.filter(~Exists(entered)).values_list("id", flat=True))


def erased() -> int:
    """Return of how many entries the note was erased."""
    return Entry.objects.filter(note=None).count()


def handed_over() -> discussion.Note | None:
    """Return the last hand-over that this desk signed; None where there is none to be read.

    One by a key that counts for it no more is none: whoever stole it could name any number.
    """
    keys, newest = secrets.current(), secrets.newest_edition()
    for key in secrets.desk_keys().values():
        try:
            path = f"discussion/{discussion.NAME}"
            data = read_inside(keys.newsroom_folder, path, discussion.MAX_NOTE_BYTES)
            found = discussion.read_note(data, key.public, keys.newsroom_id)
        except (OSError, HandbillError):
            continue
        return found if key.counts(found.edition, newest) else None
    return None


def handed_ends() -> list[tuple[int, str]]:
    """Return sequence and chain at which the log ended when it was last handed over: as the desk
    signed it, as the press noted it, or both where these are one hand-over.
    """
    note, (number, sequence, chain) = handed_over(), secrets.handed_last()
    ends = [(number, (sequence, chain))]
    if note:
        ends.append((note.handed, (note.sequence, note.chain)))
    newest = max(number for number, _ in ends)
    # One that ended before the first entry says nothing of what must be here.
    return list(dict.fromkeys(end for number, end in ends if number == newest and end[0]))


def refuse_older_tables() -> None:
    """Refuse to go on with tables whose log lacks what was handed over, or to show them.

    Raises:
        NotAllowed: they are those of an old backup.
    """
    for sequence, chain in handed_ends():
        stands = Entry.objects.filter(sequence=sequence).values_list("chain", flat=True).first()
        if stands is None or bytes(stands).hex() != chain:
            raise NotAllowed(
                f"desk: entry {sequence} of its log was handed over and is not here, so these"
                " tables are older, and what was taken back since would appear again",
                hint="restore the newest backup; where there is none: desk export --restored",
            )


class _Signers:
    """Sees to it that of the desk's keys one follows the other."""

    def __init__(self) -> None:
        self._keys = list(secrets.desk_keys().values())
        self._newest = len(self._keys)  # none has spoken

    def trouble(self, data: bytes, edition: int) -> str:
        """Say what is wrong with who signed an entry made in ``edition``, or nothing.

        Raises:
            FormatError
        """
        at = next((n for n, k in enumerate(self._keys) if _signed_by(data, k.public)), None)
        if at is None:
            return "not signed by this desk"
        key = self._keys[at]
        if key.withdrawn and edition >= key.withdrawn:
            return "signed by a desk key that had been withdrawn"
        if at > self._newest or (key.last is not None and edition > key.last):
            return "signed by a desk key that had been replaced"
        self._newest = at
        return ""


def _signed_by(data: bytes, key: bytes) -> bool:
    try:
        verify(data, key)
    except SignatureInvalid:
        return False
    return True


def _check_note(entry: Entry, pen: str, signers: _Signers) -> Iterator[str]:
    data = bytes(entry.note or b"")
    if commitment(entry.salt, data) != bytes(entry.commitment):
        yield f"log: entry {entry.sequence} is not the one that was committed to"
        return
    try:
        trouble = signers.trouble(data, entry.edition)
        decision = read(data)
    except HandbillError as error:
        yield f"log: entry {entry.sequence}: {error}"
        return
    if trouble:
        yield f"log: entry {entry.sequence}: {trouble}"
    row = (
        *(entry.sequence, entry.action, entry.rule, entry.fact, entry.origin, entry.edition),
        *(entry.letter, pen, entry.editions or 0),
        *(entry.appeal, entry.about, _mark(entry.person), entry.automation),
    )
    signed = (
        *(decision.sequence, decision.action, decision.rule, decision.fact, decision.origin),
        *(decision.edition, decision.letter, decision.pen, decision.editions),
        *(decision.appeal, decision.about, decision.moderator, bool(decision.automation)),
    )
    if row != signed:
        yield f"log: the row of entry {entry.sequence} says something else than what was signed"
