"""The vectors of letters in Python; the page's tests run the same files through its own scripts."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from handbill.errors import HandbillError
from handbill.letters import counting, letter, pen, receipts, seal

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


def cases(name: str) -> list[Any]:
    rows = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return [pytest.param(row, id=f"{n} {row['name']}") for n, row in enumerate(rows)]


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


@pytest.mark.parametrize("row", cases("pens"))
def test_pens(row: dict[str, Any]) -> None:
    if row["canonical"] is None:
        with pytest.raises(HandbillError) as caught:
            pen.canonical(row["typed"])
        assert caught.value.code == "usage"
        assert caught.value.hint
        return
    assert pen.canonical(row["typed"]) == row["canonical"].encode()
    assert pen.strength_bits(row["typed"]) == row["bits"]
    if "newsroom" in row:
        made = pen.derive(pen.canonical(row["typed"]), row["newsroom"])
        assert made.public.hex() == row["public"]
        assert made.receipt_key.hex() == row["receipt"]


@pytest.mark.parametrize("row", [c for c in cases("letters") if "draft" in c.values[0]])
def test_letters_are_composed(row: dict[str, Any]) -> None:
    given = row["draft"]
    draft = letter.Draft(
        **{**given, "kind": letter.Kind(given["kind"]), "marks": tuple(given["marks"])}
    )
    by = pen.Pen(bytes.fromhex(row["seed"]), bytes.fromhex(row["receipt_key"]))
    if row["refused"]:
        with pytest.raises(HandbillError) as caught:
            letter.compose(draft, by, bytes.fromhex(row["nonce"]))
        assert caught.value.code == row["refused"]
        return
    data = letter.compose(draft, by, bytes.fromhex(row["nonce"]))
    assert data == raw(row["note"])
    read = letter.parse(data)
    letter.verify(read, None)
    assert (read.id, read.words, read.raw) == (row["id"], row["words"], data)
    assert all(getattr(read, name) == getattr(draft, name) for name in given)


@pytest.mark.parametrize("row", [c for c in cases("letters") if "draft" not in c.values[0]])
def test_letters_are_read(row: dict[str, Any]) -> None:
    data = raw(row["note"])
    if row["refused"]:
        with pytest.raises(HandbillError) as caught:
            letter.verify(letter.parse(data), bytes.fromhex(row["desk_key"]))
        assert caught.value.code == row["refused"]
        return
    read = letter.parse(data)
    letter.verify(read, bytes.fromhex(row["desk_key"]))
    assert (read.id, read.nfc) == (row["id"], row["nfc"])
    assert read.id == sha256(data[: data.rindex(b"\n\n") + 1]).hexdigest()


def test_tidied() -> None:
    for row in json.loads((VECTORS / "tidy.json").read_text("utf-8")):
        assert letter.tidy_body(row["typed"]) == row["body"], row
        assert letter.tidy_name(row["typed"]) == row["name"], row


@pytest.mark.parametrize("row", cases("seals"))
def test_seals(row: dict[str, Any]) -> None:
    sealed, private = raw(row["sealed"]), bytes.fromhex(row["private"])
    if row["refused"]:
        with pytest.raises(HandbillError) as caught:
            seal.unseal(sealed, private)
        assert caught.value.code == row["refused"]
        return
    assert seal.unseal(sealed, private) == raw(row["note"])
    assert [sha256(part).hexdigest() for part in seal.parts(sealed)] == row["codes"]


@pytest.mark.parametrize("row", cases("receipts"))
def test_receipts(row: dict[str, Any]) -> None:
    data, edition = raw(row["data"]), row["edition"]
    for one in row["pens"]:
        found = receipts.look_up(data, edition, bytes.fromhex(one["receipt_key"]))
        assert found == tuple(receipts.Row(**r) for r in one["rows"])
    if row["refused"]:
        with pytest.raises(HandbillError) as caught:
            receipts.look_up(data, edition, sha256(b"receipt 0").digest())
        assert caught.value.code == row["refused"]
    else:
        assert row["pens"]


@pytest.mark.parametrize("row", cases("counting"))
def test_counting(row: dict[str, Any]) -> None:
    assert counting.count(row["text"]) == row["words"]
