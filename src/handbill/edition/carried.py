"""Whether the proofs that an edition carries hold more than what was signed. Pure.

The proof of an item that came or changed with the edition is made of what is verified already:
tree, item, head and roots. Of one kept from an earlier edition, history.json names the hash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from handbill.edition import exact, manifest, proof, trust
from handbill.edition import head as heads
from handbill.edition.judge import FileFinding
from handbill.edition.manifest import Manifest
from handbill.errors import FormatError, HandbillError


@dataclass(frozen=True, slots=True)
class Stated:
    """What a verified edition says of its proofs.

    ``texts`` are those of its items, ``tree`` is their Merkle tree, ``head`` its head in its only
    form and ``root`` the version that it names, ``kept`` maps keys of items to the SHA-256 of
    proofs from earlier editions.
    """

    manifest: Manifest
    chain: Sequence[trust.TrustRoot]
    texts: Sequence[bytes]
    tree: Sequence[Sequence[bytes]]
    head: bytes
    root: int
    kept: Mapping[str, str]


def packs(found: Manifest) -> dict[str, list[str]]:
    """Return the paths of packed proofs, each with the keys of its items."""
    return proof.places(i.key for i in found.items if i.kind not in manifest.STANDALONE)


def places(found: Manifest) -> dict[str, tuple[int, ...]]:
    """Return where proofs may lie, each with the indexes of the items that it proves."""
    at = {item.key: i for i, item in enumerate(found.items)}
    where = {path: tuple(at[key] for key in keys) for path, keys in packs(found).items()}
    for key, path in manifest.proof_places(found, found.items).items():
        where.setdefault(path, (at[key],))
    return where


class Judge:
    """Compares the proofs of one edition with what they must be."""

    def __init__(self, stated: Stated) -> None:
        self._stated = stated
        roots = [one.form for one in stated.chain[: stated.root]]
        self._own = proof.Writer(stated.tree, stated.head, roots)

    def finding(self, path: str, data: bytes, items: Sequence[int]) -> FileFinding | None:
        """Judge the file at ``path``, one of :func:`places`."""
        keys = [self._stated.manifest.items[i].key for i in items]
        packed = path.startswith("_edition/")
        there: Mapping[str, bytes] = {} if packed else {keys[0]: data}
        try:
            if packed and not self._stated.kept.keys().isdisjoint(keys):
                there = proof.split(data)[0]
            forms = [self._form(i, key, there) for i, key in zip(items, keys, strict=True)]
        except HandbillError:
            return FileFinding(path, "damaged")
        form = proof.pack(list(zip(keys, forms, strict=True))) if packed else forms[0]
        return exact.repeated(path, data, form)

    def _form(self, index: int, key: str, there: Mapping[str, bytes]) -> bytes:
        if key not in self._stated.kept:
            return self._own.proof(index, self._stated.texts[index])
        said = self._stated.kept[key]
        data = there.get(key, b"")
        if sha256(data).hexdigest() != said:
            data = self._bared(data)
        if sha256(data).hexdigest() != said:
            raise FormatError(f"proof of {key}: is not the one that history.json names")
        return data

    def _bared(self, data: bytes) -> bytes:
        """Write a proof without what no signature covers."""
        found, _ = proof.cut(data)
        head, read = heads.parse(found.head)
        chain = self._stated.chain[: head.root]
        if not chain:
            raise FormatError("proof: its head names no root")
        form = exact.head_form(read, chain[-1])
        return proof.render(replace(found, head=form, roots=tuple(one.form for one in chain)))
