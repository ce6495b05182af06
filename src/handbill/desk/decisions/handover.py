"""Hand the discussion over to the press: ``NEWSROOM/discussion/``, written whole, the note last.

Format: docs/formats/discussion.md.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any

from handbill.desk import secrets
from handbill.desk.decisions import demand, figures, log, receipts, restoring
from handbill.desk.decisions.log import named
from handbill.desk.decisions.recording import record
from handbill.desk.decisions.threads import all_threads
from handbill.desk.keeping.tables import snapshot
from handbill.errors import Stale
from handbill.files import write_whole
from handbill.letters import discussion

FOLDER = "discussion"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over: stories with letters, letters shown, pens that get receipts."""

    stories: int
    letters: int
    pens: int
    sequence: int


def hand_over(folder: Path | None = None, *, restored: bool = False) -> HandedOver:
    """Write what the next edition shows; ``folder`` is the newsroom's where not given.

    ``restored`` says that these tables come from a backup that is older than the last hand-over:
    what readers did not see there any more is gone here, too.

    The files are those of one moment, in which every withdrawal is in the log. The press refuses a
    mixture of two: the note names each by its hash and is written last.

    Raises:
        KeysLocked
        NotAllowed: the log lacks what was handed over before.
        Stale: withdrawals come faster than they are entered.
    """
    if restored:
        restoring.catch_up()
    else:
        log.refuse_older_tables()
    keys = secrets.current()
    number = 1 + max(last_handed(), secrets.handed_last()[0])
    target = (folder or keys.newsroom_folder) / FOLDER
    with snapshot() if restored else _one_moment():
        threads = list(all_threads())
        rows = receipts.rows()
        sequence, chain = log.end()
        files = {
            "threads": discussion.write_threads(threads),
            "decisions": discussion.write_record("decisions", figures.record()),
            "receipts": discussion.seal_receipts(rows, keys.secret, token_bytes(24)),
            "demand": discussion.write_record("demand", _demand()),
        }
    hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
    edition = secrets.newest_edition()
    note = discussion.Note(keys.newsroom_id, edition, number, sequence, chain.hex(), hashes)
    for name, data in files.items():
        write_whole(target / discussion.FILES[name][0], data)
    if last_handed() >= number:
        return hand_over(folder)  # somebody handed over meanwhile, of a later moment than this
    write_whole(target / discussion.NAME, discussion.write_note(note, named(secrets.signer())))
    if restored and log.unentered():
        return hand_over(folder)  # what came since the backup is entered behind this new end
    shown = sum(thread.published for thread in threads)
    return HandedOver(len(threads), shown, len(rows), sequence)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read inside as of one moment, others writing on, at which nothing asked is not entered."""
    for _ in range(_TRIES):
        record()
        with snapshot():
            if not log.unentered():
                yield
                return
    raise Stale("hand-over: letters are being taken in", hint="hand over again when that is done")


def last_handed() -> int:
    """Return the number of the hand-over that lies there, 0 where there is none of this desk's."""
    note = log.handed_over()
    return note.handed if note else 0


def _demand() -> Mapping[str, Any]:
    items = [{"id": item, **counts} for item, counts in sorted(demand.shown().items())]
    return {"items": items}
