"""Disguises that were held out once: each set was measured, then the folding was changed for it."""

import random
import unicodedata

from disguise_sets import (
    CYRILLIC,
    LATIN,
    LEET,
    Disguise,
    between,
    half,
    jamo,
    one,
    parted,
    style,
    two_starred,
    wide,
)  # fmt: skip

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


def _swapped(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word[::-1]
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


_ANY: dict[str, Disguise] = {
    "emoji between": lambda w, r: between(w, "😀"),
    "slashes": lambda w, r: between(w, "/"),
    "lines": lambda w, r: between(w, "\n"),
    "boxes": lambda w, r: "".join(f"[{c}]" for c in w),
    "tag inside": lambda w, r: parted(w, r, "<b></b>"),
    "every letter doubled": lambda w, r: "".join(c * 2 for c in w),
    "hyphen and line": lambda w, r: parted(w, r, "-\n"),
    "soft hyphens": lambda w, r: between(w, "\u00ad"),
    "heaped marks": _heaped,
    "wide spaces": lambda w, r: between(w, "\u3000"),
    "tildes": lambda w, r: between(w, "~"),
    "direction marks": lambda w, r: "\u202e" + w + "\u202c",
    "two signs inside": lambda w, r: parted(w, r, "^_"),
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
        "parted by a space": lambda w, r: parted(w, r, " "),
        "digits and spaces": lambda w, r: between(w.translate(LEET), " "),
        "wide and held": lambda w, r: wide(one(w, r, lambda c: c * 3)),
        "star and Cyrillic": lambda w, r: one(w.translate(CYRILLIC), r, lambda c: "*"),
        "accents": lambda w, r: w.translate(str.maketrans("aeiou", "äëïöü")),
    },
    "hangul": _ANY
    | {
        "half width": lambda w, r: "".join(half(c) for c in jamo(w)),
        "jamo with dots": lambda w, r: between(jamo(w), "."),
        "jamo with spaces": lambda w, r: between(jamo(w), " "),
        "heart between": lambda w, r: between(w, "♡"),
        "l for ㅣ": lambda w, r: jamo(w).replace("ㅣ", "l") if "ㅣ" in jamo(w) else w,
        "one syllable in jamo": lambda w, r: w[:-1] + jamo(w[-1]),
        "held vowel": lambda w, r: jamo(w[0]) + jamo(w[0])[-1] * 2 + w[1:],
        "NFD and zero width": lambda w, r: between(unicodedata.normalize("NFD", w), "\u200b"),
        "circled": lambda w, r: "".join(_circled(c) for c in jamo(w)),
    },
    "cyrillic": _ANY
    | {
        "Ukrainian letters": lambda w, r: w.translate(str.maketrans("ие", "іє")),
        "digits": lambda w, r: w.translate(str.maketrans("зчоб", "3406")),
        "two letters swapped": _swapped,
        "stars and Latin": lambda w, r: one(w.translate(LATIN), r, lambda c: "*"),
        "parted by a space": lambda w, r: parted(w, r, " "),
        "hooks": lambda w, r: w.translate(str.maketrans("хкн", "ҳқң")),
        "wide held": lambda w, r: one(w, r, lambda c: c * 5),
    },
    "arabic": _ANY
    | {
        "presentation forms": lambda w, r: "".join(_shown(c) for c in w),
        "vowel signs": lambda w, r: between(w, "\u064e"),
        "Urdu letters": lambda w, r: w.replace("ه", "ہ").replace("ی", "ے"),
        "held letter": lambda w, r: one(w, r, lambda c: c * 4),
        "one star": lambda w, r: one(w, r, lambda c: "*"),
        "dots": lambda w, r: between(w, "."),
        "digit for a letter": lambda w, r: w.replace("و", "0").replace("ا", "1"),
        "two letters swapped": _swapped,
    },
}


def _circled(letter: str) -> str:
    for code in range(0x3260, 0x326E):
        if unicodedata.normalize("NFKD", chr(code)) == unicodedata.normalize("NFKC", letter):
            return chr(code)
    return letter


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


def _mixed_signs(word: str, rng: random.Random) -> str:
    return word[0] + "".join(rng.choice(".-_,~") + c for c in word[1:])


