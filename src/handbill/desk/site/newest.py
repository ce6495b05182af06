"""Which letters were published last, by the order of decisions: no time of a letter is kept.

Feeds hold the last of them; pages and feeds never show this order.
"""

from collections.abc import Iterator

from handbill.desk.decisions.models import Entry
from handbill.desk.decisions.threads import FIELDS, entry
from handbill.desk.store.models import PUBLIC, Letter, State
from handbill.letters.decision import Action
from handbill.letters.thread import Entry as Shown
from handbill.letters.thread import Thread

_PUBLISHING = (Action.APPROVE, Action.RESTORE, Action.OVERTURN)
_LOOKED_AT = 2_000


def newest_of(thread: Thread) -> dict[str, int]:
    """Return for a story's letters, by public name, the number of the decision that shows them."""
    rows = Letter.objects.filter(story=thread.story, state=State.PUBLISHED)
    by_id = dict(rows.values_list("id", "public"))
    found: dict[str, int] = {}
    ids = list(by_id)
    for begin in range(0, len(ids), 500):
        entries = Entry.objects.filter(letter__in=ids[begin : begin + 500], action__in=_PUBLISHING)
        for letter, sequence in entries.order_by("sequence").values_list("letter", "sequence"):
            found[by_id[letter]] = sequence
    return found


def newest_of_all(most: int) -> Iterator[tuple[str, Shown]]:
    """Yield story and letter of those published last, newest first."""
    entries = Entry.objects.filter(action__in=_PUBLISHING).exclude(letter="")
    last = entries.order_by("-sequence").values_list("letter", flat=True)[:_LOOKED_AT]
    ids = list(dict.fromkeys(last))
    fields = ("id", "story", *FIELDS)
    seen = 0
    for begin in range(0, len(ids), 500):
        part = ids[begin : begin + 500]
        rows = Letter.objects.filter(id__in=part, state=State.PUBLISHED, kind__in=PUBLIC)
        by_id = {row[0]: row for row in rows.values_list(*fields)}
        for letter in part:
            if letter in by_id and seen < most:
                row = dict(zip(fields, by_id[letter], strict=True))
                seen += 1
                yield str(row["story"]), entry(row)
