"""Move a desk's tables to another database; the one that they were in stays as it is."""

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory

from handbill.desk import database
from handbill.desk.keeping import backup, restoring
from handbill.desk.keeping.backup import Held
from handbill.desk.keeping.restoring import Where
from handbill.desk.place import Place
from handbill.progress import SILENT, Progress


def move(source: Where, target: Where, place: Place, *, progress: Progress = SILENT) -> Held:
    """Copy the tables of ``source`` into the empty ``target``: all of them, checked, or none.

    They pass through an encrypted file whose key lives in memory alone. Nobody can write to the
    source meanwhile; who writes to it afterwards writes to the old desk.

    Raises:
        UsageError: the target is not empty.
        DatabaseFailed, NeedsNewer
    """
    restoring.refuse_unless_empty(target)
    key = secrets.token_bytes(32)
    with (
        TemporaryDirectory(prefix=".moving-", dir=place.folder) as folder,
        database.held_still(source),
    ):
        between = Path(folder) / "tables"
        database.start(database.options(source))
        with database.failures():
            backup.write(between, None, "", key, progress=progress)
        database.close()
        return restoring.restore(between, target, place, key, progress=progress)
