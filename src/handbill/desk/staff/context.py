"""What every staff template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from handbill.desk.staff.guard import complete
from handbill.desk.staff.models import Person
from handbill.desk.staff.navigation import entries


def desk(request: HttpRequest) -> dict[str, Any]:
    """Return person, navigation, languages and the direction of writing."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else None
    return {
        "person": person,
        "navigation": entries(person.rank) if person and complete(person) else (),
        "languages": settings.LANGUAGES,
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "desk_name": getattr(settings, "DESK_NAME", "Handbill"),
    }
