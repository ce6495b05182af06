"""Whether what proves an edition holds more than what was signed. Pure.

A signature covers what a document says. How it is written (white space, unknown fields, lines by
unknown keys) could carry a mark, so that every byte is compared with the one form that we write.
Specification: docs/formats/verdict.md, "What proves an edition".
"""

import re
from collections.abc import Collection

from handbill import note
from handbill.edition.judge import FileFinding
from handbill.edition.manifest import Manifest
from handbill.edition.trust import TrustRoot

PROVING = re.compile(
    r"_edition/(?:metadata/(?:([1-9][0-9]{0,3})\.root|targets|snapshot|timestamp)\.json"
    r"|targets/(?:(?:edition|newsroom|history)\.json|chunks\.bin|head\.txt)"
    r"|proofs/(?:0|[1-9][0-9]{0,5})\.proofs\.txt|SHA256SUMS(?:\.sig)?|allowed_signers)"
)
"""The paths below an edition where what proves it may lie; its group is the number of a root."""
UNJUDGED = ("letters", "_repair")
"""Folders whose files nobody signs: sealed letters, and what mends an edition."""


def compared(path: str, data: bytes, exact: bytes) -> FileFinding | None:
    """Compare a verified file with the one form that holds nothing but what was signed."""
    more = max(1, len(data) - len(exact))
    return None if data == exact else FileFinding(path, "marked", (), more)


def head_finding(path: str, data: bytes, read: note.Note, root: TrustRoot) -> FileFinding | None:
    """Compare a verified head with its only form: its editors' lines, each once, by name."""
    known = {(name, note.key_hash(name, key)): key for name, key in root.editors().items()}
    lines = {
        note.signature_line(s.name, known[s.name, s.key_hash], s.signature)
        for s in read.signatures
        if (s.name, s.key_hash) in known
    }
    return compared(path, data, (read.text + "\n" + "".join(sorted(lines))).encode())


def sums_finding(path: str, data: bytes, manifest: Manifest) -> FileFinding | None:
    """Compare SHA256SUMS with the manifest that it repeats for stock tools."""
    exact = sums(manifest)
    if data.startswith(exact):
        return compared(path, data, exact)
    return FileFinding(path, "damaged", ((0, len(exact)),), max(0, len(data) - len(exact)))


def sums(manifest: Manifest) -> bytes:
    """Write SHA256SUMS."""
    return "".join(f"{f.sha256}  {f.path}\n" for f in manifest.files).encode()


def is_expected(path: str, roots: int, proofs: Collection[str]) -> bool:
    """Tell whether a file outside the manifest has a place in an edition.

    ``proofs`` are the paths where proofs of items lie. Letters and what mends have one, too.
    """
    found = PROVING.fullmatch(path)
    if found:
        return not found[1] or int(found[1]) <= roots
    return path.partition("/")[0] in UNJUDGED or path in proofs
