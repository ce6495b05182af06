"""Open a sealed letter, and say whose it is or why it is refused. No database, no file."""

from dataclasses import dataclass
from hashlib import sha256

from handbill.desk.intake.values import Desk, Reason
from handbill.errors import FormatError, NeedsNewer, SealBroken, SignatureInvalid, TooLarge
from handbill.keys.seals import SealKey
from handbill.letters import draft as drafts
from handbill.letters import seal
from handbill.letters.counting import count
from handbill.letters.letter import Letter, parse, verify


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter to this newsroom by the pen that it names; ``words`` is our count."""

    letter: Letter
    words: int
    sealed: bytes


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
        try:
            if drafts.is_draft(note):
                if self._desk.scribe is None:
                    return _refused(Reason.NEWER, note, sealed)
                note = drafts.signed(note, self._desk.scribe)
            letter = parse(note)
        except NeedsNewer:
            return _refused(Reason.NEWER, note, sealed)
        except (FormatError, TooLarge):
            return _refused(Reason.MALFORMED, note, sealed)
        reason = self._refusal(letter, key)
        if reason:
            return _refused(reason, note, sealed, letter.edition_number)
        return Opened(letter, count(letter.body), sealed)

    def _refusal(self, letter: Letter, key: SealKey) -> Reason | None:
        desk = self._desk
        try:
            verify(letter, letter.key if letter.key in desk.desk_keys else None)
        except SignatureInvalid:
            return Reason.FORGED
        if letter.to != desk.newsroom_id:
            return Reason.OTHER_NEWSROOM
        if letter.seal != key.id:
            gone = letter.seal in desk.destroyed
            return Reason.DESTROYED_SEAL if gone else Reason.OTHER_SEAL
        return None


def broken(sealed: bytes) -> Refused:
    """Return the refusal of a letter that the database would not have."""
    return _refused(Reason.FAILED, sealed, sealed)


def _refused(reason: Reason, identity: bytes, sealed: bytes, edition: int = 0) -> Refused:
    return Refused(reason, sha256(identity).digest(), edition, sealed)
