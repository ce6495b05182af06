"""Pages of a list by where the last one ended, so that the thousandth costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from handbill.desk.queue import addresses
from handbill.desk.queue.asked import text

MOST = 240


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows; ``behind`` is the query string of the next page, empty at the end."""

    rows: Sequence[Any]
    behind: str
    is_first: bool


def page_of(
    request: HttpRequest, rows: QuerySet[Any], key: str, *, size: int, falling: bool = False
) -> Page:
    """Return the page that a request asks for, of rows that are in order of ``key``."""
    after = text(request.GET, "after", MOST)
    if not falling:
        after = (addresses.shown("place", after) or b"").decode()
    elif not (after.isascii() and after.isdigit() and len(after) < 10):
        after = ""  # keys that fall are numbers
    if after:
        rows = rows.filter(**{f"{key}__{'lt' if falling else 'gt'}": after})
    found: list[Model] = list(rows[: size + 1])
    behind = ""
    if len(found) > size:
        kept = {k: str(v) for k, v in request.GET.items() if k not in ("after", "done")}
        last = str(getattr(found[size - 1], key))
        behind = urlencode(
            {**kept, "after": last if falling else addresses.hide("place", last.encode())}
        )
    return Page(found[:size], behind, not after)
