"""The keys under which the entries of a list are looked for: the word itself and its disguises."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from handbill.rules.folding import fold_word, is_hangul
from handbill.rules.lexicons import Entry, Lexicon
from handbill.rules.spellings import (
    held_form,
    in_latin_letters,
    initials_mixed,
    parted_forms,
    spelled_by_sound,
    starred_forms,
    starred_syllables,
    swapped_forms,
    typed_latin,
)

STRONG = 8
"""From this strength on a word is looked for in every language's letters and in more disguises."""
CYRILLIC = r"[\u0400-\u052f]"
_STARRED_FROM, _SHORT_WORD = 6, 3


class Kind(StrEnum):
    """How a key of the automaton came from an entry."""

    WORD = "word"
    HELD = "held"
    STARRED = "starred"
    SOUND = "sound"
    PARTED = "parted"
    TYPED = "typed"
    ROMAN = "roman"
    ALLOWED = "allowed"
    CUE = "cue"


@dataclass(frozen=True, slots=True)
class Form:
    """One key of one entry. ``letters`` is the least number of Korean characters in the text."""

    kind: Kind
    key: str
    language: str
    entry: Entry
    runs: tuple[int, ...] = ()
    latin: bool = False
    letters: int = 0


def forms_of(lexicon: Lexicon) -> Iterable[Form]:
    """Yield every key of every entry of a list, and of its innocent words and cues."""
    nothing = Entry("-", "profanity", 1)
    for kind, words in ((Kind.ALLOWED, lexicon.allowed), (Kind.CUE, lexicon.cues)):
        for word in words:
            yield Form(kind, fold_word(word), lexicon.language, nothing)
    for entry in lexicon.entries:
        for kind, key in _keys(entry):
            latin = entry.word[0].isascii() or unicodedata.name(entry.word[0])[:5] == "LATIN"
            yield Form(kind, key.word, lexicon.language, entry, key.runs, latin, key.letters)


@dataclass(frozen=True, slots=True)
class _Key:
    word: str
    runs: tuple[int, ...] = ()
    letters: int = 0


def _keys(entry: Entry) -> Iterable[tuple[Kind, _Key]]:
    word = fold_word(entry.word)
    yield Kind.WORD, _key(entry.word)
    if "x" in entry.flags:
        return
    held, runs = held_form(word)
    yield Kind.HELD, _Key(held, tuple(runs))
    if " " in word:
        yield Kind.WORD, _key(entry.word.replace(" ", ""))
    if entry.strength >= _STARRED_FROM:
        for form in starred_forms(word):
            yield Kind.STARRED, _Key(form)
        for form in starred_syllables(entry.word):
            yield Kind.STARRED, _key(form)
    if entry.strength >= STRONG:
        for form in spelled_by_sound(word) | swapped_forms(word):
            yield Kind.SOUND, _Key(form)
        for form in parted_forms(word):
            yield Kind.PARTED, _Key(form)
        for form in initials_mixed(entry.word):
            yield Kind.WORD, _key(form)
        if re.match(CYRILLIC, entry.word) and len(word) > _SHORT_WORD:
            yield Kind.ROMAN, _Key(in_latin_letters(entry.word))
        if typed_latin(word):
            yield Kind.TYPED, _Key(typed_latin(word))


def _key(written: str) -> _Key:
    # A jamo written alone must stand alone in the text: 되ㄴ is not 된.
    word = fold_word(written)
    return _Key(word, letters=len(written) if any(map(is_hangul, word)) else 0)
