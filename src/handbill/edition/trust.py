"""Whom to believe: a chain of trust roots and the TUF metadata that they vouch for.

TUF specification 1.0 §5, with our own rules (docs/decisions/0001): no clock, distinct public
keys counted and never key ids, Ed25519 through the strict gate alone. Pure: bytes in, values out.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from handbill import note
from handbill.errors import FormatError, NeedsNewer, SignatureInvalid, TooLarge
from handbill.keys import gate
from handbill.keys.roots import ROLES, canonical
from handbill.keys.values import signer_name
from handbill.keys.words import read_words, word_numbers

MAX_METADATA_BYTES = 512 << 10
MAX_ROOTS = 1024
MAX_KEYS = 256
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """One root that passed: ``roles`` maps a role to its threshold and its keys by key id.

    ``form`` is how its file is written where it holds nothing but what was signed (``exact``).
    """

    version: int
    data: bytes
    roles: Mapping[str, tuple[int, Mapping[str, bytes]]]
    form: bytes = b""

    def editors(self) -> dict[str, bytes]:
        """Return the editors' keys by the name that notes give them."""
        return {signer_name("editor", p): p for p in self.roles["targets"][1].values()}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What verified metadata says: its version and each target's (length, SHA-256).

    ``forms`` are by name how its files are written where they hold nothing but what was signed.
    """

    version: int
    targets: Mapping[str, tuple[int, str]]
    forms: Mapping[str, bytes] = field(default_factory=dict)


def pending(chain: Sequence[TrustRoot]) -> tuple[TrustRoot, ...]:
    """Return a chain for which one editor is enough: for an edition that others are to sign."""
    last = chain[-1]
    editors = (1, last.roles["targets"][1])
    return (*chain[:-1], replace(last, roles={**last.roles, "targets": editors}))


def newsroom_of(chain: Sequence[TrustRoot]) -> str:
    """Return the newsroom id that a chain belongs to."""
    return sha256(chain[0].data).hexdigest()


def is_newsroom(chain: Sequence[TrustRoot], asked: str | None) -> bool:
    """Tell whether a chain is of the newsroom asked for: by its id, by its seven words, or any.

    Raises:
        UsageError: ``asked`` is neither.
    """
    if asked is None:
        return True
    if len(asked) == 64 and _HEX.fullmatch(asked):
        return newsroom_of(chain) == asked
    return word_numbers(chain[0].data) == read_words(asked)


def read_chain(roots: Sequence[bytes]) -> tuple[TrustRoot, ...]:
    """Verify roots 1 … N, each signed by its own threshold and by that of the root before.

    Raises:
        TooLarge, NeedsNewer, FormatError, SignatureInvalid
    """
    if not roots:
        raise FormatError("1.root.json: is missing: no edition begins here")
    if len(roots) > MAX_ROOTS:
        raise FormatError(f"root: {len(roots)} roots, expected at most {MAX_ROOTS}")
    chain: list[TrustRoot] = []
    for number, data in enumerate(roots, 1):
        where = f"{number}.root.json"
        signed, signatures = _open(data, "root", where)
        root = _root(signed, data, where)
        if root.version != number:
            raise FormatError(f"{where}: says version {root.version}")
        good: dict[str, str] = {}
        for authority in [*chain[-1:], root]:
            good |= _check(signed, signatures, authority.roles["root"], where)
        chain.append(replace(root, form=_form(signed, good, where)))
    return tuple(chain)


def read_metadata(root: TrustRoot, files: Mapping[str, bytes]) -> Metadata:
    """Verify timestamp, snapshot and targets against ``root`` and against each other.

    Raises:
        TooLarge, NeedsNewer, FormatError, SignatureInvalid
    """
    forms = {}
    said: dict[str, Any] | None = None
    for role in ("timestamp", "snapshot", "targets"):
        name = f"{role}.json"
        said, forms[name] = _read_role(root, role, files[name], said)
    return replace(read_targets(said or {}), forms=forms)


def read_role(
    root: TrustRoot, role: str, data: bytes, above: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Verify one role's file, and that ``above`` (what the role before it signed) names it.

    Raises:
        TooLarge, NeedsNewer, FormatError, SignatureInvalid
    """
    return _read_role(root, role, data, above)[0]


