"""The ways in which people disguise a word, foreseen in the list: other spellings of an entry.

Stars for letters, the word typed on the other keyboard, backwards, by its sound, with two letters
swapped, parted, or cut to its consonants. What cannot be listed is undone in the text instead: see
``disguises``. Words are folded (``folding``) unless said otherwise.
"""

from itertools import groupby

from handbill.rules.disguises import STAR
from handbill.rules.folding import CONSONANTS, ONSETS, VOWELS, is_hangul

_KEYS = {
    pair[0]: pair[1:]
    for pair in [
        "ㄱr",
        "ㄲr",
        "ㄴs",
        "ㄷe",
        "ㄸe",
        "ㄹf",
        "ㅁa",
        "ㅂq",
        "ㅃq",
        "ㅅt",
        "ㅆt",
        "ㅇd",
        "ㅈw",
        "ㅉw",
        "ㅊc",
        "ㅋz",
        "ㅌx",
        "ㅍv",
        "ㅎg",
        "ㅏk",
        "ㅐo",
        "ㅑi",
        "ㅒo",
        "ㅓj",
        "ㅔp",
        "ㅕu",
        "ㅖp",
        "ㅗh",
        "ㅘhk",
        "ㅙho",
        "ㅚhl",
        "ㅛy",
        "ㅜn",
        "ㅝnj",
        "ㅞnp",
        "ㅟnl",
        "ㅠb",
        "ㅡm",
        "ㅢml",
        "ㅣl",
    ]
}
_ROMAN = {
    pair[0]: pair[1:]
    for pair in [
        "аa",
        "бb",
        "вv",
        "гg",
        "дd",
        "еe",
        "ёyo",
        "жzh",
        "зz",
        "иi",
        "йy",
        "кk",
        "лl",
        "мm",
        "нn",
        "оo",
        "пp",
        "рr",
        "сs",
        "тt",
        "уu",
        "фf",
        "хh",
        "цts",
        "чch",
        "шsh",
        "щsch",
        "ъ",
        "ыy",
        "ь",
        "эe",
        "юyu",
        "яya",
    ]
}
_BY_SOUND = (
    ("ck", "k"), ("ck", "kk"), ("ck", "q"), ("ck", "xx"), ("u", "v"), ("f", "ph"),
    ("i", "y"), ("er", "a"), ("er", "ah"), ("er", "ur"), ("s", "z"), ("c", "k"),
    ("k", "c"), ("o", "0"), ("gg", "qq"), ("tch", "ch"), ("qu", "k"), ("ss", "zz"),
    ("w", "vv"), ("س", "ص"), ("س", "ث"), ("ز", "ذ"), ("ز", "ظ"), ("ح", "ه"), ("غ", "ق"), ("ق", "غ"),
)  # fmt: skip
_VOWELS = frozenset("aeiouаеиоуыэюяاوی")
_MIN_BY_SOUND, _MIN_STARRED, _MIN_TYPED, _MIN_SWAPPED, _MIN_PARTED = 4, 3, 5, 5, 4
_LONGEST_STARRED = 10


_ENGLISH_CLITICS = frozenset("stdm")


def held_form(word: str) -> tuple[str, list[int]]:
    """Return a folded entry with each run as one letter, and how long the runs were."""
    groups = [(unit, len(list(group))) for unit, group in groupby(word)]
    return "".join(unit for unit, _ in groups), [count for _, count in groups]


def starred_forms(word: str) -> set[str]:
    """Return the ways to star out letters of a folded entry, its first letter kept.

    One letter, every vowel, all between first and last, all but the first: what people type.
    """
    if len(word) < _MIN_STARRED or " " in word or any(is_hangul(unit) for unit in word):
        return set()
    inner = range(1, len(word)) if len(word) > _MIN_STARRED else range(1, 2)
    forms = {_star_out(word, {i}) for i in inner}
    if len(word) <= _LONGEST_STARRED:
        forms |= {_star_out(word, {i, j}) for i in inner for j in inner if i < j}
    vowels = "".join(
        STAR if i and unit in "aeiouаеиоуыэюяاوی" else unit for i, unit in enumerate(word)
    )
    forms.add(vowels)
    if len(word) > _MIN_STARRED:
        forms.add(word[0] + STAR * (len(word) - 2) + word[-1])
        forms.add(word[0] + STAR * (len(word) - 1))
    if len(word) >= _MIN_SWAPPED:
        forms.add(STAR + word[1:])
    return forms - {word}


def _star_out(word: str, places: set[int]) -> str:
    return "".join(STAR if i in places else unit for i, unit in enumerate(word))


def starred_syllables(word: str) -> set[str]:
    """Return a Korean word as written with one inner syllable starred, unfolded."""
    if len(word) < 3 or not all("가" <= char <= "힣" for char in word):
        return set()
    return {word[:i] + STAR + word[i + 1 :] for i in range(1, len(word) - 1)}


def spelled_by_sound(word: str) -> set[str]:
    """Return other spellings of a folded Latin entry that sound or read alike, and its reverse."""
    if len(word) < _MIN_BY_SOUND or not word.isalpha() or any(is_hangul(unit) for unit in word):
        return set()
    forms = {word.replace(old, new, 1) for old, new in _BY_SOUND if old in word}
    bare = word[0] + "".join(unit for unit in word[1:] if unit not in "aeiou")
    if word.isascii() and len(bare) >= _MIN_BY_SOUND:
        forms.add(bare)
    return (forms | {word[::-1]}) - {word}


def in_latin_letters(word: str) -> str:
    """Return a Russian word, unfolded, as people type it without Russian letters."""
    return "".join(_ROMAN.get(char, char) for char in word.lower())


def swapped_forms(word: str) -> set[str]:
    """Return a folded entry with two inner letters swapped.

    One letter left out is not foreseen: it makes innocent words (sitting, batch)."""
    if len(word) < _MIN_SWAPPED or " " in word or any(is_hangul(unit) for unit in word):
        return set()
    places = range(1, len(word) - 2)
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in places} - {word}


def parted_forms(word: str) -> set[str]:
    """Return a folded entry parted by one blank, wherever that may be."""
    if len(word) < _MIN_PARTED or " " in word or any(is_hangul(unit) for unit in word):
        return set()
    first = 2 if word[0] in _ENGLISH_CLITICS else 1
    return {f"{word[:i]} {word[i:]}" for i in range(first, len(word))}


def typed_latin(word: str) -> str:
    """Return the keys of a folded Korean entry on a Latin keyboard, or "" if that is too short."""
    if not all(unit in CONSONANTS or unit in VOWELS for unit in word):
        return ""
    typed = "".join(_KEYS[unit] for unit in word)
    return typed if len(typed) >= _MIN_TYPED else ""


def initials_mixed(word: str) -> set[str]:
    """Return a Korean word of two to four syllables with one cut to its first consonant."""
    if not 2 <= len(word) <= 4 or not all("가" <= char <= "힣" for char in word):
        return set()
    forms = {ONSETS[(ord(word[0]) - 0xAC00) // 588] + word[1:]}
    if len(word) == 2:
        forms.add(word[0] + ONSETS[(ord(word[1]) - 0xAC00) // 588])
    return forms
