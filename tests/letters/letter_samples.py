"""Pens and drafts that are the same every time."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from handbill.keys.ring import HeldKey
from handbill.letters.letter import Draft, Kind
from handbill.letters.pen import Pen, one_letter

NONCE = bytes(range(16))
DESK = HeldKey("desk", sha256(b"desk").digest())


def pen(number: int = 1) -> Pen:
    """A pen with a receipt key, without scrypt's work."""
    return Pen(*(sha256(f"{what} {number}".encode()).digest() for what in ("seed", "receipt")))


PEN = pen()
BARE = one_letter(sha256(b"one letter").digest())

DRAFT = Draft(
    to="5f" * 32,
    edition_number=42,
    edition_id="8c" * 16,
    seal="ab" * 8,
    kind=Kind.LETTER,
    story="last-crossing",
    parent="",
    rules_version=3,
    rules_hash="9f" * 32,
    language="ko",
    name="김철수",
    body="The reader's words.\n\nThey may have paragraphs.",
    marks=("last-crossing", "the-last-ferry"),
)


def draft(kind: str = "letter", **changes: Any) -> Draft:
    """A draft that is right for its kind."""
    bare: dict[str, Any] = {
        "rules_version": 0,
        "rules_hash": "",
        "name": "",
        "body": "",
        "marks": (),
    }
    by_kind: dict[str, dict[str, Any]] = {
        "reply": {"parent": "12" * 8},
        "withdraw": {**bare, "story": "", "parent": "12" * 8},
        "burn": {**bare, "story": "", "erase": True},
        "appeal": {"story": "", "parent": "12" * 8},
        "request": {"story": "", "name": ""},
    }
    return replace(DRAFT, kind=Kind(kind), **{**by_kind.get(kind, {}), **changes})
