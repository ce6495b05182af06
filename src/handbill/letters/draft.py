"""A draft: a letter without a signature, which the desk signs as its transcriber.

The live site's server seals what was typed into its plain form, and has no key to sign it with.
Format: docs/formats/draft.md. Pure.
"""

import re
from hashlib import sha256

from handbill import note
from handbill.errors import FormatError, TooLarge
from handbill.keys.values import Signer
from handbill.letters.letter import MAX_LETTER_BYTES, Draft, Kind, parse, transcribe

VERSION = 1
BEGIN = b"handbill draft "
_FIELDS = ("to", "edition", "seal", "story", "parent", "rules", "language", "name")
_NUMBERED = re.compile(r"([1-9][0-9]{0,8}) ([0-9a-f]{1,64})")


def is_draft(data: bytes) -> bool:
    """Tell whether an opened letter is a draft, of this or a later version."""
    return data.startswith(BEGIN)


def write(draft: Draft) -> bytes:
    """Write a draft; name and body must be as ``tidy_name`` and ``tidy_body`` leave them.

    Raises:
        FormatError, TooLarge: the desk could not sign it.
    """
    values = (
        ("to", draft.to),
        ("edition", f"{draft.edition_number} {draft.edition_id}"),
        ("seal", draft.seal),
        ("story", draft.story),
        ("parent", draft.parent),
        ("rules", f"{draft.rules_version} {draft.rules_hash}"),
        ("language", draft.language),
        ("name", draft.name),
    )
    try:
        data = f"{note.header('draft', VERSION, values)}\n{draft.body}\n".encode()
    except UnicodeEncodeError as error:
        raise FormatError("draft: holds half a surrogate pair, expected text") from error
    signed(data, _Anybody())
    return data


def signed(data: bytes, desk: Signer) -> bytes:
    """Return the transcript that a draft becomes under the desk's signature.

    The same draft always becomes the same letter: who presses a button twice has written once.

    Raises:
        FormatError, NeedsNewer, TooLarge
    """
    if len(data) > MAX_LETTER_BYTES:
        raise TooLarge(f"draft: {len(data)} bytes, expected at most {MAX_LETTER_BYTES}")
    text = note.check_text(data, "draft")
    head, blank, body = text.partition("\n\n")
    found = note.fields(head, "draft", VERSION, _FIELDS)
    edition, rules = _NUMBERED.fullmatch(found["edition"]), _NUMBERED.fullmatch(found["rules"])
    if not blank or not edition or not rules:
        raise FormatError("draft: edition, rules or body is not as specified")
    draft = Draft(
        to=found["to"],
        edition_number=int(edition[1]),
        edition_id=edition[2],
        seal=found["seal"],
        kind=Kind.TRANSCRIPT,
        story=found["story"],
        parent=found["parent"],
        rules_version=int(rules[1]),
        rules_hash=rules[2],
        language=found["language"],
        name=found["name"],
        body=body[:-1],
    )
    return transcribe(draft, desk, sha256(data).digest()[:16])


def identity(data: bytes, desk_key: bytes) -> str:
    """Return the id of the transcript that a draft is, or was, under this key of the desk's.

    Raises:
        FormatError, NeedsNewer, TooLarge
    """
    return parse(signed(data, _Anybody(desk_key))).id


class _Anybody:
    """Stands in for the desk where nothing is signed."""

    name = "desk"

    def __init__(self, public: bytes = bytes(32)) -> None:
        self.public = public

    def sign(self, message: bytes) -> bytes:
        """Return what has a signature's length and is none."""
        return bytes(64)
