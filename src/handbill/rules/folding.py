"""Bring a text to one plain form, so that a disguised word meets the same word in a list.

The folded form is for comparing, never for showing. Each folded letter remembers which code point
of the text it came from, so what is found can be pointed at in the text as it was written.

Invisible characters go; letters lose case, marks and styles (``𝖋``, ``ⓕ``, ``ᶠ`` are f); letters of
other scripts that look like Latin ones become Latin, in lists and texts alike; Arabic letter forms
become Persian ones; Hangul becomes compatibility jamo. Plain NFKC would not do: it turns a typed
ㅅㅣㅂ into conjoining jamo, which then match nothing that anybody types.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from handbill.rules.confusables import prototype

_LOOKALIKES = {
    "a": "аАαΑɑᎪᗅꓮⲀⲁ",
    "b": "вВЬΒᏏᗷꓐƄꞴⲂ",
    "c": "сСϲϹᏟꓚⲤⲥᑕ",
    "d": "ԁᎠᗞᗪꓓᑯ",
    "e": "еЕэЭєЄΕεҽᎬꓰⲈ℮ǝəɛ",
    "f": "ϜքᖴꓝẝƒғҒ",
    "g": "ɡցԌᏀꓖƍ",
    "h": "нНһҺΗհᎻꓧⲎᕼ",
    "i": "ꓲіІιΙıɩӀӏᎥꙇ",
    "j": "јЈϳͿᎫꓙᒍ",
    "k": "кКκΚᏦꓗⲔᛕ",
    "l": "ⅼᏞꓡᒪƖǀӏ",
    "m": "мМΜᎷꓟⲘᗰ",
    "n": "Νηոռꓠⲛ",
    "o": "оОοΟσօՕᴑⲟⲞꓳ〇",
    "p": "рРρΡϱᏢᑭꓑⲣⲢ",
    "q": "ԛգզⵕ",
    "r": "ᎡᏒᖇꓣƦ",
    "s": "ѕЅՏᏚꓢꜱƽ",
    "t": "тТτΤᎢꓔⲦ",
    "u": "υսՍꓴᑌ",
    "v": "νѵѴᏙꓦᐯ",
    "w": "ԝԜաѡᎳꓪω",
    "x": "хХχΧꓫⲬ×᙭",
    "y": "уУүҮΥγᎩꓬⲨყ",
    "z": "ΖᏃꓜ",
}
# What generators of "fancy" letters write: currencies, mathematics, Thai, Hebrew, Georgian, IPA,
# Armenian, Ethiopic, Canadian syllables, Chinese signs and Bopomofo that look like letters.
_FANCY = {
    "a": "₳∀∂ªคאДΔΛλɑልᗩ卂", "b": "฿๒ც♭βɓҍጌᗷ乃", "c": "₵©ↄς∁¢ƈɕçርᑕ匚", "d": "∂๔ძ₫ɖժዕᗪ",
    "e": "ЄέεξΣ∑℮ﻉэɛҽቿ乇", "f": "₣∱ʄƑɸƒቻᖴ千", "g": "₲ﻭɢցኗᎶ", "h": "Ⱨђ♄ћнɦհዘᕼ卄",
    "i": "เɨίΐ∣їɪíጎ丨", "j": "ןʝϳلʆɟյጋᒍﾌ", "k": "₭κкƙҟጕҜ", "l": "ℓ₤ﺎɭʟ∟ӀረᒪㄥⱠ",
    "m": "₥๓ლ൬♏ʍмɱጠᗰ爪", "n": "₦∩กภήηпиИɳղክᑎ几", "o": "Ø๏⊙◯○●☉ஐσό๐ɔօዐᗝㄖ",
    "p": "₱ק℗þΡρƥየᑭ卩", "q": "ợგզᑫɊ", "r": "Я®ℛΓɾɽʀዪᖇ尺", "s": "รŞ∫ѕ꜀ﮎʂነᔕ丂",
    "t": "₮†⊤‡ՇτＴ⍡Ϯʈէፕㄒ", "u": "∪⊔ยυμµЦʊմሁᑌㄩ", "v": "∨√שνⅴʋѵᐯ", "w": "₩ฬωшЩщШψŵɯաሠᗯ山",
    "x": "אӾχ✗✘☓✕ӿ᙭乂", "y": "¥ץγұүЧʏվሃㄚ", "z": "Ⱬɀʐ☡ƶჳȥʑጊᘔ乙",
}  # fmt: skip
_ABC = "abcdefghijklmnopqrstuvwxyz"
_OWN = re.compile("[\u0401\u0410-\u044f\u0451\u0600-\u06ff\u3131-\u318e\uff61-\uff9f]")
_FANCIED = {
    other: latin
    for latin in _ABC
    for other in _FANCY[latin]
    if not _OWN.match(other) and not unicodedata.name(other, "").startswith("ARABIC")
}
FANCY_SIGNS = {sign: latin for sign, latin in _FANCIED.items() if not sign.isalnum()}
"""Signs that generators of fancy letters write for letters; others write them between letters."""
_LATIN = {other: latin for other, latin in _FANCIED.items() if other.isalnum()}
_LATIN |= {other: latin for latin, others in _LOOKALIKES.items() for other in others}
_LATIN_NAME = re.compile(
    r"(?:LATIN|REGIONAL INDICATOR SYMBOL|TAG LATIN)(?: CAPITAL| SMALL)? LETTER"
    r"(?: SMALL| CAPITAL| TURNED| REVERSED| OPEN| SCRIPT| SIDEWAYS| INSULAR| BLACKLETTER)*"
    r" ([A-Z])(?: BAR)?(?: WITH [A-Z -]+)?$"
)
_BASE_NAME = re.compile(r"((?:CYRILLIC|ARABIC)(?: CAPITAL| SMALL)? LETTER [A-Z -]+?) WITH [A-Z -]+")
_ARABIC = str.maketrans(
    {"ي": "ی", "ى": "ی", "ئ": "ی", "ې": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ۀ": "ه",
     "ھ": "ه", "ہ": "ه", "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ـ": "", "ە": "ه", "ێ": "ی",
     "ۍ": "ی", "ۆ": "و", "ۇ": "و", "ڤ": "و", "ڕ": "ر", "ڑ": "ر", "ڵ": "ل", "ٹ": "ت", "ڈ": "د",
     "ڎ": "د", "ں": "ن", "ڭ": "ک", "ڜ": "ش"}
)  # fmt: skip
_ASCII = frozenset(_ABC + _ABC.upper())
_TILDE = "\u0303"
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = (
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ",
    "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ",
    "ㅍ", "ㅎ",
)  # fmt: skip
_CLUSTERS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
CONSONANTS = frozenset(ONSETS)
VOWELS = frozenset(_VOWELS)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``at[i]`` is the code point of the original that ``text[i]`` came from."""

    text: str
    at: list[int]


