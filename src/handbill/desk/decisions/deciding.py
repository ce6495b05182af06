"""Carry out what a person decided: the letter's new state and the signed entry, or neither.

Every function here runs in one transaction with nobody else writing, checks that what the person
looked at is still so, and refuses what the rules of the house do not allow.
"""

from django.db.models import Max

from handbill.desk import secrets
from handbill.desk.database import writing
from handbill.desk.decisions import log
from handbill.desk.decisions.appeals import appealed, decided_against, decided_before
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.decisions.standing import ladder, note_stop
from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role
from handbill.desk.store import piles
from handbill.desk.store.discussions import changed
from handbill.desk.store.models import (
    ERASED,
    IN_THREADS,
    PUBLIC,
    UNJUDGED,
    Discussion,
    Finding,
    Letter,
    Pen,
    Pile,
    State,
)
from handbill.errors import NotAllowed, Stale
from handbill.letters.decision import BY_WRITERS, NEED_RULE, Action
from handbill.letters.letter import Kind
from handbill.rules.book import TwoPeople

_FROM = {
    Action.APPROVE: (*UNJUDGED, State.REMOVED),
    Action.REMOVE: (*UNJUDGED, State.PUBLISHED),
    Action.HOLD: UNJUDGED,
    Action.RESTORE: (State.REMOVED,),
    Action.PICK: (State.PUBLISHED,),
    Action.UNPICK: (State.PUBLISHED,),
}
_TO = {
    Action.APPROVE: State.PUBLISHED,
    Action.REMOVE: State.REMOVED,
    Action.HOLD: State.HELD,
    Action.RESTORE: State.PUBLISHED,
}
_OF_PENS = (Action.NOTICE, Action.WARN, Action.PAUSE, Action.BLOCK, Action.LIFT)
_FOR_GOOD = (Action.UPHOLD, Action.OVERTURN, Action.ERASE, Action.TRANSCRIBE, *BY_WRITERS)
_ROLE = {
    Action.PICK: Role.EDITOR,
    Action.UNPICK: Role.EDITOR,
    Action.BLOCK: Role.EDITOR,
    Action.LIFT: Role.EDITOR,
    Action.ERASE: Role.ADMIN,
}

LAID_ASIDE = " aside"


def seen(letter: Letter) -> str:
    """Return what a page tells of a letter's state, to be given back with the decision on it.

    A letter that was laid aside is another one: a colleague may have said why in a note.
    """
    last = Entry.objects.filter(letter=letter.id).aggregate(Max("sequence"))["sequence__max"] or 0
    return f"{letter.state} {last}{LAID_ASIDE if letter.pile == Pile.ASIDE else ''}"


def judge(
    letter_id: str, action: Action, *, person: Person, ruling: Ruling | None = None, looked_at: str
) -> Entry | None:
    """Approve, remove, hold, restore or point out a letter.

    ``looked_at`` is what :func:`seen` said when the person read it. None means that a first person
    agreed to publish a letter on which a life may hang: it waits for a second.

    Raises:
        Stale, NotAllowed, FormatError
    """
    ruling = ruling or Ruling()
    with writing():
        letter = _letter(letter_id, looked_at)
        _may(person, action)
        if action not in _FROM or letter.state not in _FROM[action]:
            raise NotAllowed(f"letter: is {letter.state}, so {action} is not possible")
        if letter.kind == Kind.APPEAL and action is not Action.HOLD:
            raise NotAllowed("letter: is an appeal", hint="uphold the decision, or overturn it")
        if letter.kind not in (*PUBLIC, Kind.APPEAL):
            raise NotAllowed(f"letter: a {letter.kind} is not judged")
        _check_rule(action, ruling)
        if action is Action.REMOVE:
            _refuse_overruled(letter, person)
        if action in (Action.APPROVE, Action.RESTORE):
            _refuse_own_transcript(letter, person)
            if not _may_appear(letter, person):
                FirstYes.objects.create(letter=letter.id, person=person)
                return None
        return _carry_out(letter, action, person, ruling)


def _letter(letter_id: str, looked_at: str | None) -> Letter:
    letter = Letter.objects.select_related("pen").filter(id=letter_id).first()
    if letter is None or letter.state in ERASED:
        raise Stale("letter: is not here any more; its writer may have taken it back")
    if looked_at is not None and looked_at != seen(letter):
        raise Stale(
            f"letter: somebody decided meanwhile, it is {letter.state} now",
            hint="read it again; nothing of yours was carried out",
        )
    return letter


