"""What readers marked and asked for: counted by pens, shown only where five or more did."""

from collections import defaultdict
from collections.abc import Callable

from django.db.models import Count

from handbill.desk.store.models import ERASED, Letter, Mark, State
from handbill.letters.discussion import LEAST_HITS
from handbill.letters.letter import Kind

Views = Callable[[], dict[str, int]]
_views: list[Views] = []


def count_views_by(views: Views) -> None:
    """Let the live site say how often an item was looked at."""
    _views[:] = [views]


def counted() -> dict[str, dict[str, int]]:
    """Return the hits of each item: for the desk's own eyes.

    What was withdrawn, and requests of pens that were burned, are asked for no more.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    marks = Mark.objects.values_list("item").annotate(n=Count("letter__pen", distinct=True))
    requests = (
        Letter.objects.filter(kind=Kind.REQUEST)
        .exclude(story="")
        .exclude(state__in=ERASED)
        .exclude(pen__burned=True)
        .values_list("story")
        .annotate(n=Count("pen", distinct=True))
    )
    letters = (
        Letter.objects.filter(state=State.PUBLISHED).values_list("story").annotate(n=Count("id"))
    )
    views = _views[0]() if _views else {}
    for name, rows in (
        ("marks", dict(marks)),
        ("requests", dict(requests)),
        ("letters", dict(letters)),
        ("views", views),
    ):
        for item, count in rows.items():
            found[item][name] = count
    return dict(found)


def shown() -> dict[str, dict[str, int]]:
    """Return the hits that may leave the desk."""
    found = {
        item: {name: n for name, n in counts.items() if n >= LEAST_HITS}
        for item, counts in counted().items()
    }
    return {item: counts for item, counts in found.items() if counts}
