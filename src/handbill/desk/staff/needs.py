"""Every view says whom it is for; :mod:`~handbill.desk.staff.guard` enforces it.

A view that says nothing answers nobody.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role

View = TypeVar("View", bound=Callable[..., Any])


class Open(Enum):
    """Needs that are no role."""

    TO_ALL = "all"  # also to who is not logged in
    TO_STAFF = "staff"  # whoever is logged in, also before password and second factor are set


Need = Role | Open


class StaffRequest(HttpRequest):
    """A request whose view needs a person: ``request.person`` is there."""

    person: Person


def needs(role: Role) -> Callable[[View], View]:
    """Declare that a view is for people of this role or of one that includes it."""
    return _declare(role)


def open_to_all(view: View) -> View:
    """Declare that a view is for everybody. Say why beside it."""
    return _declare(Open.TO_ALL)(view)


def open_to_staff(view: View) -> View:
    """Declare that a view is for whoever is logged in, before their account is complete too.

    Only for what completes or leaves an account.
    """
    return _declare(Open.TO_STAFF)(view)


def confirmed(view: View) -> View:
    """Ask for password or code first, unless one was given within the last ten minutes.

    A form that comes too late is not kept: the person sees its page again and sends it anew.
    """

    @wraps(view)
    def careful(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if did_recently_reauthenticate(request):
            return cast(HttpResponse, view(request, *args, **kwargs))
        ways = get_adapter().get_reauthentication_methods(request.user)
        back = request.path if request.method == "GET" else reverse("people")
        return redirect(f"{ways[0]['url']}?{urlencode({'next': back})}")

    return cast(View, careful)


def need_of(view: Callable[..., Any]) -> Need | None:
    """Return what a view declared, or nothing."""
    need: Need | None = getattr(view, "need", None)
    return need


def _declare(need: Need) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.need = need  # type: ignore[attr-defined]
        return view

    return mark
