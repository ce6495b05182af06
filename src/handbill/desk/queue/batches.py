"""Pages of batches and of their audits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from handbill.desk.queue import batching, choosing, looking, stories
from handbill.desk.queue.asked import text
from handbill.desk.queue.models import Batch, BatchLetter
from handbill.desk.staff.models import Person
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter
from handbill.errors import HandbillError


@needs(Role.MODERATOR)
@require_safe
def batches(request: StaffRequest) -> HttpResponse:
    """Offer the stories of which letters can be approved together."""
    offered = [
        (stories.told(s), n, batching.sample_size(min(n, batching.MOST)))
        for s, n in batching.offered()
    ]
    own = Batch.objects.filter(person=request.person).first()
    shown = {"offered": offered, "own": own, "most": batching.MOST, "least": batching.LEAST}
    return render(request, "queue/batches.html", shown)


@needs(Role.MODERATOR)
@require_POST
def draw(request: StaffRequest) -> HttpResponse:
    """Draw a batch of a story."""
    try:
        batch = batching.draw(text(request.POST, "story", 64), request.person)
    except HandbillError:
        messages.error(request, _("Too few letters of this kind wait here now."))
        return redirect("batches")
    _claim_next(batch, request.person)
    return redirect("batch", number=batch.pk)


def _claim_next(batch: Batch, person: Person) -> None:
    """Tell colleagues who reads the letter of the sample that comes next."""
    for letter in batching.unread(batch)[:1]:
        choosing.claim(letter, person)


@needs(Role.MODERATOR)
@require_safe
def batch(request: StaffRequest, number: int) -> HttpResponse:
    """Show the next letter of the sample, or that the batch can be approved."""
    own = get_object_or_404(Batch, pk=number, person=request.person)
    left = batching.unread(own)
    rows = BatchLetter.objects.filter(batch=own)
    shown = Letter.objects.select_related("pen").filter(id__in=left[:1]).first()
    listed = Letter.objects.filter(id__in=rows.values("letter")).order_by("place")
    context = {
        "batch": own,
        "story": stories.told(own.story),
        "look": looking.plain(shown, ()) if shown else None,
        "count": rows.count(),
        "sample": rows.filter(sample=True).count(),
        "done": rows.filter(sample=True).count() - len(left),
        "lines": [] if left else looking.lines(list(listed), characters=90),
    }
    return render(request, "queue/batch.html", context)


@needs(Role.MODERATOR)
@require_POST
def read(request: StaffRequest, number: int) -> HttpResponse:
    """Note that a letter of the sample was read."""
    own = get_object_or_404(Batch, pk=number, person=request.person)
    batching.mark_read(own, text(request.POST, "letter", 64))
    _claim_next(own, request.person)
    return redirect("batch", number=number)


@needs(Role.MODERATOR)
@require_POST
def approve(request: StaffRequest, number: int) -> HttpResponse:
    """Approve the batch."""
    own = Batch.objects.filter(pk=number, person=request.person).first()
    if own is None:  # sent twice, or given up
        return redirect("batches")
    try:
        done = batching.approve(own, request.person)
    except HandbillError:
        own.delete()
        messages.error(
            request,
            _("The sample was not read whole, or one of it was judged meanwhile. Draw anew."),
        )
        return redirect("batches")
    told = ngettext("%(n)s letter approved.", "%(n)s letters approved.", done.approved) % {
        "n": done.approved
    }
    told += " " + ngettext(
        "%(n)s of those that nobody read goes to a colleague.",
        "%(n)s of those that nobody read go to a colleague.",
        done.audited,
    ) % {"n": done.audited}
    messages.success(request, told)
    return redirect("batches")


@needs(Role.MODERATOR)
@require_POST
def give_up(request: StaffRequest, number: int) -> HttpResponse:
    """Give a batch up: its letters are judged one by one."""
    Batch.objects.filter(pk=number, person=request.person).delete()
    letter = text(request.POST, "letter", 64)
    if Letter.objects.filter(id=letter).exists():
        return redirect("letter", letter=letter)
    return redirect("batches")


@needs(Role.MODERATOR)
@require_safe
def audits(request: StaffRequest) -> HttpResponse:
    """List letters that were approved unread, for whoever did not approve them."""
    waiting = batching.to_audit()
    mine = waiting.filter(approver=request.person).count()
    ids = waiting.exclude(approver=request.person).values_list("letter", flat=True)[:50]
    letters = list(Letter.objects.filter(id__in=list(ids)).order_by("story", "id"))
    shown = {"lines": looking.lines(letters), "mine": mine}
    return render(request, "queue/audits.html", shown)
