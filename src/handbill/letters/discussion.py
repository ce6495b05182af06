"""What the desk hands to the press: threads, decisions, receipts and hits, signed as one.

Format: docs/formats/discussion.md. Pure: bytes in, values out.
"""

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from handbill import note
from handbill.errors import FormatError, NeedsNewer, SignatureInvalid, TooLarge
from handbill.keys.values import Signer
from handbill.letters.receipts import Row, build
from handbill.letters.thread import Entry, Label, Shown, Thread

VERSION = 1
NAME = "discussion.txt"
SIGNER = "desk"
MAX_NOTE_BYTES, MAX_LINE_BYTES = 4 << 10, 8 << 20
FILES = {
    "threads": ("threads.jsonl", 256 << 20),
    "decisions": ("decisions.json", 16 << 20),
    "receipts": ("receipts.sealed", 256 << 20),
    "demand": ("demand.json", 16 << 20),
}
"""The files that the note vouches for, by their field: name and limit in bytes."""
LEAST_HITS = 5
"""Smaller numbers of hits are shown to nobody outside the desk."""
_HEAD = ("newsroom", "edition", "handed", "sequence", "chain")
_KEY = re.compile(r"[0-9a-f]{16}")
_ITEM = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Note:
    """The signed summary: the edition that the desk knew, the number of this hand-over, and the
    log's last entry and chain.
    """

    newsroom: str
    edition: int
    handed: int
    sequence: int
    chain: str
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Discussion:
    """All that the press gets. ``receipts`` maps a receipt key to its rows."""

    note: Note
    threads: Mapping[str, Thread]
    decisions: Mapping[str, Any]
    receipts: Mapping[bytes, tuple[Row, ...]] = field(repr=False)
    demand: Mapping[str, Mapping[str, int]]


def write_note(summary: Note, signer: Signer) -> bytes:
    """Write and sign ``discussion.txt``."""
    values: list[tuple[str, object]] = [(name, getattr(summary, name)) for name in _HEAD]
    values += [(name, summary.hashes[name]) for name in FILES]
    text = note.header("discussion", VERSION, values)
    line = note.signature_line(SIGNER, signer.public, signer.sign(text.encode()))
    return f"{text}\n{line}".encode()


def read_note(data: bytes, desk_key: bytes, newsroom: str) -> Note:
    """Read ``discussion.txt`` and check that this newsroom's desk signed it.

    Raises:
        FormatError, NeedsNewer, TooLarge, SignatureInvalid
    """
    read = note.parse(data, limit=MAX_NOTE_BYTES)
    found = note.fields(read.text, "discussion", VERSION, (*_HEAD, *FILES))
    if not note.signers_of(read, {SIGNER: desk_key}):
        raise SignatureInvalid(f"{NAME}: not signed by this newsroom's desk")
    for name, value in found.items():
        number = name in ("edition", "handed", "sequence")
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}" if number else r"[0-9a-f]{64}", value):
            raise FormatError(f"{NAME}: {name} is {value[:80]!r}")
    if found["newsroom"] != newsroom:
        raise SignatureInvalid(f"{NAME}: is of another newsroom")
    hashes = {name: found[name] for name in FILES}
    edition, handed, sequence = (int(found[n]) for n in ("edition", "handed", "sequence"))
    return Note(found["newsroom"], edition, handed, sequence, found["chain"], hashes)


def check_file(summary: Note, name: str, data: bytes) -> None:
    """Check one of :data:`FILES` against the note.

    Raises:
        TooLarge, SignatureInvalid
    """
    path, limit = FILES[name]
    if len(data) > limit:
        raise TooLarge(f"discussion: {path}: larger than {limit} bytes")
    if sha256(data).hexdigest() != summary.hashes[name]:
        raise SignatureInvalid(
            f"discussion: {path} is not what the desk signed",
            hint="write it again: handbill desk export NEWSROOM",
        )


def write_threads(threads: Iterable[Thread]) -> bytes:
    """Write ``threads.jsonl``."""
    lines = [_dump(_thread_row(t)) for t in sorted(threads, key=lambda t: t.story)]
    return "".join(line + "\n" for line in lines).encode()


