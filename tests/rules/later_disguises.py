"""SEVENTH: what the folding was changed for while ``held_out_disguises`` stayed unread."""

import random

from disguise_sets import LEET, Disguise, between, half, jamo, one, parted

_SLIPS = {"latin": "etaoinshrdlu", "cyrillic": "оеаинтсрвлкм", "arabic": "اینرمدشتو"}
_MANY_SIGNS = {
    "a": "/-\\", "b": "|3", "c": "<", "d": "|)", "f": "|=", "g": "9", "h": "|-|", "i": "!", "j": "_|",
    "k": "|<", "l": "|_", "m": "|\\/|", "n": "|\\|", "o": "()", "p": "|>", "q": "0_", "r": "|2", "s": "5",
    "t": "7", "u": "|_|", "v": "\\/", "w": "\\/\\/", "x": "><", "y": "`/", "z": "2",
}  # fmt: skip
_FANCY = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ค๒ς๔єŦgђเןкɭ๓ภ๏קợгรtยשฬאץz")
_MONEY = str.maketrans("abcdefghijklmnoprstuwxyz", "₳฿₵ĐɆ₣₲ⱧłJ₭Ⱡ₥₦Ø₱RS₮Ʉ₩ӾɎⱫ")
_MATHS = str.maketrans("abdefhilnoprstuvxy", "αβ∂ε∱ℏιℓη⊙ρгς⊤∪∨χγ")
_FAUX = str.maketrans("abhknrtuwxy", "дьнкияτцшжч")
_RU_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
_RU_SEEN = {"и": "u", "п": "n", "г": "r", "д": "g", "ш": "w", "з": "3", "б": "6", "ч": "4", "ж": "}|{",
            "л": "JI", "я": "R", "ы": "bI", "ю": "I0", "й": "u", "у": "y", "в": "B", "н": "H", "к": "K",
            "м": "M", "т": "T", "р": "P", "с": "C", "х": "X", "ф": "cp"}  # fmt: skip
_RU_SAID = {"а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "ie", "ё": "io", "ж": "zh",
            "з": "z", "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
            "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
            "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia"}  # fmt: skip
_FA_KEYS = str.maketrans("ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو", "qwertyuiop[]asdfghjkl;'zxcvbn\\,")
_KURDISH = str.maketrans({"ک": "ڪ", "ی": "ێ", "و": "ۆ", "ه": "ە", "ر": "ڕ", "ل": "ڵ"})


def _spelled(table: dict[str, str]) -> Disguise:
    return lambda word, rng: "".join(table.get(char, char) for char in word)