_ANY_MORE: dict[str, Disguise] = {
    "commas": lambda w, r: between(w, ","),
    "arrows": lambda w, r: between(w, "→"),
    "round brackets": lambda w, r: "".join(f"({c})" for c in w),
    "mixed signs": _mixed_signs,
    "two blanks": lambda w, r: between(w, "  "),
    "tabs": lambda w, r: between(w, "\t"),
    "thin blanks": lambda w, r: between(w, "\u2009"),
    "fillers": lambda w, r: between(w, "\u3164"),
    "plus signs": lambda w, r: between(w, "+"),
    "bold in mark-up": lambda w, r: parted(w, r, "**"),
    "bulletin-board tag": lambda w, r: parted(w, r, "[b]"),
    "last letter eight times": lambda w, r: w + w[-1] * 8,
    "digits after it": lambda w, r: w + "123",
    "quotation mark inside": lambda w, r: parted(w, r, "'"),
    "first letter starred": lambda w, r: "*" + w[1:],
    "a sign before and after": lambda w, r: f"~{w}!!!1",
}
THIRD: dict[str, dict[str, Disguise]] = {
    "latin": _ANY_MORE
    | {
        "Lisu letters": lambda w, r: w.translate(_LISU),
        "black letter": lambda w, r: style(w, 0x1D586),
        "circled letters": lambda w, r: style(w, 0x24D0),
        "letters in brackets": lambda w, r: style(w, 0x249C),
        "vowels dropped": lambda w, r: w[0] + "".join(c for c in w[1:] if c not in "aeiou"),
        "two v for w, brackets for o": lambda w, r: w.replace("w", "vv").replace("o", "()"),
        "z at the end": lambda w, r: w + "z",
        "capitals and leet": lambda w, r: w.upper().replace("E", "3").replace("I", "1"),
        "one Greek letter": lambda w, r: one(w, r, lambda c: c.translate(_ARMENIAN_GREEK)),
        "dots below": lambda w, r: "".join(c + "\u0323" for c in w),
    },
    "hangul": _ANY_MORE
    | {
        "first consonant and a dot": lambda w, r: jamo(w[0])[0] + "." + w[1:],
        "jamo and tildes": lambda w, r: between(jamo(w), "~"),
        "syllables and stops of width": lambda w, r: between(w, "．"),
        "vowel drawn out": lambda w, r: (
            w[0] + chr(ord("아") + (ord(jamo(w[0])[1]) - ord("ㅏ")) * 28) + w[1:]
        ),
        "jamo on lines": lambda w, r: between(jamo(w), "\n"),
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
        "long kashida": lambda w, r: one(w, r, lambda c: "ـ" * 6 + c),
        "sad for sin": lambda w, r: w.replace("س", "ص"),
        "joiners": lambda w, r: between(w, "\u200d"),
        "plural": lambda w, r: w + "\u200cها",
        "alef forms": lambda w, r: w.replace("ا", "أ"),
    },
}


_SYLLABICS = str.maketrans("abdfhjklmprtuvxy", "ᗅᗷᗪᖴᕼᒍᛕᒪᗰᑭᖇᎢᑌᐯ᙭Ꮍ")


def _numbered(word: str) -> str:
    return "".join(c + str(n % 10) for n, c in enumerate(word, start=1))


def _other_vowel(word: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(word) if i and c in "aeiouаеиоуы"]
    if not places:
        return word
    at = rng.choice(places)
    return (
        word[:at]
        + ("a" if word[at] in "eiou" else "о" if word[at] in "аеиуы" else "e")
        + word[at + 1 :]
    )


