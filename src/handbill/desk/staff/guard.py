"""The one place where it is decided who may open a view."""

import time
from collections.abc import Callable
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from handbill.desk.staff.models import Person
from handbill.desk.staff.needs import Need, Open, StaffRequest, need_of
from handbill.desk.staff.roles import Role
from handbill.desk.staff.sessions import BEGAN, RENEW_S

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Guard:
    """Middleware: gives a request its person and turns away whom the view is not for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Move the idle limit, then go on."""
        _renew(request)
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the request pass, or answer it."""
        need = need_of(view)
        if need is None:
            raise PermissionDenied
        person = request.user if isinstance(request.user, Person) else None
        if person:
            cast(StaffRequest, request).person = person
        if need is Open.TO_ALL:
            return None
        return _refusal(request, person, need)


def _refusal(request: HttpRequest, person: Person | None, need: Need) -> HttpResponse | None:
    if person is None:
        back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        return redirect_to_login(back)
    if need is Open.TO_STAFF:
        return None
    if person.must_change:
        return redirect("account_change_password")
    if not has_second_factor(person):
        return redirect("mfa_index")
    if not (isinstance(need, Role) and person.rank.includes(need)):
        raise PermissionDenied
    return None


def complete(person: Person) -> bool:
    """Whether an account has an own password and a second factor, so that its role counts."""
    return not person.must_change and has_second_factor(person)


def has_second_factor(person: Person) -> bool:
    """Whether a person has an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS).exists())


def _renew(request: HttpRequest) -> None:
    """Move the idle limit of a session in use, not with every request."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.session.get(BEGAN):
        return
    seen = getattr(request.session, "seen", None)
    if seen is None or time.time() - seen.timestamp() > RENEW_S:
        request.session.modified = True
        cast(Any, request.session).seen = timezone.now()
