"""Keep the live site as the desk decides: what is remembered of it, and the thread that writes.

Any process may change a discussion. The desk's workers look at what is behind after each commit of
their own, and every few seconds for the others'; whoever holds the lock writes.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from handbill.desk import secrets
from handbill.desk.decisions import demand, log
from handbill.desk.serving.opening import take_up_pressed
from handbill.desk.site.edition import ShownEdition, shown_edition
from handbill.desk.site.layout import Layout, layout
from handbill.desk.site.publishing import Publisher, Report, Wishes
from handbill.desk.site.told import Limits, read_address, read_hosts
from handbill.desk.site.views import counted
from handbill.desk.store.discussions import listen
from handbill.errors import FormatError, UsageError
from handbill.files import changed_ns, read_inside, write_whole
from handbill.progress import SILENT, Progress

REMEMBERED = "site.json"
LOOK_S = 5.0
_MAX_BYTES = 64 << 10


def remembered(folder: Path) -> Wishes | None:
    """Return what ``handbill desk publish`` was told last; ``folder`` is the desk's.

    Raises:
        FormatError: somebody edited it.
    """
    try:
        found = json.loads(read_inside(folder, REMEMBERED, _MAX_BYTES))
        return Wishes(
            edition=str(found["edition"]),
            address=read_address(found["address"]) if found["address"] else "",
            hosts=read_hosts(found["hosts"]),
            limits=Limits(**{str(k): int(v) for k, v in found["limits"].items()}),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        raise FormatError(
            f"{folder / REMEMBERED}: cannot be read ({error})",
            hint="give its settings anew: handbill desk publish NEWSROOM EDITION",
        ) from error


def remember(folder: Path, wishes: Wishes) -> None:
    """Keep the site's settings, for the desk's workers and the next run."""
    data = json.dumps(asdict(wishes), indent=1).encode()
    write_whole(folder / REMEMBERED, data, mode=0o600)


@contextmanager
def _alone(place: Layout, *, waits: bool) -> Iterator[bool]:
    """Hold the lock of the folder; False where another process does and we do not wait."""
    place.folder.mkdir(exist_ok=True)
    with place.lock.open("ab") as file:
        try:
            import fcntl  # noqa: PLC0415  (not on Windows, where a desk has one process)
        except ImportError:
            yield True
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def publish(
    wishes: Wishes, *, everything: bool, waits: bool = True, progress: Progress = SILENT
) -> Report | None:
    """Write the live site; None where another process is at it and we do not wait.

    Raises:
        UsageError, FormatError, SignatureInvalid, KeysLocked, OSError
        NotAllowed: the tables are older than what was handed over.
    """
    log.refuse_older_tables()
    place = layout(secrets.current().newsroom_folder)
    with _alone(place, waits=waits) as mine:
        if not mine:
            return None
        return _publisher(place, wishes).renew(everything=everything, progress=progress)


def _publisher(place: Layout, wishes: Wishes) -> Publisher:
    return Publisher(place, _edition(wishes.edition), wishes, secrets.current().book)


_read: dict[str, tuple[int, ShownEdition]] = {}


def _edition(folder: str) -> ShownEdition:
    """Return the edition, read again only where another was pressed in its place."""
    told = Path(folder) / "_edition" / "targets" / "edition.json"
    try:
        stamp = changed_ns(told.stat())  # all files of editions wear one date
    except OSError as error:
        raise UsageError(f"{folder}: is no edition", hint="press one first") from error
    kept = _read.get(folder)
    if not kept or kept[0] != stamp:
        take_up_pressed()
        keys = secrets.current()
        seals = {seal.id for seal in keys.seals}
        kept = _read[folder] = (stamp, shown_edition(Path(folder), keys.newsroom_id, seals))
    return kept[1]


class Keeper:
    """A thread of a desk's worker that writes what is behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._woken = threading.Event()
        self._said = ""

    def start(self) -> None:
        """Begin, and listen to what changes in this process."""
        listen(self.changed)
        threading.Thread(target=self._run, name="site", daemon=True).start()

    def changed(self, stories: frozenset[str]) -> None:
        """Discussions are others now: write soon."""
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait(LOOK_S)
            self._woken.clear()
            self.once()

    def once(self) -> Report | None:
        """Write what is behind, once; what goes wrong is said once and tried again."""
        from django.db import close_old_connections  # noqa: PLC0415

        said, report = "", None
        try:
            close_old_connections()
            wishes = remembered(self._folder)
            if wishes:
                report = publish(wishes, everything=False, waits=False)
        except Exception as error:  # noqa: BLE001  (a thread has nobody above it)
            said = type(error).__name__
        if said and said != self._said:
            with suppress(OSError):
                print(f"desk: the live site could not be written: {said}", file=sys.stderr)
        self._said = said
        return report


def keep(folder: Path, newsroom: Path) -> Keeper:
    """Begin in a worker: keep the site, and let demand know its views."""
    from datetime import UTC, datetime  # noqa: PLC0415

    views = layout(newsroom).views
    demand.count_views_by(lambda: counted(views, datetime.now(UTC).date()))
    keeper = Keeper(folder)
    keeper.start()
    return keeper
