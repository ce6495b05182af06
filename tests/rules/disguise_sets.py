"""Ways to disguise a word, in three sets.

BUILT was known while the folding was first written. SECOND was written after it and measured once
(docs/lexicons.md has the figures); the folding was then changed. HELD_OUT was written after that
and has changed nothing: what it gives is what a stranger's disguise may expect.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator

Disguise = Callable[[str, random.Random], str]

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
_LATIN = str.maketrans("асеорхукмтвн", "aceopxykmtbh")
_LEET = str.maketrans("aeiost", "4310$7")


def _between(word: str, sign: str) -> str:
    return sign.join(word)


def _one(word: str, rng: random.Random, change: Callable[[str], str]) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + change(word[at]) + word[at + 1 :]


def _wide(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)


def _bold(word: str) -> str:
    return "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def _jamo(word: str) -> str:
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
        "zero width": lambda w, r: _between(w, r.choice(ZERO_WIDTH)),
        "Cyrillic letters": lambda w, r: w.translate(_CYRILLIC),
        "full width": lambda w, r: _wide(w),
        "bold letters": lambda w, r: _bold(w),
        "digits for letters": lambda w, r: w.translate(_LEET),
        "one star": lambda w, r: _one(w, r, lambda c: "*"),
        "spaced": lambda w, r: _between(w, " "),
        "dots": lambda w, r: _between(w, "."),
        "held letter": lambda w, r: _one(w, r, lambda c: c * 4),
    },
    "hangul": {
        "plain": lambda w, r: w,
        "zero width": lambda w, r: _between(w, "\u200b"),
        "NFD": lambda w, r: unicodedata.normalize("NFD", w),
        "single jamo": lambda w, r: _jamo(w),
        "digit inside": lambda w, r: w[0] + "1" + w[1:],
        "spaced": lambda w, r: _between(w, " "),
        "particle": lambda w, r: w + "들아",
    },
}
BUILT["cyrillic"] = {
    "plain": lambda w, r: w,
    "zero width": lambda w, r: _between(w, r.choice(ZERO_WIDTH)),
    "Latin letters": lambda w, r: w.translate(_LATIN),
    "one star": lambda w, r: _one(w, r, lambda c: "*"),
    "spaced": lambda w, r: _between(w, " "),
    "dots": lambda w, r: _between(w, "."),
}
BUILT["arabic"] = {
    "plain": lambda w, r: w,
    "half space": lambda w, r: _between(w, "\u200c"),
    "Arabic letters": lambda w, r: w.replace("ی", "ي").replace("ک", "ك"),
    "kashida": lambda w, r: _one(w, r, lambda c: "ـ" + c),
    "spaced": lambda w, r: _between(w, " "),
}

_CHEROKEE = str.maketrans("abcdegijkmprstwz", "ᎪᏏᏟᎠᎬᏀᎥᎫᏦᎷᏢᎡᏚᎢᎳᏃ")
_ARMENIAN_GREEK = str.maketrans("uohnavpi", "սօհոανρι")
_SMALL_CAPS = str.maketrans("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
_RAISED = str.maketrans("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_TURNED = str.maketrans("acefhikmnrtuvwy", "ɐɔǝɟɥᴉʞɯuɹʇnʌʍʎ")


def _boxed(word: str) -> str:
    return "".join(chr(0x1F170 + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def _flags(word: str) -> str:
    return "\u200b".join(chr(0x1F1E6 + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def _heaped(word: str, rng: random.Random) -> str:
    marks = "\u0300\u0316\u0334\u0336\u0489\u035f"
    return "".join(c + "".join(rng.choices(marks, k=3)) for c in word)


def _parted(word: str, rng: random.Random, sign: str) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + sign + word[at:]


def _swapped(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word[::-1]
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


_ANY: dict[str, Disguise] = {
    "emoji between": lambda w, r: _between(w, "😀"),
    "slashes": lambda w, r: _between(w, "/"),
    "lines": lambda w, r: _between(w, "\n"),
    "boxes": lambda w, r: "".join(f"[{c}]" for c in w),
    "tag inside": lambda w, r: _parted(w, r, "<b></b>"),
    "every letter doubled": lambda w, r: "".join(c * 2 for c in w),
    "hyphen and line": lambda w, r: _parted(w, r, "-\n"),
    "soft hyphens": lambda w, r: _between(w, "\u00ad"),
    "heaped marks": _heaped,
    "wide spaces": lambda w, r: _between(w, "\u3000"),
    "tildes": lambda w, r: _between(w, "~"),
    "direction marks": lambda w, r: "\u202e" + w + "\u202c",
    "two signs inside": lambda w, r: _parted(w, r, "^_"),
    "underlines around": lambda w, r: f"__{w}__",
    "hash tag": lambda w, r: f"#{w}",
}
SECOND: dict[str, dict[str, Disguise]] = {
    "latin": _ANY
    | {
        "black boxes": lambda w, r: _boxed(w),
        "flag letters": lambda w, r: _flags(w),
        "small capitals": lambda w, r: w.translate(_SMALL_CAPS),
        "raised letters": lambda w, r: w.translate(_RAISED),
        "Cherokee": lambda w, r: w.translate(_CHEROKEE),
        "Armenian and Greek": lambda w, r: w.translate(_ARMENIAN_GREEK),
        "upside down": lambda w, r: w.translate(_TURNED)[::-1],
        "two letters swapped": _swapped,
        "parted by a space": lambda w, r: _parted(w, r, " "),
        "digits and spaces": lambda w, r: _between(w.translate(_LEET), " "),
        "wide and held": lambda w, r: _wide(_one(w, r, lambda c: c * 3)),
        "star and Cyrillic": lambda w, r: _one(w.translate(_CYRILLIC), r, lambda c: "*"),
        "accents": lambda w, r: w.translate(str.maketrans("aeiou", "äëïöü")),
    },
    "hangul": _ANY
    | {
        "half width": lambda w, r: "".join(_half(c) for c in _jamo(w)),
        "jamo with dots": lambda w, r: _between(_jamo(w), "."),
        "jamo with spaces": lambda w, r: _between(_jamo(w), " "),
        "heart between": lambda w, r: _between(w, "♡"),
        "l for ㅣ": lambda w, r: _jamo(w).replace("ㅣ", "l") if "ㅣ" in _jamo(w) else w,
        "one syllable in jamo": lambda w, r: w[:-1] + _jamo(w[-1]),
        "held vowel": lambda w, r: _jamo(w[0]) + _jamo(w[0])[-1] * 2 + w[1:],
        "NFD and zero width": lambda w, r: _between(unicodedata.normalize("NFD", w), "\u200b"),
        "circled": lambda w, r: "".join(_circled(c) for c in _jamo(w)),
    },
    "cyrillic": _ANY
    | {
        "Ukrainian letters": lambda w, r: w.translate(str.maketrans("ие", "іє")),
        "digits": lambda w, r: w.translate(str.maketrans("зчоб", "3406")),
        "two letters swapped": _swapped,
        "stars and Latin": lambda w, r: _one(w.translate(_LATIN), r, lambda c: "*"),
        "parted by a space": lambda w, r: _parted(w, r, " "),
        "hooks": lambda w, r: w.translate(str.maketrans("хкн", "ҳқң")),
        "wide held": lambda w, r: _one(w, r, lambda c: c * 5),
    },
    "arabic": _ANY
    | {
        "presentation forms": lambda w, r: "".join(_shown(c) for c in w),
        "vowel signs": lambda w, r: _between(w, "\u064e"),
        "Urdu letters": lambda w, r: w.replace("ه", "ہ").replace("ی", "ے"),
        "held letter": lambda w, r: _one(w, r, lambda c: c * 4),
        "one star": lambda w, r: _one(w, r, lambda c: "*"),
        "dots": lambda w, r: _between(w, "."),
        "digit for a letter": lambda w, r: w.replace("و", "0").replace("ا", "1"),
        "two letters swapped": _swapped,
    },
}


def _half(jamo: str) -> str:
    for code in range(0xFFA1, 0xFFDD):
        if unicodedata.normalize("NFKC", chr(code)) == unicodedata.normalize("NFKC", jamo):
            return chr(code)
    return jamo


def _circled(jamo: str) -> str:
    for code in range(0x3260, 0x326E):
        if unicodedata.normalize("NFKD", chr(code)) == unicodedata.normalize("NFKC", jamo):
            return chr(code)
    return jamo


def _shown(letter: str) -> str:
    for code in range(0xFB50, 0xFEFD):
        shown = unicodedata.decomposition(chr(code)).split()
        if shown[:1] in (["<initial>"], ["<medial>"]) and shown[1:] == [f"{ord(letter):04X}"]:
            return chr(code)
    return letter


_LISU = str.maketrans("abcdefghijklmnoprstuvwxyz", "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ")
_ROMAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def _style(word: str, first: int) -> str:
    return "".join(chr(first + ord(c) - 97) if "a" <= c <= "z" else c for c in word)


def _mixed_signs(word: str, rng: random.Random) -> str:
    return word[0] + "".join(rng.choice(".-_,~") + c for c in word[1:])


_ANY_MORE: dict[str, Disguise] = {
    "commas": lambda w, r: _between(w, ","),
    "arrows": lambda w, r: _between(w, "→"),
    "round brackets": lambda w, r: "".join(f"({c})" for c in w),
    "mixed signs": _mixed_signs,
    "two blanks": lambda w, r: _between(w, "  "),
    "tabs": lambda w, r: _between(w, "\t"),
    "thin blanks": lambda w, r: _between(w, "\u2009"),
    "fillers": lambda w, r: _between(w, "\u3164"),
    "plus signs": lambda w, r: _between(w, "+"),
    "bold in mark-up": lambda w, r: _parted(w, r, "**"),
    "bulletin-board tag": lambda w, r: _parted(w, r, "[b]"),
    "last letter eight times": lambda w, r: w + w[-1] * 8,
    "digits after it": lambda w, r: w + "123",
    "quotation mark inside": lambda w, r: _parted(w, r, "'"),
    "first letter starred": lambda w, r: "*" + w[1:],
    "a sign before and after": lambda w, r: f"~{w}!!!1",
}
HELD_OUT: dict[str, dict[str, Disguise]] = {
    "latin": _ANY_MORE
    | {
        "Lisu letters": lambda w, r: w.translate(_LISU),
        "black letter": lambda w, r: _style(w, 0x1D586),
        "circled letters": lambda w, r: _style(w, 0x24D0),
        "letters in brackets": lambda w, r: _style(w, 0x249C),
        "vowels dropped": lambda w, r: w[0] + "".join(c for c in w[1:] if c not in "aeiou"),
        "two v for w, brackets for o": lambda w, r: w.replace("w", "vv").replace("o", "()"),
        "z at the end": lambda w, r: w + "z",
        "capitals and leet": lambda w, r: w.upper().replace("E", "3").replace("I", "1"),
        "one Greek letter": lambda w, r: _one(w, r, lambda c: c.translate(_ARMENIAN_GREEK)),
        "dots below": lambda w, r: "".join(c + "\u0323" for c in w),
    },
    "hangul": _ANY_MORE
    | {
        "first consonant and a dot": lambda w, r: _jamo(w[0])[0] + "." + w[1:],
        "jamo and tildes": lambda w, r: _between(_jamo(w), "~"),
        "syllables and stops of width": lambda w, r: _between(w, "．"),
        "vowel drawn out": lambda w, r: (
            w[0] + chr(ord("아") + (ord(_jamo(w[0])[1]) - ord("ㅏ")) * 28) + w[1:]
        ),
        "jamo on lines": lambda w, r: _between(_jamo(w), "\n"),
        "copula": lambda w, r: w + "이었습니다",
    },
    "cyrillic": _ANY_MORE
    | {
        "in Latin letters": lambda w, r: "".join(_ROMAN.get(c, c) for c in w),
        "yo for ye": lambda w, r: w.replace("е", "ё"),
        "capitals with Latin": lambda w, r: w.upper().translate(str.maketrans("АЕОС", "AEOC")),
        "accents": lambda w, r: "".join(c + "\u0301" for c in w),
    },
    "arabic": _ANY_MORE
    | {
        "long kashida": lambda w, r: _one(w, r, lambda c: "ـ" * 6 + c),
        "sad for sin": lambda w, r: w.replace("س", "ص"),
        "joiners": lambda w, r: _between(w, "\u200d"),
        "plural": lambda w, r: w + "\u200cها",
        "alef forms": lambda w, r: w.replace("ا", "أ"),
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
    words: list[str], disguise: Disguise, language: str, seed: int = 3
) -> Iterator[tuple[str, int, int]]:
    """Yield letters that hold a disguised word, with where it begins and ends."""
    before, after = CARRIERS[language]
    for number, word in enumerate(words):
        hidden = disguise(word, random.Random(seed * 1000 + number))
        yield before + hidden + after, len(before), len(before) + len(hidden)
