"""Pages that show: the queue, one letter, the keys. They change nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from handbill.desk.decisions.appeals import decided_against, decided_before
from handbill.desk.decisions.models import Entry
from handbill.desk.queue import batching, book, choosing, looking, notes
from handbill.desk.queue.asked import text
from handbill.desk.queue.paging import page_of
from handbill.desk.queue.words import PILES, said
from handbill.desk.staff.models import Person
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import JUDGED, Letter, Pile, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind


@needs(Role.MODERATOR)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """List what lies on a pile, in its order."""
    pile = _pile(request.GET.get("pile", ""))
    page = page_of(request, choosing.waiting(pile), "place", size=choosing.PAGE)
    shown = {
        "pile": pile,
        "lines": looking.lines(page.rows),
        "page": page,
        "piles": [(p, PILES[p], choosing.counted(p)) for p in Pile if p is not Pile.APPEALS],
        "appeals": choosing.counted(Pile.APPEALS),
        "most": choosing.MOST_COUNTED,
        "unscreened": Letter.objects.filter(state=State.ARRIVED, kind__in=JUDGED)[:999].count(),
        "handed": notes.handed_to(request.person),
        "audits": batching.to_audit().exclude(approver=request.person)[:99].count(),
        "undo": undo_bar(request),
    }
    return render(request, "queue/queue.html", shown)


def _pile(name: str) -> Pile:
    try:
        return Pile(name or Pile.QUEUE)
    except ValueError:
        raise Http404 from None


@needs(Role.MODERATOR)
@require_POST
def take(request: StaffRequest) -> HttpResponse:
    """Claim the next letter and lead to it."""
    return onward(request, text(request.POST, "after", 96))


def onward(request: StaffRequest, after: str = "", *, done: int = 0) -> HttpResponse:
    """Lead to the next letter, or to the list when there is none; ``done`` was decided just now."""
    found = choosing.take_next(request.person, after=after)
    query = f"?done={done}" if done else ""
    if found is None:
        return redirect(f"/queue/{query}")
    return redirect(reverse("letter", kwargs={"letter": found.id}) + query)


def undo_bar(request: StaffRequest) -> dict[str, Any] | None:
    """Return the decision that was made a moment ago, where its maker may still take it back."""
    number = request.GET.get("done", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    entry = Entry.objects.filter(sequence=int(number), person=request.person).first()
    if entry is None or Entry.objects.filter(about=entry.sequence).exists():
        return None
    letter = Letter.objects.filter(id=entry.letter).first() if entry.letter else None
    rule = book.title(entry.rule) if entry.rule else ""
    return {"entry": entry, "letter": letter, "rule": rule, "said": said(Action(entry.action))}


@needs(Role.MODERATOR)
@require_safe
def letter(request: StaffRequest, letter: str) -> HttpResponse:
    """Show one letter with all that stands around it."""
    return letter_page(request, find(letter))


def find(letter_id: str) -> Letter:
    """Return a letter that people judge.

    Raises:
        Http404
    """
    found = Letter.objects.select_related("pen").filter(id=letter_id, kind__in=JUDGED).first()
    if found is None:
        raise Http404
    return found


def letter_page(
    request: StaffRequest,
    shown: Letter,
    *,
    typed: dict[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with a letter's page; ``typed`` stands again in its forms, ``trouble`` above it."""
    seen = looking.look(shown)
    before, behind = choosing.beside(shown)
    me = request.person
    context = {
        "look": seen,
        "letter": shown,
        "before": before,
        "behind": behind,
        "rules": book.choices(),
        "colleagues": Person.objects.filter(is_active=True).exclude(pk=me.pk).order_by("name"),
        "typed": typed or looking.draft_of(seen.claim, me),
        "trouble": trouble,
        "undo": undo_bar(request),
        "mine": bool(seen.claim and seen.claim.person_id == me.pk),
        "editor": me.rank.includes(Role.EDITOR),
        "admin": me.rank.includes(Role.ADMIN),
        "agreed": bool(seen.first_yes and seen.first_yes.person_id == me.pk),
        "own_decision": _is_own(seen, me),
        "own_batch": bool(seen.audit and seen.audit.approver_id == me.pk),
        "claimed_by": seen.claim.person.name if seen.claim else "",
        "counted": choosing.counted(Pile.QUEUE),
        "most": choosing.MOST_COUNTED,
    }
    return render(request, "queue/letter.html", context, status=status)


def _is_own(seen: looking.Look, me: Person) -> bool:
    """Tell whether an appeal is somebody else's to answer, or to close."""
    if seen.appealed:
        return decided_before(seen.appealed, me)
    return seen.letter.kind == Kind.APPEAL and seen.waits and decided_against(seen.letter, me)


@needs(Role.MODERATOR)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show every key; without JavaScript it says what to use instead."""
    return render(request, "queue/keys.html", {"keys": KEYS(), "rules": book.choices()})


def KEYS() -> list[tuple[str, str]]:  # noqa: N802  (a table, made anew in each language)
    """Return every key and what it does."""
    return [
        ("a", _("Approve")),
        ("r", _("Remove: then the rule's key, then Enter")),
        ("h", _("Hold: lay it aside")),
        ("n", _("Note: hand it to a colleague")),
        ("p", _("Pick it out for readers, or no more")),
        ("u", _("Undo the decision made a moment ago")),
        ("j", _("Next letter, without deciding")),
        ("k", _("Previous letter")),
        ("t", _("To the letter's text")),
        ("s", _("Start with the first letter")),
        ("q", _("Back to the queue")),
        ("/", _("Search")),
        ("?", _("This page")),
        ("Esc", _("Close what is open")),
    ]
