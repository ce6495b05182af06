"""The entries of the bar at the top: each room's AppConfig may have a tuple ``navigation``."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps

from handbill.desk.staff.roles import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """``label`` is a lazy translation, ``url`` the name of a view that takes no arguments."""

    label: Any
    url: str
    role: Role
    order: int = 50


@cache
def _all() -> tuple[Entry, ...]:
    found = [e for app in apps.get_app_configs() for e in getattr(app, "navigation", ())]
    return tuple(sorted(found, key=lambda entry: entry.order))


def entries(role: Role) -> list[Entry]:
    """Return what a person of this role may open."""
    return [entry for entry in _all() if role.includes(entry.role)]
