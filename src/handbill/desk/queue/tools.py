"""Pages for the newsroom's other work: protected names, transcripts, taking in, handing over."""

import re
from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handbill.desk import secrets
from handbill.desk.decisions import handover, transcribing
from handbill.desk.decisions.transcribing import Heard
from handbill.desk.intake.protecting import protect
from handbill.desk.queue import batching, taking
from handbill.desk.queue.asked import text
from handbill.desk.queue.judging import in_words
from handbill.desk.queue.refusals import why
from handbill.desk.staff.models import Person
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter, ProtectedName, Refusal
from handbill.errors import HandbillError
from handbill.ids import is_item_id

MOST_NAMES = 200
_ONCE = re.compile(r"[0-9a-f]{32}")
LANGUAGES = ("ko", "en", "es", "fa", "ar", "ru", "zh", "fr", "und")


@needs(Role.MODERATOR)
@require_safe
def tools(request: StaffRequest) -> HttpResponse:
    """Lead to what is done beside the queue."""
    shown = {
        "tray": taking.in_tray(),
        "taking": taking.state(),
        "to_screen": taking.to_screen(),
        "refused": Refusal.objects.count(),
        "editor": request.person.rank.includes(Role.EDITOR),
        "newest": secrets.newest_edition(),
        "batches": bool(batching.LEAST),
    }
    return render(request, "queue/tools.html", shown)


@needs(Role.EDITOR)
@require_POST
def hand_over(request: StaffRequest) -> HttpResponse:
    """Write what the next edition shows into the newsroom's folder."""
    try:
        done = handover.hand_over()
    except (HandbillError, OSError) as error:
        said = why(error) if isinstance(error, HandbillError) else str(error)
        messages.error(request, _("This was not done: %(why)s") % {"why": said})
        return redirect("tools")
    told = ngettext(
        "%(letters)s letter handed over; the next edition carries it.",
        "%(letters)s letters handed over; the next edition carries them.",
        done.letters,
    )
    messages.success(request, told % {"letters": done.letters})
    return redirect("tools")


@needs(Role.MODERATOR)
@require_POST
def take_in(request: StaffRequest) -> HttpResponse:
    """Begin to take in what lies in the tray."""
    if taking.begin():
        messages.success(request, _("Begun. Reload this page to see how far it is."))
    else:
        messages.error(request, _("It is at work already."))
    return redirect("tools")


@needs(Role.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: StaffRequest) -> HttpResponse:
    """Protect names, or no more; what is protected is never listed."""
    trouble, written = "", ""
    if request.method == "POST":
        written = text(request.POST, "names", 20_000)
        listed = [line.strip() for line in written.splitlines() if line.strip()][:MOST_NAMES]
        removes = request.POST.get("action") == "remove"
        try:
            changed = protect(listed, secrets.current().secret, remove=removes)
        except HandbillError as error:
            trouble = in_words(error)
        else:
            told = (
                ngettext(
                    "%(n)s name is protected no more.",
                    "%(n)s names are protected no more.",
                    len(listed),
                )
                if removes
                else ngettext("%(n)s name is protected.", "%(n)s names are protected.", len(listed))
            )
            messages.success(request, told % {"n": len(listed)})
            if changed:
                taking.begin(again=True)
            return redirect("names")
    shown = {
        "count": ProtectedName.objects.count(),
        "trouble": trouble,
        "written": written,
        "to_screen": taking.to_screen(),
    }
    return render(request, "queue/names.html", shown, status=400 if trouble else 200)


@needs(Role.MODERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def transcribe(request: StaffRequest) -> HttpResponse:
    """Write down a letter that came on paper or by voice."""
    given = {n: text(request.POST, n, 64) for n in ("story", "parent", "name", "language")}
    given["body"] = text(request.POST, "body", 20_000)
    once = text(request.POST, "once", 32)
    given["once"] = once if _ONCE.fullmatch(once) else token_hex(16)
    trouble = ""
    if request.method == "POST":
        trouble = _write_down(given, request.person)
        if not trouble:
            messages.success(
                request, _("Written down and sealed into the tray. Take it in, then judge it.")
            )
            return redirect("tools")
    given["language"] = given["language"] or (get_language() or "en")
    shown: dict[str, Any] = {"given": given, "trouble": trouble, "languages_of": LANGUAGES}
    return render(request, "queue/transcribe.html", shown, status=400 if trouble else 200)


def _write_down(given: dict[str, str], person: Person) -> str:
    """Write a transcript; returns what is wrong with it."""
    if not is_item_id(given["story"]):
        return _("Give the story's id, as the newsroom's folder has it.")
    if not given["name"] or not given["body"]:
        return _("A letter has a name and words.")
    parent = given["parent"]
    if parent and not Letter.objects.filter(public=parent, story=given["story"]).exists():
        return _("No letter of that story has this number.")
    heard = Heard(
        story=given["story"], parent=parent, name=given["name"],
        language=given["language"] or "und", text=given["body"], once=given["once"],
    )  # fmt: skip
    try:
        transcribing.write_down(heard, person)
    except HandbillError as error:
        return in_words(error)
    except OSError as error:
        return _("This was not done: %(why)s") % {"why": str(error)}
    return ""
