"""Tell whoever shows a discussion that it is another one now."""

from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction
from django.db.models import F

from handbill.desk.store.models import Discussion

Listener = Callable[[frozenset[str]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call ``listener`` with the stories whose discussion changed, after each commit."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed(stories: Iterable[str]) -> None:
    """Raise the version of these stories' discussions; inside the transaction that changed them."""
    named = frozenset(story for story in stories if story)
    if not named:
        return
    rows = [Discussion(story=story, version=0) for story in sorted(named)]
    Discussion.objects.bulk_create(rows, ignore_conflicts=True)
    Discussion.objects.filter(story__in=named).update(version=F("version") + 1)
    for listener in _listeners:
        transaction.on_commit(partial(listener, named))


def version(story: str) -> int:
    """Return the version of a story's discussion, 0 where nothing was ever shown."""
    return Discussion.objects.filter(story=story).values_list("version", flat=True).first() or 0
