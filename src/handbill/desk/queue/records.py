"""Pages of the record: the log of decisions, yearly figures, hits."""

from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handbill.desk.decisions import demand, figures, log
from handbill.desk.decisions.models import Entry
from handbill.desk.queue import book, stories
from handbill.desk.queue.asked import text
from handbill.desk.queue.lists import decided
from handbill.desk.queue.paging import page_of
from handbill.desk.queue.words import ACTIONS
from handbill.desk.staff.needs import needs
from handbill.desk.staff.roles import Role
from handbill.letters.discussion import LEAST_HITS

MOST_CHECKED = 5_000
"""A page checks no longer log than this; the command does."""
MOST_PROBLEMS = 100
MOST_ITEMS = 500


@needs(Role.MODERATOR)
@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """List decisions, the newest first."""
    entries = Entry.objects.select_related("person").order_by("-sequence")
    action, rule = text(request.GET, "action", 16), text(request.GET, "rule", 64)
    who = text(request.GET, "who", 12).removeprefix("m")
    if action:
        entries = entries.filter(action=action)
    if rule:
        entries = entries.filter(rule=rule)
    if who:
        number = int(who) if who.isascii() and who.isdigit() and len(who) < 9 else 0
        entries = entries.filter(person=number)
    page = page_of(request, entries, "sequence", size=60, falling=True)
    shown = {
        "page": page,
        "answered": decided(list(page.rows)),
        "facts": {e.sequence: book.fact_text(e.rule, e.fact) for e in page.rows if e.fact},
        "actions": ACTIONS.items(),
        "rules": book.choices(),
        "asked": {"action": action, "rule": rule, "who": f"m{who}" if who else ""},
        "end": log.end(),
    }
    return render(request, "queue/log.html", shown)


@needs(Role.MODERATOR)
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Check the chain and every signature of the log; a long one is for the command."""
    sequence, chain = log.end()
    too_long = sequence > MOST_CHECKED
    problems = [] if too_long else list(islice(log.check(), MOST_PROBLEMS))
    shown = {"too_long": too_long, "problems": problems, "count": sequence, "chain": chain.hex()}
    return render(request, "queue/check.html", shown)


@needs(Role.MODERATOR)
@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """Show the figures of each year, with bars."""
    titles = book.titles()
    shown = []
    for year in reversed(figures.years()):
        most = max(year["removed"].values(), default=1)
        rules = sorted(year["removed"].items(), key=lambda pair: -pair[1])
        bars = [
            {"title": titles.get(r, r), "count": n, "width": round(240 * n / most, 1)}
            for r, n in rules
        ]
        shown.append({**year, "bars": bars, "total": sum(year["removed"].values())})
    return render(request, "queue/figures.html", {"years": shown})


@needs(Role.MODERATOR)
@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the figures as a table."""
    return _table(figures.table(), "decisions.csv")


@needs(Role.MODERATOR)
@require_safe
def hits(request: HttpRequest) -> HttpResponse:
    """Show what readers marked, asked for, wrote about and looked at."""
    return render(request, "queue/hits.html", {"rows": _hits(), "least": LEAST_HITS})


@needs(Role.MODERATOR)
@require_safe
def hits_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the hits that may be published as a table."""
    shown = demand.shown()
    names = ("marks", "requests", "letters", "views")
    rows = [",".join(["item", *names])]
    for item, counts in sorted(shown.items()):
        rows.append(",".join([item, *(str(counts.get(n, "")) for n in names)]))
    return _table("\n".join(rows) + "\n", "hits.csv")


def _table(data: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _hits() -> list[dict[str, Any]]:
    counted = demand.counted()
    most = max((max(c.values()) for c in counted.values()), default=1)
    rows = []
    for item, counts in sorted(counted.items(), key=lambda pair: -sum(pair[1].values())):
        total = sum(counts.values())
        rows.append(
            {
                "story": stories.told(item),
                "counts": [counts.get(n, 0) for n in ("marks", "requests", "letters", "views")],
                "width": round(120 * max(counts.values()) / most, 1),
                "total": total,
            }
        )
    return rows[:MOST_ITEMS]