def _read_role(
    root: TrustRoot, role: str, data: bytes, above: Mapping[str, Any] | None
) -> tuple[dict[str, Any], bytes]:
    where = f"{role}.json"
    signed, signatures = _open(data, role, where)
    good = _check(signed, signatures, root.roles[role], where)
    if above is not None:
        _expect(above, where, data, signed)
    return signed, _form(signed, good, where)


def _form(signed: Mapping[str, Any], good: Mapping[str, str], where: str) -> bytes:
    rows = [{"keyid": name, "sig": good[name]} for name in sorted(good)]
    return _canonical({"signatures": rows, "signed": signed}, where)


def _canonical(doc: Mapping[str, Any], where: str) -> bytes:
    try:
        return canonical(doc)
    except UnicodeEncodeError as error:
        raise FormatError(f"{where}: holds half a character") from error
    except RecursionError as error:
        raise FormatError(f"{where}: is nested too deep") from error


def read_targets(targets: Mapping[str, Any]) -> Metadata:
    """Read what verified targets metadata names.

    Raises:
        FormatError
    """
    if targets.get("delegations"):
        raise FormatError("targets.json: delegates, which an edition never does")
    rows = targets.get("targets")
    if not isinstance(rows, dict) or len(rows) > 16:
        raise FormatError("targets.json: targets is not a short table")
    found = {name: _length_and_hash(row, f"targets.json: {name}") for name, row in rows.items()}
    return Metadata(int(targets["version"]), found)


def check_target(metadata: Metadata, name: str, data: bytes) -> None:
    """Check one target's bytes.

    Raises:
        FormatError: it is not named, or its length or hash differs.
    """
    expected = metadata.targets.get(name)
    if expected != (len(data), sha256(data).hexdigest()):
        raise FormatError(f"{name}: is not the file that targets.json names")


def check_head(signed: note.Note, root: TrustRoot) -> bool:
    """Tell whether enough editors of ``root`` signed a head.

    Raises:
        SignatureInvalid: a signature line of an appointed key does not hold.
    """
    return len(note.signers_of(signed, root.editors())) >= root.roles["targets"][0]


def extends(chain: Sequence[TrustRoot], known: Sequence[TrustRoot]) -> bool:
    """Tell whether one of two chains begins with the other, in all that was signed."""
    return all(a.form == b.form for a, b in zip(chain, known, strict=False))


def _open(data: bytes, kind: str, where: str) -> tuple[dict[str, Any], list[Any]]:
    if len(data) > MAX_METADATA_BYTES:
        raise TooLarge(f"{where}: {len(data)} bytes, expected at most {MAX_METADATA_BYTES}")
    try:
        doc = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_doubles,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{where}: is not JSON as specified ({error})") from error
    signed = doc.get("signed") if isinstance(doc, dict) else None
    signatures = doc.get("signatures") if isinstance(doc, dict) else None
    if not isinstance(signed, dict) or not isinstance(signatures, list) or len(signatures) > 64:
        raise FormatError(f"{where}: is not signed metadata")
    if signed.get("_type") != kind:
        raise FormatError(f"{where}: is {str(signed.get('_type'))[:40]!r}, expected {kind!r}")
    spec = signed.get("spec_version")
    if not isinstance(spec, str) or not re.fullmatch(r"\d{1,4}\.\d{1,4}(\.\d{1,4})?", spec):
        raise FormatError(f"{where}: has no spec_version")
    if spec.partition(".")[0] != "1":
        raise NeedsNewer(f"{where}: TUF {spec}, this verifier knows 1")
    version = signed.get("version")
    if type(version) is not int or not 1 <= version < 2**53:
        raise FormatError(f"{where}: version is not a whole number from 1")
    return signed, signatures


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_float(text: str) -> float:
    raise ValueError(f"{text[:20]} is not a whole number")


