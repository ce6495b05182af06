"""Small editions, signed by keys that are the same every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from handbill.edition.manifest import FileEntry, proof_places
from handbill.edition.sign import (
    EditionInputs,
    History,
    Kept,
    PlannedItem,
    SignedEdition,
    Signers,
    sign_edition,
)
from handbill.keys import roots
from handbill.keys.held import HeldKey
from handbill.keys.values import Reservation
from handbill.paths import CHUNK_BYTES

FILM = bytes(range(256)) * 8192 + b"end"  # two chunks and three bytes


def key(role: str, number: int = 1) -> HeldKey:
    return HeldKey(role, sha256(f"{role} {number}".encode()).digest())


def root(version: int, editor: int = 1, root_key: int = 1, more: int = 0) -> roots.Root:
    """``more`` appoints that many more editors; one is enough to sign."""
    press = (1, (key("press").public,))
    editors = sorted(key("editor", editor + n).public for n in range(1 + more))
    return roots.Root(
        version,
        "2026-01-01",
        {
            "root": (1, (key("root", root_key).public,)),
            "targets": (1, tuple(editors)),
            "snapshot": press,
            "timestamp": press,
        },
    )


ROOT_1 = roots.render(root(1), [key("root")])
ROOT_2 = roots.render(root(2, editor=2), [key("root")])


@dataclass
class Newsroom:
    """Signs editions into folders; remembers what it published.

    ``kept`` are proofs from earlier editions by the hash of their item's text, where a test wants
    unchanged items to keep theirs; ``more`` are stories beside the one that is always there.
    """

    chain: tuple[bytes, ...] = (ROOT_1,)
    editor: int = 1
    past: list[tuple[int, str, str]] = field(default_factory=list)
    door: str = "door"
    kept: dict[str, Kept] | None = None
    editors: tuple[int, ...] = ()
    more: int = 0

    def payload(self) -> dict[str, bytes]:
        return {
            "index.html": f"<!doctype html><title>{self.door}</title>".encode(),
            "stories/a/index.html": b"<!doctype html><title>a</title>",
            "films/The film 1.mp4": FILM,
            "films/The film 1.srt": b"1\n",
            "films/The film 1.empty.txt": b"",
        }

    def press(self, out: Path, number: int = 1, *, record: bool = True) -> SignedEdition:
        payload = self.payload() | {_more(n): b"%d" % n for n in range(self.more)}
        files = [FileEntry(p, len(d), sha256(d).hexdigest(), chunks(d)) for p, d in payload.items()]
        items = [
            PlannedItem("a", "story", "en", "A", ("stories/a/index.html",)),
            *(PlannedItem(f"n{n}", "story", "en", "N", (_more(n),)) for n in range(self.more)),
            PlannedItem("f", "film", "ko", "영화", tuple(p for p in payload if "films/" in p)),
            PlannedItem("site", "pages", "en", "Site", tuple(p for p in payload if _of_site(p))),
        ]
        previous = self.past[-1][1] if self.past else ""
        drawn = Reservation(
            number, f"{number:032x}", "2026-11-24", "2027-05-24", "ab" * 32, previous
        )
        inputs = EditionInputs(
            roots.newsroom_id(self.chain[0]), "Sample", ("en",), drawn, self.chain
        )
        editors = tuple(key("editor", n) for n in self.editors or (self.editor,))
        signers = Signers(editors, (key("press"),), key("ssh"))
        history = History(tuple(self.past))
        signed = sign_edition(
            inputs, items, files, signers=signers, history=history, kept=self.kept
        )
        places = proof_places(signed.manifest, signed.manifest.items)
        beside = {path: signed.proofs[item] for item, path in places.items()}
        for path, data in {**payload, **dict(signed.files), **beside}.items():
            place = out / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        if record:
            digest = sha256((out / "_edition/targets/edition.json").read_bytes()).hexdigest()
            self.past.append((number, signed.head_hash, digest))
            self._keep(signed, number)
        return signed

    def _keep(self, signed: SignedEdition, number: int) -> None:
        if self.kept is None:
            return
        for item, text in signed.item_texts.items():
            made = Kept(signed.proofs[item], number, signed.head_hash)
            if self.kept.get(text, made).data != made.data:
                self.kept.pop(text)
            self.kept.setdefault(text, made)


def _more(number: int) -> str:
    return f"stories/n{number}/index.html"


def _of_site(path: str) -> bool:
    return not path.startswith(("stories/", "films/"))


def chunks(data: bytes) -> bytes:
    parts = range(0, len(data), CHUNK_BYTES)
    return b"".join(sha256(data[i : i + CHUNK_BYTES]).digest() for i in parts)
