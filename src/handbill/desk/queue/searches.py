"""Search: a form whose words travel in a post, and what was found under an address without them.

The answer to a post is an address that holds the question sealed, so that the back button, a
reload and a second window work as with any page. It opens in the session that asked alone: in a
history it is nothing once its person has logged out.
"""

import json
from dataclasses import asdict, fields
from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from handbill.desk.queue import addresses, book, looking, searching
from handbill.desk.queue.asked import text
from handbill.desk.queue.searching import Wanted
from handbill.desk.queue.words import STATES
from handbill.desk.staff.needs import StaffRequest, needs
from handbill.desk.staff.roles import Role

PAGE = 50
MOST = {"text": 200, "name": 60, "pen": 64, "story": 64, "state": 16, "rule": 64, "language": 16}
"""Characters of each field; all together fit an address (serving/door.py)."""
_STEP = 64
"""Questions are as long as a multiple of so many bytes: an address tells little of their length."""


class QuestionConverter:
    """A question as it was sealed; whether it opens depends on the session."""

    regex, example = "[A-Za-z0-9_-]{120,3600}", "0" * 139

    to_python: ClassVar[type[str]] = str
    to_url: ClassVar[type[str]] = str


@needs(Role.MODERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: StaffRequest) -> HttpResponse:
    """Show the form, or lead to what it asks for."""
    wanted = Wanted(**{f.name: _typed(request, f.name) for f in fields(Wanted)})
    if wanted.anything:
        return redirect(_address(request, wanted))
    return _page(request, wanted)


@needs(Role.MODERATOR)
@require_safe
def found(request: StaffRequest, question: str) -> HttpResponse:
    """Show what was found."""
    opened = addresses.shown(_what(request), question)
    if opened is None:
        trouble = _("This search has ended. Search again.")
        return _page(request, Wanted(), trouble=trouble, status=404)
    given = json.loads(opened)
    after = given.pop("after")
    return _page(request, Wanted(**given), after)


def _typed(request: StaffRequest, name: str) -> str:
    return "".join(c for c in text(request.POST, name, MOST[name]) if c >= " ")


def _page(
    request: StaffRequest, wanted: Wanted, after: str = "", *, trouble: str = "", status: int = 200
) -> HttpResponse:
    rows = searching.found(wanted, after=after, most=PAGE + 1) if wanted.anything else []
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    shown = {
        "wanted": wanted,
        "most": MOST,
        "lines": looking.lines(rows),
        "behind": _address(request, wanted, searching.place(rows[-1])) if more else "",
        "rules": book.choices(),
        "states": STATES.items(),
        "trouble": trouble,
    }
    return render(request, "queue/search.html", shown, status=status)


def _address(request: StaffRequest, wanted: Wanted, after: str = "") -> str:
    given = json.dumps({**asdict(wanted), "after": after}, ensure_ascii=False).encode()
    question = given + b" " * (-len(given) % _STEP)
    return reverse("found", kwargs={"question": addresses.hide(_what(request), question)})


def _what(request: StaffRequest) -> str:
    return f"question of {request.session.session_key}"
