"""Yearly figures per rule and the public rows of the log. No letter, no key, no person in them."""

import csv
import io
from collections import Counter
from typing import Any

from django.db.models import Count

from handbill.desk import secrets
from handbill.desk.decisions import log
from handbill.desk.decisions.models import Entry
from handbill.letters.decision import BY_WRITERS, Action
from handbill.letters.receipts import REPEATED

MOST_ROWS = 5_000
_JUDGED = (Action.APPROVE, Action.REMOVE)
_COLUMNS = ("year", "letters", "published", "removed", "rule", "appeals", "overturned", "withdrawn")


def years() -> list[dict[str, Any]]:
    """Return what was decided in each year, oldest first.

    A letter counts in the year it was first judged; a decision that is undone counts nowhere.
    ``withdrawn`` counts withdrawals and burnings together: who burned a pen may have had to.
    """
    undone = _undone()
    found: dict[int, dict[str, Any]] = {}
    seen: set[str] = set()
    fields = ("sequence", "year", "action", "rule", "letter")
    rows = Entry.objects.order_by("sequence").values_list(*fields)
    for sequence, year, action, rule, letter in rows.iterator(chunk_size=2000):
        counts = found.setdefault(year, _empty(year))
        counts["withdrawn"] += action in BY_WRITERS
        if action in (Action.UPHOLD, Action.OVERTURN):
            counts["appeals"] += 1
            counts["overturned"] += action == Action.OVERTURN
        if sequence in undone or action not in _JUDGED:
            continue
        counts["letters"] += letter not in seen
        seen.add(letter)
        counts["published"] += action == Action.APPROVE
        if action == Action.REMOVE:
            counts["removed"][rule] += 1
    return [{**y, "removed": dict(sorted(y["removed"].items()))} for _, y in sorted(found.items())]


def _undone() -> set[int]:
    """Return the decisions that are undone; one whose undo was undone stands."""
    answers = Entry.objects.exclude(about=0).exclude(action=Action.UPHOLD)
    undone: set[int] = set()
    for sequence, about in answers.order_by("-sequence").values_list("sequence", "about"):
        if sequence not in undone:
            undone.add(about)
    return undone


def _empty(year: int) -> dict[str, Any]:
    counts = dict.fromkeys(("letters", "published", "appeals", "overturned", "withdrawn"), 0)
    return {"year": year, **counts, "removed": Counter()}


def rows() -> list[dict[str, Any]]:
    """Return the decisions of the last ten editions, newest first, as readers may see them.

    What writers asked for is counted by years alone: a row a withdrawal would say between which
    decisions it came, and a flood of them would push people's decisions out.
    """
    since = secrets.newest_edition() - REPEATED
    decided = Entry.objects.filter(edition__gt=since).exclude(action__in=BY_WRITERS)
    entries = decided.order_by("-sequence")[:MOST_ROWS]
    return [
        {
            "sequence": e.sequence,
            "edition": e.edition,
            "action": e.action,
            "rule": e.rule,
            "fact": e.fact,
            "origin": e.origin,
            "automation": e.automation,
        }
        for e in entries
    ]


def record() -> dict[str, Any]:
    """Return ``decisions.json`` (docs/formats/discussion.md)."""
    sequence, chain = log.end()
    return {"log": {"sequence": sequence, "chain": chain.hex()}, "rows": rows(), "years": years()}


def table() -> str:
    """Return the figures as CSV: a line a year and rule, and one a year for the rest."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for year in years():
        total = sum(year["removed"].values())
        fixed = (year["letters"], year["published"], total)
        last = (year["appeals"], year["overturned"], year["withdrawn"])
        writer.writerow([year["year"], *fixed, "", *last])
        for rule, count in year["removed"].items():
            writer.writerow([year["year"], "", "", count, rule, "", "", ""])
    return out.getvalue()


def by_person() -> dict[int, int]:
    """Return how many decisions each person made: for the desk's own eyes."""
    decided = Entry.objects.exclude(person=None)
    counted = decided.values_list("person").annotate(count=Count("sequence"))
    return dict(counted)
