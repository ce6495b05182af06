from __future__ import annotations

import pytest
from letter_samples import BARE, DESK, NONCE, PEN, draft
from nacl.bindings import crypto_box_seed_keypair

from handbill.errors import FormatError, SealBroken, SignatureInvalid
from handbill.letters import letter, pen, seal


@pytest.mark.parametrize("kind", [k for k in letter.Kind if k != "transcript"])
@pytest.mark.parametrize("by", [PEN, BARE])
def test_a_letter_comes_back(kind, by):
    data = letter.compose(draft(kind), by, NONCE)
    read = letter.parse(data)
    letter.verify(read, None)
    assert read.kind == kind
    assert read.body == draft(kind).body


def test_transcripts():
    data = letter.transcribe(draft("transcript"), DESK, NONCE)
    read = letter.parse(data)
    letter.verify(read, DESK.public)
    for other in (None, PEN.public):
        with pytest.raises(SignatureInvalid):
            letter.verify(read, other)
    with pytest.raises(FormatError):
        letter.compose(draft("transcript"), PEN, NONCE)


def test_seal():
    public, private = crypto_box_seed_keypair(bytes(32))
    sealed = seal.seal(b"hello", public)
    assert len(sealed) == 4096
    assert seal.unseal(sealed, private) == b"hello"
    with pytest.raises(SealBroken):
        seal.unseal(sealed, bytes(range(32)))
    assert seal.join(reversed(seal.parts(sealed) * 2)) == [sealed]


def test_phrases():
    phrase = pen.make_phrase("ko", lambda n: bytes(range(n)))
    assert pen.canonical(phrase).startswith(b"list ")
    own = "می‌روم به خانه " + pen.added_words("fa", lambda n: b"\x07\xff")
    assert pen.canonical(own) == "own میروم به خانه 2047 2047 2047".encode()
    assert pen.strength_bits(own) == 33
