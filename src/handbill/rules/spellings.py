"""The ways in which people disguise a word, foreseen in the list: other spellings of an entry.

Stars for letters, backwards, by its sound, with two letters swapped, parted, or cut to its
consonants; for Latin letters and other keyboards see ``keyboards``. What cannot be listed is undone
in the text instead: see ``disguises``. Words are folded (``folding``) unless said otherwise.
"""

from itertools import groupby

from handbill.rules.disguises import STAR
from handbill.rules.folding import ONSETS, is_hangul
from handbill.rules.signs import is_cyrillic

_BY_SOUND = (
    ("ck", "k"), ("ck", "kk"), ("ck", "q"), ("ck", "xx"), ("u", "v"), ("f", "ph"),
    ("i", "y"), ("er", "a"), ("er", "ah"), ("er", "ur"), ("s", "z"), ("c", "k"),
    ("k", "c"), ("o", "0"), ("gg", "qq"), ("tch", "ch"), ("qu", "k"), ("ss", "zz"),
    ("w", "vv"), ("b", "v"), ("v", "b"), ("ll", "y"), ("j", "h"), ("j", "x"), ("gu", "w"),
    ("z", "s"), ("ñ", "ni"), ("ñ", "nn"), ("ou", "u"), ("u", "oo"), ("i", "ee"), ("ing", "een"),
    ("x", "ks"), ("س", "ص"), ("س", "ث"), ("ز", "ذ"), ("ز", "ظ"), ("ز", "ض"), ("ح", "ه"),
    ("ه", "ح"), ("غ", "ق"), ("ق", "غ"), ("ت", "ط"), ("ع", "ا"),
)  # fmt: skip
_BY_SOUND_RUSSIAN = (("o", "a"), ("a", "o"), ("e", "и"), ("и", "e"))
_SOUND_ALIKE = (
    "ㅅㅆ", "ㅂㅃㅍ", "ㄱㄲㅋ", "ㅈㅉㅊ", "ㄷㄸㅌ",
    "ㅐㅔㅒㅖ", "ㅣㅟㅢㅡ", "ㅏㅑ", "ㅓㅕ", "ㅗㅛ", "ㅜㅠㅡ", "ㅚㅙㅞ",
)  # fmt: skip
_JAMO_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS_THROWN_IN = (1, 4, 8, 16, 17, 19, 20, 21, 27)
_VOWELS = frozenset("aeiouаеиоуыэюяاوی")
_MIN_BY_SOUND, _MIN_STARRED, _MIN_SWAPPED, _MIN_PARTED = 4, 3, 4, 4
_MIN_PARTED_TWICE = 7
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
    vowels = "".join(STAR if i and unit in _VOWELS else unit for i, unit in enumerate(word))
    forms.add(vowels)
    if len(word) > _MIN_STARRED:
        forms.add(word[0] + STAR * (len(word) - 2) + word[-1])
        forms.add(word[0] + STAR * (len(word) - 1))
    if len(word) > _MIN_SWAPPED:
        forms.add(STAR + word[1:])
    return forms - {word}


def _star_out(word: str, places: set[int]) -> str:
    return "".join(STAR if i in places else unit for i, unit in enumerate(word))


def starred_syllables(word: str) -> set[str]:
    """Return a Korean word as written with one syllable but the first starred, unfolded."""
    if len(word) < 3 or not all("가" <= char <= "힣" for char in word):
        return set()
    return {word[:i] + STAR + word[i + 1 :] for i in range(1, len(word))}


def spelled_by_sound(word: str) -> set[str]:
    """Return other spellings of a folded entry that sound or read alike, and its reverse."""
    if len(word) < _MIN_BY_SOUND or not word.isalpha() or any(is_hangul(unit) for unit in word):
        return set()
    pairs = _BY_SOUND_RUSSIAN if is_cyrillic(word) else _BY_SOUND
    forms = {word.replace(old, new, times) for old, new in pairs for times in (1, -1)}
    bare = word[0] + "".join(unit for unit in word[1:] if unit not in "aeiou")
    if word.isascii() and len(bare) >= _MIN_BY_SOUND:
        forms.add(bare)
    return (forms | {word[::-1]}) - {word}


def swapped_forms(word: str) -> set[str]:
    """Return a folded entry with two neighbouring letters swapped."""
    if len(word) < _MIN_SWAPPED or " " in word or any(is_hangul(unit) for unit in word):
        return set()
    return _swapped(word) - {word}


def _swapped(word: str) -> set[str]:
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}


def parted_forms(word: str) -> set[str]:
    """Return a folded entry parted by a blank, wherever that may be, or into several parts."""
    if len(word) < _MIN_PARTED or " " in word or any(is_hangul(unit) for unit in word):
        return set()
    first = 2 if word[0] in _ENGLISH_CLITICS else 1
    forms = {f"{word[:i]} {word[i:]}" for i in range(first, len(word))}
    if len(word) >= _MIN_PARTED_TWICE:
        places = range(2, len(word) - 1)
        forms |= {f"{word[:i]} {word[i:j]} {word[j:]}" for i in places for j in places if i + 1 < j}
        forms.add(" ".join(word[i : i + 3] for i in range(0, len(word), 3)))
    return forms


def initials_mixed(word: str) -> set[str]:
    """Return a Korean word of two to four syllables with one cut to its first consonant."""
    if not 2 <= len(word) <= 4 or not all("가" <= char <= "힣" for char in word):
        return set()
    forms = {ONSETS[(ord(word[0]) - 0xAC00) // 588] + word[1:]}
    if len(word) == 2:
        forms.add(word[0] + ONSETS[(ord(word[1]) - 0xAC00) // 588])
    return forms


def sounding_alike(word: str) -> set[str]:
    """Return a Korean word, unfolded, with one vowel or first consonant that sounds like its own,
    with one final consonant thrown in, or with two of three or more syllables swapped.
    """
    if not 2 <= len(word) <= 5 or not all("가" <= char <= "힣" for char in word):
        return set()
    forms = {
        word[:at] + other + word[at + 1 :]
        for at, char in enumerate(word)
        for other in _syllables_alike(ord(char) - 0xAC00)
    }
    if len(word) > 2:
        forms |= _swapped(word)
    return forms - {word}


def _syllables_alike(number: int) -> set[str]:
    onset, vowel, coda = number // 588, number % 588 // 28, number % 28
    onsets = {ONSETS.index(unit) for unit in _alike(ONSETS[onset])}
    vowels = {_JAMO_VOWELS.index(unit) for unit in _alike(_JAMO_VOWELS[vowel])}
    numbers = {other * 588 + vowel * 28 + coda for other in onsets}
    numbers |= {onset * 588 + other * 28 + coda for other in vowels}
    if not coda:
        numbers |= {number + other for other in _CODAS_THROWN_IN}
    return {chr(0xAC00 + other) for other in numbers}


def _alike(unit: str) -> str:
    return next((those for those in _SOUND_ALIKE if unit in those), "")
