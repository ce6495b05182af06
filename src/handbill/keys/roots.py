"""The trust root: which keys speak for a newsroom, and how one root hands over to the next.

TUF specification 1.0, roles root, targets (editors), snapshot and timestamp (press). Pure; the
signed bytes are OLPC canonical JSON, made by securesystemslib.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from securesystemslib.formats import encode_canonical

from handbill.errors import FormatError, KeysLocked
from handbill.keys.values import Signer

ROLES = ("root", "snapshot", "targets", "timestamp")
SPEC_VERSION = "1.0.31"
YEARS = 10


@dataclass(frozen=True, slots=True)
class Root:
    """One root: for each role its threshold and its public keys (32 bytes each)."""

    version: int
    issued: str
    roles: Mapping[str, tuple[int, tuple[bytes, ...]]]

    def keys_of(self, role: str) -> tuple[bytes, ...]:
        """Return the public keys that ``role`` trusts."""
        return self.roles[role][1]

    def threshold_of(self, role: str) -> int:
        """Return how many distinct keys of ``role`` must sign."""
        return self.roles[role][0]


def expires(issued: str) -> str:
    """Return the date ten years on that TUF asks for; Handbill itself refuses nothing by date."""
    return f"{int(issued[:4]) + YEARS:04}-{issued[5:7]}-{min(int(issued[8:10]), 28):02}T00:00:00Z"


def _key(public: bytes) -> dict[str, Any]:
    return {"keytype": "ed25519", "keyval": {"public": public.hex()}, "scheme": "ed25519"}


def key_id(public: bytes) -> str:
    """Name a key as TUF does: SHA-256 of its canonical JSON."""
    return sha256(canonical(_key(public))).hexdigest()


def canonical(signed: Mapping[str, Any]) -> bytes:
    """Return the bytes that TUF signs."""
    return str(encode_canonical(dict(signed))).encode()


def sign(signed: Mapping[str, Any], signers: Iterable[Signer]) -> bytes:
    """Wrap and sign one metadata document; signatures stand in the order of key ids."""
    message = canonical(signed)
    by_id = {key_id(s.public): s for s in signers}
    signatures = [{"keyid": k, "sig": by_id[k].sign(message).hex()} for k in sorted(by_id)]
    doc = {"signatures": signatures, "signed": signed}
    return json.dumps(doc, sort_keys=True, separators=(",", ":")).encode()


def render(root: Root, signers: Sequence[Signer]) -> bytes:
    """Write a root and sign it; a next root needs the signers of the one before, too.

    Raises:
        KeysLocked: fewer signers of the root role than its threshold.
    """
    threshold, allowed = root.roles["root"]
    have = {s.public for s in signers} & set(allowed)
    if len(have) < threshold:
        raise KeysLocked(
            f"keys: {len(have)} of the {threshold} root keys that must sign are here",
            hint="bring the other root keys together: handbill keys restore",
        )
    publics = {p for role in ROLES for p in root.keys_of(role)}
    roles = {
        name: {"keyids": sorted(key_id(p) for p in publics_), "threshold": count}
        for name, (count, publics_) in root.roles.items()
    }
    signed = {
        "_type": "root",
        "consistent_snapshot": False,
        "expires": expires(root.issued),
        "keys": {key_id(p): _key(p) for p in publics},
        "roles": roles,
        "spec_version": SPEC_VERSION,
        "version": root.version,
        "x-handbill-issued": root.issued,
    }
    return sign(signed, signers)


def parse(data: bytes) -> Root:
    """Read a root of our own that is already trusted (edition.trust reads a stranger's).

    Raises:
        FormatError
    """
    try:
        signed = json.loads(data)["signed"]
        publics = {k: bytes.fromhex(v["keyval"]["public"]) for k, v in signed["keys"].items()}
        roles = {
            name: (int(role["threshold"]), tuple(sorted({publics[k] for k in role["keyids"]})))
            for name, role in signed["roles"].items()
            if name in ROLES
        }
        return Root(int(signed["version"]), str(signed["x-handbill-issued"]), roles)
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"root.json: is not a trust root ({error})") from error


def newsroom_id(first_root: bytes) -> str:
    """Name a newsroom for ever: SHA-256 of its first root."""
    return sha256(first_root).hexdigest()
