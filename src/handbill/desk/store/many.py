"""Write many rows at once; Django's bulk_create spends most of its time on building them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models

Row = Mapping[str, Any]
"""A row by the names of its columns."""


def insert(model: type[models.Model], rows: Iterable[Row], *, anew: bool = True) -> None:
    """Insert rows that all have the same columns; without ``anew`` those that are there stay.

    Values must be what the database takes: the fields' own conversions are not asked.
    """
    listed = list(rows)
    if not listed:
        return
    names = list(listed[0])
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(["%s"] * len(names))
    query = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608  names
    with connection.cursor() as cursor:
        cursor.executemany(
            query if anew else query + " ON CONFLICT DO NOTHING",
            [tuple(row[name] for name in names) for row in listed],
        )
