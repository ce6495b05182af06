"""Ways to disguise a word that the folding was never tuned on: the held-out set.

Written down before the folding was changed again, and never looked at while it was: what it gives
is what a stranger's disguise may expect. Every kind draws its parameters by chance (signs, emoji,
places, counts). Where it could be had, somebody else wrote the tables: AugLy's letters, fonts and
signs, taken unread from its package (``augly_tables.json``). A word that a kind leaves as it is
does not count. When the folding is changed for one of these, the set moves to ``disguise_sets``
and a new one must be written.
"""

import json
import random
import unicodedata
from pathlib import Path

from disguise_sets import Disguise, jamo

_AUGLY = json.loads(Path(__file__).with_name("augly_tables.json").read_text("ascii"))
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064"
_WHITE = (" ", "\t", "\n", "\r", "\v", "\f")
_PUNCTUATION = (".", "?", "!", ",", ";", ":", "-", "'", "...")
_EMOJI = (*"😂🤡💩🔥👊🖕🐷💀🤬🙃⚡☠✊", "👍🏽", "❤️", "👨‍👩‍👧", "🏳️‍🌈", "1️⃣")
_LETTERS = {"latin": "abcdefghijklmnopqrstuvwxyz", "cyrillic": "абвгдежзийклмнопрстуфхцчшщыэюя",
            "arabic": "ابپتثجچحخدذرزسشصضطظعغفقکگلمنوهی"}  # fmt: skip


def _woven(word: str, rng: random.Random, signs: tuple[str, ...] | str) -> str:
    return word[0] + "".join(rng.choice(signs) + char for char in word[1:])