def read_threads(data: bytes) -> dict[str, Thread]:
    """Read ``threads.jsonl``.

    Raises:
        FormatError, TooLarge
    """
    found: dict[str, Thread] = {}
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        where = f"threads.jsonl: line {number}"
        if len(line) > MAX_LINE_BYTES:
            raise TooLarge(f"{where}: longer than {MAX_LINE_BYTES} bytes")
        try:
            thread = _thread(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise FormatError(f"{where}: is not as specified ({error})") from error
        if thread.story in found:
            raise FormatError(f"{where}: {thread.story} stands there twice")
        found[thread.story] = thread
    return found


def _thread_row(thread: Thread) -> dict[str, Any]:
    ordered = sorted(thread.entries, key=lambda e: (e.edition, e.key))
    letters = [
        {
            "key": e.key,
            "parent": e.parent or None,
            "state": e.state,
            "name": e.name,
            "fingerprint": e.fingerprint,
            "language": e.language,
            "edition": e.edition,
            "label": e.label,
            "pick": e.pick,
            "rule": e.rule or None,
            "words": e.words,
            "text": e.text,
        }
        for e in ordered
    ]
    closed = {"open": thread.open, "reason": thread.reason}
    return {"story": thread.story, **closed, "letters": letters}


def _thread(row: Mapping[str, Any]) -> Thread:
    if not _ITEM.fullmatch(row["story"]):
        raise ValueError("story")
    entries = tuple(_entry(e) for e in row["letters"])
    if len({e.key for e in entries}) < len(entries):
        raise ValueError("a letter twice")
    return Thread(row["story"], bool(row["open"]), _text(row["reason"]), entries)


def _entry(row: Mapping[str, Any]) -> Entry:
    key, parent = row["key"], row["parent"] or ""
    if not _KEY.fullmatch(key) or (parent and not _KEY.fullmatch(parent)):
        raise ValueError("key or parent")
    return Entry(
        key,
        parent,
        Shown(row["state"]),
        int(row["edition"]),
        name=_text(row["name"]),
        fingerprint=_text(row["fingerprint"]),
        language=_text(row["language"]),
        label=Label(row["label"]) if row["label"] else None,
        pick=bool(row["pick"]),
        rule=_text(row["rule"] or ""),
        words=int(row["words"]),
        text=_text(row["text"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value


def write_record(kind: str, content: Mapping[str, Any]) -> bytes:
    """Write ``decisions.json`` or ``demand.json``; ``kind`` is ``decisions`` or ``demand``."""
    return (_dump({"format": f"handbill {kind} {VERSION}", "needs": [], **content}) + "\n").encode()


def read_record(kind: str, data: bytes) -> dict[str, Any]:
    """Read ``decisions.json`` or ``demand.json``.

    Raises:
        FormatError, NeedsNewer
    """
    try:
        found = dict(json.loads(data))
        stated, needs = found["format"], found["needs"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{kind}.json: is not as specified ({error})") from error
    if stated != f"handbill {kind} {VERSION}" or needs:
        raise NeedsNewer(f"{kind}.json: {str(stated)[:80]!r}, needs {str(needs)[:80]}")
    return found


def demand_of(record: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the hits of each item, numbers that are too small to be shown left out."""
    found: dict[str, dict[str, int]] = {}
    for row in record.get("items", []):
        counts = {k: v for k, v in row.items() if isinstance(v, int) and v >= LEAST_HITS}
        if _ITEM.fullmatch(str(row.get("id", ""))) and counts:
            found[row["id"]] = counts
    return found


def seal_receipts(rows: Mapping[bytes, Iterable[Row]], desk_secret: bytes, nonce: bytes) -> bytes:
    """Encrypt the rows of each receipt key for the press; ``nonce`` is 24 random bytes."""
    listed = {
        key.hex(): [[r.letter[:16], r.status, r.rule, r.edition] for r in own]
        for key, own in sorted(rows.items())
    }
    return bytes(_box(desk_secret).encrypt(_dump(listed).encode(), nonce))


def open_receipts(data: bytes, desk_secret: bytes) -> dict[bytes, tuple[Row, ...]]:
    """Decrypt what :func:`seal_receipts` wrote.

    Raises:
        FormatError
    """
    try:
        listed = json.loads(_box(desk_secret).decrypt(data))
        return {bytes.fromhex(key): tuple(Row(*row) for row in own) for key, own in listed.items()}
    except (CryptoError, ValueError, TypeError, AttributeError) as error:
        raise FormatError(f"receipts.sealed: cannot be opened ({error})") from error


def edition_receipts(
    edition_id: str, rows: Mapping[bytes, Iterable[Row]], desk_secret: bytes
) -> bytes:
    """Return ``receipts.bin`` of one edition; the same rows give the same bytes."""
    count = 0

    def drawn(size: int) -> bytes:
        nonlocal count
        count += 1
        label = f"receipt slot {edition_id} {count}".encode()
        blocks = range((size + 31) // 32)
        stream = (hmac.digest(desk_secret, label + b" %d" % i, "sha256") for i in blocks)
        return b"".join(stream)[:size]

    return build(edition_id, {k: tuple(own) for k, own in rows.items()}, drawn)


def _box(desk_secret: bytes) -> SecretBox:
    return SecretBox(hmac.digest(desk_secret, b"discussion receipts", "sha256"))


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
