"""Whether the proofs that an edition carries hold more than what was signed. Pure.

A proof is made of what is verified already: tree, roots, item and head. The head may be that of an
earlier edition, for the press keeps the proof of an unchanged item; which one, history.json says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handbill.edition import exact, manifest, proof, trust
from handbill.edition import head as heads
from handbill.edition.judge import FileFinding
from handbill.edition.manifest import Manifest
from handbill.errors import FormatError, HandbillError, SignatureInvalid


@dataclass(frozen=True, slots=True)
class Stated:
    """What a verified edition says of its proofs.

    ``texts`` are those of its items, ``tree`` is their Merkle tree, ``head`` its head in its only
    form, ``past`` the head hash of each past edition, ``numbers`` for each item the edition whose
    head its proof carries.
    """

    manifest: Manifest
    chain: Sequence[trust.TrustRoot]
    texts: Sequence[bytes]
    tree: Sequence[Sequence[bytes]]
    head: bytes
    root: int
    past: Mapping[int, str]
    numbers: Sequence[int]


def places(found: Manifest) -> dict[str, tuple[int, ...]]:
    """Return where proofs may lie, each with the indexes of the items that it proves."""
    at = {item.key: i for i, item in enumerate(found.items)}
    packed = proof.places(i.key for i in found.items if i.kind not in manifest.STANDALONE)
    where = {path: tuple(at[key] for key in keys) for path, keys in packed.items()}
    for i, item in enumerate(found.items):
        for path in manifest.proofs_beside(found, [item]):
            where.setdefault(path, (i,))
    return where


class Judge:
    """Compares proofs with what they must be; of an earlier head, the first seen is the form."""

    def __init__(self, stated: Stated) -> None:
        self._stated = stated
        self._forms = tuple(root.form for root in stated.chain)
        self._own = proof.Writer(stated.tree, stated.head, self._forms[: stated.root])
        self._heads: dict[int, tuple[heads.Head, bytes]] = {}

    def finding(self, path: str, data: bytes, items: Sequence[int]) -> FileFinding | None:
        """Judge the file at ``path``, one of :func:`places`."""
        if path.startswith("_edition/"):
            form = self._packed(data, items)
        else:
            form = self._form(items[0], data)
        if form is None:
            return FileFinding(path, "damaged")
        return exact.repeated(path, data, form)

    def _packed(self, data: bytes, items: Sequence[int]) -> bytes | None:
        there: dict[str, bytes] = {}
        if any(self._stated.numbers[i] != self._stated.manifest.number for i in items):
            try:
                there = proof.split(data)[0]
            except HandbillError:
                return None
        keys = [self._stated.manifest.items[i].key for i in items]
        forms = [self._form(i, there.get(key, b"")) for i, key in zip(items, keys, strict=True)]
        whole = [form for form in forms if form is not None]
        return proof.pack(list(zip(keys, whole, strict=True))) if len(whole) == len(keys) else None

    def _form(self, index: int, data: bytes) -> bytes | None:
        """Return what the proof of one item must be; of an earlier one, by what lies there."""
        stated = self._stated
        text = stated.texts[index]
        if stated.numbers[index] == stated.manifest.number:
            return self._own.proof(index, text)
        try:
            found = proof.cut(data)[0]
            head, form = self._earlier(stated.numbers[index], found.head)
            roots = self._forms[: head.root]
            made = proof.Proof(found.index, head.items, found.path, form, roots, text)
            proof.check_included(made, head)
        except HandbillError:
            return None
        return proof.render(made)

    def _earlier(self, number: int, data: bytes) -> tuple[heads.Head, bytes]:
        """Verify an earlier edition's head once."""
        if number not in self._heads:
            head, read = heads.parse(data)
            named = heads.head_hash(read.text) == self._stated.past.get(number)
            if not named or not 1 <= head.root <= len(self._stated.chain):
                raise FormatError("proof: its head is not the one that this edition names")
            root = self._stated.chain[head.root - 1]
            if not trust.check_head(read, root):
                raise SignatureInvalid("proof: too few editors signed its head")
            self._heads[number] = head, exact.head_form(read, root)
        return self._heads[number]
