"""Whether what proves an edition holds more than what was signed. Pure.

A signature covers what a document says. How it is written (white space, unknown fields, lines by
unknown keys) could carry a mark, so that every byte is compared with the one form that we write.
Specification: docs/formats/verdict.md, "What proves an edition". Proofs: :mod:`carried`.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from handbill import note
from handbill.edition.judge import FileFinding
from handbill.edition.manifest import Manifest
from handbill.edition.trust import TrustRoot
from handbill.keys import sshsig

PROVING = re.compile(
    r"_edition/(?:metadata/(?:([1-9][0-9]{0,3})\.root|targets|snapshot|timestamp)\.json"
    r"|targets/(?:(?:edition|newsroom|history)\.json|chunks\.bin|head\.txt)"
    r"|(proofs)/(?:0|[1-9][0-9]{0,5})\.proofs\.txt|SHA256SUMS(?:\.sig)?|allowed_signers)"
)
"""The paths below an edition where what proves it may lie; its groups tell a root's number, and
packed proofs."""
UNJUDGED = ("letters", "_repair")
"""Folders whose files nobody signs: sealed letters, and what mends an edition."""
SUMS = "_edition/SHA256SUMS"
_COUNT = re.compile(rb"(^|\n)((?:head|root|item): |proof )[0-9]+")
MAX_COUNTED = 4 << 20
SSH_NAMESPACE = "handbill-edition"
SSH_IDENTITY = "newsroom"


@dataclass(frozen=True, slots=True)
class Ssh:
    """What newsroom.json says for stock tools: a key, and its signature of SHA256SUMS."""

    key: bytes
    signature: bytes


def compared(path: str, data: bytes, exact: bytes) -> FileFinding | None:
    """Compare a verified file with the one form that holds nothing but what was signed."""
    more = max(1, len(data) - len(exact))
    return None if data == exact else FileFinding(path, "marked", (), more)


def repeated(path: str, data: bytes, exact: bytes) -> FileFinding | None:
    """Compare a file with what it must be, given what was signed.

    Where all of that is there, in order, all else is a mark; otherwise it is damage. The counts of
    a proof may follow what was put in, up to ``MAX_COUNTED`` bytes.
    """
    if data == exact:
        return None
    more = max(0, len(data) - len(exact))
    if more and (data.startswith(exact) or _holds(data, exact) or _holds_uncounted(data, exact)):
        return FileFinding(path, "marked", (), more)
    return FileFinding(path, "damaged", ((0, len(exact)),), more)


def _holds(data: bytes, exact: bytes) -> bool:
    at = -1
    for byte in exact:
        at = data.find(byte, at + 1)
        if at < 0:
            return False
    return True


def _holds_uncounted(data: bytes, exact: bytes) -> bool:
    if len(data) > MAX_COUNTED:
        return False
    return _holds(_COUNT.sub(rb"\1\2", data), _COUNT.sub(rb"\1\2", exact))


def head_form(read: note.Note, root: TrustRoot) -> bytes:
    """Write a verified head in its only form: its editors' lines, each once, in byte order."""
    known = {(name, note.key_hash(name, key)): key for name, key in root.editors().items()}
    lines = {
        note.signature_line(s.name, known[s.name, s.key_hash], s.signature)
        for s in read.signatures
        if (s.name, s.key_hash) in known
    }
    return (read.text + "\n" + "".join(sorted(lines))).encode()


def repeats(manifest: Manifest, ssh: Ssh) -> Iterator[tuple[str, bytes]]:
    """Yield what stands there for stock tools alone, and repeats what is signed elsewhere."""
    yield SUMS, sums(manifest)
    yield f"{SUMS}.sig", sshsig.armoured(ssh.key, ssh.signature, SSH_NAMESPACE)
    yield "_edition/allowed_signers", sshsig.allowed_signers(SSH_IDENTITY, [ssh.key])


def sums(manifest: Manifest) -> bytes:
    """Write SHA256SUMS."""
    return "".join(f"{f.sha256}  {f.path}\n" for f in manifest.files).encode()


def is_expected(path: str, roots: int, proofs: Collection[str]) -> bool:
    """Tell whether a file outside the manifest has a place in an edition.

    ``proofs`` are the paths where proofs of its items lie. Letters and what mends have one, too.
    """
    found = PROVING.fullmatch(path)
    if found and not found[2]:
        return not found[1] or int(found[1]) <= roots
    return path.partition("/")[0] in UNJUDGED or path in proofs