def _starred(word: str, rng: random.Random) -> str:
    places = set(rng.sample(range(1, len(word)), max(1, (len(word) - 1) * 2 // 5)))
    return "".join(rng.choice("*#_") if i in places else char for i, char in enumerate(word))


def _slip(script: str) -> Disguise:
    def slip(word: str, rng: random.Random) -> str:
        at, letter = rng.randrange(1, len(word)), rng.choice(_SLIPS[script])
        return word[:at] + rng.choice(("", letter, letter + word[at])) + word[at + 1 :]

    return slip


def _swapped(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _wide_gaps(word: str, rng: random.Random) -> str:
    return "".join(char + " -."[rng.randrange(3)] * rng.randint(1, 2) for char in word)


def _any(script: str) -> dict[str, Disguise]:
    slips: dict[str, Disguise] = {"one slip": _slip(script)} if script in _SLIPS else {}
    return slips | {
        "tag with a colour": lambda w, r: "".join(f'<b style="x: y">{c}</b>' for c in w),
        "mail's mark on the next line": lambda w, r: parted(w, r, "\n>> "),
        "two in five starred": _starred,
        "swapped and dashed": lambda w, r: between(_swapped(w, r), "-"),
        "swapped and spaced": lambda w, r: between(_swapped(w, r), " "),
        "wide gaps": _wide_gaps,
        "held and spaced": lambda w, r: between(one(w, r, lambda c: c * 3), " . "),
        "comment": lambda w, r: parted(w, r, "<!--\nno -->"),
        "one letter in brackets": lambda w, r: one(w, r, lambda c: f"({c})"),
    }


SEVENTH: dict[str, dict[str, Disguise]] = {
    "latin": _any("latin")
    | {
        "many signs": _spelled(_MANY_SIGNS),
        "half in many signs": lambda w, r: "".join(
            _MANY_SIGNS[c] if c in _MANY_SIGNS and r.random() < 0.5 else c for c in w
        ),
        "Thai and Hebrew": lambda w, r: w.translate(_FANCY),
        "currencies": lambda w, r: w.translate(_MONEY),
        "mathematics": lambda w, r: w.translate(_MATHS),
        "mock Russian": lambda w, r: one(w, r, lambda c: c.translate(_FAUX)),
        "leet, held, dashed": lambda w, r: between(one(w.translate(LEET), r, lambda c: c * 2), "-"),
        "prefix": lambda w, r: "anti" + w,
    },
    "cyrillic": _any("cyrillic")
    | {
        "on a Latin keyboard": lambda w, r: w.translate(_RU_KEYS),
        "as it looks": _spelled(_RU_SEEN),
        "as in passports": _spelled(_RU_SAID),
        "instrumental": lambda w, r: w + "ами",
        "prefix": lambda w, r: "мега" + w,
        "a for o": lambda w, r: w.replace("о", "а"),
    },
    "arabic": _any("arabic")
    | {
        "Kurdish letters": lambda w, r: w.translate(_KURDISH),
        "on a Latin keyboard": lambda w, r: w.translate(_FA_KEYS),
        "your (plural)": lambda w, r: w + "‌هاتون",
        "prefix": lambda w, r: "مگا" + w,
    },
    "hangul": _any("hangul")
    | {
        "ㅔ for ㅐ, ㅑ for ㅏ": lambda w, r: _retuned(w, {"ㅐ": "ㅔ", "ㅏ": "ㅑ", "ㅣ": "ㅟ"}, 1),
        "ㅆ for ㅅ, ㅍ for ㅂ": lambda w, r: _retuned(w, {"ㅅ": "ㅆ", "ㅂ": "ㅍ", "ㄱ": "ㅋ"}, 0),
        "ㅇ under the first": lambda w, r: (
            chr(ord(w[0]) + 21) + w[1:] if (ord(w[0]) - 0xAC00) % 28 == 0 else w
        ),
        "half width, split": lambda w, r: w[0] + "".join(half(c) for c in jamo(w[1:])),
        "keys": lambda w, r: "".join(_KO_KEYS.get(c, c) for c in jamo(w)),
        "by ear": lambda w, r: "".join(_KO_SAID.get(c, c) for c in jamo(w)),
        "prefix": lambda w, r: "초특급" + w,
        "ending": lambda w, r: w + "밖에",
        "hearts and twice": lambda w, r: between(w[0] * 3 + w[1:], "♥"),
    },
}
_KO_KEYS = dict(zip("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅐㅑㅓㅔㅕㅗㅛㅜㅠㅡㅣㄲㄸㅃㅆㅉ",
                    "rsefaqtdwczxvgkoijpuhynbmlreqtw", strict=True))  # fmt: skip
_KO_SAID = dict(zip("ㄱㄴㄷㄹㅁㅂㅅㅈㅊㅋㅌㅍㅎㅏㅐㅓㅔㅗㅜㅡㅣㅇ",
                    ["g", "n", "d", "l", "m", "b", "sh", "j", "ch", "k", "t", "p", "h", "a", "ae",
                     "eo", "e", "o", "oo", "u", "i", ""], strict=True))  # fmt: skip


def _retuned(word: str, table: dict[str, str], place: int) -> str:
    onsets, vowels = (
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
        "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
    )
    parts = [*jamo(word[0])]
    parts[place] = table.get(parts[place], parts[place])
    number = onsets.index(parts[0]) * 588 + vowels.index(parts[1]) * 28
    return chr(0xAC00 + number + (ord(word[0]) - 0xAC00) % 28) + word[1:]
