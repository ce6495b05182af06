"""Everything Handbill raises. One class for each thing that a caller can do something about.

Findings (a damaged film, a story without alt text) are returned in reports; an error means
that the work cannot go on. Messages read ``<what>: <fact>, expected X, got Y``.
"""

from typing import ClassVar


class HandbillError(Exception):
    """Base of all. ``code`` is stable for scripts; ``hint`` says what to try next."""

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 10

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(HandbillError):
    """The command was asked for something that it does not offer."""

    code = "usage"
    exit_status = 2


class FormatError(HandbillError):
    """Bytes that do not follow one of our formats; the message names line or field."""

    code = "format"
    exit_status = 11


class NeedsNewer(FormatError):
    """A format version or a ``needs:`` entry that this release does not know."""

    code = "needs-newer"
    exit_status = 12


class SignatureInvalid(HandbillError):
    """Too few trusted keys signed these bytes."""

    code = "signature"
    exit_status = 13


class UnsafePath(HandbillError):
    """A name or path that would leave its folder, follow a link or break on a drive."""

    code = "unsafe-path"
    exit_status = 14


class TooLarge(HandbillError):
    """More bytes, files or pixels than the stated limit."""

    code = "too-large"
    exit_status = 15


class ToolMissing(HandbillError):
    """An outside program or optional library is needed and absent."""

    code = "tool-missing"
    exit_status = 16


class ToolFailed(HandbillError):
    """An outside program ended badly or outlived its time; carries its last lines."""

    code = "tool-failed"
    exit_status = 17


class MediaRefused(HandbillError):
    """A picture, film or subtitle file that cannot be rebuilt safely."""

    code = "media"
    exit_status = 18


class DriveFailed(HandbillError):
    """A drive that is full, read-only, broken or gone, or that holds what must not be replaced."""

    code = "drive"
    exit_status = 19


class TrayFailed(DriveFailed):
    """The folder that letters go to is full, read-only, broken or gone: no drive can go on."""

    code = "tray"


class KeysLocked(HandbillError):
    """The key store is missing, its passphrase is wrong, or it lacks the key asked for."""

    code = "keys"
    exit_status = 20


class NewsroomInvalid(HandbillError):
    """The newsroom folder has problems that stop the press; carries them all."""

    code = "newsroom"
    exit_status = 21


class SealBroken(HandbillError):
    """A sealed letter that this sealing key does not open."""

    code = "seal"
    exit_status = 22


class DatabaseFailed(HandbillError):
    """The desk's database is locked, full, damaged or gone; what was committed stands."""

    code = "database"
    exit_status = 23


class Stale(HandbillError):
    """Somebody else decided meanwhile: what the person looked at is no longer so."""

    code = "stale"
    exit_status = 24


class NotAllowed(HandbillError):
    """This person may not decide this, or this cannot be decided of a letter in that state."""

    code = "not-allowed"
    exit_status = 25
