"""Return the newest letters of a question in time that hardly depends on how rare they are.

PostgreSQL alone. No single plan is right: of a word that stands in every fifth letter a page is
found among the newest few hundred, and sorting all its letters takes seconds; of a rare word it is
the other way round; and the planner cannot know how rare the beginning of a word is. So, one after
the other until a page is full: the newest few letters, one by one; a first stretch of the order in
which they are shown; all hits, where they are few; then older stretches, each longer than the one
before. A stretch is one look into the question's indexes and into that of the order, and the
table's rows are read where both agree. What lies behind a full page is never looked at.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from handbill.desk.store.models import Letter

Key = tuple[int, str]
"""Where a letter stands: the number of its edition, its id."""
Narrow = Callable[[QuerySet[Letter]], QuerySet[Letter]]

START: Key = ((1 << 31) - 1, "")
FIRST, SECOND, NEAR = 300, 1_500, 20_000
"""Letters that are looked at one by one, and some more; letters of the first stretch."""
FEW, RARE = 5_000, 0.02
"""Hits that are sorted as a whole; the share of all letters up to which hits may be that few."""
_BEHIND = '("store_letter"."edition_number", "store_letter"."id") < (%s, %s)'
_NOT_BEHIND = '("store_letter"."edition_number", "store_letter"."id") >= (%s, %s)'
_BITMAPS = {
    "enable_seqscan": "off",
    "enable_indexscan": "off",  # leaves bitmaps, the only scans that join several indexes
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "work_mem": "32MB",  # with less, large bitmaps keep pages instead of rows
}
_SET = "SELECT " + ", ".join(f"set_config('{n}', '{v}', true)" for n, v in _BITMAPS.items())
_RESET = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _BITMAPS)


def behind(letters: QuerySet[Letter], key: Key) -> QuerySet[Letter]:
    """Return those that are shown after ``key``."""
    return letters.extra(where=[_BEHIND], params=[*key])  # noqa: S610  (a constant)


def newest(sought: Narrow, read: Narrow, *, after: Key, most: int) -> list[Key]:
    """Return the keys of the first ``most`` letters behind ``after`` that both leave: ``sought`` by
    indexes, ``read`` for in what these leave.
    """
    found: list[Key] = []
    for size in (FIRST, SECOND):
        near = _keys(_ordered(behind(Letter.objects.all(), after))[:size])
        letters = Letter.objects.filter(id__in=[letter for _number, letter in near])
        letters = read(sought(letters))
        found += _keys(_ordered(letters)[: most - len(found)])
        if len(near) < size or len(found) == most:
            return found
        after = near[-1]
        if len(found) * SECOND < most * FIRST:  # the second few would hardly fill the page
            break
    return found + _rest(sought, read, after, most - len(found))


def _rest(sought: Narrow, read: Narrow, after: Key, most: int) -> list[Key]:
    """Return the first keys behind ``after``, by stretches or from all hits."""
    letters, end = behind(sought(Letter.objects.all()), after), _end(after)
    expected, everything = estimate(letters), estimate(Letter.objects.all())
    if expected < FEW and (hits := _all(letters, read)) is not None:
        return hits[:most]
    found = _page(read(_until(letters, end)), most)
    if end is None or len(found) == most:
        return found
    if FEW <= expected < everything * RARE and (hits := _all(letters, read)) is not None:
        return hits[:most]
    for begin, stop in _older(end):
        found += _page(read(_until(behind(letters, begin), stop)), most - len(found))
        if len(found) == most:
            break
    return found


def estimate(rows: QuerySet[Any]) -> int:
    """Return how many rows the planner expects; of a word's beginning it knows little."""
    said = rows.order_by().explain(format="json")  # nothing where Django knows that there are none
    return int(json.loads(said)[0]["Plan"]["Plan Rows"]) if said else 0


def _end(after: Key) -> Key | None:
    """Return the key at which the first stretch ends; nothing where it holds all."""
    ordered = _ordered(behind(Letter.objects.all(), after))
    return ordered.values_list("edition_number", "id")[NEAR : NEAR + 1].first()


def _older(key: Key) -> Iterator[tuple[Key, Key]]:
    """Cut what lies behind ``key`` into stretches: one edition, the next 8, the next 64, …"""
    editions = 1
    while (
        found := _ordered(behind(Letter.objects.all(), key)).values_list("edition_number").first()
    ):
        stop = (max(0, found[0] - editions + 1), "")
        yield key, stop
        key, editions = stop, editions * 8


@contextmanager
def _by_bitmaps() -> Iterator[None]:
    """Let the planner join indexes, whatever it believes of the question."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SET)
        yield
        cursor.execute(_RESET)


def _until(letters: QuerySet[Letter], end: Key | None) -> QuerySet[Letter]:
    return letters.extra(where=[_NOT_BEHIND], params=[*end]) if end else letters  # noqa: S610


def _all(letters: QuerySet[Letter], read: Narrow) -> list[Key] | None:
    """Return all keys in order; nothing where there are more than a few to be read."""
    with _by_bitmaps():
        hits = _keys(letters[: FEW + 1])
        if len(hits) > FEW:
            return None
        left = read(letters)
        return sorted(hits if left is letters else _keys(left), reverse=True)


def _page(letters: QuerySet[Letter], most: int) -> list[Key]:
    with _by_bitmaps():
        return _keys(_ordered(letters)[:most])


def _ordered(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.order_by("-edition_number", "-id")


def _keys(letters: QuerySet[Letter]) -> list[Key]:
    return list(letters.values_list("edition_number", "id"))
