"""Turn a list of files and items into the signed files of an edition. Pure and deterministic.

Formats: docs/formats/edition.md and proof.md; metadata as in the TUF specification 1.0.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from handbill.edition import carried, exact, merkle
from handbill.edition import head as heads
from handbill.edition import manifest as manifests
from handbill.edition import proof as proofs
from handbill.edition.manifest import FileEntry, Item, Manifest
from handbill.errors import FormatError, KeysLocked
from handbill.keys import roots, sshsig
from handbill.keys.values import Reservation, Signer, seal_id
from handbill.paths import rel_path


@dataclass(frozen=True, slots=True)
class EditionInputs:
    """What the newsroom says of itself in one edition.

    ``trust`` is the chain of root metadata, 1 … N; ``rules`` the version and hash of the rule
    book, None where the newsroom keeps none.
    """

    newsroom: str
    name: str
    languages: tuple[str, ...]
    reservation: Reservation
    trust: tuple[bytes, ...]
    rules: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signs: ``editors`` the head and targets, ``press`` snapshot and timestamp, ``ssh`` the
    list for stock tools."""

    editors: tuple[Signer, ...]
    press: tuple[Signer, ...]
    ssh: Signer


@dataclass(frozen=True, slots=True)
class History:
    """Past editions as (number, head hash, manifest hash), withdrawn keys as (hex, since)."""

    heads: tuple[tuple[int, str, str], ...] = ()
    withdrawn: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item before its files have numbers; a path belongs to one item only."""

    id: str
    kind: str
    language: str
    title: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A proof from an earlier edition: its bytes, and the number and hash of its head."""

    data: bytes
    number: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class SignedEdition:
    """Everything that proves an edition.

    ``files`` are in the order in which a drive must get them; ``proofs`` maps an item's key
    (``kind id``) to its proof; ``pending`` tells that more editors must sign.
    """

    manifest: Manifest
    files: tuple[tuple[str, bytes], ...]
    head_text: str
    head_hash: str
    proofs: Mapping[str, bytes]
    item_texts: Mapping[str, str] = field(repr=False)
    pending: bool = False


def sign_edition(
    inputs: EditionInputs,
    items: Sequence[PlannedItem],
    files: Sequence[FileEntry],
    *,
    signers: Signers,
    history: History,
    kept: Mapping[str, Kept] | None = None,
) -> SignedEdition:
    """Sign an edition.

    ``kept`` maps the hash of an item's text to the proof that first carried it, in its only form:
    an unchanged item keeps its proof byte for byte where ``history`` names its head.

    Raises:
        FormatError: a path that two items own, or none, or what else a verifier would refuse.
        UnsafePath: a path that a verifier would refuse.
        KeysLocked: not one signer whom the newest root appoints.
    """
    manifest = build_manifest(inputs, items, files)
    edition_json, chunks = manifests.render(manifest)
    manifests.parse(edition_json, chunks)  # what readers would refuse is not signed
    texts = [proofs.item_text(inputs.newsroom, item, manifest.files) for item in manifest.items]
    tree = merkle.levels([merkle.leaf(text) for text in texts])
    head = _head(inputs, manifest, tree, edition_json)
    root = roots.parse(inputs.trust[-1])
    editors = _appointed(signers.editors, root.keys_of("targets"), "editor")
    signed = heads.sign(head, editors)
    text = heads.render(head)
    write = proofs.Writer(tree, signed, inputs.trust)
    standing = _standing(texts, kept or {}, history, inputs.reservation.number)
    made = {
        item.key: standing[i].data if i in standing else write.proof(i, texts[i])
        for i, item in enumerate(manifest.items)
    }
    named = {manifest.items[i].key: sha256(one.data).hexdigest() for i, one in standing.items()}
    ssh = _ssh(manifest, signers.ssh)
    targets = {
        "chunks.bin": chunks,
        "edition.json": edition_json,
        "history.json": _history(inputs, history, named),
        "newsroom.json": _newsroom(inputs, ssh),
    }
    metadata = _metadata(inputs, targets, signers, root)
    extra = dict(exact.repeats(manifest, ssh))
    ordered = _in_order(inputs, targets, signed, extra, metadata, manifest, made)
    return SignedEdition(
        manifest,
        tuple(ordered),
        text,
        heads.head_hash(text),
        made,
        {i.key: proofs.text_hash(t) for i, t in zip(manifest.items, texts, strict=True)},
        len({e.public for e in editors}) < root.threshold_of("targets"),
    )


def build_manifest(
    inputs: EditionInputs, items: Sequence[PlannedItem], files: Sequence[FileEntry]
) -> Manifest:
    """Order files and items as the format asks.

    Raises:
        FormatError: a path that two items own, or none.
        UnsafePath: a path that a verifier would refuse.
    """
    ordered = sorted(files, key=lambda f: f.path.encode())
    for entry in ordered:
        rel_path(entry.path)
    at = {entry.path: i for i, entry in enumerate(ordered)}
    owned: set[str] = set()
    rows = []
    for item in sorted(items, key=lambda i: (i.kind, i.id)):
        missing = [p for p in item.paths if p not in at or p in owned]
        if missing:
            raise FormatError(f"{item.kind} {item.id}: {missing[0]} is no file, or another item's")
        owned.update(item.paths)
        numbers = tuple(sorted(at[p] for p in item.paths))
        rows.append(Item(item.id, item.kind, item.language, item.title, numbers))
    if len(owned) != len(ordered):
        raise FormatError(f"edition: {len(ordered) - len(owned)} files belong to no item")
    r = inputs.reservation
    return Manifest(
        inputs.newsroom,
        r.number,
        r.edition_id,
        r.previous,
        r.issued,
        r.stale_after,
        tuple(rows),
        tuple(ordered),
    )


