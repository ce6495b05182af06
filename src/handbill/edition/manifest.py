"""The manifest: which files an edition has, their lengths and hashes, and the items they form.

Format: docs/formats/edition.md. Pure: bytes in, values out.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handbill.errors import FormatError, NeedsNewer, TooLarge
from handbill.ids import is_item_id, is_language
from handbill.paths import CHUNK_BYTES, MAX_FILE_BYTES, fold, is_plain_line, path_problem

FORMAT = "handbill edition"
VERSION = 1
MAX_MANIFEST_BYTES = 64 << 20
MAX_FILES = 200_000
MAX_ITEMS = 100_000
MAX_VALUES = 4_000_000
"""Twice what the most files and items come to; each takes 60 bytes of memory or more."""
MAX_TITLE = 300
KINDS = ("episode", "film", "pages", "story")
UNSIGNED_FOLDERS = ("_edition", "_repair", "letters")
STANDALONE = ("episode", "film")
"""Items that travel alone: their proof lies beside them."""
PROOF_SUFFIX = ".proof.txt"
_HEX32 = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A signed file: ``chunks`` holds the 32-byte SHA-256 of every 1 MiB, in order."""

    path: str
    length: int
    sha256: str
    chunks: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that travels and verifies whole; ``files`` are indexes into the manifest."""

    id: str
    kind: str
    language: str
    title: str
    files: tuple[int, ...]

    @property
    def key(self) -> str:
        """Name the item within its edition."""
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``edition.json`` and ``chunks.bin`` say together."""

    newsroom: str
    number: int
    id: str
    previous: str
    issued: str
    stale_after: str
    items: tuple[Item, ...]
    files: tuple[FileEntry, ...]


