"""Hand the discussion over to the press: ``NEWSROOM/discussion/``, written whole, the note last.

Format: docs/formats/discussion.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any

from django.db import transaction

from handbill.desk import secrets
from handbill.desk.decisions import demand, figures, log, receipts
from handbill.desk.decisions.log import named
from handbill.desk.decisions.threads import all_threads
from handbill.files import write_whole
from handbill.letters import discussion

FOLDER = "discussion"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over: stories with letters, letters shown, pens that get receipts."""

    stories: int
    letters: int
    pens: int
    sequence: int


def hand_over(folder: Path | None = None) -> HandedOver:
    """Write what the next edition shows; ``folder`` is the newsroom's where not given.

    The files are those of one moment. The press refuses a mixture of two: the note names each by
    its hash and is written last.

    Raises:
        KeysLocked
    """
    keys = secrets.current()
    target = (folder or keys.newsroom_folder) / FOLDER
    with transaction.atomic():
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
    number = 1 + max(last_handed(), secrets.handed_last())
    note = discussion.Note(keys.newsroom_id, edition, number, sequence, chain.hex(), hashes)
    for name, data in files.items():
        write_whole(target / discussion.FILES[name][0], data)
    write_whole(target / discussion.NAME, discussion.write_note(note, named(keys.signer)))
    shown = sum(thread.published for thread in threads)
    return HandedOver(len(threads), shown, len(rows), sequence)


def last_handed() -> int:
    """Return the number of the hand-over that lies there, 0 where there is none of this desk's."""
    note = log.handed_over()
    return note.handed if note else 0


def _demand() -> Mapping[str, Any]:
    items = [{"id": item, **counts} for item, counts in sorted(demand.shown().items())]
    return {"items": items}