def fold(text: str) -> Folded:
    """Return the plain form of ``text``; runs of white space become one blank."""
    units: list[str] = []
    at: list[int] = []
    last = ""
    for index, char in enumerate(text):
        unit = fold_char(char)
        if not unit:
            if char == _TILDE and last == "n":
                units[-1] = last = "ñ"
            continue
        if unit == " " and last == " ":
            continue
        for part in unit:
            units.append(part)
            at.append(index)
        last = units[-1]
    return Folded("".join(units), at)


def fold_word(word: str) -> str:
    """Return the plain form of an entry of a list."""
    return fold(word).text.strip()


@lru_cache(maxsize=1 << 14)
def fold_char(char: str) -> str:
    """Return what stands for one code point: "" if it is invisible, else one or more units."""
    if char.isascii():
        return _ascii(char)
    if "가" <= char <= "힣":
        return _syllable(ord(char) - 0xAC00)
    if char in _LATIN:
        return _LATIN[char]
    if char in "ñÑ":
        return "ñ"
    if char in _CLUSTERS:
        return _CLUSTERS[char]
    if "ㄱ" <= char <= "ㆎ" and char not in _FILLERS:
        return char
    if char.isspace():
        return " "
    if char in _FILLERS or unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc"):
        return ""
    return "".join(_compatible(part) for part in unicodedata.normalize("NFKD", char))


def _ascii(char: str) -> str:
    if char.isspace():
        return " "
    return char.lower() if char.isprintable() else ""


def _compatible(char: str) -> str:
    if char.isascii():
        return _ascii(char)
    jamo = ord(char)
    if 0x1100 <= jamo <= 0x1112:
        return ONSETS[jamo - 0x1100]
    if 0x1161 <= jamo <= 0x1175:
        return _VOWELS[jamo - 0x1161]
    if 0x11A8 <= jamo <= 0x11C2:
        return _CODAS[jamo - 0x11A7]
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if char in _LATIN:
        return _LATIN[char]
    if char.isdigit():
        return str(unicodedata.digit(char))
    name = unicodedata.name(char, "")
    if latin := _LATIN_NAME.search(name):
        return latin[1].lower()
    if base := _BASE_NAME.fullmatch(name):
        char = _letter_named(base[1]) or char
    if not _OWN.match(char) and (alike := prototype(char)) in _ASCII:
        return alike.lower()
    plain = char.casefold().translate(_ARABIC)
    return "".join(_LATIN.get(part, part) for part in plain)


def _letter_named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return ""


def _syllable(number: int) -> str:
    onset, rest = divmod(number, 21 * 28)
    vowel, coda = divmod(rest, 28)
    return ONSETS[onset] + _VOWELS[vowel] + _CODAS[coda]


def is_hangul(unit: str) -> bool:
    """Tell whether a folded unit is a jamo."""
    return "ㄱ" <= unit <= "ㆎ"
