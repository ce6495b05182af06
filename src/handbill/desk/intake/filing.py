"""File a batch of opened letters in one transaction: each once, withdrawn and burned ones wordless.

What is written depends on the set of letters alone. So a letter that comes after its withdrawal
and one that comes before end as the same row.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Q

from handbill.desk.intake import neighbours
from handbill.desk.intake.neighbours import chunks
from handbill.desk.intake.opening import Opened, Refused
from handbill.desk.intake.values import MAY_OPEN_LATER, SHORT, Desk
from handbill.desk.store import erasing
from handbill.desk.store.discussions import changed
from handbill.desk.store.many import Row, insert
from handbill.desk.store.models import (
    ERASED,
    IN_THREADS,
    JUDGED,
    Finding,
    Letter,
    Mark,
    Pen,
    Refusal,
    State,
)
from handbill.letters.letter import Kind
from handbill.letters.letter import Letter as Read

_TAKEN_BACK = (*JUDGED, Kind.REQUEST)


@dataclass(slots=True)
class Filed:
    """What filing a batch did."""

    filed: int = 0
    copies: int = 0
    erased: int = 0


@dataclass(slots=True)
class _Batch:
    """Letters by id, each with the words that we counted and its pen's fingerprint."""

    opened: dict[str, Opened] = field(default_factory=dict)
    pens: dict[str, str] = field(default_factory=dict)


def file_letters(desk: Desk, found: Sequence[Opened]) -> Filed:
    """File what was opened; to be called inside :func:`handbill.desk.database.writing`."""
    batch, report = _Batch(), Filed()
    for one in found:
        _keep_smaller(batch.opened, one)
    for letter_id, signature in known(batch.opened).items():
        one = batch.opened.pop(letter_id)
        if one.letter.signature.signature < signature:
            Letter.objects.filter(id=letter_id).update(signature=one.letter.signature.signature)
    _drop_signed_before(batch)
    report.filed, report.copies = len(batch.opened), len(found) - len(batch.opened)
    batch.pens = {o.letter.id: desk.fingerprint("pen", o.letter.key) for o in batch.opened.values()}
    burns = _file_pens(batch)
    withdrawn = _withdrawals(batch)
    report.erased = _file_rows(desk, batch, withdrawn)
    report.erased += _erase_earlier(batch, burns)
    return report


def _drop_signed_before(batch: _Batch) -> None:
    """Leave out drafts that were filed already, under a key that spoke for the desk then."""
    earlier = {i: letter_id for letter_id, one in batch.opened.items() for i in one.earlier}
    for letter_id in known(earlier):
        batch.opened.pop(earlier[letter_id], None)


def _keep_smaller(opened: dict[str, Opened], one: Opened) -> None:
    """Of two signatures over one text, both good, keep the smaller: whichever came first."""
    before = opened.setdefault(one.letter.id, one)
    if one.letter.signature.signature < before.letter.signature.signature:
        opened[one.letter.id] = one


def known(ids: Iterable[str]) -> dict[str, bytes]:
    """Return the signatures of those among these letters that are filed."""
    found: dict[str, bytes] = {}
    for part in chunks(ids):
        rows = Letter.objects.filter(id__in=part).values_list("id", "signature")
        found.update((letter_id, bytes(signature)) for letter_id, signature in rows)
    return found


def _file_pens(batch: _Batch) -> set[str]:
    """Make the pens that are new, note which are burned, and return those burned just now."""
    keys = {batch.pens[i]: o.letter.key for i, o in batch.opened.items()}
    Pen.objects.bulk_create(
        [Pen(fingerprint=f, key=key) for f, key in sorted(keys.items())], ignore_conflicts=True
    )
    burns = {batch.pens[i]: o.letter for i, o in batch.opened.items() if o.letter.kind is Kind.BURN}
    erasing = {
        batch.pens[i]
        for i, o in batch.opened.items()
        if o.letter.kind is Kind.BURN and o.letter.erase
    }
    for part in chunks(burns):
        Pen.objects.filter(fingerprint__in=part).update(burned=True)
    for part in chunks(erasing):
        Pen.objects.filter(fingerprint__in=part).update(erase=True)
    return set(burns)


def _withdrawals(batch: _Batch) -> dict[str, set[str]]:
    """Return for each short name that is withdrawn the pens that want it withdrawn."""
    found: dict[str, set[str]] = defaultdict(set)
    for letter_id, one in batch.opened.items():
        if one.letter.kind is Kind.WITHDRAW:
            found[one.letter.parent].add(batch.pens[letter_id])
    for part in chunks({letter_id[:SHORT] for letter_id in batch.opened}):
        rows = Letter.objects.filter(parent__in=part, kind=Kind.WITHDRAW)
        for parent, pen in rows.values_list("parent", "pen_id"):
            found[parent].add(pen)
    return found


