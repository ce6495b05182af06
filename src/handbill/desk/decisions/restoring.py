"""After an old backup was restored: what readers were not shown any more stays gone.

The last hand-over, signed and later than the tables, lists what was published. Whatever the tables
publish besides was taken back or removed in between: nobody decides at such a desk before this is
done (:func:`handbill.desk.decisions.log.refuse_older_tables`).
"""

from handbill.desk import secrets
from handbill.desk.database import writing
from handbill.desk.decisions import log
from handbill.desk.intake import filing
from handbill.desk.store.discussions import changed
from handbill.desk.store.models import PUBLIC, Letter, State
from handbill.errors import NotAllowed, SignatureInvalid
from handbill.files import read_inside
from handbill.letters import discussion
from handbill.letters.thread import Shown


def catch_up() -> int:
    """Take away what the last hand-over did not publish any more; returns how many letters.

    Where it is not in the newsroom's folder there is nothing to go by, and nothing is done.

    Raises:
        NotAllowed: the tables hold all that was handed over.
        SignatureInvalid, FormatError, TooLarge: it was edited.
    """
    note = log.handed_over()
    with writing():
        _refuse_current()
        if note is None or note.handed < secrets.handed_last()[0]:
            return 0
        shown, removed = _told(note)
        rows = Letter.objects.filter(state=State.PUBLISHED, kind__in=PUBLIC)
        gone = {i: public for i, public in rows.values_list("id", "public") if public not in shown}
        stubs = {i: removed[public] for i, public in gone.items() if public in removed}
        for letter in Letter.objects.filter(id__in=list(stubs)):
            letter.state, letter.rule, letter.pick = State.REMOVED.value, stubs[letter.id], False
            letter.save(update_fields=["state", "rule", "pick"])
            changed([letter.story])
        filing.erase(set(gone) - set(stubs), State.WITHDRAWN)
    return len(gone)


def _refuse_current() -> None:
    try:
        log.refuse_older_tables()
    except NotAllowed:
        return
    raise NotAllowed("desk: its log holds all that was handed over", hint="leave --restored out")


def _told(note: discussion.Note) -> tuple[set[str], dict[str, str]]:
    """Return the public names of what was published, and of what was removed with its rule."""
    path, limit = discussion.FILES["threads"]
    folder = secrets.current().newsroom_folder
    data = read_inside(folder, f"discussion/{path}", limit)
    try:
        discussion.check_file(note, "threads", data)
    except SignatureInvalid as error:
        raise SignatureInvalid(
            str(error),
            hint="put discussion/ back as it was handed over last; if that is lost, remove it:"
            " then nobody knows what was taken back since the backup",
        ) from error
    entries = [e for thread in discussion.read_threads(data).values() for e in thread.entries]
    shown = {e.key for e in entries if e.state is Shown.PUBLISHED}
    return shown, {e.key: e.rule for e in entries if e.state is Shown.REMOVED}
