"""A small newsroom with readers who write to it, for the desk's tests and figures."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from nacl import bindings

from handbill import note
from handbill.carrier.tray import letter_name
from handbill.desk.intake.values import Desk, Edition
from handbill.keys.held import HeldKey
from handbill.keys.seals import SealKey
from handbill.keys.values import DeskKey
from handbill.letters import letter as letters
from handbill.letters.letter import Draft, Kind
from handbill.letters.pen import Pen
from handbill.letters.seal import key_id, seal
from handbill.rules.book import Book
from handbill.rules.reading import parse as parse_book
from handbill.rules.screens.hidden import HiddenScreen
from handbill.rules.screens.length import LengthScreen
from handbill.rules.screens.names import NamesScreen
from handbill.rules.screens.opened import OpenedScreen
from handbill.rules.screens.twins import TwinsScreen

NEWSROOM = "5f" * 32
DESK_KEY = HeldKey("desk", b"\x07" * 32)


def seal_key(number: int) -> SealKey:
    private = hashlib.sha256(f"seal {number}".encode()).digest()
    public = bindings.crypto_scalarmult_base(private)
    return SealKey(number, key_id(public), public, private, "2026-01-01")


SEALS = tuple(seal_key(n) for n in (5, 4, 3))
GONE = seal_key(1)
FOREIGN = seal_key(99)
EDITIONS = {k.number: Edition(f"{k.number:032x}", k.id) for k in (*SEALS, GONE)}


def book() -> Book:
    source = Path(__file__).resolve().parents[2] / "src/handbill/newsroom/start/book.toml"
    return parse_book(source.read_bytes())


def desk(**changed: Any) -> Desk:
    rules = book()
    made = Desk(
        newsroom_id=NEWSROOM,
        secret=b"\x11" * 32,
        seals=SEALS,
        destroyed=frozenset({GONE.id}),
        desk_keys=(DeskKey(DESK_KEY.public),),
        newest=5,
        editions=EDITIONS,
        book=rules,
        rules=frozenset({(rules.version, rules.hash)}),
        alone=(OpenedScreen(), HiddenScreen()),
        together=(LengthScreen(), NamesScreen(), TwinsScreen()),
    )
    return replace(made, **changed)


def _words() -> list[str]:
    """Return 4,000 words of nobody's language, so that two texts share little by chance."""
    chance = random.Random(0)
    pairs = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    return [
        "".join(chance.choices(pairs, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(4000)
    ]


WORDS = _words()


class Writers:
    """Writes letters the same way for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.rules = book()

    def pen(self, name: str) -> Pen:
        return Pen(
            hashlib.sha256(f"pen {name}".encode()).digest(),
            hashlib.sha256(f"receipt {name}".encode()).digest(),
        )

    def draft(self, kind: Kind = Kind.LETTER, *, number: int = 5, **changed: Any) -> Draft:
        edition = EDITIONS[number]
        bare = kind in (Kind.WITHDRAW, Kind.BURN)
        made = Draft(
            to=NEWSROOM,
            edition_number=number,
            edition_id=edition.id,
            seal=edition.seal,
            kind=kind,
            story="" if bare else "last-crossing",
            parent="",
            rules_version=0 if bare else self.rules.version,
            rules_hash="" if bare else self.rules.hash,
            language="en",
            name="" if bare or kind is Kind.REQUEST else "Mara Ilven",
            body="" if bare else self.words(40),
        )
        return replace(made, **changed)

    def words(self, count: int) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(count))

    def write(self, draft: Draft, pen: Pen | str) -> bytes:
        """Return the signed note."""
        nonce = self.random.randbytes(16)
        signer = self.pen(pen) if isinstance(pen, str) else pen
        if draft.kind is Kind.TRANSCRIPT:
            return letters.transcribe(draft, DESK_KEY, nonce)
        return letters.compose(draft, signer, nonce)


def sealed(note: bytes, key: SealKey | None = None) -> bytes:
    """Seal to the key that the note names, or to ``key``; other bytes each time."""
    if key is None:
        named = letters.parse(note).seal
        key = next(k for k in (*SEALS, GONE, FOREIGN) if k.id == named)
    return seal(note, key.public)


def raw_sealed(plain: bytes, key: SealKey) -> bytes:
    """Seal a plain text of our making, as an enemy would."""
    return b"\x01" + bindings.crypto_box_seal(plain, key.public)


def identity(note: bytes) -> str:
    return letters.parse(note).id


def short(letter_id: str) -> str:
    """Return how withdrawals and appeals name a letter."""
    return letter_id[:16]


def public(letter_id: str) -> str:
    """Return how replies name a letter."""
    return desk().public_name(letter_id)


def put(tray: Path, *files: bytes) -> None:
    tray.mkdir(parents=True, exist_ok=True)
    for data in files:
        (tray / letter_name(data)).write_bytes(data)


def resigned(text: str, pen: Pen) -> bytes:
    """Sign a text that no honest page would write."""
    line = note.signature_line("pen", pen.public, pen.sign(text.encode()))
    return f"{text}\n{line}".encode()


def text_of(note_bytes: bytes) -> str:
    """Return the signed text of a note."""
    return letters.parse(note_bytes).text
