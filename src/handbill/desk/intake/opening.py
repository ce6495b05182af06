"""Open a sealed letter, and say whose it is or why it is refused. No database, no file."""

from dataclasses import dataclass
from hashlib import sha256

from handbill.desk.intake.values import Desk, Reason
from handbill.errors import FormatError, NeedsNewer, SealBroken, SignatureInvalid, TooLarge
from handbill.keys.seals import SealKey
from handbill.keys.values import DeskKey
from handbill.letters import draft as drafts
from handbill.letters import seal
from handbill.letters.counting import count
from handbill.letters.letter import Kind, Letter, parse, verify


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter to this newsroom by the pen that it names; ``words`` is our count.

    ``earlier`` are the ids that a draft had under keys that spoke for the desk before.
    """

    letter: Letter
    words: int
    sealed: bytes
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot be filed; ``identity`` is a hash of the letter, or of the file if unopened."""

    reason: Reason
    identity: bytes
    edition: int
    sealed: bytes


class Opener:
    """Tries the sealing keys: those that opened most letters first, then the newest."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys = list(desk.seals)
        self._hits = [0] * len(self._keys)
        self._desk_keys = {key.public: key for key in desk.desk_keys}

    def open(self, sealed: bytes) -> Opened | Refused:
        """Open one sealed letter; whatever it holds, this returns."""
        try:
            note, key = self._unseal(sealed)
        except NeedsNewer:
            return _refused(Reason.NEWER, sealed, sealed)
        except SealBroken:
            return _refused(Reason.UNOPENED, sealed, sealed)
        except (FormatError, TooLarge):
            return _refused(Reason.MALFORMED, sealed, sealed)
        try:
            return self._judged(note, key, sealed)
        except Exception:  # noqa: BLE001  one letter that we break on must not stop a bag
            return _refused(Reason.FAILED, note, sealed)

    def _unseal(self, sealed: bytes) -> tuple[bytes, SealKey]:
        for at, key in enumerate(self._keys):
            try:
                note = seal.unseal(sealed, key.private, public_key=key.public)
            except SealBroken:
                continue
            self._hit(at)
            return note, key
        raise SealBroken("sealed letter: no key that is here opens it")

    def _hit(self, at: int) -> None:
        keys, hits = self._keys, self._hits
        hits[at] += 1
        while at and hits[at] > hits[at - 1]:
            keys[at], keys[at - 1] = keys[at - 1], keys[at]
            hits[at], hits[at - 1] = hits[at - 1], hits[at]
            at -= 1

    def _judged(self, note: bytes, key: SealKey, sealed: bytes) -> Opened | Refused:
        earlier: tuple[str, ...] = ()
        try:
            if drafts.is_draft(note):
                scribe = self._desk.scribe
                if scribe is None:
                    return _refused(Reason.NEWER, note, sealed)
                before = [k for k in self._desk_keys if k != scribe.public]
                earlier = tuple(drafts.identity(note, public) for public in before)
                note = drafts.signed(note, scribe)
            letter = parse(note)
        except NeedsNewer:
            return _refused(Reason.NEWER, note, sealed)
        except (FormatError, TooLarge):
            return _refused(Reason.MALFORMED, note, sealed)
        reason = self._refusal(letter, key)
        if reason:
            return _refused(reason, note, sealed, letter.edition_number)
        return Opened(letter, count(letter.body), sealed, earlier)

    def _refusal(self, letter: Letter, key: SealKey) -> Reason | None:
        desk, by_desk = self._desk, self._desk_keys.get(letter.key)
        try:
            verify(letter, letter.key if by_desk else None)
        except SignatureInvalid:
            return Reason.FORGED
        if by_desk and not self._counts(by_desk, letter, key):
            return Reason.DESK_KEY
        if letter.to != desk.newsroom_id:
            return Reason.OTHER_NEWSROOM
        if letter.seal != key.id:
            gone = letter.seal in desk.destroyed
            return Reason.DESTROYED_SEAL if gone else Reason.OTHER_SEAL
        return None

    def _counts(self, by_desk: DeskKey, letter: Letter, key: SealKey) -> bool:
        """Tell whether the desk's signature counts: its keys sign transcripts and nothing else, and
        a letter that is sealed to a later edition than it cites is of the later one.
        """
        cited = max(letter.edition_number, key.number)
        return letter.kind is Kind.TRANSCRIPT and by_desk.counts(cited, self._desk.newest)


def broken(sealed: bytes) -> Refused:
    """Return the refusal of a letter that the database would not have."""
    return _refused(Reason.FAILED, sealed, sealed)


def _refused(reason: Reason, identity: bytes, sealed: bytes, edition: int = 0) -> Refused:
    return Refused(reason, sha256(identity).digest(), edition, sealed)
