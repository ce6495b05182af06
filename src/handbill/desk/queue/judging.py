"""Forms by which people judge letters: each says what its page had shown, each may come twice."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handbill.desk.decisions import deciding
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.queue import book, choosing, notes
from handbill.desk.queue.asked import text
from handbill.desk.queue.models import Audit
from handbill.desk.queue.reading import find, letter_page, onward
from handbill.desk.queue.refusals import why
from handbill.desk.staff.models import Person
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, State
from handbill.errors import HandbillError, Stale
from handbill.letters.decision import Action, Origin
from handbill.letters.letter import Kind

View = TypeVar("View", bound=Callable[..., Any])
TYPED = ("rule", "fact", "reason", "words", "reader")
_BY_ALL = (Action.APPROVE, Action.REMOVE, Action.HOLD, Action.RESTORE)


def typed(request: StaffRequest) -> dict[str, str]:
    """Return what a person typed into the forms of a letter's page."""
    return {name: text(request.POST, name, 1000) for name in TYPED}


def ruling(request: StaffRequest) -> Ruling:
    """Read under which rule and why; a fact of another rule is none."""
    given = typed(request)
    rule, fact = given["rule"], given["fact"]
    if ":" in fact:  # without JavaScript every rule's facts stand in one list
        of, _colon, fact = fact.partition(":")
        fact = fact if of == rule else ""
    known = {c.id: dict(c.facts) for c in book.choices()}
    fact = fact if fact in known.get(rule, {}) else ""
    origin = Origin.NOTICE if request.POST.get("origin") == Origin.NOTICE else Origin.DESK
    return Ruling(rule=rule, fact=fact, reason=given["reason"], origin=origin)


def careful(view: View) -> View:
    """Answer what cannot be done with the letter as it is now, and with what was typed."""

    @wraps(view)
    def carefully(request: StaffRequest, letter: str) -> HttpResponse:
        shown = find(letter)
        try:
            return cast(HttpResponse, view(request, shown))
        except HandbillError as error:
            shown = find(letter)
            return letter_page(
                request, shown, typed=typed(request), trouble=in_words(error), status=409
            )

    return cast(View, carefully)


def in_words(error: HandbillError) -> str:
    """Say in the reader's language what could not be done."""
    if isinstance(error, Stale):
        return _(
            "Meanwhile somebody decided, or the writer took the letter back. This is how it stands"
            " now. Nothing of yours was carried out, and what you typed is still below."
        )
    return _("This was not done: %(why)s") % {"why": why(error)}


