"""The language of the interface: the person's, else a cookie's, else the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language_from_request

from handbill.desk.staff.models import Person

LANGUAGE = "language"
"""Where the session keeps a person's language, so that it is known before they are."""


def offered(code: str) -> bool:
    """Whether the interface speaks this language."""
    return code in dict(settings.LANGUAGES)


class Language:
    """Middleware: activates the language for this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language that was chosen or is preferred."""
        chosen = ""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            chosen = request.session.get(LANGUAGE, "")
        with translation.override(chosen or get_language_from_request(request)):
            return self._get_response(request)


def keep(request: HttpRequest, response: HttpResponse, code: str) -> None:
    """Remember a chosen language: with the person, or where nobody is logged in in a cookie."""
    if isinstance(request.user, Person):
        request.user.language = code
        request.user.save(update_fields=["language"])
        request.session[LANGUAGE] = code
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