def _may(person: Person, action: Action) -> None:
    needed = _ROLE.get(action, Role.MODERATOR)
    if not person.is_active or not person.rank.includes(needed):
        raise NotAllowed(f"{action}: is for people with the role {needed}")


def _check_rule(action: Action, ruling: Ruling) -> None:
    book = secrets.current().book
    known = {rule.id for rule in book.rules} if book else set()
    if ruling.rule and book and ruling.rule not in known:
        raise NotAllowed(f"rule: the book has no {ruling.rule!r}")
    if action in NEED_RULE and not ruling.rule:
        raise NotAllowed(f"{action}: names no rule of the book")


def needs_two(letter: Letter) -> bool:
    """Tell whether two people must agree before this letter is published.

    Without a rule book nobody knows which rules ask for it: then whatever holds a letter does.
    """
    book, held = secrets.current().book, Finding.objects.filter(letter=letter, holds=True)
    if book:
        strict = {rule.id for rule in book.rules if rule.two_people is not TwoPeople.NEVER}
        held = held.filter(rule__in=strict)
    return held.exists()


def _was_read(letter: Letter) -> bool:
    """Tell whether the screens have seen the letter beside its neighbours as they are now."""
    return letter.state != State.ARRIVED and bool(letter.screened) and letter.compared


def _refuse_overruled(letter: Letter, person: Person) -> None:
    """Refuse another removal by whose removal of this letter was overturned."""
    about = Entry.objects.filter(letter=letter.id)
    overturned = about.filter(action=Action.OVERTURN).values_list("about", flat=True)
    if about.filter(sequence__in=overturned, person=person).exists():
        raise NotAllowed(
            "letter: your removal of it was overturned on appeal", hint="hand it to a colleague"
        )


def _refuse_own_transcript(letter: Letter, person: Person) -> None:
    """Refuse to let one person alone bring words into a discussion under another's name."""
    wrote = Entry.objects.filter(letter=letter.id, action=Action.TRANSCRIBE, person=person)
    if wrote.exists():
        raise NotAllowed("letter: you wrote it down, so somebody else must approve it")


def _may_appear(letter: Letter, person: Person) -> bool:
    """Tell whether a letter may be published now: every way of publishing asks this.

    False means that ``person`` is the first of two who must agree. A yes of somebody whose account
    was closed since counts no more.

    Raises:
        NotAllowed: no screen has read it as it is, or this person agreed already.
    """
    if not _was_read(letter):
        raise NotAllowed(
            "letter: the screens have not read it as it is now", hint="take letters in first"
        )
    if not needs_two(letter):
        return True
    FirstYes.objects.filter(letter=letter.id, person__is_active=False).delete()
    first = FirstYes.objects.filter(letter=letter.id).first()
    if first is None:
        return False
    if first.person_id == person.pk:
        raise NotAllowed(
            "letter: you agreed already; a life may hang on it, so a second person must agree too"
        )
    return True


def _carry_out(
    letter: Letter, action: Action, person: Person, ruling: Ruling, *, about: int = 0
) -> Entry:
    entry = log.enter(action, person, ruling, letter=letter, about=about)
    if action in _TO:
        _set(letter, _TO[action], ruling.rule if action is Action.REMOVE else "")
        if action is Action.HOLD:
            piles.lay_aside(letter)
    elif action in (Action.PICK, Action.UNPICK):
        letter.pick = action is Action.PICK
        letter.save(update_fields=["pick"])
        changed([letter.story])
    return entry


def _set(letter: Letter, state: State, rule: str = "") -> None:
    was_shown = letter.state in IN_THREADS
    letter.state, letter.rule = state.value, rule
    letter.pick = letter.pick and state is State.PUBLISHED
    if state not in UNJUDGED:
        letter.pile = letter.place = ""
    letter.save(update_fields=["state", "rule", "pick", "pile", "place"])
    FirstYes.objects.filter(letter=letter.id).delete()
    if (was_shown or state in IN_THREADS) and letter.kind in PUBLIC:
        changed([letter.story])


