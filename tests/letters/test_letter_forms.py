"""Letters, seals and receipts under whatever somebody sends; phrases under whatever is typed."""

from __future__ import annotations

import base64
import json
import unicodedata
import zlib
from dataclasses import replace
from hashlib import sha256
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_samples import BARE, DESK, DRAFT, NONCE, PEN, draft, pen
from nacl.bindings import crypto_box_seed_keypair

from handbill import note
from handbill.errors import (
    FormatError,
    HandbillError,
    SealBroken,
    SignatureInvalid,
    TooLarge,
    UsageError,
)
from handbill.keys.words import LISTS, word_list
from handbill.letters import letter, receipts, seal
from handbill.letters import pen as pens

PUBLIC, PRIVATE = crypto_box_seed_keypair(sha256(b"sealing key").digest())
GOOD = letter.compose(DRAFT, PEN, NONCE)
SEALED = seal.seal(GOOD, PUBLIC)
TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
EDITION = "8c" * 16
VECTORS = Path(__file__).resolve().parents[2] / "vectors"


def passes(data: bytes) -> bool:
    try:
        letter.verify(letter.parse(data), DESK.public)
    except HandbillError:
        return False
    return True


# Letters


@given(body=TYPED, name=TYPED, nonce=st.binary(min_size=16, max_size=16))
def test_whatever_is_typed_comes_back(body: str, name: str, nonce: bytes) -> None:
    made = draft(
        body=letter.tidy_body(body) or "a", name=letter.tidy_name(name)[:60].strip() or "b"
    )
    try:
        data = letter.compose(made, PEN, nonce)
    except FormatError:
        # What a cut of the name left at its end may again be white space.
        assert made.name != made.name.strip(letter.WHITE)
        return
    read = letter.parse(data)
    letter.verify(read, None)
    assert read.nfc
    assert (read.body, read.name, read.nonce) == (made.body, made.name, nonce.hex())
    assert read.key == PEN.public


@given(TYPED)
def test_tidying_twice_changes_nothing(typed: str) -> None:
    assert letter.tidy_body(letter.tidy_body(typed)) == letter.tidy_body(typed)
    assert letter.tidy_name(letter.tidy_name(typed)) == letter.tidy_name(typed)


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_byte_passes(at: int, by: int) -> None:
    assert not passes(GOOD[:at] + bytes([GOOD[at] ^ by]) + GOOD[at + 1 :])


@given(st.integers(0, len(GOOD) - 1))
def test_no_cut_passes(at: int) -> None:
    assert not passes(GOOD[:at])
    assert not passes(GOOD[:at] + GOOD[at + 1 :])


