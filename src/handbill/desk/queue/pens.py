"""Pages about writers: their standing, what the ladder names, and what is done to them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from handbill.desk import secrets
from handbill.desk.decisions import deciding
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.decisions.standing import ladder, standing_of, standings_of
from handbill.desk.queue import book, looking
from handbill.desk.queue.asked import text
from handbill.desk.queue.judging import in_words, ruling
from handbill.desk.queue.paging import page_of
from handbill.desk.queue.words import STEPS
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import PUBLIC, Letter, Pen, Pile
from handbill.errors import HandbillError, Stale
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.public import pen_words
from handbill.rules.standing import Standing, Step

MOST_LISTED = 200
_OF_MODERATORS = (Action.NOTICE, Action.WARN, Action.PAUSE)
_OF_EDITORS = (Action.BLOCK, Action.LIFT)
DUE = {
    Step.NOTICE: Action.NOTICE,
    Step.WARNING: Action.WARN,
    Step.PAUSE: Action.PAUSE,
    Step.BLOCK: Action.BLOCK,
}


def due(standing: Standing) -> Step:
    """Return the step that the ladder names and nobody has taken yet."""
    steps = list(Step)
    return standing.due if steps.index(standing.due) > steps.index(standing.taken) else Step.NONE


@needs(Role.MODERATOR)
@require_safe
def pens(request: StaffRequest) -> HttpResponse:
    """List pens that are stopped, and those for which the ladder names a step."""
    stopped = Pen.objects.filter(stopped__in=(Pile.PAUSED, Pile.BLOCKED))
    ordered = stopped.order_by("fingerprint").values_list("fingerprint", flat=True)
    fingerprints = list(ordered[:MOST_LISTED])
    since = secrets.newest_edition() - ladder().decay_editions
    removals = Entry.objects.filter(edition__gte=since, action=Action.REMOVE).exclude(pen="")
    # Where these are more than are listed, a step is due for those with most first.
    counted = removals.values("pen").annotate(count=Count("sequence")).order_by("-count", "pen")
    judged = counted.values_list("pen", flat=True)[:MOST_LISTED]
    standings = standings_of({*fingerprints, *judged})
    shown = {
        "stopped": _rows(fingerprints, standings),
        "due": [
            r for r in _rows(standings, standings) if r["due"] and r["pen"] not in fingerprints
        ],
    }
    return render(request, "queue/pens.html", shown)


def _rows(fingerprints: Iterable[str], standings: dict[str, Standing]) -> list[dict[str, Any]]:
    return [
        {
            "pen": f,
            "words": pen_words(f),
            "standing": standings[f],
            "due": "" if due(standings[f]) is Step.NONE else STEPS[due(standings[f])],
        }
        for f in sorted(fingerprints)
    ]


@needs(Role.MODERATOR)
@require_safe
def pen(request: StaffRequest, pen: str) -> HttpResponse:
    """Show one pen: standing, what can be done, decisions, letters."""
    return _page(request, get_object_or_404(Pen, fingerprint=pen))


def _page(
    request: StaffRequest, shown: Pen, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    standing = standing_of(shown.fingerprint)
    own = Letter.objects.filter(pen=shown, kind__in=(*PUBLIC, Kind.APPEAL))
    page = page_of(request, own.order_by("id"), "id", size=40)
    record = list(
        Entry.objects.filter(pen=shown.fingerprint)
        .select_related("person")
        .order_by("-sequence")[:60]
    )
    answered = set(
        Entry.objects.filter(about__in=[e.sequence for e in record]).values_list("about", flat=True)
    )
    step = due(standing)
    rungs = ladder()
    context = {
        "pen": shown,
        "words": pen_words(shown.fingerprint),
        "standing": standing,
        "due": step if step is not Step.NONE else "",
        "due_words": STEPS[step],
        "due_action": DUE.get(step, ""),
        "taken_words": STEPS[standing.taken],
        "ladder": rungs,
        "editions": rungs.block_editions if step is Step.BLOCK else rungs.pause_editions,
        "newest": secrets.newest_edition(),
        "rules": book.choices(),
        "editor": request.person.rank.includes(Role.EDITOR),
        "page": page,
        "lines": looking.lines(page.rows),
        "record": record,
        "answered": answered,
        "names": sorted({x.name for x in page.rows if x.name})[:12],
        "typed": {k: text(request.POST, k, 1000) for k in ("rule", "reason", "editions")},
        "trouble": trouble,
        "last": record[0].sequence if record else 0,
    }
    return render(request, "queue/pen.html", context, status=status)


@needs(Role.MODERATOR)
@require_POST
def act(request: StaffRequest, pen: str) -> HttpResponse:
    """Give notice or a warning, or pause."""
    return _act(request, pen, _OF_MODERATORS)


@needs(Role.EDITOR)
@require_POST
def stop(request: StaffRequest, pen: str) -> HttpResponse:
    """Block, or lift what is in force."""
    return _act(request, pen, _OF_EDITORS)


def _act(request: StaffRequest, name: str, allowed: tuple[Action, ...]) -> HttpResponse:
    shown = get_object_or_404(Pen, fingerprint=name)
    action = next((a for a in allowed if a == request.POST.get("action")), None)
    if action is None:
        return _page(request, shown, trouble=_("No such button."), status=400)
    at = request.POST.get("seen", "")
    if at != deciding.seen_of_pen(name):
        return _meanwhile(request, shown, action)
    chosen = ruling(request)
    length = text(request.POST, "editions", 8)
    if length and not (length.isascii() and length.isdigit() and 0 < int(length[:6]) <= 9999):
        return _page(request, shown, trouble=_("For how many editions? 1 to 9999."), status=400)
    timed = action in (Action.PAUSE, Action.BLOCK)
    made = Ruling(
        rule="" if action is Action.LIFT else chosen.rule,
        fact=chosen.fact,
        reason=chosen.reason,
        editions=int(length) if length and timed else None,
    )
    if action is not Action.LIFT and made.rule not in {c.id for c in book.choices()}:
        return _page(request, shown, trouble=_("Choose the rule."), status=400)
    try:
        deciding.act_on_pen(name, action, person=request.person, ruling=made, looked_at=at)
    except Stale:
        return _meanwhile(request, shown, action)
    except HandbillError as error:
        return _page(request, shown, trouble=in_words(error), status=409)
    messages.success(request, _("Done, and signed into the log."))
    return redirect("pen", pen=name)


def _meanwhile(request: StaffRequest, shown: Pen, action: Action) -> HttpResponse:
    """Answer a form whose page is older than the last decision about the pen."""
    last = Entry.objects.filter(pen=shown.fingerprint).order_by("-sequence").first()
    if last and last.person_id == request.person.pk and last.action == action:
        return redirect("pen", pen=shown.fingerprint)  # sent twice
    trouble = _("Meanwhile somebody decided about this pen. Read its record again.")
    return _page(request, shown, trouble=trouble, status=409)