def render(manifest: Manifest) -> tuple[bytes, bytes]:
    """Return the bytes of ``edition.json`` and ``chunks.bin``."""
    index, files = 0, []
    for entry in manifest.files:
        files.append(
            {"path": entry.path, "length": entry.length, "sha256": entry.sha256, "chunk": index}
        )
        index += len(entry.chunks) // 32
    items = [
        {
            "id": i.id,
            "kind": i.kind,
            "language": i.language,
            "title": i.title,
            "files": list(i.files),
        }
        for i in manifest.items
    ]
    text = json.dumps(
        {
            "format": f"{FORMAT} {VERSION}",
            "needs": [],
            "newsroom": manifest.newsroom,
            "number": manifest.number,
            "id": manifest.id,
            "previous": manifest.previous or None,
            "issued": manifest.issued,
            "stale_after": manifest.stale_after,
            "chunk_bytes": CHUNK_BYTES,
            "items": items,
            "files": files,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return text.encode() + b"\n", b"".join(entry.chunks for entry in manifest.files)


def parse(data: bytes, chunks: bytes) -> Manifest:
    """Read ``edition.json`` and ``chunks.bin``, trusting nothing in them.

    Raises:
        TooLarge: more bytes, files or items than the limits.
        NeedsNewer: a format version or a need that this release does not know.
        FormatError: anything else that the specification forbids; the message names the field.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise TooLarge(f"edition.json: {len(data)} bytes, expected at most {MAX_MANIFEST_BYTES}")
    if sum(map(data.count, (b",", b"{", b"["))) > MAX_VALUES:
        raise TooLarge(f"edition.json: more than {MAX_VALUES} values")
    try:
        doc = json.loads(data.decode("utf-8"), object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"edition.json: is not JSON as specified ({error})") from error
    check_format(doc, FORMAT, VERSION, "edition.json")
    field = _Fields(doc, "edition.json")
    if field.whole("chunk_bytes") != CHUNK_BYTES:
        raise FormatError(f"edition.json: chunk_bytes must be {CHUNK_BYTES}")
    files = _files(field.rows("files", MAX_FILES), chunks)
    return Manifest(
        newsroom=field.hex64("newsroom"),
        number=field.whole("number", least=1),
        id=field.match("id", _HEX32),
        previous=field.match("previous", _HEX64) if doc.get("previous") is not None else "",
        issued=field.match("issued", _DATE),
        stale_after=field.match("stale_after", _DATE),
        items=_items(field.rows("items", MAX_ITEMS), len(files)),
        files=files,
    )


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def check_format(doc: object, name: str, version: int, where: str) -> None:
    """Check the ``format`` and ``needs`` of one of our JSON documents.

    Raises:
        NeedsNewer, FormatError
    """
    kind = doc.get("format") if isinstance(doc, dict) else None
    match = (
        re.fullmatch(re.escape(name) + r" ([1-9][0-9]{0,8})", kind or "")
        if isinstance(kind, str)
        else None
    )
    if not match or not isinstance(doc, dict):
        raise FormatError(f"{where}: format is {kind!r}, expected '{name} {version}'")
    if int(match[1]) != version:
        raise NeedsNewer(f"{where}: version {match[1]}, this verifier knows {version}")
    needs = doc.get("needs")
    if not isinstance(needs, list) or not all(isinstance(n, str) for n in needs):
        raise FormatError(f"{where}: needs must be a list of words")
    if needs:
        raise NeedsNewer(f"{where}: needs {', '.join(needs[:5])}")


class _Fields:
    """Typed access to one JSON object; errors name where and which field."""

    def __init__(self, doc: dict[str, Any], where: str) -> None:
        self._doc, self._where = doc, where

    def _bad(self, name: str, expected: str) -> FormatError:
        return FormatError(f"{self._where}: {name} is not {expected}")

    def text(self, name: str) -> str:
        value = self._doc.get(name)
        if not isinstance(value, str):
            raise self._bad(name, "text")
        return value

    def match(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if not pattern.fullmatch(value):
            raise self._bad(name, f"of the form {pattern.pattern}")
        return value

    def hex64(self, name: str) -> str:
        return self.match(name, _HEX64)

    def whole(self, name: str, *, least: int = 0) -> int:
        value = self._doc.get(name)
        if type(value) is not int or not least <= value < 2**53:
            raise self._bad(name, f"a whole number from {least}")
        return value

    def rows(self, name: str, limit: int) -> list[dict[str, Any]]:
        value = self._doc.get(name)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self._bad(name, "a list of objects")
        if len(value) > limit:
            raise TooLarge(f"{self._where}: {len(value)} {name}, expected at most {limit}")
        return value


def _files(rows: Sequence[dict[str, Any]], chunks: bytes) -> tuple[FileEntry, ...]:
    found: list[FileEntry] = []
    folded: set[str] = set()
    before, at = b"", 0
    for i, row in enumerate(rows):
        where = f"edition.json: files[{i}]"
        path, length, digest = row.get("path"), row.get("length"), row.get("sha256")
        if not isinstance(path, str) or (problem := path_problem(path)):
            raise FormatError(f"{where}: path {path!r} {problem if isinstance(path, str) else ''}")
        if type(length) is not int or not 0 <= length <= MAX_FILE_BYTES:
            raise FormatError(f"{where}: length {length!r}, expected 0 to {MAX_FILE_BYTES}")
        if not isinstance(digest, str) or not _HEX64.fullmatch(digest):
            raise FormatError(f"{where}: sha256 is not 64 hex digits")
        if row.get("chunk") != at or type(row.get("chunk")) is not int:
            raise FormatError(f"{where}: chunk is {row.get('chunk')!r}, expected {at}")
        if is_unsigned(path):
            raise FormatError(f"{where}: {path} proves and is not proven")
        raw, count = path.encode(), -(-length // CHUNK_BYTES)
        if raw <= before or (name := fold(path)) in folded:
            raise FormatError(f"{where}: {path} is out of order, or stands twice")
        folded.add(name)
        before = raw
        found.append(FileEntry(path, length, digest, chunks[at * 32 : (at + count) * 32]))
        at += count
    if len(chunks) != at * 32:
        raise FormatError(f"chunks.bin: {len(chunks)} bytes, expected {at * 32}")
    return tuple(found)


def is_unsigned(path: str) -> bool:
    """Tell whether ``path`` lies outside every manifest: it proves, or it is a letter."""
    return path.partition("/")[0] in UNSIGNED_FOLDERS or path.endswith(PROOF_SUFFIX)


def proof_places(found: Manifest, items: Iterable[Item]) -> dict[str, str]:
    """Say where the proofs lie of those of ``items`` that stand alone: path by item key.

    Each lies beside the item's shortest path, the first of several.
    """
    paths = {
        item.key: min((found.files[i].path for i in item.files), key=len)
        for item in items
        if item.kind in STANDALONE and item.files
    }
    return {key: path.rpartition(".")[0] + PROOF_SUFFIX for key, path in paths.items()}


def _items(rows: Sequence[dict[str, Any]], files: int) -> tuple[Item, ...]:
    found: list[Item] = []
    owned: set[int] = set()
    before = ("", "")
    for i, row in enumerate(rows):
        where = f"edition.json: items[{i}]"
        field = _Fields(row, where)
        item = Item(
            field.text("id"),
            field.text("kind"),
            field.text("language"),
            field.text("title"),
            _owned(row.get("files"), where, owned, files),
        )
        if item.kind not in KINDS or not is_item_id(item.id) or not is_language(item.language):
            raise FormatError(f"{where}: unknown kind, id or language")
        if len(item.title) > MAX_TITLE or not is_plain_line(item.title):
            raise FormatError(f"{where}: title is longer than {MAX_TITLE} or not one plain line")
        if (item.kind, item.id) <= before:
            raise FormatError(f"{where}: {item.key} is out of order, or stands twice")
        before = (item.kind, item.id)
        found.append(item)
    if len(owned) != files:
        raise FormatError(f"edition.json: {files - len(owned)} files belong to no item")
    return tuple(found)


def _owned(value: object, where: str, owned: set[int], files: int) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(n) is int and 0 <= n < files for n in value):
        raise FormatError(f"{where}: files is not a list of indexes below {files}")
    if sorted(set(value)) != value or not owned.isdisjoint(value):
        raise FormatError(f"{where}: a file is out of order, or belongs to two items")
    owned.update(value)
    return tuple(value)
