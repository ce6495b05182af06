"""Pages for what did not work: plain, without a word of what was asked."""

import sys
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one that is too old."""
    return render(request, "staff/failures/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Any) -> HttpResponse:
    """Answer what no page of ours sends."""
    return render(request, "staff/failures/400.html", status=400)


def forbidden(request: HttpRequest, exception: Any) -> HttpResponse:
    """Answer somebody who may not do this."""
    return render(request, "staff/failures/403.html", status=403)


def not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    """Answer an address that is nobody's."""
    return render(request, "staff/failures/404.html", status=404)


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer more attempts than the desk bears."""
    return render(request, "staff/failures/429.html", status=429)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when something broke, without database and without the person's name."""
    gone = isinstance(sys.exc_info()[1], DatabaseError | InterfaceError)
    name, status = ("503", 503) if gone else ("500", 500)
    shown = {
        "desk_name": getattr(settings, "DESK_NAME", "Handbill"),
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    return HttpResponse(render_to_string(f"staff/failures/{name}.html", shown), status=status)
