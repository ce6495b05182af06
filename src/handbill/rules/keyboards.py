"""Words of other scripts as people type them in Latin letters: on the wrong keyboard, or by ear.

Korean words are folded (jamo), Russian and Persian ones as they are written in the list.
"""

from itertools import islice, product

from handbill.rules.folding import CONSONANTS, VOWELS, fold_word

_JAMO_KEYS = {
    "ㄱ": "r", "ㄲ": "r", "ㄴ": "s", "ㄷ": "e", "ㄸ": "e", "ㄹ": "f", "ㅁ": "a", "ㅂ": "q",
    "ㅃ": "q", "ㅅ": "t", "ㅆ": "t", "ㅇ": "d", "ㅈ": "w", "ㅉ": "w", "ㅊ": "c", "ㅋ": "z",
    "ㅌ": "x", "ㅍ": "v", "ㅎ": "g", "ㅏ": "k", "ㅐ": "o", "ㅑ": "i", "ㅒ": "o", "ㅓ": "j",
    "ㅔ": "p", "ㅕ": "u", "ㅖ": "p", "ㅗ": "h", "ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅛ": "y",
    "ㅜ": "n", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅠ": "b", "ㅡ": "m", "ㅢ": "ml", "ㅣ": "l",
}  # fmt: skip
_JAMO_SOUNDS = {
    "ㄱ": ("g", "k"), "ㄲ": ("kk", "gg"), "ㄴ": ("n",), "ㄷ": ("d",), "ㄸ": ("tt", "dd"),
    "ㄹ": ("r", "l"), "ㅁ": ("m",), "ㅂ": ("b",), "ㅃ": ("pp", "bb"), "ㅅ": ("s", "sh"),
    "ㅆ": ("ss", "s"), "ㅇ": ("",), "ㅈ": ("j",), "ㅉ": ("jj", "j"), "ㅊ": ("ch",), "ㅋ": ("k",),
    "ㅌ": ("t",), "ㅍ": ("p",), "ㅎ": ("h",),
    "ㅏ": ("a",), "ㅐ": ("ae", "e"), "ㅑ": ("ya",), "ㅒ": ("yae",), "ㅓ": ("eo", "u"),
    "ㅔ": ("e",), "ㅕ": ("yeo", "yu"), "ㅖ": ("ye",), "ㅗ": ("o",), "ㅘ": ("wa",), "ㅙ": ("wae",),
    "ㅚ": ("oe",), "ㅛ": ("yo",), "ㅜ": ("u", "oo"), "ㅝ": ("wo",), "ㅞ": ("we",), "ㅟ": ("wi",),
    "ㅠ": ("yu",), "ㅡ": ("eu", "u"), "ㅢ": ("ui",), "ㅣ": ("i", "ee"),
}  # fmt: skip
_CODA_SOUNDS = {"ㄱ": ("k", "g"), "ㄲ": ("k", "g"), "ㅋ": ("k", "k"), "ㄴ": ("n", "n"),
                "ㄹ": ("l", "r"), "ㅁ": ("m", "m"), "ㅂ": ("p", "b"), "ㅍ": ("p", "p"),
                "ㅇ": ("ng", "ng"), "ㄷ": ("t", "d"), "ㅈ": ("t", "j"), "ㅊ": ("t", "ch"),
                "ㅅ": ("t", "s"), "ㅆ": ("t", "ss"), "ㅌ": ("t", "t"),
                "ㅎ": ("t", "h")}  # fmt: skip
_RUSSIAN_KEYS = dict(zip("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`",
                         strict=True))  # fmt: skip
_PERSIAN_KEYS = dict(zip("ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپوئ", "qwertyuiop[]asdfghjkl;'zxcvbn`,m",
                         strict=True))  # fmt: skip
# Each column is one habit: common chat, passports, ICQ, science; the last is by looks (Volapük).
_HABITS = {
    "а": "a a a a a", "б": "b b b b 6", "в": "v v v v b", "г": "g g g g r", "д": "d d d d g",
    "е": "e ie e e e", "ё": "yo io jo e e", "ж": "zh zh j z }{", "з": "z z z z 3", "и": "i i i i u",
    "й": "y i j j u", "к": "k k k k k", "л": "l l l l ji", "м": "m m m m m", "н": "n n n n h",
    "о": "o o o o o", "п": "p p p p n", "р": "r r r r p", "с": "s s s s c", "т": "t t t t t",
    "у": "u u u u y", "ф": "f f f f qp", "х": "h kh x h x", "ц": "ts ts c c u", "ч": "ch ch ch c 4",
    "ш": "sh sh sh s w", "щ": "sch shch shh sc w", "ъ": "_ _ ' _ b", "ы": "y y y y bl",
    "ь": "_ _ ' _ b", "э": "e e e e 3", "ю": "yu iu ju u io", "я": "ya ia ja a 9i",
}  # fmt: skip
_SEEN_ELSE = (("bl", "bi"), ("9i", "r"), ("}{", "x"), ("}{", "}|{"), ("qp", "cp"), ("ji", "jl"),
              ("io", "i0"))  # fmt: skip
_LEAST_KEYS, _MOST_BY_EAR, _LEAST_BY_EAR = 5, 32, 5


def typed_korean(word: str) -> str:
    """Return the keys of a folded Korean entry on a Latin keyboard, or "" if they are too few."""
    if not all(unit in CONSONANTS or unit in VOWELS for unit in word):
        return ""
    typed = "".join(_JAMO_KEYS[unit] for unit in word)
    return typed if len(typed) >= _LEAST_KEYS else ""


def typed(word: str) -> str:
    """Return the keys of a Russian or Persian entry on a Latin keyboard, or "" if too few."""
    keys = _RUSSIAN_KEYS if word[0] in _RUSSIAN_KEYS else _PERSIAN_KEYS
    made = "".join(keys.get(char, " ") for char in word.replace("\u200c", "").lower())
    return made if " " not in made and len(made) >= _LEAST_KEYS - 1 else ""


def in_latin_letters(word: str) -> set[str]:
    """Return a Russian word as people write it without Russian letters, each in one habit."""
    letters = [_HABITS.get(char, char).split(" ") for char in word.lower()]
    forms = {
        "".join(each[min(habit, len(each) - 1)] for each in letters).replace("_", "")
        for habit in range(5)
    }
    seen = "".join(each[-1] for each in letters).replace("_", "")
    for old, new in _SEEN_ELSE:
        forms.add(seen.replace(old, new))
    forms |= {form.replace("'", "") for form in forms}
    return {form for form in forms if len(form) > 2}


def by_ear(word: str) -> set[str]:
    """Return a Korean word, unfolded, in Latin letters: by the rules and as people write it."""
    if not all("가" <= char <= "힣" for char in word):
        return set()
    syllables = [_sounds(fold_word(char)) for char in word]
    forms = {
        "".join(
            parts[which] for said in syllables for parts, which in zip(said, habit, strict=True)
        )
        for habit in product((0, -1), repeat=3)
    }
    spoken = [list(map("".join, product(*said))) for said in syllables]
    forms |= {"".join(parts) for parts in islice(product(*spoken), _MOST_BY_EAR)}
    return {form for form in forms if len(form) >= _LEAST_BY_EAR}


def _sounds(syllable: str) -> tuple[tuple[str, ...], ...]:
    # How its onset, its vowel and what closes it may be written.
    coda = _CODA_SOUNDS[syllable[2]] if len(syllable) > 2 else ("", "")
    return _JAMO_SOUNDS[syllable[0]], _JAMO_SOUNDS[syllable[1]], coda