_ANY_LAST: dict[str, Disguise] = {
    "long dashes": lambda w, r: between(w, "—"),
    "stars between": lambda w, r: between(w, "*"),
    "ellipses": lambda w, r: between(w, "…"),
    "percent signs": lambda w, r: between(w, "%"),
    "bullets and blanks": lambda w, r: between(w, " • "),
    "numbers between": lambda w, r: _numbered(w),
    "each letter in a tag": lambda w, r: "".join(f"<i>{c}</i>" for c in w),
    "narrow blanks": lambda w, r: between(w, "\u202f"),
    "line between": lambda w, r: between(w, "\u0336") + "\u0336",
    "twice, glued": lambda w, r: w + w,
    "middle dots": lambda w, r: between(w, "・"),
    "isolates": lambda w, r: between(w, "\u2068\u2069"),
    "dots and held": lambda w, r: between(one(w, r, lambda c: c * 3), "."),
    "one blank after the first": lambda w, r: w[0] + " " + w[1:],
    "hearts around": lambda w, r: f"♥{w}♥",
    "quotation marks around each": lambda w, r: "".join(f"'{c}'" for c in w),
}
FOURTH: dict[str, dict[str, Disguise]] = {
    "latin": _ANY_LAST
    | {
        "syllabics": lambda w, r: w.translate(_SYLLABICS),
        "typewriter letters": lambda w, r: style(w, 0x1D68A),
        "outlined letters": lambda w, r: style(w, 0x1D552),
        "two stars": two_starred,
        "leet and zero width": lambda w, r: between(w.translate(LEET), "\u200b"),
        "leet and dots": lambda w, r: between(w.translate(LEET), "."),
        "another vowel": _other_vowel,
        "half Cyrillic, spaced": lambda w, r: between(w.translate(CYRILLIC), " "),
        "glued behind a word": lambda w, r: "very" + w,
        "hook letters": lambda w, r: w.translate(str.maketrans("bdfgkptv", "ɓɗƒɠƙƥƭʋ")),
    },
    "hangul": _ANY_LAST
    | {
        "letter x inside": lambda w, r: w[0] + "x" + w[1:],
        "jamo held": lambda w, r: "".join(c * 2 for c in jamo(w)),
        "NFD and dots": lambda w, r: between(unicodedata.normalize("NFD", w), "."),
        "ㅋㅋ before": lambda w, r: "ㅋㅋ" + w,
        "one consonant hardened": lambda w, r: (
            w.replace("시", "씨").replace("새", "쌔").replace("바", "빠")
        ),
    },
    "cyrillic": _ANY_LAST
    | {
        "two stars": two_starred,
        "another vowel": _other_vowel,
        "small Latin and dots": lambda w, r: between(w.translate(LATIN), "."),
        "glued behind a word": lambda w, r: "очень" + w,
    },
    "arabic": _ANY_LAST
    | {
        "two stars": two_starred,
        "Arabic letters, spaced": lambda w, r: between(w.replace("ی", "ى").replace("ک", "ڪ"), " "),
        "suffix": lambda w, r: w + "تون",
        "vowel signs and kashida": lambda w, r: between(w, "ـ\u0650"),
    },
}


def _alternate(word: str) -> str:
    return "".join(c.upper() if n % 2 else c for n, c in enumerate(word))


def _third_star(word: str) -> str:
    return "".join("*" if n and n % 3 == 2 else c for n, c in enumerate(word))


_ANY_FINAL: dict[str, Disguise] = {
    "colons": lambda w, r: between(w, ":"),
    "equals signs": lambda w, r: between(w, " = "),
    "zero-width and dots": lambda w, r: between(w, "\u200b.\u200b"),
    "pairs of letters": lambda w, r: " ".join(w[i : i + 2] for i in range(0, len(w), 2)),
    "snowflakes": lambda w, r: between(w, " ❄ "),
    "ringed marks": lambda w, r: "".join(c + "\u20dd" for c in w),
    "every third starred": lambda w, r: _third_star(w),
    "entity inside": lambda w, r: parted(w, r, "&shy;"),
    "backslashes": lambda w, r: between(w, "\\"),
    "last letter thrice, spaced": lambda w, r: between(w + w[-1] * 2, " "),
    "three dots inside": lambda w, r: parted(w, r, "..."),
    "link around": lambda w, r: f"[{w}](http://example.org/a)",
    "no-break blanks": lambda w, r: between(w, "\u00a0"),
    "guillemets": lambda w, r: f"«{w}»",
    "one letter gone": lambda w, r: w[:2] + w[3:] if len(w) > 4 else w[:1] + w[2:],
}
FIFTH: dict[str, dict[str, Disguise]] = {
    "latin": _ANY_FINAL
    | {
        "alternate capitals, dotted": lambda w, r: between(_alternate(w), "."),
        "full width and leet": lambda w, r: wide(w.translate(LEET)),
        "script letters": lambda w, r: style(w, 0x1D4EA),
        "strokes": lambda w, r: w.translate(str.maketrans("bdhltouz", "ƀđħłŧøʉƶ")),
        "Cyrillic and leet": lambda w, r: w.translate(CYRILLIC).translate(LEET),
    },
    "hangul": _ANY_FINAL
    | {
        "half of it in jamo, spaced": lambda w, r: w[0] + " " + between(jamo(w[1:]), " "),
        "question mark inside": lambda w, r: w[0] + "?" + w[1:],
        "address": lambda w, r: "야이" + w + "야",
        "jamo with hearts": lambda w, r: between(jamo(w), "♥"),
    },
    "cyrillic": _ANY_FINAL
    | {
        "Latin letters and dots": lambda w, r: between(w.translate(LATIN).upper(), "."),
        "digits and stars": lambda w, r: one(
            w.translate(str.maketrans("зчо", "340")), r, lambda c: "*"
        ),
        "ending": lambda w, r: w + "ами",
    },
    "arabic": _ANY_FINAL
    | {
        "Arabic kaf, dotted": lambda w, r: between(w.replace("ک", "ك"), "."),
        "tanwin": lambda w, r: "".join(c + "\u064b" for c in w),
        "copula": lambda w, r: w + "ه",
    },
}
