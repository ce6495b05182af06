"""Write down a letter that came on paper or by voice: signed by the desk, labelled so.

The transcript is sealed and laid into the tray like any other letter, so that it is opened,
screened and judged as they are; only its signature is the desk's.
"""

import hmac
from dataclasses import dataclass, field
from secrets import token_bytes

from handbill.carrier.tray import Tray
from handbill.desk import secrets
from handbill.desk.database import writing
from handbill.desk.decisions.log import Ruling, enter, named
from handbill.desk.decisions.models import Entry
from handbill.desk.staff.models import Person
from handbill.errors import NotAllowed
from handbill.keys.values import seal_id
from handbill.letters.decision import Action
from handbill.letters.letter import Draft, Kind, parse, tidy_body, tidy_name, transcribe
from handbill.letters.seal import seal

TRAY = "tray"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a person read on paper or heard; ``parent`` is a letter's public name or empty.

    ``once`` marks the form that it was typed into: sent twice it is one letter.
    """

    story: str
    name: str
    language: str
    text: str = field(repr=False)
    parent: str = ""
    once: str = ""


def write_down(heard: Heard, person: Person) -> str:
    """Sign and seal a transcript into the tray, and enter who wrote it down; returns its id.

    Raises:
        NotAllowed: there is no edition yet that it could be about.
        TrayFailed: it cannot be written; then it is in the log and nowhere else.
        FormatError, TooLarge: the text is not as a letter's must be.
    """
    keys = secrets.current()
    if not keys.seals or keys.book is None:
        raise NotAllowed("transcript: there is no edition yet", hint="press one first")
    newest = keys.seals[0]
    draft = Draft(
        to=keys.newsroom_id,
        edition_number=newest.number,
        edition_id=keys.editions[newest.number],
        seal=seal_id(newest.public),
        kind=Kind.TRANSCRIPT,
        story=heard.story,
        parent=heard.parent,
        rules_version=keys.book.version,
        rules_hash=keys.book.hash,
        language=heard.language,
        name=tidy_name(heard.name),
        body=tidy_body(heard.text),
    )
    data = transcribe(draft, named(secrets.signer()), _nonce(heard, person))
    sealed = seal(data, newest.public)
    letter = parse(data).id
    with Tray(keys.newsroom_folder / TRAY, renames=True) as tray:
        with writing():
            if not Entry.objects.filter(letter=letter, action=Action.TRANSCRIBE).exists():
                enter(Action.TRANSCRIBE, person, Ruling(), unfiled=letter)
        tray.add(sealed)
        tray.flush()
    return letter


def _nonce(heard: Heard, person: Person) -> bytes:
    if not heard.once:
        return token_bytes(16)
    key = secrets.derive(secrets.current().secret, "transcript")
    return hmac.digest(key, f"{person.mark} {heard.once}".encode(), "sha256")[:16]