def _head(
    inputs: EditionInputs, manifest: Manifest, tree: list[list[bytes]], edition_json: bytes
) -> heads.Head:
    return heads.Head(
        newsroom=inputs.newsroom,
        number=manifest.number,
        id=manifest.id,
        issued=manifest.issued,
        items=len(manifest.items),
        tree=merkle.top(tree).hex(),
        manifest=sha256(edition_json).hexdigest(),
        root=len(inputs.trust),
        previous=manifest.previous,
    )


def _standing(
    texts: Sequence[bytes], kept: Mapping[str, Kept], history: History, number: int
) -> dict[int, Kept]:
    """Return by index which items keep their proof: those of past editions, never of this one,
    whose head another editor may still sign.
    """
    past = {(n, head) for n, head, _ in history.heads if n < number}
    found = {}
    for i, text in enumerate(texts):
        one = kept.get(proofs.text_hash(text))
        if one and (one.number, one.head_hash) in past:
            found[i] = one
    return found


def _ssh(manifest: Manifest, signer: Signer) -> exact.Ssh:
    signature = sshsig.sign(exact.sums(manifest), signer, exact.SSH_NAMESPACE)
    return exact.Ssh(signer.public, signature)


def _appointed(signers: Iterable[Signer], keys: Iterable[bytes], who: str) -> list[Signer]:
    allowed = set(keys)
    found = sorted((s for s in signers if s.public in allowed), key=lambda s: s.public)
    if not found:
        raise KeysLocked(
            f"keys: no {who} key that the newsroom's root appoints is in this store",
            hint="ask an appointed editor to press, or see: handbill keys show",
        )
    return found


def dump(doc: object) -> bytes:
    """Write one of our JSON documents: compact, keys in the given order, one line feed."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _history(inputs: EditionInputs, history: History, kept: Mapping[str, str]) -> bytes:
    past = [h for h in sorted(history.heads) if h[0] < inputs.reservation.number]
    return dump(
        {
            "format": "handbill history 1",
            "needs": [],
            "newsroom": inputs.newsroom,
            "highest": inputs.reservation.number,
            "heads": [{"number": n, "head": h, "manifest": m} for n, h, m in past],
            "withdrawn": [{"key": k, "since": n} for k, n in sorted(history.withdrawn)],
            "kept": dict(kept),
        }
    )


def _newsroom(inputs: EditionInputs, ssh: exact.Ssh) -> bytes:
    seal, rules = inputs.reservation.seal_key, inputs.rules
    return dump(
        {
            "format": "handbill newsroom 1",
            "needs": [],
            "newsroom": inputs.newsroom,
            "name": inputs.name,
            "languages": list(inputs.languages),
            "edition": inputs.reservation.number,
            "seal": {"id": seal_id(bytes.fromhex(seal)), "key": seal},
            "desk": inputs.reservation.desk_key or None,
            "ssh": {"key": ssh.key.hex(), "signature": ssh.signature.hex()},
            "rules": {"version": rules[0], "sha256": rules[1]} if rules else None,
            "kdf": 1,
            "counting": 1,
        }
    )


def _metadata(
    inputs: EditionInputs, targets: Mapping[str, bytes], signers: Signers, root: roots.Root
) -> dict[str, bytes]:
    number = inputs.reservation.number
    common = {
        "spec_version": "1.0.31",
        "version": number,
        "expires": roots.expires(inputs.reservation.issued),
    }
    editors = _appointed(signers.editors, root.keys_of("targets"), "editor")
    press = {
        role: _appointed(signers.press, root.keys_of(role), "press")
        for role in ("snapshot", "timestamp")
    }
    entries = {name: _entry(data) for name, data in targets.items()}
    made = {"targets.json": roots.sign({"_type": "targets", **common, "targets": entries}, editors)}
    # By version alone: a second editor adds a signature to targets.json without the press's keys.
    meta: dict[str, Any] = {"targets.json": {"version": number}}
    made["snapshot.json"] = roots.sign(
        {"_type": "snapshot", **common, "meta": meta}, press["snapshot"]
    )
    meta = {"snapshot.json": {"version": number, **_entry(made["snapshot.json"])}}
    made["timestamp.json"] = roots.sign(
        {"_type": "timestamp", **common, "meta": meta}, press["timestamp"]
    )
    return made


def _entry(data: bytes) -> dict[str, Any]:
    return {"hashes": {"sha256": sha256(data).hexdigest()}, "length": len(data)}


def _in_order(
    inputs: EditionInputs,
    targets: Mapping[str, bytes],
    signed_head: bytes,
    extra: Mapping[str, bytes],
    metadata: Mapping[str, bytes],
    manifest: Manifest,
    made: Mapping[str, bytes],
) -> Iterator[tuple[str, bytes]]:
    yield from extra.items()
    yield from packed(manifest, made)
    for name in ("chunks.bin", "edition.json", "history.json", "newsroom.json"):
        yield f"_edition/targets/{name}", targets[name]
    yield "_edition/targets/head.txt", signed_head
    for version, root in enumerate(inputs.trust, 1):
        yield f"_edition/metadata/{version}.root.json", root
    for name in ("targets.json", "snapshot.json", "timestamp.json"):
        yield f"_edition/metadata/{name}", metadata[name]


def packed(manifest: Manifest, made: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the packed proofs of the items that have no file of their own beside them."""
    for path, dealt in carried.packs(manifest).items():
        yield path, proofs.pack([(key, made[key]) for key in dealt])
