"""The client workflow of the TUF specification (§5.3 to §5.7) under our rules, against repositories that stock python-tuf wrote.

The public conformance suite asks the same and more (tools/tuf_suite.py); this table runs with every `make test`.
"""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from client import Client, Refused
from repository import Repository
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import MetaFile

from handbill.errors import HandbillError

LATER = ("targets", "snapshot", "timestamp")
PAST = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class World:
    """A repository, the address it is served at, and a client that trusts its first root."""

    def __init__(self, folder: Path, url: str, repository: Repository) -> None:
        self.repository, self.url, self.folder = repository, url, folder
        self.client = Client(folder / "client")
        self.client.init(folder / "served/metadata/1.root.json")

    def refresh(self) -> int:
        return self.client.refresh(f"{self.url}/metadata").version

    def refused(self) -> str:
        with pytest.raises((Refused, HandbillError)) as caught:
            self.refresh()
        return str(caught.value)

    def download(self, name: str = "edition.json") -> bytes:
        metadata = self.client.refresh(f"{self.url}/metadata")
        self.client.download(name, f"{self.url}/targets", metadata, self.folder / "got")
        return (self.folder / "got" / name).read_bytes()

    def trusted(self) -> dict[str, int]:
        return {
            p.stem: json.loads(p.read_bytes())["signed"]["version"]
            for p in (self.folder / "client").glob("*.json")
        }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    repository = Repository(tmp_path / "served")
    handler = partial(_Silent, directory=str(tmp_path / "served"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield World(tmp_path, f"http://127.0.0.1:{server.server_address[1]}", repository)
    server.shutdown()
    server.server_close()


def test_what_is_new_is_taken(world: World) -> None:
    assert world.refresh() == 1
    world.repository.add("edition.json", b"two")
    world.repository.next(*LATER)
    assert world.download() == b"two"
    assert world.trusted() == {"root": 1, "targets": 2, "snapshot": 2, "timestamp": 2}


def _older_targets(r: Repository) -> None:
    r.targets.version = 1
    r.publish("targets")
    r.next("snapshot", "timestamp")


def _older_snapshot(r: Repository) -> None:
    r.snapshot.version = 1
    r.publish("snapshot")
    r.next("timestamp")


def _older_timestamp(r: Repository) -> None:
    r.timestamp.version = 1
    r.publish("timestamp")


def _vanished_role(r: Repository) -> None:
    r.snapshot.meta = {"other.json": MetaFile(9)}
    r.snapshot.version += 1
    r.publish("snapshot")
    r.next("timestamp")


def _expired(role: str) -> Callable[[Repository], None]:
    def change(r: Repository) -> None:
        getattr(r, role).expires = PAST
        r.next(*(["root"] if role == "root" else LATER))

    return change


def _mixed(r: Repository) -> None:
    kept = r.folder / "metadata/targets.json"
    before = kept.read_bytes()
    r.next(*LATER)
    kept.write_bytes(before)


def _other_snapshot_of_that_version(r: Repository) -> None:
    r.next(*LATER)
    r.snapshot.unrecognized_fields["x"] = 1
    r.serve("snapshot.json", r.sign("snapshot"))


def _too_few(r: Repository) -> None:
    r.rotate("snapshot", count=3, threshold=3)
    r.next("root")
    r.signers["snapshot"].pop()
    r.next(*LATER)


def _doubled_signatures(r: Repository) -> None:
    r.next(*LATER)
    doc = r.served("timestamp.json")
    doc["signatures"] *= 2
    r.serve("timestamp.json", json.dumps(doc).encode())


def _doubled_keys(r: Repository) -> None:
    """One key under two ids, in a role that asks for two keys."""
    first = r.signers["timestamp"][0]
    key = type(first.public_key)("a" * 64, "ed25519", "ed25519", first.public_key.keyval)
    r.root.add_key(key, "timestamp")
    r.rotate("snapshot")
    r.root.roles["timestamp"].threshold = 2
    r.signers["timestamp"].append(CryptoSigner(first._private_key, key))
    r.next("root", *LATER)


def _wrong_key(r: Repository) -> None:
    r.signers["targets"] = [CryptoSigner.generate_ed25519()]
    r.next(*LATER)


def _another_kind(r: Repository) -> None:
    r.next(*LATER)
    r.serve("timestamp.json", (r.folder / "metadata/snapshot.json").read_bytes())


def _endless(r: Repository) -> None:
    r.next(*LATER)
    r.serve("timestamp.json", b" " * (513 << 10))


def _missing(r: Repository) -> None:
    r.next("timestamp")
    (r.folder / "metadata/timestamp.json").unlink()


def _root_without_the_old_key(r: Repository) -> None:
    r.rotate("root")
    r.next("root")


def _root_without_its_own_key(r: Repository) -> None:
    before = r.signers["root"]
    r.rotate("root")
    r.signers["root"] = before
    r.next("root")


def _root_of_another_version(r: Repository) -> None:
    r.root.version += 2
    r.serve("2.root.json", r.sign("root"))


def _delegating(r: Repository) -> None:
    r.targets.unrecognized_fields["delegations"] = {"keys": {}, "roles": [{"name": "x"}]}
    r.next(*LATER)


WRONG: dict[str, tuple[Callable[[Repository], None], str]] = {
    "targets rolled back": (_older_targets, "targets.json was rolled back"),
    "snapshot rolled back": (_older_snapshot, "snapshot.json was rolled back"),
    "timestamp rolled back": (_older_timestamp, "version 1 after 2"),
    "a role vanished from the snapshot": (_vanished_role, "targets.json was rolled back"),
    "frozen root": (_expired("root"), "root: expired"),
    "frozen timestamp": (_expired("timestamp"), "timestamp: expired"),
    "frozen snapshot": (_expired("snapshot"), "snapshot: expired"),
    "frozen targets": (_expired("targets"), "targets: expired"),
    "old targets beside a new snapshot": (_mixed, "not the version"),
    "another snapshot of the same version": (_other_snapshot_of_that_version, "not the file"),
    "too few signatures": (_too_few, "2 good signatures, expected 3"),
    "one signature twice": (_doubled_signatures, "a key signs twice"),
    "one key under two ids": (_doubled_keys, "can never reach its threshold"),
    "a key that nobody appointed": (_wrong_key, "0 good signatures"),
    "another role's file": (_another_kind, "is 'snapshot', expected 'timestamp'"),
    "endless data": (_endless, "larger than"),
    "nothing there": (_missing, "is not there"),
    "a root that the old key did not sign": (_root_without_the_old_key, "0 good signatures"),
    "a root that its own key did not sign": (_root_without_its_own_key, "0 good signatures"),
    "a root that skips a version": (_root_of_another_version, "says version 3"),
    "delegations": (_delegating, "delegates"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_and_what_was_trusted_stays(world: World, name: str) -> None:
    change, said = WRONG[name]
    world.repository.next(*LATER)
    assert world.refresh() == 2
    change(world.repository)
    assert said in world.refused()
    assert world.trusted()["targets"] == 2


def test_what_came_before_the_mistake_is_kept(world: World) -> None:
    _wrong_key(world.repository)
    world.refused()
    assert world.trusted() == {"root": 1, "snapshot": 2, "timestamp": 2}


def test_another_timestamp_of_the_same_version_is_not_taken(world: World) -> None:
    world.refresh()
    kept = (world.folder / "client/timestamp.json").read_bytes()
    world.repository.timestamp.snapshot_meta = MetaFile(9)
    world.repository.publish("timestamp")
    assert world.refresh() == 1
    assert (world.folder / "client/timestamp.json").read_bytes() == kept


def test_a_snapshot_named_by_version_alone_is_enough(world: World) -> None:
    world.repository.next("targets", "snapshot")
    world.repository.timestamp.snapshot_meta = MetaFile(2)
    world.repository.next("timestamp")
    assert world.refresh() == 2


@pytest.mark.parametrize(
    ("stolen", "back"),
    [("timestamp", "timestamp"), ("snapshot", "snapshot"), ("snapshot", "targets")],
)
def test_new_keys_recover_from_versions_that_a_thief_raised(
    world: World, stolen: str, back: str
) -> None:
    r = world.repository
    getattr(r, back).version = 2**40
    r.publish(*LATER)
    assert world.refresh()
    r.rotate(stolen)
    if stolen == "snapshot":
        r.rotate("timestamp")
    getattr(r, back).version = 1
    r.next("root")
    r.publish(*LATER)
    world.refresh()
    assert world.trusted()[back] == 1


def test_a_rotation_over_several_roots_is_followed(world: World) -> None:
    r = world.repository
    for _ in range(3):
        before = r.signers["root"]
        r.rotate("root", count=3, threshold=2)
        r.root.version += 1
        r.publish("root", also=before)
    assert world.refresh() == 1
    assert world.trusted()["root"] == 4


@pytest.mark.parametrize("data", [b"tw", b"two!", b"TWO"], ids=["short", "long", "other"])
def test_a_target_that_is_not_as_signed_is_not_kept(world: World, data: bytes) -> None:
    world.repository.add("edition.json", b"two")
    world.repository.next(*LATER)
    (world.repository.folder / "targets/edition.json").write_bytes(data)
    with pytest.raises(Refused):
        world.download()
    assert not (world.folder / "got/edition.json").exists()


def test_a_target_that_is_there_is_not_fetched_again(world: World) -> None:
    assert world.download() == b"one"
    (world.repository.folder / "targets/edition.json").unlink()
    assert world.download() == b"one"
