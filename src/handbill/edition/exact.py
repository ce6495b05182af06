"""Whether what proves an edition holds more than what was signed. Pure.

A signature covers what a document says. How it is written (white space, unknown fields, lines by
unknown keys) could carry a mark, so that every byte is compared with the one form that we write.
Specification: docs/formats/verdict.md, "What proves an edition".
"""

import json
import re
from collections.abc import Collection, Mapping

from handbill import note
from handbill.edition.judge import FileFinding
from handbill.edition.manifest import PROOF_SUFFIX, STANDALONE, Manifest
from handbill.edition.trust import TrustRoot
from handbill.keys import gate
from handbill.keys.roots import canonical

_PROVING = re.compile(
    r"_edition/(?:metadata/(?:([1-9][0-9]{0,3})\.root|targets|snapshot|timestamp)\.json"
    r"|targets/(?:(?:edition|newsroom|history)\.json|chunks\.bin|head\.txt)"
    r"|proofs/(?:0|[1-9][0-9]{0,5})\.proofs\.txt|SHA256SUMS(?:\.sig)?|allowed_signers)"
)
UNJUDGED = ("letters", "_repair")
"""Folders whose files nobody signs: sealed letters, and what mends an edition."""


def metadata_finding(path: str, data: bytes, keys: Mapping[str, bytes]) -> FileFinding | None:
    """Compare one verified metadata file with its only form: OLPC canonical JSON, good signatures.

    ``keys`` are all that may sign it, by key id.
    """
    doc = json.loads(data)
    message = canonical(doc["signed"])
    good = {
        row["keyid"]: row["sig"]
        for row in doc["signatures"]
        if (key := keys.get(row["keyid"])) and gate.verify(key, message, _bytes(row.get("sig")))
    }
    rows = [{"keyid": name, "sig": good[name]} for name in sorted(good)]
    return _compared(path, data, canonical({"signatures": rows, "signed": doc["signed"]}))


def _bytes(text: object) -> bytes:
    whole = isinstance(text, str) and re.fullmatch(r"[0-9a-f]{128}", text)
    return bytes.fromhex(str(text)) if whole else b""


def head_finding(path: str, data: bytes, read: note.Note, root: TrustRoot) -> FileFinding | None:
    """Compare a verified head with its only form: its editors' lines, each once, by name."""
    known = {(name, note.key_hash(name, key)): key for name, key in root.editors().items()}
    lines = {
        note.signature_line(s.name, known[s.name, s.key_hash], s.signature)
        for s in read.signatures
        if (s.name, s.key_hash) in known
    }
    return _compared(path, data, (read.text + "\n" + "".join(sorted(lines))).encode())


def sums_finding(path: str, data: bytes, manifest: Manifest) -> FileFinding | None:
    """Compare SHA256SUMS with the manifest that it repeats for stock tools."""
    exact = sums(manifest)
    if data.startswith(exact):
        return _compared(path, data, exact)
    return FileFinding(path, "damaged", ((0, len(exact)),), max(0, len(data) - len(exact)))


def sums(manifest: Manifest) -> bytes:
    """Write SHA256SUMS."""
    return "".join(f"{f.sha256}  {f.path}\n" for f in manifest.files).encode()


def _compared(path: str, data: bytes, exact: bytes) -> FileFinding | None:
    more = max(1, len(data) - len(exact))
    return None if data == exact else FileFinding(path, "marked", (), more)


def is_expected(path: str, roots: int, proofs: Collection[str]) -> bool:
    """Tell whether a file outside the manifest has a place in an edition.

    ``proofs`` are the paths where proofs of items lie. Letters and what mends have one, too.
    """
    found = _PROVING.fullmatch(path)
    if found:
        return not found[1] or int(found[1]) <= roots
    return path.partition("/")[0] in UNJUDGED or path in proofs


def proofs_beside(manifest: Manifest) -> frozenset[str]:
    """Return the paths where proofs of the items that stand alone may lie."""
    return frozenset(
        manifest.files[i].path.rpartition(".")[0] + PROOF_SUFFIX
        for item in manifest.items
        if item.kind in STANDALONE
        for i in item.files
    )
