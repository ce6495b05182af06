"""Formats under hypothesis: what is written is read, and nothing that is read ever crashes."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import ROOT_1, Newsroom, key

from handbill import note
from handbill.edition import head, manifest, merkle, proof, trust
from handbill.edition.sign import EditionInputs, History, PlannedItem, Signers, sign_edition
from handbill.edition.single import read_proof
from handbill.errors import FormatError, HandbillError, NeedsNewer, SignatureInvalid, TooLarge
from handbill.keys import roots, sshsig
from handbill.keys.values import Reservation

HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


@given(HASHES, st.data())
def test_every_leaf_is_proven_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    tree = merkle.levels(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    audit = merkle.path(tree, index)
    assert merkle.root_from(leaves[index], index, len(leaves), audit) == merkle.root(leaves)
    other = sha256(leaves[index]).digest()
    assert merkle.root_from(other, index, len(leaves), audit) != merkle.root(leaves)


def test_the_tree_is_rfc_6962s() -> None:
    # From RFC 6962's reference implementation: the roots over its eight test inputs.
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [merkle.leaf(bytes.fromhex(text)) for text in inputs]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    assert {n: merkle.root(leaves[:n]).hex() for n in roots} == roots


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("edition")
    Newsroom().press(out)
    return out


def _damaged(data: bytes, at: int, new: bytes, cut: int) -> bytes:
    at %= len(data)
    return (data[:at] + new + data[at + cut :])[:200_000]


DAMAGE = (st.integers(0, 10**6), st.binary(max_size=6), st.integers(0, 40))
RARELY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RARELY
@given(*DAMAGE)
def test_a_damaged_proof_is_refused_and_never_crashes(
    pressed: Path, at: int, new: bytes, cut: int
) -> None:
    good = (pressed / "films/The film 1.proof.txt").read_bytes()
    data = _damaged(good, at, new, cut)
    if data != good:
        with pytest.raises(HandbillError):
            read_proof(data)


@RARELY
@given(*DAMAGE)
@example(46566, "\u0800\u0080".encode(), 0)  # a signature that is text, but not ASCII
def test_a_damaged_head_is_refused(pressed: Path, at: int, new: bytes, cut: int) -> None:
    good = (pressed / "_edition/targets/head.txt").read_bytes()
    data = _damaged(good, at, new, cut)
    if data == good:
        return
    with pytest.raises(HandbillError):
        _check_head(data, good)


def _check_head(data: bytes, good: bytes) -> None:
    _, signed = head.parse(data)
    if not note.signers_of(signed, {key("editor").name: key("editor").public}):
        raise SignatureInvalid("nobody known signed it")
    if signed.text.encode() == note.parse(good).text.encode():
        raise FormatError("only an unknown signature changed")


@RARELY
@given(*DAMAGE)
def test_a_damaged_manifest_is_read_or_refused(
    pressed: Path, at: int, new: bytes, cut: int
) -> None:
    folder = pressed / "_edition/targets"
    data = _damaged((folder / "edition.json").read_bytes(), at, new, cut)
    try:
        found = manifest.parse(data, (folder / "chunks.bin").read_bytes())
    except HandbillError:
        return
    assert manifest.render(found)[1] == (folder / "chunks.bin").read_bytes()


@given(st.binary(max_size=400))
def test_metadata_of_any_bytes_is_refused(data: bytes) -> None:
    with pytest.raises(HandbillError):
        trust.read_chain([data])


def _manifest(pressed: Path, **changed: object) -> None:
    folder = pressed / "_edition/targets"
    doc = json.loads((folder / "edition.json").read_bytes())
    manifest.parse(json.dumps({**doc, **changed}).encode(), (folder / "chunks.bin").read_bytes())


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"format": "handbill edition 2"}, NeedsNewer),
        ({"needs": ["zstd"]}, NeedsNewer),
        ({"format": "other 1"}, FormatError),
        ({"needs": None}, FormatError),
        ({"number": 0}, FormatError),
        ({"number": True}, FormatError),
        ({"number": 1.5}, FormatError),
        ({"id": "x"}, FormatError),
        ({"issued": "yesterday"}, FormatError),
        ({"chunk_bytes": 1}, FormatError),
        ({"files": {}}, FormatError),
        ({"items": []}, FormatError),
        ({"files": []}, FormatError),
        ({"newsroom": "Z" * 64}, FormatError),
    ],
)
def test_manifests_that_are_refused(
    pressed: Path, changed: dict[str, object], error: type[Exception]
) -> None:
    _manifest(pressed)
    with pytest.raises(error):
        _manifest(pressed, **changed)


@pytest.mark.parametrize("value", ["{},", "[],", '"ab",', "1000,"])
def test_a_manifest_that_would_fill_the_memory_is_refused_unread(value: str) -> None:
    many = (60 << 20) // len(value)
    data = b'{"format":"handbill edition 1","needs":[],"x":[' + (value * many).encode() + b"0]}"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge, match="values"):
        manifest.parse(data, b"")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10  # kB


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/x",
        "a//b",
        "_edition/x",
        "letters/x",
        "x.proof.txt",
        "CON",
        "a\\b",
        "a:b",
        "e\u0301",
    ],
)
def test_paths_that_no_manifest_may_name(pressed: Path, path: str) -> None:
    doc = json.loads((pressed / "_edition/targets/edition.json").read_bytes())
    rows = [{**row, "path": path} if i == 0 else row for i, row in enumerate(doc["files"])]
    with pytest.raises(FormatError):
        _manifest(pressed, files=sorted(rows, key=lambda r: r["path"].encode()))


def test_packed_proofs_are_read_back_and_damage_is_refused() -> None:
    data = proof.pack([("story a", b"one\n"), ("pages site", b"two two\n")])
    assert proof.unpack(data) == {"story a": b"one\n", "pages site": b"two two\n"}
    for bad in (data[:-1], data + b"x", data.replace(b"proof 4", b"proof 5"), b"", b"\n\n"):
        with pytest.raises(FormatError):
            proof.unpack(bad)
    with pytest.raises(NeedsNewer):
        proof.unpack(data.replace(b"proofs 1", b"proofs 2"))


def test_ssh_signatures_are_bound_to_message_key_and_namespace() -> None:
    signer, other = key("ssh"), key("press")
    made = sshsig.armoured(signer.public, sshsig.sign(b"sums", signer, "one"), "one")
    assert sshsig.verify(b"sums", made, signer.public, "one")
    assert not sshsig.verify(b"sumz", made, signer.public, "one")
    assert not sshsig.verify(b"sums", made, other.public, "one")
    assert not sshsig.verify(b"sums", made, signer.public, "two")
    for cut in range(0, len(made) - 1, 17):
        try:
            assert not sshsig.verify(b"sums", made[:cut], signer.public, "one")
        except HandbillError:
            continue


def test_metadata_nested_ever_so_deep_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What JSON just about reads may be too deep for what writes the signed form, or for no one."""
    signed = json.loads(ROOT_1)["signed"]
    for depth in range(880, 1000):
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit * 3)
        try:
            nested: list[object] = []
            for _ in range(depth):
                nested = [nested]
            data = roots.sign({**signed, "x": nested}, [key("root")])
        finally:
            sys.setrecursionlimit(limit)
        with contextlib.suppress(HandbillError):
            trust.read_chain([data])

    def deep(_signed: object) -> bytes:
        raise RecursionError

    monkeypatch.setattr(trust, "canonical", deep)
    with pytest.raises(FormatError, match="deep"):
        trust.read_chain([ROOT_1])


@pytest.mark.parametrize(
    ("paths", "title"),
    [
        (("stories/a/index.html", "stories/a/index.html"), "A"),
        (("stories/a/p.jpg", "stories/a/P.jpg"), "A"),
        (("stories/a/index.html",), "A" * 301),
        (("stories/a/index.html",), "A\u202eB"),
    ],
)
def test_what_a_reader_would_refuse_is_not_signed(paths: tuple[str, ...], title: str) -> None:
    drawn = Reservation(1, "1" * 32, "2026-11-24", "2027-05-24", "ab" * 32, "")
    inputs = EditionInputs(roots.newsroom_id(ROOT_1), "Sample", ("en",), drawn, (ROOT_1,))
    files = [manifest.FileEntry(path, 0, sha256(b"").hexdigest(), b"") for path in {*paths}]
    signers = Signers((key("editor"),), (key("press"),), key("ssh"))
    item = PlannedItem("a", "story", "en", title, paths)
    with pytest.raises(FormatError):
        sign_edition(inputs, [item], files, signers=signers, history=History())
