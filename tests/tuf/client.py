"""Our trust rules behind the command line that the public TUF conformance suite drives.

client.py --metadata-dir D init ROOT
client.py --metadata-dir D --metadata-url URL refresh
client.py --metadata-dir D --metadata-url URL --target-name N --target-base-url URL --target-dir T download

It adds to the verifier what a network client needs: expiry, rollback against what is stored, and
fetching. Delegations and key types other than Ed25519 are refused, as editions never use them.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from handbill.edition import trust
from handbill.errors import HandbillError

MAX_TARGET = 64 << 20


class Refused(Exception):
    """What was fetched cannot be trusted."""


def fetch(url: str, limit: int) -> bytes | None:
    """Return what an address holds, None where there is nothing."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            data: bytes = answer.read(limit + 1)
    except urllib.error.HTTPError as error:
        if error.code in (403, 404):
            return None
        raise
    if len(data) > limit:
        raise Refused(f"{url}: larger than {limit} bytes")
    return data


class Client:
    """Trusted metadata in a folder: every root as ``N.root.json``, the others as they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def init(self, root: Path) -> None:
        """Trust the first root, as the user gives it."""
        data = root.read_bytes()
        trust.read_chain([data])
        self.folder.mkdir(parents=True, exist_ok=True)
        self._keep("1.root.json", data)
        self._keep("root.json", data)

    def refresh(self, url: str) -> trust.Metadata:
        """Fetch and verify newer roots, then timestamp, snapshot and targets."""
        chain = self._roots(url)
        self._unexpired(chain[-1].data, "root")
        files, version = {}, 0
        for role in ("timestamp", "snapshot", "targets"):
            prefix = f"{version}." if version and self._consistent(chain[-1].data) else ""
            data = fetch(f"{url}/{prefix}{role}.json", trust.MAX_METADATA_BYTES)
            if data is None:
                raise Refused(f"{role}.json: is not there")
            self._no_rollback(role, data)
            files[f"{role}.json"] = data
            following = {"timestamp": "snapshot.json", "snapshot": "targets.json"}.get(role)
            version = _signed(data)["meta"][following]["version"] if following else 0
        found = trust.read_metadata(chain[-1], files)
        for name, data in files.items():
            self._unexpired(data, name)
            self._keep(name, data)
        return found

    def download(self, name: str, url: str, metadata: trust.Metadata, folder: Path) -> None:
        """Fetch one target and keep it if it is as signed."""
        if name not in metadata.targets:
            raise Refused(f"{name}: is no target")
        length, digest = metadata.targets[name]
        head, slash, tail = name.rpartition("/")
        consistent = self._consistent((self.folder / "root.json").read_bytes())
        path = f"{head}{slash}{digest}.{tail}" if consistent else name
        data = fetch(f"{url}/{path}", min(length, MAX_TARGET))
        if data is None or len(data) != length or sha256(data).hexdigest() != digest:
            raise Refused(f"{name}: is not as signed")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name.replace("/", "%2F")).write_bytes(data)

    def _roots(self, url: str) -> tuple[trust.TrustRoot, ...]:
        roots = []
        while (path := self.folder / f"{len(roots) + 1}.root.json").exists():
            roots.append(path.read_bytes())
        chain = trust.read_chain(roots)
        while len(roots) < trust.MAX_ROOTS:
            data = fetch(f"{url}/{len(roots) + 1}.root.json", trust.MAX_METADATA_BYTES)
            if data is None:
                break
            roots.append(data)
            chain = trust.read_chain(roots)
            self._keep(f"{len(roots)}.root.json", data)
            self._keep("root.json", data)
        return chain

    def _keep(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)

    def _no_rollback(self, role: str, data: bytes) -> None:
        stored = self.folder / f"{role}.json"
        if not stored.exists():
            return
        before, now = _signed(stored.read_bytes()), _signed(data)
        if now["version"] < before["version"]:
            raise Refused(f"{role}.json: version {now['version']} after {before['version']}")
        for name, row in before.get("meta", {}).items():
            if now["meta"].get(name, {"version": -1})["version"] < row["version"]:
                raise Refused(f"{role}.json: {name} was rolled back")

    @staticmethod
    def _consistent(root: bytes) -> bool:
        return bool(_signed(root).get("consistent_snapshot"))

    @staticmethod
    def _unexpired(data: bytes, name: str) -> None:
        until = datetime.strptime(_signed(data)["expires"], "%Y-%m-%dT%H:%M:%SZ").replace(
            tzinfo=UTC
        )
        if until <= datetime.now(UTC):
            raise Refused(f"{name}: expired on {until:%Y-%m-%d}")


def _signed(data: bytes) -> dict[str, Any]:
    return dict(json.loads(data)["signed"])


def main() -> int:
    """Run one command; 0 means that it was trusted."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("metadata-dir", "metadata-url", "target-name", "target-base-url", "target-dir"):
        parser.add_argument(f"--{name}")
    parser.add_argument("command", choices=("init", "refresh", "download"))
    parser.add_argument("root", nargs="?", type=Path)
    args = parser.parse_args()
    client = Client(Path(args.metadata_dir))
    try:
        if args.command == "init":
            client.init(args.root)
            return 0
        metadata = client.refresh(args.metadata_url)
        if args.command == "download":
            client.download(args.target_name, args.target_base_url, metadata, Path(args.target_dir))
    except (Refused, HandbillError, OSError, KeyError, TypeError, ValueError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
