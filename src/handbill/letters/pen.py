"""A writer's pen: the key pair that a phrase gives at one newsroom, stored nowhere.

Format: docs/formats/pen.md. Pure but for scrypt's second of work; randomness is passed in.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import scrypt

from nacl import bindings

from handbill.errors import UsageError
from handbill.keys.words import LISTS, listed, word_list

Random = Callable[[int], bytes]
"""Returns so many random bytes, as ``secrets.token_bytes`` does."""

MIN_WORDS, MAX_WORDS, ADDED = 6, 24, 3
BITS = 11
MAX_PHRASE = 400
_SALT = b"handbill pen 1"
_COST, _BLOCK, _LANES = 1 << 16, 8, 1
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
# The zeros of the decimal digits of every script of Unicode 14 that NFKC leaves as they are.
_ZEROS = """660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946
19d0 1a80 1a90 1b50 1bb0 1c40 1c50 a620 a8d0 a900 a9d0 a9f0 aa50 abf0 104a0 10d30 11066 110f0 11136
111d0 112f0 11450 114d0 11650 116c0 11730 118e0 11950 11c50 11d50 11da0 16a60 16ac0 16b50 1e140
1e2f0 1e950"""
_DIGITS = {int(zero, 16) + n: str(n) for zero in _ZEROS.split() for n in range(10)}
# What keyboards and phones disagree on: hyphens; invisible characters, tatweel, Arabic vowel signs;
# the Arabic and Persian forms of one letter.
_HYPHENS = dict.fromkeys((0x2D, 0x2010, 0x2011), " ")
_DROPPED = dict.fromkeys(
    n
    for first, last in (
        (0xAD, 0xAD), (0x640, 0x640), (0x64B, 0x655), (0x670, 0x670), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069), (0xFEFF, 0xFEFF),
    )
    for n in range(first, last + 1)
)  # fmt: skip
_ARABIC = str.maketrans("آأإٱةؤئىيكۀ", "ااااهویییکه")
_TABLE = {**_DIGITS, **_HYPHENS, **_DROPPED, **_ARABIC}
_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_HINT = "six words or numbers are drawn for you; own words get three drawn ones behind them"
NUMBERS = "numbers"
"""Stands for a list where numbers of four digits are drawn: for languages without a list."""


@dataclass(frozen=True, slots=True)
class Pen:
    """An Ed25519 key that signs letters, and the key that reads its receipts (empty: none)."""

    seed: bytes = field(repr=False)
    receipt_key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What notes call every pen."""
        return "pen"

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key. They never leave the desk."""
        return bindings.crypto_sign_seed_keypair(self.seed)[0]

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature (RFC 8032)."""
        secret = bindings.crypto_sign_seed_keypair(self.seed)[1]
        return bindings.crypto_sign(message, secret)[:64]


def fold(typed: str) -> str:
    """Bring what somebody typed into the one form that keys are made of.

    Raises:
        UsageError: longer than 400 characters before or after.
    """
    if len(typed) <= MAX_PHRASE:
        text = unicodedata.normalize("NFKC", typed).translate(_TABLE)
        folded = _SPACE.sub(" ", unicodedata.normalize("NFKC", text.lower())).strip(" ")
        if len(folded) <= MAX_PHRASE:
            return folded
    raise UsageError(f"phrase: longer than {MAX_PHRASE} characters", hint=_HINT)


def canonical(typed: str) -> bytes:
    """Return what a phrase's keys are derived from, the same for every spelling of it.

    Raises:
        UsageError: a person could have guessed or mistyped it.
    """
    words = [word for word in fold(typed).split(" ") if word]
    if len(words) < MIN_WORDS:
        raise UsageError(
            f"phrase: expected at least {MIN_WORDS} words, got {len(words)}", hint=_HINT
        )
    numbers = _of_a_list(words) if len(words) <= MAX_WORDS else ()
    if numbers:
        return " ".join(["list", *map(str, numbers)]).encode()
    # Six numbers with a slip in one must not pass for own words: that would be another pen.
    bare = all(map(_FOUR_DIGITS.fullmatch, words))
    added = () if bare else _of_a_list(words[-ADDED:])
    if not added:
        raise UsageError(
            "phrase: not all of one list, not all numbers from 0000 to 2047, and its last three "
            "words are no drawn ones of one list and no such numbers",
            hint=f"look for a slip of the pen in a word; {_HINT}",
        )
    try:
        return " ".join(["own", *words[:-ADDED], *map(str, added)]).encode()
    except UnicodeEncodeError as error:
        raise UsageError("phrase: holds half a surrogate pair, expected text") from error


def _of_a_list(words: Sequence[str]) -> tuple[int, ...]:
    if all(map(_FOUR_DIGITS.fullmatch, words)):
        numbers = tuple(map(int, words))
        return numbers if max(numbers) < 1 << BITS else ()
    return next(filter(None, (listed(words, language) for language in LISTS)), ())


def strength_bits(typed: str) -> int:
    """Return how many bits of a phrase were drawn, if it was drawn as we draw: 11 a word.

    What a person chose counts nothing.

    Raises:
        UsageError
    """
    kind, *rest = canonical(typed).split()
    return BITS * (len(rest) if kind == b"list" else ADDED)


def derive(phrase: bytes, newsroom_id: str) -> Pen:
    """Derive the pen of a canonical phrase at one newsroom (64 hex digits); takes 64 MiB."""
    salt = _SALT + bytes.fromhex(newsroom_id)
    secret = scrypt(phrase, salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=128 << 20, dklen=32)
    return Pen(_expand(secret, b"sign"), _expand(secret, b"receipt"))


def _expand(secret: bytes, label: bytes) -> bytes:
    """Return one block of HKDF-Expand (RFC 5869) with SHA-256."""
    return hmac.digest(secret, label + b"\x01", "sha256")


def one_letter(random32: bytes) -> Pen:
    """Make a pen of 32 random bytes that is forgotten after one letter and asks for no receipt."""
    if len(random32) != 32:
        raise UsageError(f"pen: expected 32 random bytes, got {len(random32)}")
    return Pen(random32, b"")


def make_phrase(language: str, random: Random, count: int = MIN_WORDS) -> str:
    """Draw a phrase of ``count`` words (6 to 24) from the list of a language, or of numbers.

    Raises:
        UsageError: that language has no list.
    """
    if language not in (*LISTS, NUMBERS) or not MIN_WORDS <= count <= MAX_WORDS:
        raise UsageError(
            f"phrase: {count} words in {language!r}, expected {MIN_WORDS} to {MAX_WORDS} in one of "
            + ", ".join((*LISTS, NUMBERS))
        )
    while True:
        numbers = [_draw(random) for _ in range(count)]
        phrase = _written(numbers, language)
        # Once in a million the words also stand in an earlier list and would be read as those.
        if canonical(phrase) == " ".join(["list", *map(str, numbers)]).encode():
            return phrase


def added_words(language: str, random: Random) -> str:
    """Draw the three words that stand behind own words: of a list, or numbers where none is."""
    return _written([_draw(random) for _ in range(ADDED)], language)


def _written(numbers: Sequence[int], language: str) -> str:
    if language not in LISTS:
        return " ".join(f"{n:04}" for n in numbers)
    return " ".join(word_list(language)[n] for n in numbers)


def _draw(random: Random) -> int:
    return int.from_bytes(random(2), "big") & ((1 << BITS) - 1)
