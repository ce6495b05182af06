"""Our trust rules behind the command line that the public TUF conformance suite drives.

client.py --metadata-dir D init ROOT
client.py --metadata-dir D --metadata-url URL refresh
client.py --metadata-dir D --metadata-url URL --target-name N --target-base-url URL --target-dir T download

It adds to the verifier what a client on a network needs (TUF specification §5): fetching, expiry, and rollback against
what it trusted before. What our rules refuse that TUF allows stands in docs/decisions/0001-own-trust-rules.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from handbill.edition import trust
from handbill.errors import HandbillError

MAX_TARGET = 64 << 20
ABOVE = {"snapshot": "timestamp", "targets": "snapshot"}


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
    """Trusted metadata in a folder: the newest of each role, and every root under ``roots``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def init(self, root: Path) -> None:
        """Trust the first root, as the user gives it."""
        data = root.read_bytes()
        trust.read_chain([data])
        self._keep_root(1, data)

    def refresh(self, url: str) -> trust.Metadata:
        """Fetch and verify newer roots, then timestamp, snapshot and targets."""
        root = self._roots(url)[-1]
        _unexpired(_signed(root.data), "root")
        found: dict[str, dict[str, Any]] = {}
        for role in ("timestamp", "snapshot", "targets"):
            above = found.get(ABOVE.get(role, ""))
            found[role] = self._role(url, root, role, above)
        return trust.read_targets(found["targets"])

    def download(self, name: str, url: str, metadata: trust.Metadata, folder: Path) -> None:
        """Fetch one target, unless it is there, and keep it if it is as signed."""
        if name not in metadata.targets:
            raise Refused(f"{name}: is no target")
        length, digest = metadata.targets[name]
        kept = folder / urllib.parse.quote(name, safe="")
        if kept.is_file() and sha256(kept.read_bytes()).hexdigest() == digest:
            return
        head, slash, tail = name.rpartition("/")
        consistent = _consistent((self.folder / "root.json").read_bytes())
        path = f"{head}{slash}{digest}.{tail}" if consistent else name
        data = fetch(f"{url}/{urllib.parse.quote(path)}", min(length, MAX_TARGET))
        if data is None or len(data) != length or sha256(data).hexdigest() != digest:
            raise Refused(f"{name}: is not as signed")
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)

    def _roots(self, url: str) -> tuple[trust.TrustRoot, ...]:
        roots = []
        while (path := self.folder / "roots" / f"{len(roots) + 1}.json").exists():
            roots.append(path.read_bytes())
        chain = trust.read_chain(roots)
        while len(roots) < trust.MAX_ROOTS:
            data = fetch(f"{url}/{len(roots) + 1}.root.json", trust.MAX_METADATA_BYTES)
            if data is None:
                break
            roots.append(data)
            chain = trust.read_chain(roots)
            self._keep_root(len(roots), data)
        return chain

    def _keep_root(self, number: int, data: bytes) -> None:
        (self.folder / "roots").mkdir(parents=True, exist_ok=True)
        (self.folder / "roots" / f"{number}.json").write_bytes(data)
        (self.folder / "root.json").write_bytes(data)

    def _role(
        self, url: str, root: trust.TrustRoot, role: str, above: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return what a role signed: what is kept if it is what ``above`` names, else what is fetched."""
        kept = self._kept(root, role)
        if kept and above and above["meta"][f"{role}.json"]["version"] == kept["version"]:
            trust.read_role(root, role, (self.folder / f"{role}.json").read_bytes(), above)
            _unexpired(kept, role)
            return kept
        data = self._fetched(url, root, role, above)
        now = trust.read_role(root, role, data, above)
        if role == "targets":
            trust.read_targets(now)  # its version is the snapshot's to say (TUF §5.6.4)
        elif kept:
            _no_rollback(role, kept, now)
        if kept and not above and now["version"] == kept["version"]:
            now, data = kept, (self.folder / f"{role}.json").read_bytes()
        _unexpired(now, role)
        (self.folder / f"{role}.json").write_bytes(data)
        return now

    def _kept(self, root: trust.TrustRoot, role: str) -> dict[str, Any] | None:
        """Return what is kept, None where today's keys did not sign it: so a newsroom recovers from stolen keys."""
        try:
            return trust.read_role(root, role, (self.folder / f"{role}.json").read_bytes())
        except (FileNotFoundError, HandbillError):
            return None

    def _fetched(
        self, url: str, root: trust.TrustRoot, role: str, above: Mapping[str, Any] | None
    ) -> bytes:
        number = above["meta"][f"{role}.json"]["version"] if above else None
        prefix = f"{number}." if above and _consistent(root.data) else ""
        data = fetch(f"{url}/{prefix}{role}.json", trust.MAX_METADATA_BYTES)
        if data is None:
            raise Refused(f"{role}.json: is not there")
        return data


def _no_rollback(role: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    if now["version"] < before["version"]:
        raise Refused(f"{role}.json: version {now['version']} after {before['version']}")
    for name, row in before.get("meta", {}).items():
        if now["meta"].get(name, {"version": -1})["version"] < row["version"]:
            raise Refused(f"{role}.json: {name} was rolled back")


def _consistent(root: bytes) -> bool:
    return bool(_signed(root).get("consistent_snapshot"))


def _unexpired(signed: Mapping[str, Any], name: str) -> None:
    until = datetime.strptime(signed["expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if until <= datetime.now(UTC):
        raise Refused(f"{name}: expired on {until:%Y-%m-%d}")


def _signed(data: bytes) -> dict[str, Any]:
    return dict(json.loads(data)["signed"])


def main() -> int:
    """Run one command; 0 means that it was trusted."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("metadata-dir", "metadata-url", "target-name", "target-base-url", "target-dir"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("command", choices=("init", "refresh", "download"))
    parser.add_argument("root", nargs="?", type=Path)
    args = parser.parse_args()
    client, folder = Client(Path(args.metadata_dir)), Path(args.target_dir)
    try:
        if args.command == "init":
            client.init(args.root)
            return 0
        metadata = client.refresh(args.metadata_url.rstrip("/"))
        if args.command == "download":
            client.download(args.target_name, args.target_base_url.rstrip("/"), metadata, folder)
    except (Refused, HandbillError, OSError, KeyError, TypeError, ValueError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
