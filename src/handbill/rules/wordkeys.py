"""The keys under which the entries of a list are looked for: the word itself and its disguises."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from handbill.rules.folding import fold_word, is_hangul
from handbill.rules.keyboards import by_ear, in_latin_letters, typed, typed_korean
from handbill.rules.lexicons import Entry, Lexicon
from handbill.rules.spellings import (
    held_form,
    initials_mixed,
    parted_forms,
    sounding_alike,
    spelled_by_sound,
    starred_forms,
    starred_syllables,
    swapped_forms,
)

STRONG = 8
"""From this strength on a word is looked for in every language's letters and in more disguises."""
CYRILLIC = r"[\u0400-\u052f]"
ARABIC = r"[\u0600-\u06ff]"
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
    ALIKE = "alike"
    NEAR = "near"


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
    near = frozenset(map(fold_word, lexicon.near))
    for entry in lexicon.entries:
        for kind, key in _keys(entry, near):
            latin = entry.word[0].isascii() or unicodedata.name(entry.word[0])[:5] == "LATIN"
            yield Form(kind, key.word, lexicon.language, entry, key.runs, latin, key.letters)


@dataclass(frozen=True, slots=True)
class _Key:
    word: str
    runs: tuple[int, ...] = ()
    letters: int = 0


def _keys(entry: Entry, near: frozenset[str]) -> Iterable[tuple[Kind, _Key]]:
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
        for kind, key in _strong_keys(entry, word):
            if key.word not in near:
                yield kind, key


def _strong_keys(entry: Entry, word: str) -> Iterable[tuple[Kind, _Key]]:
    for form in spelled_by_sound(word) | swapped_forms(word):
        yield Kind.SOUND, _Key(form)
    if len(entry.word) > 2 or entry.strength > STRONG or "v" in entry.flags:
        for form in sounding_alike(entry.word):
            yield Kind.ALIKE, _key(form)
    for form in parted_forms(word):
        yield Kind.PARTED, _Key(form)
    for form in initials_mixed(entry.word):
        yield Kind.WORD, _key(form)
    for form in _in_latin(entry):
        yield Kind.ROMAN, _Key(form)
    if keys := typed_korean(word):
        yield Kind.TYPED, _Key(keys)


def _in_latin(entry: Entry) -> Iterable[str]:
    # On a keyboard or by ear: read in letters of the language alone, where no word looks like it.
    if re.match(CYRILLIC, entry.word):
        forms = in_latin_letters(entry.word) if len(entry.word) > _SHORT_WORD else set()
        return {*forms, typed(entry.word)} - {""}
    if re.match(ARABIC, entry.word):
        return {typed(entry.word)} - {""}
    return by_ear(entry.word)


def _key(written: str) -> _Key:
    # A jamo written alone must stand alone in the text: 되ㄴ is not 된.
    word = fold_word(written)
    return _Key(word, letters=len(written) if any(map(is_hangul, word)) else 0)
