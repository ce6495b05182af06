"""Pages that list: appeals, one story's letters."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from handbill.desk.decisions import deciding
from handbill.desk.decisions.appeals import appealed_all, decided_before_all
from handbill.desk.decisions.models import Entry
from handbill.desk.queue import choosing, looking, stories
from handbill.desk.queue.asked import text
from handbill.desk.queue.paging import page_of
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import PUBLIC, Discussion, Letter, Pile
from handbill.ids import is_item_id

PAGE = 50


@needs(Role.MODERATOR)
@require_safe
def appeals(request: StaffRequest) -> HttpResponse:
    """List appeals, and which of them are somebody else's to answer."""
    page = page_of(request, choosing.waiting(Pile.APPEALS), "place", size=PAGE)
    lines = looking.lines(page.rows)
    about = appealed_all([line.letter for line in lines])
    own = decided_before_all((e for e in about.values() if e), request.person)
    rows = [(line, about[line.letter.id]) for line in lines]
    shown = {
        "rows": [(line, entry, bool(entry and entry.sequence in own)) for line, entry in rows],
        "page": page,
    }
    return render(request, "queue/appeals.html", shown)


@needs(Role.MODERATOR)
@require_safe
def story(request: StaffRequest, story: str) -> HttpResponse:
    """Show a story's discussion as the desk sees it, and whether it is open."""
    if not is_item_id(story):
        raise Http404
    found = Discussion.objects.filter(story=story).first()
    letters = Letter.objects.filter(story=story, kind__in=PUBLIC).order_by("id")
    page = page_of(request, letters, "id", size=PAGE)
    shown = {
        "story": stories.told(story),
        "open": found is None or found.open,
        "reason": found.reason if found else "",
        "page": page,
        "lines": looking.lines(page.rows),
        "editor": request.person.rank.includes(Role.EDITOR),
    }
    return render(request, "queue/story.html", shown)


@needs(Role.EDITOR)
@require_POST
def close(request: StaffRequest, story: str) -> HttpResponse:
    """Close a story's discussion with a reason, or open it again."""
    if not is_item_id(story):
        raise Http404
    reason = text(request.POST, "reason", 300)
    opens = request.POST.get("action") == "open"
    if not opens and not reason:
        messages.error(request, _("Say why: readers see it."))
        return redirect("story", story=story)
    deciding.close(story, reason="" if opens else reason, person=request.person)
    messages.success(request, _("Open again.") if opens else _("Closed."))
    return redirect("story", story=story)


def decided(entries: list[Entry]) -> set[int]:
    """Return which of these decisions were answered or undone."""
    about = Entry.objects.filter(about__in=[e.sequence for e in entries])
    return set(about.values_list("about", flat=True))
