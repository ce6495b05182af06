"""Seven words that name a newsroom: short enough to be read out on the radio.

Format: docs/formats/edition.md, "Ids". 77 bits of scrypt (RFC 7914) over the first root, as BIP39
words; scrypt makes every try of somebody who wants the same words for other keys costly.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import scrypt
from threading import Thread

from handbill.errors import UsageError

LISTS = {"en": "english", "ko": "korean", "es": "spanish"}
COUNT, BITS = 7, 11
_SALT = b"handbill newsroom words 1"
_COST, _BLOCK, _LANES, _DRAWN = 1 << 16, 8, 1, 10
_MAX_SPOKEN = 400
_CUT, _SHORT = {"en", "es"}, 4
_ACCENTS = re.compile("[\u0300-\u036f]")


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the 2,048 words of a language in NFC, in the order of their numbers.

    Raises:
        KeyError: there is no list for that language.
    """
    from importlib import resources  # noqa: PLC0415  (start-up time of what needs no words)

    name = f"{LISTS[language]}.txt"
    text = resources.files("handbill.keys").joinpath("wordlists", name).read_text("utf-8")
    return tuple(unicodedata.normalize("NFC", word) for word in text.split())


@cache
def word_numbers(first_root: bytes) -> tuple[int, ...]:
    """Return the seven numbers (0 to 2047) of the newsroom that ``first_root`` founds."""
    drawn = scrypt(
        first_root, salt=_SALT, n=_COST, r=_BLOCK, p=_LANES, maxmem=128 << 20, dklen=_DRAWN
    )
    bits = int.from_bytes(drawn, "big") >> (_DRAWN * 8 - COUNT * BITS)
    return tuple((bits >> (BITS * (COUNT - 1 - i))) & 2047 for i in range(COUNT))


def begin_words(first_root: bytes) -> Callable[[], Mapping[str, tuple[str, ...]]]:
    """Work out the words beside other work: they take a fifth of a second. Call it to have them."""
    worker = _worker(first_root)

    def words() -> Mapping[str, tuple[str, ...]]:
        worker.join()
        return newsroom_words(first_root)

    return words


@cache
def _worker(first_root: bytes) -> Thread:
    worker = Thread(target=word_numbers, args=(first_root,), daemon=True)
    worker.start()
    return worker


def newsroom_words(first_root: bytes) -> Mapping[str, tuple[str, ...]]:
    """Return the seven words in every language that has a list."""
    numbers = word_numbers(first_root)
    return {language: tuple(word_list(language)[n] for n in numbers) for language in LISTS}


def read_words(spoken: str) -> tuple[int, ...]:
    """Turn seven words as somebody typed them back into numbers.

    Case, hyphens, accents and the way a syllable is composed do not matter; of English and Spanish
    words the first four letters suffice.

    Raises:
        UsageError: not seven words of one list.
    """
    folded = unicodedata.normalize("NFKC", spoken[:_MAX_SPOKEN]).lower().replace("-", " ")
    typed = folded.split()
    if len(typed) == COUNT:
        for language in LISTS:
            numbers = listed(typed, language)
            if numbers:
                return numbers
    raise UsageError(
        f"newsroom: expected 64 hex digits or seven words of one list, got {len(typed)} words",
        hint="the newsroom publishes its words; write them between quotes",
    )


def listed(words: Sequence[str], language: str) -> tuple[int, ...]:
    """Return the numbers of words in lower case, or nothing where one is not of this list.

    Accents do not matter. An English or Spanish word that does not stand in the list counts as the
    one that begins with its first four letters, so that a slip behind them does no harm.
    """
    table = _table(language)
    plain = [_plain(word) for word in words]
    found = [table.get(word, table.get(word[:_SHORT])) for word in plain]
    return tuple(n for n in found if n is not None) if None not in found else ()


@cache
def _table(language: str) -> Mapping[str, int]:
    whole = {_plain(word): n for n, word in enumerate(word_list(language))}
    if language not in _CUT:
        return whole
    return {word[:_SHORT]: n for word, n in whole.items() if len(word) > _SHORT} | whole


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", apart)).lower()
