"""The desk's tables, written so that equal content is equal."""

from __future__ import annotations

from django.apps import apps

ROOMS = ("store",)
WHOLE = ("store", "decisions", "staff", "account", "mfa")
PASSING = frozenset({"Session", "Remembered"})
"""What ends by itself and is in no backup."""


def dump(rooms: tuple[str, ...] = ROOMS) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of these rooms in an order that only their content decides."""
    tables = {}
    for model in (m for room in rooms for m in apps.get_app_config(room).get_models()):
        if model.__name__ in PASSING:
            continue
        names = [f.attname for f in model._meta.concrete_fields]
        rows = [tuple(map(_plain, row)) for row in model.objects.values_list(*names)]
        tables[model.__name__] = sorted(rows, key=repr)
    return tables


BY_CHANCE = frozenset({"commitment", "chain", "note", "salt"})


def entered() -> list[tuple[object, ...]]:
    """Return what the log says of what writers asked, in its order, without what is drawn by chance."""
    from handbill.desk.decisions.models import Entry
    from handbill.letters.decision import BY_WRITERS

    names = [f.attname for f in Entry._meta.concrete_fields if f.name not in BY_CHANCE]
    rows = Entry.objects.filter(action__in=BY_WRITERS).order_by("sequence").values_list(*names)
    return [tuple(row) for row in rows]


def _plain(value: object) -> object:
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value
