"""Keep and drop the tags of protected names."""

from collections.abc import Iterable

from handbill.desk.database import failures, writing
from handbill.desk.store.models import UNJUDGED, Letter, ProtectedName, State
from handbill.rules.protected import tags


def protect(names: Iterable[str], secret: bytes, *, remove: bool = False) -> int:
    """Protect people by these names, or no more; returns how many tags that are.

    Letters that wait, and removed ones that could be published again, count as unread by the
    screens from the same moment on.

    Raises:
        UsageError: a name is too short to be told from other words; nothing was changed.
        DatabaseFailed
    """
    made = sorted({tag.hex() for name in names for tag in tags(name, secret)})
    with failures(), writing():
        if remove:
            for tag in made:
                ProtectedName.objects.filter(tag=tag).delete()
        else:
            ProtectedName.objects.bulk_create(
                [ProtectedName(tag=tag) for tag in made], ignore_conflicts=True
            )
        if made:
            unshown = Letter.objects.filter(state__in=(*UNJUDGED, State.REMOVED))
            unshown.update(screened="", compared=False)
    return len(made)
