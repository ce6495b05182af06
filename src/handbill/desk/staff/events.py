"""What follows from logging in and from a new password."""

import time
from typing import Any

from allauth.account.signals import password_changed
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from handbill.desk.staff.language import LANGUAGE
from handbill.desk.staff.models import Person, Session
from handbill.desk.staff.sessions import BEGAN, SessionStore, row_key


def listen() -> None:
    """Connect the signals."""
    user_logged_in.connect(_logged_in, dispatch_uid="desk.logged-in")
    password_changed.connect(_password_changed, dispatch_uid="desk.password-changed")


def _logged_in(request: HttpRequest, user: Any, **_: Any) -> None:
    request.session[BEGAN] = int(time.time())
    SessionStore.clear_expired()
    if isinstance(user, Person) and user.language:
        request.session[LANGUAGE] = user.language


def _password_changed(request: HttpRequest, user: Person, **_: Any) -> None:
    """The password is now the person's own; whoever else had a session has none."""
    from allauth.account.internal.flows.reauthentication import (  # noqa: PLC0415
        reauthenticate_by_password,
    )

    user.one_time_until = None
    own = Person.objects.filter(pk=user.pk, password=user.password)
    own.update(one_time_until=None)
    end_other_sessions(request, user)
    reauthenticate_by_password(request)  # the old password was typed a moment ago


def end_other_sessions(request: HttpRequest, person: Person) -> None:
    """End every session of a person but this one."""
    key = request.session.session_key
    Session.objects.filter(person=person).exclude(session_key=row_key(key or "")).delete()
