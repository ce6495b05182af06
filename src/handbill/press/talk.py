"""What the desk handed over, read back: signed by this newsroom's own desk, or not published."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from handbill.errors import FormatError, HandbillError, KeysLocked
from handbill.files import read_inside
from handbill.keys.ring import KeyRing
from handbill.letters import discussion
from handbill.reader.values import Talk

FOLDER = "discussion"
_AGAIN = "hand over again: handbill desk export NEWSROOM"


def read_discussion(newsroom: Path, ring: KeyRing) -> discussion.Discussion | None:
    """Read ``discussion/`` of a newsroom's folder; None where the desk has written none.

    Raises:
        SignatureInvalid: somebody edited it, or another desk wrote it.
        FormatError, NeedsNewer, TooLarge, UnsafePath, KeysLocked
    """
    try:
        data = _read(newsroom, discussion.NAME, discussion.MAX_NOTE_BYTES)
    except FileNotFoundError:
        return None
    desk = ring.held("desk")
    if not desk:
        raise KeysLocked("discussion: this key store has no desk, so nobody can have signed it")
    with _told():
        note = discussion.read_note(data, desk[0].public, ring.newsroom_id)
        ring.refuse_older(note.handed, hash_of(note))
        found: dict[str, bytes] = {}
        for name, (path, limit) in discussion.FILES.items():
            found[name] = _read(newsroom, path, limit)
            discussion.check_file(note, name, found[name])
    return discussion.Discussion(
        note,
        discussion.read_threads(found["threads"]),
        discussion.read_record("decisions", found["decisions"]),
        discussion.open_receipts(found["receipts"], ring.desk_secret()),
        discussion.demand_of(discussion.read_record("demand", found["demand"])),
    )


@contextmanager
def _told() -> Iterator[None]:
    """Let whatever is wrong with the hand-over say where it lies and what to do."""
    try:
        yield
    except FileNotFoundError as error:
        gone = Path(error.filename).name
        raise FormatError(f"{FOLDER}/{gone}: is missing", hint=_AGAIN) from error
    except HandbillError as error:
        said = str(error) if str(error).startswith(FOLDER) else f"{FOLDER}/: {error}"
        raise type(error)(said, hint=error.hint or _AGAIN) from error


def hash_of(note: discussion.Note) -> str:
    """Return what tells one hand-over from another under the same number."""
    return sha256(
        repr((note.sequence, note.chain, sorted(note.hashes.items()))).encode()
    ).hexdigest()


def _read(newsroom: Path, name: str, limit: int) -> bytes:
    return read_inside(newsroom, f"{FOLDER}/{name}", limit)


def talk_of(found: discussion.Discussion, edition_id: str, desk_secret: bytes) -> Talk:
    """Return what the pages of one edition show of a discussion."""
    receipts = discussion.edition_receipts(edition_id, found.receipts, desk_secret)
    return Talk(found.threads, found.decisions, receipts)