def _some_starred(word: str, rng: random.Random) -> str:
    inner = range(1, len(word))
    starred = set(rng.sample(inner, max(1, len(inner) // 3)))
    sign = rng.choice("*#%@•")
    return "".join(sign if i in starred else char for i, char in enumerate(word))


def _swapped(word: str, rng: random.Random) -> str:
    at = rng.randrange(0, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _held_and_dotted(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    held = [char * rng.randint(2, 5) if i == at else char for i, char in enumerate(word)]
    return rng.choice(".·_").join(held)


def _gaps(word: str, rng: random.Random) -> str:
    return word[0] + "".join(rng.choice(" _-") * rng.randint(1, 3) + char for char in word[1:])


def _part_in_brackets(word: str, rng: random.Random) -> str:
    start = rng.randrange(0, len(word) - 1)
    end = rng.randint(start + 1, len(word))
    left, right = rng.choice(("()", "[]", "{}", "<>", "“”"))
    return word[:start] + left + word[start:end] + right + word[end:]


def _cut(word: str, rng: random.Random, between: str) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + between + word[at:]


def _mistyped(script: str) -> Disguise:
    """One slip, as AugLy's ``charmix``: a letter gone, thrown in, swapped or wrong."""

    def slip(word: str, rng: random.Random) -> str:
        at, letter = rng.randrange(1, len(word)), rng.choice(_LETTERS[script])
        kind = rng.choice(("gone", "thrown in", "swapped", "wrong"))
        if kind == "swapped":
            return _swapped(word, rng)
        there = {"gone": "", "thrown in": letter + word[at], "wrong": letter}[kind]
        return word[:at] + there + word[at + 1 :]

    return slip


def _marked_up(word: str, rng: random.Random) -> str:
    name = rng.choice(("span", "i", "u", "small", "font color=red"))
    return "".join(f"<{name}>{char}</{name.split()[0]}>" for char in word)


def _any(script: str) -> dict[str, Disguise]:
    return {
        "AugLy's punctuation": lambda w, r: _woven(w, r, _PUNCTUATION),
        "AugLy's white space": lambda w, r: _woven(w, r, _WHITE),
        "AugLy's zero width": lambda w, r: _woven(w, r, _ZERO_WIDTH),
        "emoji of every sort": lambda w, r: _woven(w, r, _EMOJI),
        "a third starred": _some_starred,
        "held and dotted": _held_and_dotted,
        "gaps of any width": _gaps,
        "a part in brackets": _part_in_brackets,
        "quoted on the next line": lambda w, r: _cut(w, r, "\n> "),
        "a comment inside": lambda w, r: _cut(w, r, "<!-- x -->"),
        "each letter marked up": _marked_up,
        "swapped and woven": lambda w, r: _woven(_swapped(w, r), r, (".", "\u200b", " ")),
    } | ({"one slip of the fingers": _mistyped(script)} if script in _LETTERS else {})


def _by_table(table: dict[str, list[str]], share: float) -> Disguise:
    def change(word: str, rng: random.Random) -> str:
        return "".join(
            rng.choice(table[char]) if char in table and rng.random() < share else char
            for char in word
        )

    return change


def _font(word: str, rng: random.Random) -> str:
    if rng.random() < 0.3:
        mark = rng.choice(list(_AUGLY["marks"].values()))
        return "".join(char + mark for char in word)
    font = rng.choice(list(_AUGLY["fonts"].values()))
    return "".join(font.get(char, char) for char in word)


_LATIN: dict[str, Disguise] = _any("latin") | {
    "AugLy's signs": _by_table(_AUGLY["signs"], 0.6),
    "AugLy's signs, everywhere": _by_table(_AUGLY["signs"], 1.0),
    "AugLy's letters": _by_table(_AUGLY["alike"], 1.0),
    "AugLy's letters, woven": lambda w, r: _woven(
        _by_table(_AUGLY["alike"], 0.4)(w, r), r, (".", "*", " ")
    ),
    "AugLy's fonts": _font,
    "compound": lambda w, r: r.choice(("mega", "über", "Total", "ultra-")) + w.capitalize(),
}

_KEYS = dict(zip("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`",
                 strict=True))  # fmt: skip
_VOLAPUK = {
    "д": "g", "и": "u", "п": "n", "ж": "}{", "ш": "w", "щ": "w", "ы": "bl", "ю": "IO", "я": "9I",
    "ч": "4", "з": "3", "б": "6", "х": "x", "в": "B", "н": "H", "у": "y", "к": "k", "р": "p",
    "с": "c", "т": "T", "м": "M", "л": "JI", "г": "r", "й": "u", "ь": "b", "ф": "qp", "э": "3",
}  # fmt: skip
_ICQ = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "jo", "ж": "j", "з": "z",
    "и": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "x", "ц": "c", "ч": "ch", "ш": "sh", "щ": "shh",
    "ъ": "'", "ы": "y", "ь": "'", "э": "e", "ю": "ju", "я": "ja",
}  # fmt: skip


def _letters(table: dict[str, str]) -> Disguise:
    return lambda word, rng: "".join(table.get(char, char) for char in word)


_CYRILLIC: dict[str, Disguise] = _any("cyrillic") | {
    "on a Latin keyboard": _letters(_KEYS),
    "Volapük of the nineties": _letters(_VOLAPUK),
    "Latin letters of ICQ": _letters(_ICQ),
    "Slavonic letters above": lambda w, r: "".join(
        char + chr(r.randint(0x2DE0, 0x2DFF)) for char in w
    ),
    "another ending": lambda w, r: w + r.choice(("ом", "ах", "ою", "ища", "ец")),
    "compound": lambda w, r: r.choice(("супер", "евро", "Псевдо", "старо-")) + w.capitalize(),
}

_SHOWN: dict[str, list[str]] = {}
_ALSO = {
    "ک": ["ڪ", "ګ", "ػ"], "ی": ["ۍ", "ێ", "ؽ"], "و": ["ۆ", "ۇ", "ۋ"], "ه": ["ە", "ۿ", "ۂ"],
    "ا": ["ٲ", "ٳ", "ﺎ"], "ر": ["ڕ", "ړ"], "ن": ["ڼ", "ں"], "د": ["ډ", "ڈ"], "ت": ["ټ", "ٹ"],
}  # fmt: skip
_SOUNDS = {"س": "صث", "ص": "س", "ز": "ذضظ", "ذ": "ز", "ت": "ط", "ق": "غ", "غ": "ق", "ه": "ح"}


def _presented(word: str, rng: random.Random) -> str:
    if not _SHOWN:
        for code in (*range(0xFB50, 0xFBFF), *range(0xFE70, 0xFEFD)):
            parts = unicodedata.decomposition(chr(code)).split()
            if len(parts) == 2:
                _SHOWN.setdefault(chr(int(parts[1], 16)), []).append(chr(code))
    return "".join(rng.choice(_SHOWN.get(char, [char])) for char in word)


def _drawn_out(word: str, rng: random.Random) -> str:
    fill = ("ـ", "ـــ", "\u0652", "\u0670ـ", "\u200dـ", "\u06e1")
    return word[0] + "".join(rng.choice(fill) * rng.randint(0, 2) + char for char in word[1:])


_ARABIC: dict[str, Disguise] = _any("arabic") | {
    "any presentation form": _presented,
    "letters of other peoples": _by_table(_ALSO, 0.7),
    "by its sound": _by_table({k: list(v) for k, v in _SOUNDS.items()}, 1.0),
    "drawn out": _drawn_out,
    "another ending": lambda w, r: w + r.choice(("‌هایتان", "ترین", "‌ست", "هاتو", "یم")),
    "compound": lambda w, r: r.choice(("ابر", "سوپر", "کله‌", "نیمه‌")) + w,
}


def _vowel(word: str, rng: random.Random) -> str:
    like = {"ㅐ": "ㅔㅒ", "ㅔ": "ㅐㅖ", "ㅣ": "ㅟㅢ", "ㅏ": "ㅑ", "ㅓ": "ㅕ", "ㅗ": "ㅛ", "ㅜ": "ㅠ",
            "ㅑ": "ㅏ", "ㅕ": "ㅓ", "ㅛ": "ㅗ", "ㅟ": "ㅣ", "ㅢ": "ㅣ", "ㅡ": "ㅜ"}  # fmt: skip
    return _one_jamo(word, rng, like, place=1)


def _consonant(word: str, rng: random.Random) -> str:
    like = {"ㅅ": "ㅆ", "ㅂ": "ㅃㅍ", "ㄱ": "ㄲㅋ", "ㅈ": "ㅉㅊ", "ㄷ": "ㄸㅌ", "ㅆ": "ㅅ", "ㅃ": "ㅂ",
            "ㄲ": "ㄱㅋ", "ㅉ": "ㅈㅊ", "ㅊ": "ㅈ", "ㅍ": "ㅂㅃ", "ㅌ": "ㄷ"}  # fmt: skip
    return _one_jamo(word, rng, like, place=0)


_ONSETS, _MIDDLES = (
    "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
    "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
)


def _one_jamo(word: str, rng: random.Random, like: dict[str, str], *, place: int) -> str:
    places = [i for i, char in enumerate(word) if jamo(char)[place] in like]
    if not places:
        return word
    at = rng.choice(places)
    parts = [*jamo(word[at]), ""][:3]
    parts[place] = rng.choice(like[parts[place]])
    code = ord(word[at]) - 0xAC00
    number = _ONSETS.index(parts[0]) * 588 + _MIDDLES.index(parts[1]) * 28 + code % 28
    return word[:at] + chr(0xAC00 + number) + word[at + 1 :]


def _coda(word: str, rng: random.Random) -> str:
    open_ones = [i for i, char in enumerate(word) if (ord(char) - 0xAC00) % 28 == 0]
    if not open_ones:
        return word
    at = rng.choice(open_ones)
    return word[:at] + chr(ord(word[at]) + rng.choice((4, 16, 19, 21, 27))) + word[at + 1 :]


def _split_codas(word: str, rng: random.Random) -> str:
    sign = rng.choice(("", ".", " ", "~"))
    return "".join(jamo(c)[:2] + sign + jamo(c)[2:] if rng.random() < 0.5 else c for c in word)


_TYPED = dict(zip("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅐㅑㅓㅔㅕㅗㅛㅜㅠㅡㅣㄲㄸㅃㅆㅉㅒㅖ",
                  "rsefaqtdwczxvgkoijpuhynbmlREQTWOP", strict=True))  # fmt: skip
_TYPED |= {"ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅢ": "ml"}
_SAID_FIRST = {
    "ㄱ": "g", "ㄲ": "kk", "ㄴ": "n", "ㄷ": "d", "ㄸ": "tt", "ㄹ": "r", "ㅁ": "m", "ㅂ": "b", "ㅃ": "pp",
    "ㅅ": "s", "ㅆ": "ss", "ㅇ": "", "ㅈ": "j", "ㅉ": "jj", "ㅊ": "ch", "ㅋ": "k", "ㅌ": "t", "ㅍ": "p",
    "ㅎ": "h", "ㅏ": "a", "ㅐ": "ae", "ㅑ": "ya", "ㅒ": "yae", "ㅓ": "eo", "ㅔ": "e", "ㅕ": "yeo",
    "ㅖ": "ye", "ㅗ": "o", "ㅘ": "wa", "ㅙ": "wae", "ㅚ": "oe", "ㅛ": "yo", "ㅜ": "u", "ㅝ": "wo",
    "ㅞ": "we", "ㅟ": "wi", "ㅠ": "yu", "ㅡ": "eu", "ㅢ": "ui", "ㅣ": "i",
}  # fmt: skip
_SAID_CODA = {"ㄴ": "n", "ㄹ": "l", "ㅁ": "m", "ㅇ": "ng", "ㅂ": "p", "ㄱ": "k", "ㄲ": "k"}


def _typed(word: str, rng: random.Random) -> str:
    return "".join(_TYPED.get(char, char) for char in jamo(word))


def _romanised(word: str, rng: random.Random) -> str:
    said = ""
    for onset, vowel, *coda in map(jamo, word):
        said += _SAID_FIRST[onset] + _SAID_FIRST[vowel]
        said += "".join(_SAID_CODA.get(char, "t") for char in coda)
    return said


_HANGUL: dict[str, Disguise] = _any("hangul") | {
    "another vowel of the same sound": _vowel,
    "a harder or softer consonant": _consonant,
    "a final consonant thrown in": _coda,
    "final consonants split off": _split_codas,
    "on a Latin keyboard": _typed,
    "in Latin letters": _romanised,
    "endings": lambda w, r: w + r.choice(("같은", "이라니", "스럽다", "들의", "이네요")),
    "compound": lambda w, r: r.choice(("핵", "왕", "슈퍼", "네이버")) + w,
    "doubled syllable and emoji": lambda w, r: _woven(w[0] * 2 + w[1:], r, _EMOJI),
}

HELD_OUT: dict[str, dict[str, Disguise]] = {
    "latin": _LATIN, "cyrillic": _CYRILLIC, "arabic": _ARABIC, "hangul": _HANGUL,
}  # fmt: skip
