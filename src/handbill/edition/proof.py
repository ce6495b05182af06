"""An item's text and the proof that travels beside it. Format: docs/formats/proof.md. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from handbill import note
from handbill.edition import head as heads
from handbill.edition import merkle
from handbill.edition.manifest import KINDS, MAX_TITLE, FileEntry, Item, is_unsigned
from handbill.errors import FormatError, NeedsNewer, TooLarge
from handbill.ids import is_item_id, is_language
from handbill.paths import CHUNK_BYTES, MAX_FILE_BYTES, is_plain_line, path_problem

MAX_ITEM_BYTES = 8 << 20
MAX_PROOF_BYTES = 32 << 20
MAX_PACK_BYTES = 256 << 20
MAX_ROOTS = 1024
MAX_ROOT_BYTES = 512 << 10
PACKED = 400
_NAMES = ("newsroom", "id", "kind", "language", "title")
_FILE = re.compile(r"file (0|[1-9][0-9]{0,11}) ([0-9a-f]{64}) (.+)")
_CHUNK = re.compile(r"chunk ([0-9a-f]{64})")
_HEX64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ItemText:
    """What an item's text says: the item itself, and its files in byte order of path."""

    newsroom: str
    id: str
    kind: str
    language: str
    title: str
    files: tuple[FileEntry, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart, nothing in it trusted yet.

    ``roots`` are the bytes of the trust roots 1 … N, ``head`` those of the signed head.
    """

    index: int
    items: int
    path: tuple[bytes, ...]
    head: bytes
    roots: tuple[bytes, ...]
    item: bytes


def item_text(newsroom: str, item: Item, files: Sequence[FileEntry]) -> bytes:
    """Write the text whose hash is the item's leaf; ``files`` are those of the whole manifest."""
    values = (newsroom, item.id, item.kind, item.language, item.title)
    parts = [note.header("item", 1, zip(_NAMES, values, strict=True)), "\n"]
    for index in item.files:
        entry = files[index]
        parts.append(f"file {entry.length} {entry.sha256} {entry.path}\n")
        if entry.length > CHUNK_BYTES:
            chunks = entry.chunks.hex()
            parts += [f"chunk {chunks[at : at + 64]}\n" for at in range(0, len(chunks), 64)]
    return "".join(parts).encode()


def parse_item(data: bytes) -> ItemText:
    """Read an item text, trusting nothing in it.

    Raises:
        TooLarge, NeedsNewer, FormatError
    """
    if len(data) > MAX_ITEM_BYTES:
        raise TooLarge(f"item: {len(data)} bytes, expected at most {MAX_ITEM_BYTES}")
    head, blank, body = note.check_text(data, "item").partition("\n\n")
    if not blank:
        raise FormatError("item: has no empty line after its header")
    found = note.fields(head + "\n", "item", 1, _NAMES)
    if (
        not _HEX64.fullmatch(found["newsroom"])
        or found["kind"] not in KINDS
        or not is_item_id(found["id"])
        or not is_language(found["language"])
        or len(found["title"]) > MAX_TITLE
        or not is_plain_line(found["title"])
    ):
        raise FormatError("item: a field is not of the form that the specification gives")
    return ItemText(**found, files=tuple(_item_files(body)))


def _item_files(body: str) -> Iterable[FileEntry]:
    lines = body.removesuffix("\n").split("\n") if body else []
    at, before = 0, b""
    while at < len(lines):
        match = _FILE.fullmatch(lines[at])
        at += 1
        if not match:
            raise FormatError(f"item: line {lines[at - 1][:80]!r} is not a file line")
        length, digest, path = int(match[1]), match[2], match[3]
        if length > MAX_FILE_BYTES or path_problem(path) or is_unsigned(path):
            raise FormatError(f"item: {path[:200]!r} is no path or length that an edition holds")
        if path.encode() <= before:
            raise FormatError(f"item: {path} is out of order, or stands twice")
        before = path.encode()
        count = -(-length // CHUNK_BYTES) if length > CHUNK_BYTES else 0
        chunks = [_CHUNK.fullmatch(line) for line in lines[at : at + count]]
        if len(chunks) != count or not all(chunks):
            raise FormatError(f"item: {path} lacks one of its {count} chunk lines")
        at += count
        small = bytes.fromhex(digest) if 0 < length <= CHUNK_BYTES else b""
        yield FileEntry(
            path, length, digest, b"".join(bytes.fromhex(c[1]) for c in chunks if c) or small
        )


def render(proof: Proof) -> bytes:
    """Write a proof."""
    path = " ".join([p.hex() for p in proof.path])
    shared = _shared(proof.head, proof.roots)
    return _written(proof.index, proof.items, path, shared, proof.item)


class Writer:
    """Writes the proofs that share one signed head, thousands of them, from their Merkle tree."""

    def __init__(
        self, tree: Sequence[Sequence[bytes]], head: bytes, roots: Sequence[bytes]
    ) -> None:
        self._tree = [[node.hex() for node in level] for level in tree]
        self._shared = _shared(head, roots)

    def proof(self, index: int, item: bytes) -> bytes:
        """Write the proof of the item of this index and text."""
        path = " ".join(merkle.path(self._tree, index))
        return _written(index, len(self._tree[0]), path, self._shared, item)


def _shared(head: bytes, roots: Sequence[bytes]) -> tuple[str, bytes]:
    sizes = "".join([f"root: {len(root)}\n" for root in roots])
    return f"head: {len(head)}\n{sizes}", b"".join((head, *roots))


def _written(index: int, items: int, path: str, shared: tuple[str, bytes], item: bytes) -> bytes:
    line = f"path: {path}" if path else "path:"
    top = f"handbill proof 1\nneeds:\nindex: {index}\nitems: {items}\n{line}\n"
    return f"{top}{shared[0]}item: {len(item)}\n\n".encode() + shared[1] + item


def parse(data: bytes) -> Proof:
    """Take a proof apart, trusting nothing in it.

    Raises:
        TooLarge, NeedsNewer, FormatError
    """
    found, more = cut(data)
    if more:
        raise FormatError(f"proof: {more} bytes more than its header counts")
    return found


def cut(data: bytes) -> tuple[Proof, int]:
    """Take a proof apart; return how many bytes stand behind it, too.

    Raises:
        TooLarge, NeedsNewer, FormatError
    """
    if len(data) > MAX_PROOF_BYTES:
        raise TooLarge(f"proof: {len(data)} bytes, expected at most {MAX_PROOF_BYTES}")
    top, blank, blobs = data.partition(b"\n\n")
    if not blank or len(top) > note.MAX_LINE_BYTES * 4:
        raise FormatError("proof: has no empty line after its header")
    lines = note.check_text(top + b"\n", "proof").removesuffix("\n").split("\n")
    roots = sum(line.startswith("root:") for line in lines)
    if not 1 <= roots <= MAX_ROOTS:
        # Version and needs come first: a later version may count otherwise.
        roots = 1
    numbered = [f"root-{i}" for i in range(roots)]
    text = _number_roots(lines)
    names = ("index", "items", "path", "head", *numbered, "item")
    found = note.fields(text, "proof", 1, names)
    lengths = [_whole(found[n]) for n in ("head", *numbered, "item")]
    more = len(blobs) - sum(lengths)
    if more < 0:
        raise FormatError(f"proof: {len(blobs)} bytes after its header, expected {sum(lengths)}")
    parts, at = [], 0
    for length in lengths:
        parts.append(blobs[at : at + length])
        at += length
    path = found["path"].split(" ") if found["path"] else []
    if len(path) > 64 or not all(_HEX64.fullmatch(p) for p in path):
        raise FormatError("proof: path is not a list of hashes")
    audit = tuple(bytes.fromhex(p) for p in path)
    index, items = _whole(found["index"]), _whole(found["items"])
    return Proof(index, items, audit, parts[0], tuple(parts[1:-1]), parts[-1]), more


def _number_roots(lines: Sequence[str]) -> str:
    seen, out = 0, []
    for line in lines:
        is_root = line.startswith("root:")
        out.append(f"root-{seen}{line[4:]}" if is_root else line)
        seen += is_root
    return "\n".join(out) + "\n"


def _whole(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", text):
        raise FormatError(f"proof: {text[:20]!r} is not a whole number")
    return int(text)


def check_included(proof: Proof, head: heads.Head) -> None:
    """Check that the proof's item is a leaf of the head's tree.

    Raises:
        FormatError: it is not, or the counts disagree.
    """
    if proof.items != head.items or head.root != len(proof.roots):
        raise FormatError("proof: its counts are not those of its head")
    found = merkle.root_from(merkle.leaf(proof.item), proof.index, proof.items, proof.path)
    if found.hex() != head.tree:
        raise FormatError("proof: its item does not stand in the signed head")


def places(keys: Iterable[str]) -> dict[str, list[str]]:
    """Say which packed file holds the proofs of which items, by their keys (``kind id``).

    Items are dealt out by the hash of their key: one that comes or changes touches one file.
    """
    packed = list(keys)
    count = 1
    while count * PACKED < len(packed):
        count *= 2
    dealt: dict[int, list[str]] = {}
    for key in packed:
        at = int.from_bytes(sha256(key.encode()).digest()[:4], "big") * count >> 32
        dealt.setdefault(at, []).append(key)
    return {f"_edition/proofs/{at}.proofs.txt": dealt[at] for at in sorted(dealt)}


def pack(proofs: Sequence[tuple[str, bytes]]) -> bytes:
    """Write many proofs, each with its item's key (``kind id``), into one file."""
    lines = ["handbill proofs 1"] + [f"proof {len(data)} {key}" for key, data in proofs] + ["", ""]
    return "\n".join(lines).encode() + b"".join(data for _, data in proofs)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the proofs of a packed file by item key, none of them read yet.

    Raises:
        TooLarge, NeedsNewer, FormatError
    """
    found, more = split(data)
    if more:
        raise FormatError(f"proofs: {more} bytes more or less than its header counts")
    return found


def split(data: bytes) -> tuple[dict[str, bytes], int]:
    """Unpack as far as it goes; return how many bytes stand behind the proofs (or are missing).

    Raises:
        TooLarge, NeedsNewer, FormatError
    """
    if len(data) > MAX_PACK_BYTES:
        raise TooLarge(f"proofs: {len(data)} bytes, expected at most {MAX_PACK_BYTES}")
    top, blank, blobs = data.partition(b"\n\n")
    lines = note.check_text(top + b"\n", "proofs").removesuffix("\n").split("\n")
    match = re.fullmatch(r"handbill proofs ([1-9][0-9]{0,8})", lines[0])
    if not match or not blank:
        raise FormatError("proofs: is not a packed file of proofs")
    if match[1] != "1":
        raise NeedsNewer(f"proofs: version {match[1]}, this verifier knows 1")
    found: dict[str, bytes] = {}
    at = 0
    for line in lines[1:]:
        row = re.fullmatch(r"proof ([1-9][0-9]{0,8}) ([a-z]+ [a-z0-9-]+)", line)
        if not row or row[2] in found:
            raise FormatError(f"proofs: line {line[:80]!r} is not as specified")
        found[row[2]] = blobs[at : at + int(row[1])]
        at += int(row[1])
    return found, len(blobs) - at


def text_hash(data: bytes) -> str:
    """Name an item text: the press keeps the proof of a text that did not change."""
    return sha256(data).hexdigest()