def undo(sequence: int, *, person: Person, reason: str = "") -> Entry:
    """Take a decision back: what it changed is as before, and both stand in the log.

    Raises:
        NotAllowed: somebody decided on top of it, or it is nothing that can be taken back.
        Stale: the letter is gone.
    """
    with writing():
        entry = Entry.objects.select_related("person").filter(sequence=sequence).first()
        if entry is None:
            raise Stale(f"decision {sequence}: is not in the log")
        action = Action(entry.action)
        if Entry.objects.filter(about=sequence).exists():
            raise NotAllowed(f"decision {sequence}: was undone or answered already")
        if action in _FOR_GOOD:
            raise NotAllowed(f"decision {sequence}: {action} cannot be taken back")
        _may(person, action)
        ruling = Ruling(reason=reason, rule="")
        if action in _OF_PENS:
            pen = Pen.objects.get(fingerprint=entry.pen)
            made = log.enter(Action.LIFT, person, ruling, pen=pen, about=sequence)
            note_stop(entry.pen)
            return made
        return _undo_of_letter(entry, action, person, ruling)


def _undo_of_letter(entry: Entry, action: Action, person: Person, ruling: Ruling) -> Entry:
    letter = _letter(entry.letter, None)
    last = Entry.objects.filter(letter=letter.id).aggregate(Max("sequence"))["sequence__max"]
    if last != entry.sequence:
        raise NotAllowed(f"decision {entry.sequence}: somebody decided on top of it")
    if action in (Action.PICK, Action.UNPICK):
        back = Action.UNPICK if action is Action.PICK else Action.PICK
        return _carry_out(letter, back, person, ruling, about=entry.sequence)
    before = _before(entry, letter)
    if letter.state == State.DECIDED:
        raise NotAllowed(f"decision {entry.sequence}: the appeal was answered since")
    if before is State.PUBLISHED:
        _refuse_own_transcript(letter, person)
    if before is State.PUBLISHED and (needs_two(letter) or not _was_read(letter)):
        raise NotAllowed(
            f"decision {entry.sequence}: would publish a letter that two people must agree to",
            hint="restore it: the second yes publishes it",
        )
    if before in UNJUDGED and letter.pen.burned:
        raise NotAllowed(f"decision {entry.sequence}: its pen was burned since, so it cannot wait")
    back = Action.RESTORE if before is State.PUBLISHED else Action.HOLD
    if before is State.REMOVED:
        _refuse_overruled(letter, person)
        back, ruling = Action.REMOVE, Ruling(rule=_rule_before(entry), reason=ruling.reason)
    made = log.enter(back, person, ruling, letter=letter, about=entry.sequence)
    _set(letter, before, ruling.rule)
    if before in UNJUDGED:
        piles.lay_back(letter.id)
    return made


def _before(entry: Entry, letter: Letter) -> State:
    """Return the state that a letter goes back to; the screens may have read it since."""
    before = State(entry.before)
    if before is not State.ARRIVED or not _was_read(letter):
        return before
    held = Finding.objects.filter(letter=letter, holds=True).exists()
    return State.HELD if held else State.WAITING


def _rule_before(entry: Entry) -> str:
    earlier = Entry.objects.filter(letter=entry.letter, sequence__lt=entry.sequence)
    found = earlier.filter(action=Action.REMOVE).order_by("-sequence").first()
    return found.rule if found else entry.rule


def seen_of_pen(pen_id: str) -> str:
    """Return what a page tells of a pen's record, to be given back with the decision on it."""
    return str(Entry.objects.filter(pen=pen_id).aggregate(Max("sequence"))["sequence__max"] or 0)


def act_on_pen(
    pen_id: str, action: Action, *, person: Person, ruling: Ruling, looked_at: str | None = None
) -> Entry:
    """Give a pen notice or a warning, pause or block it, or lift what is in force.

    ``looked_at`` is what :func:`seen_of_pen` said when the person read its record. A pause without
    an end, or longer than the ladder's block, is for those who may block.

    Raises:
        Stale, NotAllowed, FormatError
    """
    with writing():
        pen = Pen.objects.filter(fingerprint=pen_id).first()
        if pen is None:
            raise Stale("pen: is not here")
        if looked_at is not None and looked_at != seen_of_pen(pen_id):
            raise Stale("pen: somebody decided meanwhile")
        if action not in _OF_PENS:
            raise NotAllowed(f"pen: {action} is nothing that is done to pens")
        _may(person, action)
        endless = ruling.editions is None or ruling.editions > ladder().block_editions
        if action is Action.PAUSE and endless:
            _may(person, Action.BLOCK)
        _check_rule(action, ruling)
        made = log.enter(action, person, ruling, pen=pen)
        note_stop(pen_id)
        return made


