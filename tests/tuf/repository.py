"""A repository written with stock python-tuf, which a test may also write wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

ROLES = ("root", "targets", "snapshot", "timestamp")


class Repository:
    """What each role will sign next, who signs it, and the folder that is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "metadata").mkdir(parents=True)
        (folder / "targets").mkdir()
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        self.root = Root(expires=until, consistent_snapshot=False)
        self.targets = Targets(expires=until)
        self.snapshot = Snapshot(expires=until)
        self.timestamp = Timestamp(expires=until)
        self.signers: dict[str, list[CryptoSigner]] = {}
        for role in ROLES:
            self.rotate(role)
        self.add("edition.json", b"one")
        self.publish(*ROLES)

    def rotate(self, role: str, count: int = 1, threshold: int = 1) -> None:
        """Replace all keys of a role."""
        for key_id in list(self.root.roles[role].keyids):
            self.root.revoke_key(key_id, role)
        self.signers[role] = [CryptoSigner.generate_ed25519() for _ in range(count)]
        for signer in self.signers[role]:
            self.root.add_key(signer.public_key, role)
        self.root.roles[role].threshold = threshold

    def add(self, name: str, data: bytes) -> None:
        (self.folder / "targets" / name).write_bytes(data)
        self.targets.targets[name] = TargetFile.from_data(name, data, ["sha256"])

    def publish(self, *roles: str, also: Iterable[CryptoSigner] = ()) -> None:
        """Sign roles as they stand and serve them; the roles above name what was signed."""
        for role in roles:
            data = self.sign(role, also)
            signed = getattr(self, role)
            name = f"{signed.version}.root.json" if role == "root" else f"{role}.json"
            self.serve(name, data)
            if role == "targets":
                self.snapshot.meta["targets.json"] = MetaFile(signed.version)
            if role == "snapshot":
                self.timestamp.snapshot_meta = MetaFile.from_data(signed.version, data, ["sha256"])

    def sign(self, role: str, also: Iterable[CryptoSigner] = ()) -> bytes:
        metadata: Metadata[Any] = Metadata(getattr(self, role))
        for signer in [*self.signers[role], *also]:
            metadata.sign(signer, append=True)
        return metadata.to_bytes()

    def serve(self, name: str, data: bytes) -> None:
        (self.folder / "metadata" / name).write_bytes(data)

    def served(self, name: str) -> Any:
        return json.loads((self.folder / "metadata" / name).read_bytes())

    def next(self, *roles: str) -> None:
        """Publish the next version of each role."""
        for role in roles:
            getattr(self, role).version += 1
        self.publish(*roles)