def _check(
    signed: Mapping[str, Any],
    signatures: Sequence[Any],
    role: tuple[int, Mapping[str, bytes]],
    where: str,
) -> dict[str, str]:
    """Return the good signatures by key id, if they are by enough distinct keys."""
    threshold, keys = role
    message = _canonical(signed, where)
    names = [row.get("keyid") if isinstance(row, dict) else None for row in signatures]
    if not all(isinstance(name, str) for name in names):
        raise FormatError(f"{where}: a signature names no key")
    if len(set(names)) != len(names):
        raise FormatError(f"{where}: a key signs twice")
    good: dict[str, str] = {}
    for row in signatures:
        public = keys.get(row["keyid"])
        signature = row.get("sig")
        if public is None:
            continue
        whole = isinstance(signature, str) and len(signature) == 128 and _HEX.fullmatch(signature)
        if whole and gate.verify(public, message, bytes.fromhex(str(signature))):
            good[row["keyid"]] = signature
    count = len({keys[name] for name in good})
    if count < threshold:
        raise SignatureInvalid(f"{where}: {count} good signatures, expected {threshold}")
    return good


def _root(signed: Mapping[str, Any], data: bytes, where: str) -> TrustRoot:
    keys, roles = signed.get("keys"), signed.get("roles")
    if not isinstance(keys, dict) or not isinstance(roles, dict) or len(keys) > MAX_KEYS:
        raise FormatError(f"{where}: keys or roles are not as specified")
    publics = {name: _public(row, where) for name, row in keys.items()}
    found = {}
    for role in ROLES:
        row = roles.get(role)
        ids = row.get("keyids") if isinstance(row, dict) else None
        threshold = row.get("threshold") if isinstance(row, dict) else None
        if not isinstance(ids, list) or not all(isinstance(i, str) and i in publics for i in ids):
            raise FormatError(f"{where}: role {role} names a key that is not there")
        appointed = {i: publics[i] for i in ids}
        enough = len(set(appointed.values()))
        if type(threshold) is not int or not 1 <= threshold <= enough:
            raise FormatError(f"{where}: role {role} can never reach its threshold")
        found[role] = (threshold, appointed)
    return TrustRoot(int(signed["version"]), data, found)


def _public(row: object, where: str) -> bytes:
    value = row.get("keyval") if isinstance(row, dict) else None
    text = value.get("public") if isinstance(value, dict) else None
    kinds = (row.get("keytype"), row.get("scheme")) if isinstance(row, dict) else ()
    if kinds != ("ed25519", "ed25519"):
        raise NeedsNewer(f"{where}: a key is not Ed25519")
    if not isinstance(text, str) or len(text) != 64 or not _HEX.fullmatch(text):
        raise FormatError(f"{where}: a key is not 64 hex digits")
    return bytes.fromhex(text)


def _length_and_hash(row: object, where: str) -> tuple[int, str]:
    length = row.get("length") if isinstance(row, dict) else None
    hashes = row.get("hashes") if isinstance(row, dict) else None
    digest = hashes.get("sha256") if isinstance(hashes, dict) else None
    if type(length) is not int or not isinstance(digest, str):
        raise FormatError(f"{where}: has no length or SHA-256")
    return length, digest


def _expect(above: Mapping[str, Any], name: str, data: bytes, signed: Mapping[str, Any]) -> None:
    meta = above.get("meta")
    row = meta.get(name) if isinstance(meta, dict) else None
    if not isinstance(row, dict) or row.get("version") != signed["version"]:
        raise FormatError(f"{name}: is not the version that was signed for")
    bare = not {"length", "hashes"} & row.keys()  # TUF §4.4: by version alone is enough
    if not bare and _length_and_hash(row, name) != (len(data), sha256(data).hexdigest()):
        raise FormatError(f"{name}: is not the file that was signed for")
