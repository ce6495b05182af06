"""Ways to disguise a word that the folding was tuned on: BUILT and SIXTH.

BUILT was known while the folding was first written. SECOND was written after it and measured once
(docs/lexicons.md has the figures), the folding was then changed; THIRD to SEVENTH (``later_disguises``)
likewise. What has never been tuned on is in ``held_out_disguises``.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator

Disguise = Callable[[str, random.Random], str]

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
LATIN = str.maketrans("асеорхукмтвн", "aceopxykmtbh")
LEET = str.maketrans("aeiost", "4310$7")


def between(word: str, sign: str) -> str:
    return sign.join(word)


def one(word: str, rng: random.Random, change: Callable[[str], str]) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + change(word[at]) + word[at + 1 :]


def wide(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)


def _bold(word: str) -> str:
    return "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def jamo(word: str) -> str:
    onsets, vowels = (
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
        "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
    )
    codas = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
    parts = []
    for char in word:
        if not "가" <= char <= "힣":
            parts.append(char)
            continue
        onset, rest = divmod(ord(char) - 0xAC00, 588)
        vowel, coda = divmod(rest, 28)
        parts.append(onsets[onset] + vowels[vowel] + codas[coda].strip())
    return "".join(parts)


BUILT: dict[str, dict[str, Disguise]] = {
    "latin": {
        "plain": lambda w, r: w,
        "capitals": lambda w, r: w.upper(),
        "zero width": lambda w, r: between(w, r.choice(ZERO_WIDTH)),
        "Cyrillic letters": lambda w, r: w.translate(CYRILLIC),
        "full width": lambda w, r: wide(w),
        "bold letters": lambda w, r: _bold(w),
        "digits for letters": lambda w, r: w.translate(LEET),
        "one star": lambda w, r: one(w, r, lambda c: "*"),
        "spaced": lambda w, r: between(w, " "),
        "dots": lambda w, r: between(w, "."),
        "held letter": lambda w, r: one(w, r, lambda c: c * 4),
    },
    "hangul": {
        "plain": lambda w, r: w,
        "zero width": lambda w, r: between(w, "\u200b"),
        "NFD": lambda w, r: unicodedata.normalize("NFD", w),
        "single jamo": lambda w, r: jamo(w),
        "digit inside": lambda w, r: w[0] + "1" + w[1:],
        "spaced": lambda w, r: between(w, " "),
        "particle": lambda w, r: w + "들아",
    },
}
BUILT["cyrillic"] = {
    "plain": lambda w, r: w,
    "zero width": lambda w, r: between(w, r.choice(ZERO_WIDTH)),
    "Latin letters": lambda w, r: w.translate(LATIN),
    "one star": lambda w, r: one(w, r, lambda c: "*"),
    "spaced": lambda w, r: between(w, " "),
    "dots": lambda w, r: between(w, "."),
}
BUILT["arabic"] = {
    "plain": lambda w, r: w,
    "half space": lambda w, r: between(w, "\u200c"),
    "Arabic letters": lambda w, r: w.replace("ی", "ي").replace("ک", "ك"),
    "kashida": lambda w, r: one(w, r, lambda c: "ـ" + c),
    "spaced": lambda w, r: between(w, " "),
}


def parted(word: str, rng: random.Random, sign: str) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + sign + word[at:]


def half(letter: str) -> str:
    for code in range(0xFFA1, 0xFFDD):
        if unicodedata.normalize("NFKC", chr(code)) == unicodedata.normalize("NFKC", letter):
            return chr(code)
    return letter


def style(word: str, first: int) -> str:
    return "".join(chr(first + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def two_starred(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, max(2, len(word) - 2))
    return word[:at] + "**" + word[at + 2 :] if len(word) > 3 else word[0] + "*" + word[2:]


_ANY_NEW: dict[str, Disguise] = {
    "raised dots": lambda w, r: between(w, "˙"),
    "semicolons and blanks": lambda w, r: between(w, "; "),
    "stars and blanks": lambda w, r: between(w, " * "),
    "square bullets": lambda w, r: between(w, "▪"),
    "deletion in mark-up": lambda w, r: f"~~{w}~~",
    "paragraph in a word": lambda w, r: parted(w, r, "\n\n"),
    "font tag inside": lambda w, r: parted(w, r, "</font>"),
    "held first and last": lambda w, r: w[0] * 3 + w[1:] + w[-1] * 3,
    "dagger inside": lambda w, r: parted(w, r, "†"),
    "exclamation marks": lambda w, r: between(w, "!"),
    "tag characters": lambda w, r: between(w, "\U000e0041"),
    "number before": lambda w, r: "2" + w,
    "thirds": lambda w, r: " ".join(w[i : i + 3] for i in range(0, len(w), 3)),
    "three stars": lambda w, r: w[0] + "***" + w[4:] if len(w) > 5 else two_starred(w, r),
    "wrong twin letter": lambda w, r: one(w, r, lambda c: chr(ord(c) + 1)),
}
SIXTH: dict[str, dict[str, Disguise]] = {
    "latin": _ANY_NEW
    | {
        "squared letters": lambda w, r: style(w, 0x1F130),
        "sans-serif italics": lambda w, r: style(w, 0x1D622),
        "Greek capitals": lambda w, r: w.upper().translate(
            str.maketrans("ABEHIKMNOTXYZ", "ΑΒΕΗΙΚΜΝΟΤΧΥΖ")
        ),
        "leet and held": lambda w, r: one(w.translate(LEET), r, lambda c: c * 3),
        "tails": lambda w, r: w.translate(str.maketrans("aceinosuz", "ąçęįņǫşųż")),
    },
    "hangul": _ANY_NEW
    | {
        "brackets of Asia": lambda w, r: "".join(f"【{c}】" for c in w),
        "half width, spaced": lambda w, r: between("".join(half(c) for c in jamo(w)), " "),
        "one consonant and x": lambda w, r: jamo(w[0])[0] + "x" + w[1:],
        "vocative": lambda w, r: w + "아!!",
        "ㅠㅠ before": lambda w, r: "ㅠㅠ" + w,
    },
    "cyrillic": _ANY_NEW
    | {
        "Macedonian and Serbian": lambda w, r: w.translate(str.maketrans("ксеј", "ќѕѐј")),
        "Latin u, n, r": lambda w, r: w.translate(str.maketrans("ипг", "unr")),
        "genitive": lambda w, r: w + "а",
        "Latin letters, spaced": lambda w, r: between(w.translate(LATIN), " "),
    },
    "arabic": _ANY_NEW
    | {
        "final forms": lambda w, r: w.replace("ی", "ﯽ").replace("ک", "ﮏ").replace("ن", "ﻦ"),
        "Pashto letters": lambda w, r: w.replace("ک", "ڪ").replace("ی", "ې"),
        "Arabic commas": lambda w, r: between(w, "،"),
        "my": lambda w, r: w + "م",
    },
}


SCRIPTS = {"en": "latin", "es": "latin", "ru": "cyrillic", "fa": "arabic", "ko": "hangul"}
CARRIERS = {
    "en": ("Yesterday he looked at us and said ", " again, then he left the market."),
    "es": ("Ayer nos miró y dijo ", " otra vez, luego se fue del mercado."),
    "ru": ("Вчера он посмотрел и сказал ", " ещё раз, потом ушёл с рынка."),
    "fa": ("دیروز به ما نگاه کرد و گفت ", " دوباره، بعد از بازار رفت."),
    "ko": ("어제 그는 우리를 보고 ", " 다시 말하고 시장을 떠났다."),
}


def disguised(
    words: list[str], disguise: Disguise, language: str, seed: int = 3, *, changed: bool = False
) -> Iterator[tuple[str, int, int]]:
    """Yield letters that hold a disguised word, with where it begins and ends.

    ``changed``: only words that the disguise does change.
    """
    before, after = CARRIERS[language]
    for number, word in enumerate(words):
        hidden = disguise(word, random.Random(seed * 1000 + number))
        if changed and hidden == word:
            continue
        yield before + hidden + after, len(before), len(before) + len(hidden)
