"""Add a second editor's signature to an edition: pure, from the files that are there.

A head's signatures do not change its hash, and snapshot.json names targets.json by version alone
(docs/formats/edition.md), so that an editor signs without the press's keys.
"""

import json
from collections.abc import Mapping

from handbill import note
from handbill.edition import head as heads
from handbill.edition import proof as proofs
from handbill.edition import trust
from handbill.errors import KeysLocked
from handbill.keys import roots
from handbill.keys.values import Signer

HEAD = "_edition/targets/head.txt"
TARGETS = "_edition/metadata/targets.json"


def cosign(
    files: Mapping[str, bytes], chain: tuple[trust.TrustRoot, ...], editor: Signer
) -> dict[str, bytes]:
    """Return those of ``files`` (head, targets.json, proofs; by path) that change by signing.

    Raises:
        KeysLocked: the newest root does not appoint ``editor``.
        FormatError, TooLarge, NeedsNewer
    """
    root = chain[-1]
    if editor.public not in root.roles["targets"][1].values():
        command = f"handbill keys add-editor NEWSROOM {editor.public.hex()}"
        raise KeysLocked(
            f"{editor.name}: is no editor of this newsroom",
            hint=f"the newsroom appoints it first: {command}",
        )
    old_head = files[HEAD]
    _, read = heads.parse(old_head)
    new_head = _with_line(old_head, read, editor)
    changed = {HEAD: new_head, TARGETS: _sign_targets(files[TARGETS], editor)}
    for path, data in files.items():
        if path not in changed:
            changed[path] = in_proofs(path, data, old_head, new_head)
    return {path: data for path, data in changed.items() if data != files[path]}


def _with_line(head: bytes, read: note.Note, editor: Signer) -> bytes:
    mine = note.key_hash(editor.name, editor.public)
    if any(s.name == editor.name and s.key_hash == mine for s in read.signatures):
        return head
    signature = editor.sign(read.text.encode())
    line = note.signature_line(editor.name, editor.public, signature).encode()
    text, _, lines = head.rpartition(b"\n\n")
    return text + b"\n\n" + b"".join(sorted([*lines.splitlines(keepends=True), line]))


def in_proofs(path: str, data: bytes, old: bytes, new: bytes) -> bytes:
    """Put a head that others have signed, too, into a proof or a packed file of them."""
    if not path.startswith("_edition/proofs/"):
        return with_head(data, old, new)
    packed = proofs.unpack(data).items()
    return proofs.pack([(key, with_head(one, old, new)) for key, one in packed])


def with_head(data: bytes, old: bytes, new: bytes) -> bytes:
    """Put the head into a proof of this edition; a proof kept from an earlier one stays."""
    found = proofs.parse(data)
    if heads.parse(found.head)[1].text != heads.parse(old)[1].text:
        return data
    return proofs.render(
        proofs.Proof(found.index, found.items, found.path, new, found.roots, found.item)
    )


def _sign_targets(data: bytes, editor: Signer) -> bytes:
    doc = json.loads(data)
    mine = roots.key_id(editor.public)
    signature = editor.sign(roots.canonical(doc["signed"])).hex()
    rows = [row for row in doc["signatures"] if row["keyid"] != mine]
    rows.append({"keyid": mine, "sig": signature})
    doc["signatures"] = sorted(rows, key=lambda row: str(row["keyid"]))
    return json.dumps(doc, sort_keys=True, separators=(",", ":")).encode()