@needs(Role.MODERATOR)
@require_POST
@careful
def judge(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Approve, remove, hold or publish again, then lead to the next letter."""
    action = _action(request.POST.get("action", ""), _BY_ALL)
    if action is None:
        return letter_page(request, letter, trouble=_("No such button."), status=400)
    chosen = ruling(request)
    if action is Action.REMOVE and chosen.rule not in {c.id for c in book.choices()}:
        trouble = _("Choose the rule that this letter breaks: its writer and readers are told.")
        return letter_page(request, letter, typed=typed(request), trouble=trouble, status=400)
    return _carried_out(request, letter, action, chosen)


def _action(name: str, allowed: tuple[Action, ...]) -> Action | None:
    return next((action for action in allowed if action == name), None)


def _carried_out(
    request: StaffRequest, letter: Letter, action: Action, chosen: Ruling
) -> HttpResponse:
    at, place = request.POST.get("seen", ""), letter.place
    try:
        entry = deciding.judge(
            letter.id, action, person=request.person, ruling=chosen, looked_at=at
        )
    except Stale:
        entry = _came_twice(letter, action, request.person, at)
        if entry is None:
            raise
    if entry is None:
        choosing.let_go(letter.id, request.person)
        messages.success(request, _("You would publish it. A second person must agree."))
        return onward(request, place)
    notes.settle(letter.id)
    if action in (Action.REMOVE, Action.HOLD):
        Audit.objects.filter(letter=letter.id, auditor=None).exclude(
            approver=request.person
        ).update(auditor=request.person)
    if request.POST.get("stay"):
        address = reverse("letter", kwargs={"letter": letter.id})
        return redirect(f"{address}?done={entry.sequence}")
    return onward(request, place or text(request.POST, "place", 96), done=entry.sequence)


def _came_twice(letter: Letter, action: Action, person: Person, at: str) -> Entry | None:
    """Return the decision that this very form made already: it was sent twice."""
    last = Entry.objects.filter(letter=letter.id).order_by("-sequence").first()
    if last is None or last.person_id != person.pk or last.action != action:
        return None
    earlier = Entry.objects.filter(letter=letter.id, sequence__lt=last.sequence)
    before = earlier.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    return last if at.removesuffix(deciding.LAID_ASIDE) == f"{last.before} {before}" else None


@needs(Role.EDITOR)
@require_POST
@careful
def pick(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Point a published letter out to readers, or no more."""
    action = Action.UNPICK if letter.pick else Action.PICK
    wanted = _action(request.POST.get("action", ""), (Action.PICK, Action.UNPICK))
    if wanted is action:
        deciding.judge(
            letter.id, action, person=request.person, looked_at=request.POST.get("seen", "")
        )
    return redirect("letter", letter=letter.id)


@needs(Role.MODERATOR)
@require_POST
@careful
def hand(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Hand a letter to a colleague, or to whoever comes, with a note."""
    given = typed(request)
    name = given["reader"]
    reader = Person.objects.filter(name=name, is_active=True).first() if name else None
    if (name and reader is None) or not given["words"]:
        trouble = _("Say what your colleague should look at.")
        return letter_page(request, letter, typed=given, trouble=trouble, status=400)
    at, place = request.POST.get("seen", ""), letter.place
    notes.hand(letter.id, person=request.person, reader=reader, words=given["words"], at=at)
    messages.success(request, _("Handed over. It lies aside until somebody judges it."))
    return onward(request, place)


@needs(Role.MODERATOR)
@require_POST
@careful
def claim(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Say that one reads this letter; a colleague who reads it already is asked first."""
    over = bool(request.POST.get("over"))
    mine = choosing.claim(letter.id, request.person, over=over)
    if request.headers.get("X-Requested-With") == "desk":
        return HttpResponse(status=204 if mine else 409)
    return redirect("letter", letter=letter.id)


@needs(Role.MODERATOR)
@require_POST
@careful
def draft(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Keep what was chosen and typed so far."""
    given = typed(request)
    kept = choosing.keep_draft(
        letter.id, request.person, rule=given["rule"], fact=given["fact"], reason=given["reason"]
    )
    if request.headers.get("X-Requested-With") == "desk":
        return HttpResponse(status=204 if kept else 409)
    return redirect("letter", letter=letter.id)


@needs(Role.MODERATOR)
@require_POST
@careful
def let_go(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Stop reading a letter and go back to the list."""
    choosing.let_go(letter.id, request.person)
    return redirect("queue")


@needs(Role.MODERATOR)
@require_POST
@careful
def take_back_yes(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Take back a first yes."""
    choosing.take_back_yes(letter.id, request.person)
    return redirect("letter", letter=letter.id)


@needs(Role.MODERATOR)
@require_POST
@careful
def answer(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Uphold or overturn what a writer appeals against."""
    at = request.POST.get("seen", "")
    if request.POST.get("action") == "away":
        return _put_away(request, letter, at)
    action = _action(request.POST.get("action", ""), (Action.UPHOLD, Action.OVERTURN))
    if action is None or letter.kind != Kind.APPEAL:
        return letter_page(request, letter, trouble=_("No such button."), status=400)
    try:
        deciding.decide_appeal(
            letter.id, action, person=request.person, ruling=ruling(request), looked_at=at
        )
    except HandbillError:
        if not _answered_twice(letter.id, action, request.person):
            raise
    notes.settle(letter.id)
    messages.success(request, _("The writer is told with the next receipt."))
    return redirect("appeals")


def _put_away(request: StaffRequest, appeal: Letter, at: str) -> HttpResponse:
    """Close an appeal about no decision that stands; one that is answered already is closed."""
    if appeal.kind != Kind.APPEAL or appeal.state != State.DECIDED:
        deciding.put_away(appeal.id, person=request.person, looked_at=at)
        notes.settle(appeal.id)
    messages.success(request, _("The writer is told with the next receipt."))
    return redirect("appeals")


def _answered_twice(appeal_id: str, action: Action, person: Person) -> bool:
    """Tell whether this person gave this very answer: the form was sent twice."""
    appeal = find(appeal_id)
    about = Letter.objects.filter(pen=appeal.pen_id, short=appeal.parent).values("id")
    answers = Q(letter__in=about) | Q(letter="", pen=appeal.pen_id)
    given = Entry.objects.filter(answers, action=action, person=person)
    return appeal.state == State.DECIDED and given.exists()


@needs(Role.ADMIN)
@require_POST
@careful
def erase(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Erase a letter's words for good; asked for twice on the page."""
    if request.POST.get("sure") != "yes":
        trouble = _("Tick that you are sure: this cannot be undone.")
        return letter_page(request, letter, typed=typed(request), trouble=trouble, status=400)
    deciding.erase(letter.id, person=request.person, reason=typed(request)["reason"])
    messages.success(request, _("Its words are gone."))
    return redirect("letter", letter=letter.id)


@needs(Role.MODERATOR)
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take a decision back and lead to what it was about."""
    number = request.POST.get("sequence", "")
    entry = None
    if number.isascii() and number.isdigit() and len(number) < 10:
        entry = Entry.objects.filter(sequence=int(number)).first()
    if entry is None:
        return render(request, "queue/trouble.html", {"why": _("No such decision.")}, status=404)
    if entry.letter:
        back = reverse("letter", kwargs={"letter": entry.letter})
    else:
        back = reverse("pen", kwargs={"pen": entry.pen})
    mine = Entry.objects.filter(about=entry.sequence, person=request.person).exists()
    if mine:  # the form was sent twice
        return redirect(back)
    needed = Role.EDITOR if entry.action in (Action.BLOCK, Action.PICK, Action.UNPICK) else None
    if needed and not request.person.rank.includes(needed):
        trouble = _("Only editors take this back.")
        return render(request, "queue/trouble.html", {"why": trouble, "back": back}, status=409)
    try:
        deciding.undo(entry.sequence, person=request.person)
    except HandbillError as error:
        trouble = in_words(error)
        return render(request, "queue/trouble.html", {"why": trouble, "back": back}, status=409)
    if entry.letter:
        choosing.claim(entry.letter, request.person)
    messages.success(request, _("Taken back. Both decisions stay in the log."))
    return redirect(back)


@needs(Role.MODERATOR)
@require_POST
@careful
def audited(request: StaffRequest, letter: Letter) -> HttpResponse:
    """Say that a letter which was approved unread is in order."""
    waiting = Audit.objects.filter(letter=letter.id, auditor=None)
    done = waiting.exclude(approver=request.person).update(auditor=request.person)
    if not done and waiting.exists():
        trouble = _("You approved this batch, so somebody else must read it.")
        return letter_page(request, letter, trouble=trouble, status=409)
    return redirect("audits")
