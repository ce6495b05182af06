"""Audit finished files with code that never made one: whatever is not on the list is a finding.

The cleaner (``handbill.media``) and this auditor share no code, so that one mistake does not hide
another. Headers, tables and the kinds of every piece are judged; the coded pictures and sounds
themselves are not decoded, and what is *seen* or *heard* is for people to judge.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path, PurePath
from typing import BinaryIO

from handbill.errors import HandbillError
from handbill.files import open_inside
from handbill.protect.audit_jpeg import audit_jpeg
from handbill.protect.audit_mp4 import audit_mp4
from handbill.protect.audit_text import audit_srt, audit_vtt
from handbill.protect.findings import AuditFinding, Notes, Stop

_AUDITORS: dict[str, Callable[[BinaryIO, int, Notes], None]] = {
    ".jpg": audit_jpeg,
    ".jpeg": audit_jpeg,
    ".mp4": audit_mp4,
    ".srt": audit_srt,
    ".vtt": audit_vtt,
}


def audit_file(path: Path) -> tuple[AuditFinding, ...]:
    """Return everything in the file that may not be published; empty means clean.

    JPEG, MP4, SubRip and WebVTT are known, by suffix; any other file is one finding, and so is a
    file that cannot be read. Bounded on hostile input.
    """
    return _audited(path.name, lambda: open_inside(path.parent, path.name))


def audit_bytes(name: str, data: bytes) -> tuple[AuditFinding, ...]:
    """Return what :func:`audit_file` would of a file of this name that holds ``data``."""
    return _audited(name, lambda: BytesIO(data))


def _audited(name: str, opened: Callable[[], BinaryIO]) -> tuple[AuditFinding, ...]:
    notes, suffix = Notes(name), PurePath(name).suffix
    auditor = _AUDITORS.get(suffix.lower())
    if auditor is None:
        notes.add(f"no auditor knows {suffix or 'files without a suffix'}")
        return tuple(notes.findings)
    try:
        with opened() as file:
            size = file.seek(0, 2)
            file.seek(0)
            auditor(file, size, notes)
    except Stop:
        pass
    except (OSError, HandbillError) as error:
        notes.findings.append(AuditFinding(name, f"cannot be read: {error}"))
    return tuple(notes.findings)