@given(st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    assert not passes(noise)
    with pytest.raises(HandbillError):
        seal.unseal(noise, PRIVATE)
    with pytest.raises(HandbillError):
        receipts.look_up(noise, EDITION, b"")


def test_errors_name_line_and_field() -> None:
    bad = GOOD.replace(b"language: ko", b"language: KO")
    with pytest.raises(FormatError, match=r"letter: line 10: language: expected .* got 'KO'"):
        letter.parse(bad)


def test_limits_come_first() -> None:
    with pytest.raises(TooLarge):
        letter.parse(b"\xff" * (letter.MAX_LETTER_BYTES + 1))


def test_nothing_secret_or_traceable_is_shown() -> None:
    read = letter.parse(GOOD)
    shown = repr(read) + repr(PEN) + str(read)
    for kept in (read.receipt, read.nonce, read.id, read.key.hex(), read.body, PEN.seed.hex()):
        assert kept not in shown
    assert repr(read.key)[2:-1] not in shown


def test_one_letter_under_ten_seals_has_one_id() -> None:
    opened = {seal.unseal(seal.seal(GOOD, PUBLIC), PRIVATE) for _ in range(10)}
    assert len({letter.parse(one).id for one in opened}) == 1


def test_the_desk_alone_transcribes() -> None:
    data = letter.transcribe(draft("transcript", parent="12" * 8), DESK, NONCE)
    read = letter.parse(data)
    letter.verify(read, DESK.public)
    assert read.receipt == ""
    for other in (None, b"", PEN.public):
        with pytest.raises(SignatureInvalid):
            letter.verify(read, other)
    with pytest.raises(FormatError):
        letter.transcribe(DRAFT, DESK, NONCE)
    with pytest.raises(FormatError):
        letter.compose(draft("transcript"), PEN, NONCE)


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert letter.tidy_body("a\ud800b") == "a\ufffdb"
    with pytest.raises(FormatError):
        letter.compose(replace(DRAFT, body="a\ud800b"), PEN, NONCE)


def test_other_notes_stay_strict() -> None:
    text = "handbill sample 1\nneeds:\nkey: " + unicodedata.normalize("NFD", "값") + "\n"
    data = note.sign(text, [DESK])
    with pytest.raises(FormatError):
        note.parse(data)
    assert note.parse(data, nfc=False).text == text


# Seals


@given(st.binary(max_size=3000))
def test_what_is_sealed_comes_back(data: bytes) -> None:
    sealed = seal.seal(data, PUBLIC)
    assert len(sealed) == seal.SEALED_BYTES
    assert seal.unseal(sealed, PRIVATE) == data
    assert seal.unseal(sealed, PRIVATE, public_key=PUBLIC) == data


@settings(max_examples=300)
@given(st.integers(1, len(SEALED) - 1), st.integers(0, 7))
def test_no_changed_bit_opens(at: int, bit: int) -> None:
    changed = SEALED[:at] + bytes([SEALED[at] ^ 1 << bit]) + SEALED[at + 1 :]
    # X25519 ignores the highest bit of a key, but the nonce is made of all its bits.
    with pytest.raises(SealBroken):
        seal.unseal(changed, PRIVATE)


def test_a_letter_too_long_says_by_how_much() -> None:
    words = b" ".join(sha256(bytes([n % 256, n // 256])).hexdigest().encode() for n in range(200))
    with pytest.raises(TooLarge) as caught:
        seal.seal(words, PUBLIC)
    over = int(str(caught.value.hint).split()[-2])
    seal.seal(words[: -over - over // 20], PUBLIC)
    with pytest.raises(TooLarge):
        seal.seal(bytes(seal.MAX_INFLATED + 1), PUBLIC)


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, bits: int) -> None:
            self.real = real(bits)

        def decompress(self, data: bytes, limit: int) -> bytes:
            out = self.real.decompress(data, limit)
            asked.append(len(out))
            return out

    rows = json.loads((VECTORS / "seals.json").read_text("utf-8"))
    bomb = next(r for r in rows if r["name"] == "a bomb of 3 MB")
    monkeypatch.setattr(zlib, "decompressobj", Watched)
    with pytest.raises(TooLarge):
        seal.unseal(base64.b64decode(bomb["sealed"]), bytes.fromhex(bomb["private"]))
    assert asked == [seal.MAX_INFLATED + 1]


def test_codes_in_any_order_twice_and_among_others() -> None:
    other = seal.seal(b"another", PUBLIC)
    for order in permutations(range(4)):
        codes = [seal.parts(SEALED)[n] for n in order] * 2 + [b"", b"x" * 1032]
        assert seal.join(codes) == [SEALED]
    mixed = [*seal.parts(SEALED)[:3], *seal.parts(other), seal.parts(SEALED)[3]]
    assert sorted(seal.join(mixed)) == sorted([SEALED, other])
    assert seal.join(seal.parts(SEALED)[:3]) == []


def test_forged_codes_neither_pass_nor_hide_the_true_ones() -> None:
    true = seal.parts(SEALED)
    forged = [true[1][:8] + bytes([n]) * 1024 for n in range(3)]
    assert seal.join([*forged, *true]) == [SEALED]
    assert seal.join([forged[0], true[0], *true[2:]]) == []
    flood = [true[k][:8] + bytes([n]) * 1024 for n in range(100) for k in range(4)]
    assert seal.join(flood) == []
    assert seal.join([true[0][:7] + b"\x04" + true[0][8:]] * 4) == []


# Receipts


@given(
    st.dictionaries(
        st.binary(min_size=32, max_size=32),
        st.lists(
            st.builds(
                receipts.Row,
                st.binary(min_size=8, max_size=8).map(bytes.hex),
                st.integers(1, 255),
                st.integers(0, 255),
                st.integers(0, 65535),
            ),
            max_size=22,
        ),
        max_size=70,
    )
)
@settings(max_examples=30)
def test_each_pen_reads_its_own(rows: dict[bytes, list[receipts.Row]]) -> None:
    data = receipts.build(EDITION, rows, lambda n: sha256(b"x").digest() * 8 + bytes(n - 256))
    assert len(data) == 38 + 272 * (64 if len(rows) <= 64 else 128)
    for key, own in rows.items():
        assert receipts.look_up(data, EDITION, key) == tuple(own[:20])
    assert receipts.look_up(data, EDITION, b"a stranger") == ()


def test_receipts_say_nothing_without_the_key() -> None:
    row = receipts.Row("ab" * 32, receipts.Status.PUBLISHED, 7, 42)
    noise = iter(range(1 << 20))
    random = lambda n: b"".join(sha256(bytes([next(noise) % 251])).digest() for _ in range(9))[:n]  # noqa: E731
    one = receipts.build(EDITION, {PEN.receipt_key: [row]}, random)
    two = receipts.build("00" * 16, {PEN.receipt_key: [row]}, random)
    slots = [{data[38 + 272 * n :][:272] for n in range(64)} for data in (one, two)]
    tags = [receipts.tag(PEN.receipt_key, e) for e in (EDITION, "00" * 16)]
    boxes = [next(s for s in found if s[:16] == t) for found, t in zip(slots, tags, strict=True)]
    assert boxes[0][:16] != boxes[1][:16]
    assert boxes[0][16:] != boxes[1][16:]
    assert bytes.fromhex("ab" * 8) not in one


# Phrases


@given(st.text(max_size=120))
def test_folding_twice_changes_nothing(typed: str) -> None:
    try:
        once = pens.fold(typed)
    except UsageError:
        return
    assert pens.fold(once) == once


@given(st.lists(st.integers(0, 2047), min_size=6, max_size=24), st.sampled_from(list(LISTS)))
def test_every_spelling_gives_one_key(numbers: list[int], language: str) -> None:
    words = [word_list(language)[n] for n in numbers]
    phrase = " ".join(words)
    spellings = [
        phrase.upper(),
        unicodedata.normalize("NFD", phrase),
        phrase.replace(" ", "-"),
        f"\u3000{phrase}\n",
    ]
    if language != "ko":
        spellings.append(" ".join(unicodedata.normalize("NFC", w)[:4] for w in words))
    try:
        expected = pens.canonical(phrase)
    except UsageError:
        assert len(phrase) > pens.MAX_PHRASE
        return
    for spelling in spellings:
        if len(spelling) <= pens.MAX_PHRASE:
            assert pens.canonical(spelling) == expected


@pytest.mark.parametrize("language", LISTS)
@pytest.mark.parametrize("count", [6, 12, 24])
def test_drawn_phrases_are_read_as_drawn(language: str, count: int) -> None:
    stream = sha256(f"{language} {count}".encode()).digest() * 9
    at = iter(range(0, len(stream), 2))

    def random(n: int) -> bytes:
        assert n == 2
        start = next(at)
        return stream[start : start + 2]

    phrase = pens.make_phrase(language, random, count)
    assert len(phrase.split()) == count
    assert pens.strength_bits(phrase) == 11 * count


def test_a_phrase_of_an_earlier_list_is_drawn_again() -> None:
    english = {word[:4] for word in word_list("en")}
    spanish = [n for n, w in enumerate(word_list("es")) if w.isascii() and w[:4] in english][:6]
    draws = [n.to_bytes(2, "big") for n in [*spanish, 1, 2, 3, 4, 5, 6]]
    phrase = pens.make_phrase("es", lambda _n: draws.pop(0))
    assert phrase == " ".join(word_list("es")[n] for n in range(1, 7))


@pytest.mark.parametrize(("language", "count"), [("fa", 6), ("en", 5), ("en", 25), ("", 6)])
def test_no_phrase_without_a_list_or_too_short(language: str, count: int) -> None:
    with pytest.raises(UsageError):
        pens.make_phrase(language, bytes, count)


@pytest.mark.parametrize("language", ["en", "ko", "es", "fa", "ar", "ru"])
def test_own_words_get_drawn_ones(language: str) -> None:
    added = pens.added_words(language, lambda n: b"\xff\xff")
    assert len(added.split()) == 3
    assert pens.strength_bits(f"به خانه می‌روم {added}") == 33
    assert pens.canonical(f"a b c {added}") == b"own a b c 2047 2047 2047"


def test_a_one_letter_pen_has_no_receipt() -> None:
    assert BARE.receipt_key == b""
    assert letter.parse(letter.compose(DRAFT, BARE, NONCE)).receipt == ""
    with pytest.raises(UsageError):
        pens.one_letter(b"short")


def test_pens_differ() -> None:
    assert pen(1).public != pen(2).public


def test_half_a_surrogate_pair_is_no_phrase() -> None:
    with pytest.raises(UsageError):
        pens.canonical("a \ud800 b 0001 0002 0003")