def decide_appeal(
    appeal_id: str, action: Action, *, person: Person, ruling: Ruling, looked_at: str
) -> Entry:
    """Uphold or overturn the decision that a writer appeals against.

    Raises:
        NotAllowed: the person made that decision, or there is none.
        Stale, FormatError
    """
    with writing():
        appeal = _letter(appeal_id, looked_at)
        if appeal.kind != Kind.APPEAL or action not in (Action.UPHOLD, Action.OVERTURN):
            raise NotAllowed(f"letter: a {appeal.kind} is not answered with {action}")
        if appeal.state not in UNJUDGED:
            raise NotAllowed(f"appeal: is {appeal.state}")
        entry = appealed(appeal)
        if entry is None:
            raise NotAllowed("appeal: is about no decision that stands")
        if decided_before(entry, person):
            raise NotAllowed("appeal: is against your own decision", hint="hand it to a colleague")
        if action is Action.UPHOLD and not ruling.rule:
            ruling = Ruling(rule=entry.rule, fact=ruling.fact, reason=ruling.reason)
        _check_rule(action, ruling)
        made = _answer(entry, action, person, ruling)
        _set(appeal, State.DECIDED)
        return made


def put_away(appeal_id: str, *, person: Person, looked_at: str) -> None:
    """Close an appeal about no decision that stands, and tell its writer that it was answered.

    Nothing is decided by it, so nothing of it is in the log.

    Raises:
        NotAllowed: it is about a decision that stands, or about one of the person's own.
        Stale
    """
    with writing():
        appeal = _letter(appeal_id, looked_at)
        _may(person, Action.UPHOLD)
        if appeal.kind != Kind.APPEAL or appeal.state not in UNJUDGED:
            raise NotAllowed(f"appeal: is {appeal.state}")
        if appealed(appeal):
            raise NotAllowed("appeal: is about a decision that stands")
        if decided_against(appeal, person):
            raise NotAllowed("appeal: is against your own decision", hint="hand it to a colleague")
        _set(appeal, State.DECIDED)


def _answer(entry: Entry, action: Action, person: Person, ruling: Ruling) -> Entry:
    """Enter the answer to an appeal; an overturned removal goes back to the queue where two people
    must agree to publish it, and is published at once where not.
    """
    letter = Letter.objects.select_related("pen").filter(id=entry.letter).first()
    pen = Pen.objects.filter(fingerprint=entry.pen).first()
    made = log.enter(action, person, ruling, letter=letter, pen=pen, about=entry.sequence)
    if action is Action.OVERTURN and letter and letter.state == State.REMOVED:
        alone = _was_read(letter) and not needs_two(letter)
        _set(letter, State.PUBLISHED if alone else State.HELD)
        if not alone:
            piles.lay_back(letter.id)
    elif action is Action.OVERTURN and letter is None:
        note_stop(entry.pen)
    return made


def close(story: str, *, reason: str, person: Person) -> None:
    """Close a story's discussion, with a reason that readers see; no reason opens it again.

    Raises:
        NotAllowed: the person is no editor.
    """
    if not person.is_active or not person.rank.includes(Role.EDITOR):
        raise NotAllowed("discussion: is closed and opened by editors")
    with writing():
        changed([story])
        Discussion.objects.filter(story=story).update(open=not reason, reason=reason[:300])


def erase(letter_id: str, *, person: Person, reason: str = "") -> Entry:
    """Erase a letter's words and what the log says of it, for good; the entry of it stays.

    Raises:
        Stale, NotAllowed
    """
    from handbill.desk.intake import filing  # noqa: PLC0415  (intake builds on the store alone)

    with writing():
        _may(person, Action.ERASE)
        letter = _letter(letter_id, None)
        if letter.kind in BY_WRITERS:
            raise NotAllowed(f"letter: a {letter.kind} has no words, and what it asks must stay")
        entry = log.enter(Action.ERASE, person, Ruling(reason=reason), letter=letter)
        filing.erase([letter.id], State.WITHDRAWN)
        return entry