def _file_rows(desk: Desk, batch: _Batch, withdrawn: dict[str, set[str]]) -> int:
    """Write the letters, and return how many of them came without words to stay."""
    burned: set[str] = set()
    for part in chunks(set(batch.pens.values())):
        rows = Pen.objects.filter(fingerprint__in=part, burned=True)
        burned.update(rows.values_list("fingerprint", flat=True))
    letters, marks = [], []
    for letter_id, one in sorted(batch.opened.items()):
        pen = batch.pens[letter_id]
        state = _state(one.letter, pen in withdrawn.get(letter_id[:SHORT], ()), pen in burned)
        letters.append(_row(desk, one, pen, state))
        if state not in ERASED:
            marks += [{"item": item, "letter_id": letter_id} for item in one.letter.marks]
    insert(Letter, letters)
    insert(Mark, marks)
    return sum(1 for letter in letters if letter["state"] in ERASED)


def _state(letter: Read, is_withdrawn: bool, is_burned: bool) -> State:
    if letter.kind in _TAKEN_BACK and is_withdrawn:
        return State.WITHDRAWN
    if letter.kind in _TAKEN_BACK and is_burned:
        return State.BURNED
    return State.ARRIVED if letter.kind in JUDGED else State.NOTED


def _row(desk: Desk, one: Opened, pen: str, state: State) -> Row:
    letter = one.letter
    row: dict[str, object] = {
        "id": letter.id,
        "short": letter.id[:SHORT],
        "public": desk.public_name(letter.id),
        "pen_id": pen,
        "kind": letter.kind.value,
        "state": state.value,
        "story": letter.story,
        "parent": letter.parent,
        "rule": "",
        "pick": False,
        "edition_number": letter.edition_number,
        "edition_id": letter.edition_id,
        "receipt": bytes.fromhex(letter.receipt),
        "seal": letter.seal,
        "rules_version": letter.rules_version,
        "rules_hash": letter.rules_hash,
        "language": letter.language,
        "name": letter.name,
        "body": letter.body,
        "words": one.words,
        "nfc": letter.nfc,
        "head": letter.text.removesuffix(f"\n{letter.body}\n") if letter.body else letter.text,
        "signature": letter.signature.signature,
        "name_key": neighbours.name_key(letter.name),
        "screened": "",
        "compared": letter.kind not in JUDGED,
        "pile": "",
        "place": "",
    }
    return {**row, **_WORDLESS} if state in ERASED else row


_WORDLESS = {
    "seal": "",
    "rules_version": 0,
    "rules_hash": "",
    "language": "",
    "name": "",
    "body": "",
    "words": 0,
    "nfc": True,
    "head": "",
    "signature": b"",
    "name_key": "",
    "screened": "",
    "compared": True,
    "pile": "",
    "place": "",
}
"""What an erased letter keeps of itself is what its receipt and its place in a thread need."""


def _erase_earlier(batch: _Batch, burns: Collection[str]) -> int:
    """Take the words of letters that came before their withdrawal or their pen's burning."""
    asked = {
        (one.letter.parent, batch.pens[letter_id])
        for letter_id, one in batch.opened.items()
        if one.letter.kind is Kind.WITHDRAW
    }
    withdrawn: list[str] = []
    for part in chunks({parent for parent, _ in asked}):
        rows = Letter.objects.filter(short__in=part, kind__in=_TAKEN_BACK)
        pairs = rows.exclude(state=State.WITHDRAWN).values_list("id", "pen_id")
        withdrawn += [letter_id for letter_id, pen in pairs if (letter_id[:SHORT], pen) in asked]
    count = erase(withdrawn, State.WITHDRAWN)
    for part in chunks(burns):
        rows = Letter.objects.filter(pen__in=part, kind__in=_TAKEN_BACK).exclude(state__in=ERASED)
        # What is published goes only if its writer asked for that too.
        burned = rows.exclude(state=State.PUBLISHED, pen__erase=False)
        count += erase(burned.values_list("id", flat=True), State.BURNED)
    return count


def erase(ids: Iterable[str], state: State) -> int:
    """Take the words of letters, all that was found in them and all that they share."""
    count = 0
    for part in chunks(sorted(ids)):
        shown = Letter.objects.filter(id__in=part, state__in=IN_THREADS)
        changed(shown.values_list("story", flat=True))
        neighbours.forget(part)
        erasing.forget(part)
        Finding.objects.filter(letter__in=part).delete()
        Mark.objects.filter(letter__in=part).delete()
        count += Letter.objects.filter(id__in=part).update(state=state.value, **_WORDLESS)
    return count


def count_refusals(desk: Desk, refused: Iterable[Refused]) -> None:
    """Count what was refused: each letter once for each reason."""
    rows = {(desk.fingerprint("refused", r.identity), r.reason.value): r.edition for r in refused}
    Refusal.objects.bulk_create(
        [Refusal(key=k, reason=r, edition=e) for (k, r), e in sorted(rows.items())],
        ignore_conflicts=True,
    )


def discount(desk: Desk, opened: Iterable[Opened | Refused]) -> None:
    """Take back the count of what could not be read before and was read now."""
    keys = []
    for one in opened:
        identities = {sha256(one.sealed).digest()}
        identities.add(sha256(one.letter.raw).digest() if isinstance(one, Opened) else one.identity)
        keys += [desk.fingerprint("refused", identity) for identity in identities]
    for part in chunks(keys):
        Refusal.objects.filter(Q(key__in=part), reason__in=MAY_OPEN_LATER).delete()
