"""What a person at the desk decided, signed; and the chain that shows a rewritten log.

Format: docs/formats/decision.md. Pure.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from handbill import note
from handbill.errors import FormatError, SignatureInvalid
from handbill.keys.values import Signer

VERSION = 1
MAX_DECISION_BYTES = 4 << 10
SIGNER = "desk"
START = bytes(32)
"""The chain before the first decision."""


class Action(StrEnum):
    """What was decided."""

    APPROVE = "approve"
    REMOVE = "remove"
    HOLD = "hold"
    RESTORE = "restore"
    PICK = "pick"
    UNPICK = "unpick"
    NOTICE = "notice"
    WARN = "warn"
    PAUSE = "pause"
    BLOCK = "block"
    LIFT = "lift"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    BURN = "burn"
    TRANSCRIBE = "transcribe"
    UPHOLD = "uphold"
    OVERTURN = "overturn"


class Origin(StrEnum):
    """What made the desk look."""

    DESK = "desk"
    NOTICE = "notice"
    SCREEN = "screen"
    WRITER = "writer"


BY_WRITERS = frozenset({Action.WITHDRAW, Action.BURN})
"""What writers ask for and nobody decides: such an entry names their request and no moderator."""
NEED_RULE = frozenset({Action.REMOVE, Action.WARN, Action.PAUSE, Action.BLOCK, Action.UPHOLD})
NEED_ABOUT = frozenset({Action.UPHOLD, Action.OVERTURN})

_WORD = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
_NUMBER = r"[1-9][0-9]{0,8}"
_SHAPES = {
    "newsroom": r"[0-9a-f]{64}",
    "sequence": _NUMBER,
    "edition": rf"0|{_NUMBER}",
    "salt": r"[0-9a-f]{32}",
    "action": "|".join(Action),
    "letter": r"(?:[0-9a-f]{64})?",
    "pen": r"(?:[0-9a-f]{64})?",
    "rule": rf"(?:{_WORD})?",
    "rules": rf"(?:{_NUMBER} [0-9a-f]{{64}})?",
    "fact": rf"(?:{_WORD})?",
    "origin": "|".join(Origin),
    "automation": rf"none|{_WORD} {_NUMBER}(?:, {_WORD} {_NUMBER}){{0,31}}",
    "moderator": rf"(?:m{_NUMBER})?",
    "editions": rf"(?:{_NUMBER})?",
    "appeal": rf"(?:{_NUMBER})?",
    "about": rf"(?:{_NUMBER})?",
}
_FIELDS = tuple((name, re.compile(shape)) for name, shape in _SHAPES.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry of the log. Ids and hashes are lower-case hex, absent ones empty or 0.

    ``edition`` is the newest that the desk knew; ``editions`` how many a pause or block lasts;
    ``appeal`` the edition until which the writer may appeal; ``about`` the decision that this one
    undoes or answers; ``automation`` the screens (name, version) that pointed at something;
    ``moderator`` is empty in :data:`BY_WRITERS`.
    """

    newsroom: str
    sequence: int
    edition: int
    salt: str
    action: Action
    origin: Origin
    moderator: str
    letter: str = ""
    pen: str = ""
    rule: str = ""
    rules_version: int = 0
    rules_hash: str = ""
    fact: str = ""
    automation: tuple[tuple[str, int], ...] = ()
    editions: int = 0
    appeal: int = 0
    about: int = 0


def write(decision: Decision, signer: Signer) -> bytes:
    """Write and sign an entry; what :func:`read` would refuse is never written.

    Raises:
        FormatError
    """
    pointed = ", ".join(f"{name} {version}" for name, version in decision.automation) or "none"
    rules = f"{decision.rules_version} {decision.rules_hash}" if decision.rules_hash else ""
    values = {
        name: getattr(decision, name, "") for name in _SHAPES if name not in ("rules", "automation")
    }
    for name in ("editions", "appeal", "about"):
        values[name] = values[name] or ""
    values |= {"rules": rules, "automation": pointed}
    text = note.header("decision", VERSION, [(name, values[name]) for name in _SHAPES])
    line = note.signature_line(SIGNER, signer.public, signer.sign(text.encode()))
    data = f"{text}\n{line}".encode()
    read(data)
    return data


def read(data: bytes) -> Decision:
    """Read the form of an entry; whose it is, :func:`verify` says.

    Raises:
        FormatError, NeedsNewer, TooLarge
    """
    text = note.parse(data, limit=MAX_DECISION_BYTES).text
    found = note.fields(text, "decision", VERSION, tuple(_SHAPES))
    for number, (name, shape) in enumerate(_FIELDS, 3):
        if not shape.fullmatch(found[name]):
            raise FormatError(f"decision: line {number}: {name} is {found[name][:80]!r}")
    version, _, rules_hash = found["rules"].partition(" ")
    decision = Decision(
        newsroom=found["newsroom"],
        sequence=int(found["sequence"]),
        edition=int(found["edition"]),
        salt=found["salt"],
        action=Action(found["action"]),
        origin=Origin(found["origin"]),
        moderator=found["moderator"],
        letter=found["letter"],
        pen=found["pen"],
        rule=found["rule"],
        rules_version=int(version or 0),
        rules_hash=rules_hash,
        fact=found["fact"],
        automation=_pointed(found["automation"]),
        editions=int(found["editions"] or 0),
        appeal=int(found["appeal"] or 0),
        about=int(found["about"] or 0),
    )
    _check(decision)
    return decision


def _pointed(text: str) -> tuple[tuple[str, int], ...]:
    if text == "none":
        return ()
    parts = (part.rpartition(" ") for part in text.split(", "))
    return tuple((name, int(version)) for name, _, version in parts)


def _check(decision: Decision) -> None:
    asked = decision.action in BY_WRITERS
    wrong = (
        ("moderator is empty", not asked and not decision.moderator),
        ("names a moderator", asked and bool(decision.moderator)),
        (f"origin is {decision.origin}", asked != (decision.origin is Origin.WRITER)),
        ("letter or pen is empty", asked and not (decision.letter and decision.pen)),
        ("letter and pen are both empty", not decision.letter and not decision.pen),
        ("rule is empty", decision.action in NEED_RULE and not decision.rule),
        ("about is empty", decision.action in NEED_ABOUT and not decision.about),
        ("about is not an earlier decision", decision.about >= decision.sequence),
    )
    for fact, is_wrong in wrong:
        if is_wrong:
            raise FormatError(f"decision {decision.sequence}: {decision.action}: {fact}")


def verify(data: bytes, desk_key: bytes) -> None:
    """Check that the desk signed an entry.

    Raises:
        SignatureInvalid, FormatError
    """
    if not note.signers_of(note.parse(data, limit=MAX_DECISION_BYTES), {SIGNER: desk_key}):
        raise SignatureInvalid("decision: not signed by the desk")


def commitment(salt: str, data: bytes) -> bytes:
    """Return what the log keeps of an entry for ever, though entry and salt be erased."""
    return sha256(bytes.fromhex(salt) + data).digest()


def link(chain: bytes, committed: bytes) -> bytes:
    """Return the chain behind an entry; :data:`START` stands before the first."""
    return sha256(chain + committed).digest()
