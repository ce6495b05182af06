"""The ways in which people disguise a word, undone in the text or foreseen in the list.

Undone in the text (:func:`readings`): digits and signs for letters, letters or syllables set apart,
signs thrown in, letters held down. Foreseen in the list (:func:`spellings`): a starred letter, the
word typed on the other keyboard, backwards, or spelled by its sound. Everything is linear in the
text: a word gives at most six readings, and each is about as long as the word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from handbill.rules.folding import CONSONANTS, VOWELS, Folded, is_hangul

STAR = "*"


class Reading(StrEnum):
    """How a stretch of text was read before it was compared with the lists."""

    PLAIN = "plain"
    JOINED = "joined"
    SIGNS = "signs"
    STARRED = "starred"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of folded text in one reading.

    ``at`` maps to code points of the original. ``seams`` are the places where something was taken
    out, so that a word may begin or end there. ``runs`` tells for a held reading how often each
    letter stood there.
    """

    text: str
    at: list[int]
    reading: Reading
    seams: frozenset[int] = frozenset()
    runs: list[int] = field(default_factory=list)


_SIGNS = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "¢": "c", "£": "l", "(": "c",
    "<": "c", "¥": "y", "§": "s", "ß": "b", "µ": "u", "¡": "i", "×": "x", "^": "a", "{": "c",
}  # fmt: skip
_OTHER_SIGNS = _SIGNS | {"1": "l", "|": "l", "!": "l", "9": "q", "6": "b", "+": "t", "2": "z"}
_CYRILLIC_SIGNS = _SIGNS | {
    "3": "з", "4": "ч", "6": "б", "1": "и", "9": "я", "u": "и", "n": "п", "r": "г", "w": "ш",
    "ь": "b", "8": "в",
}  # fmt: skip
_ARABIC_SIGNS = {"0": "و", "1": "ا", "5": "ه", "|": "ا", "!": "ا", "@": "ا"}
_HANGUL_SIGNS = {
    "l": "ㅣ", "i": "ㅣ", "1": "ㅣ", "|": "ㅣ", "!": "ㅣ", "r": "ㅏ", "h": "ㅐ", "o": "ㅇ", "0": "ㅇ",
    "^": "ㅅ", "人": "ㅅ", "8": "ㅂ",
}  # fmt: skip
_TURNED = dict(zip("ɐɔǝɟƃɥᴉɾʞʃɯɹʇʌʍʎnuqdpb", "acefghijklmrtvwyunbpdq", strict=True))
_TURNED_ONLY = re.compile("[ɐɔǝɟƃɥᴉɾʞʃɯɹʇʌʍʎ]")
_EDGES = "".join(c for c in map(chr, range(33, 127)) if not c.isalnum() and c not in "*#$@")
_EDGES += "«»“”„‘’‚‹›…—–、。「」『』《》،؛؟¿¡·"
_STARS = frozenset("*#%&@?!_-~^$•·×█■□●○✱＊+=|/\\:")
_DOUBLED = re.compile(r"(\w)\1")
_INNER_DOTS = re.compile(r"(?<=[^\W\d_])\.{2,4}(?=[^\W\d_])")
_LENGTHENED = re.compile(r"([ㅏ-ㅣ])(?:ㅇ?\1)+")
_CYRILLIC_ONLY = re.compile("[бгджзилпфцчшщъыьюя]")
_LATIN_IN_CYRILLIC = re.compile("[iunrw]")
_ARABIC_LETTER, _HANGUL = re.compile("[ء-ی]"), re.compile("[ㄱ-ㆎ]")
_THROWN_IN = re.compile(r"<[^<> ]{0,60}>|(?<=[^\W\d_])- (?=[^\W\d_])")
_LONE = frozenset("bcfghjklnpqrvwxz")
_SHORT, _BESIDE_LONE, _MOST_SEAMED = 2, 6, 40


def readings(folded: Folded, text: str) -> Iterator[Piece]:
    """Yield every way in which a text is to be compared with the lists, the plain one first."""
    yield Piece(folded.text, folded.at, Reading.PLAIN)
    yield from _disguise_readings(folded)
    if _THROWN_IN.search(folded.text):
        mended = _mended(folded)
        yield Piece(mended.text, mended.at, Reading.JOINED)
        yield from _disguise_readings(mended)
    if _TURNED_ONLY.search(text):
        turned = "".join(_TURNED.get(char, char) for char in reversed(text))
        yield Piece(turned, list(range(len(text) - 1, -1, -1)), Reading.JOINED)


def _disguise_readings(folded: Folded) -> Iterator[Piece]:
    chunks = _chunks(folded.text)
    for start, end in chunks:
        yield from _chunk_readings(folded, start, end)
    for run in _spaced_runs(folded, chunks):
        yield from _joined(folded, run)


def _mended(folded: Folded) -> Folded:
    # Without markup and without the hyphen at a line's end.
    units, places, last = [], [], 0
    for match in _THROWN_IN.finditer(folded.text):
        units.append(folded.text[last : match.start()])
        places += folded.at[last : match.start()]
        last = match.end()
    return Folded("".join(units) + folded.text[last:], places + folded.at[last:])


def _chunks(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^ ]+", text)]


def _chunk_readings(folded: Folded, start: int, end: int) -> Iterator[Piece]:
    text = folded.text[start:end]
    if not text.isalpha():
        bare = text.lstrip(_EDGES + "*#")
        start += len(text) - len(bare)
        bare = bare.rstrip(_EDGES)
        text, end = bare, start + len(bare)
        if text and not text.isalpha() and any(c.isalpha() for c in text):
            yield from _odd(folded, start, end)
    at = folded.at[start:end]
    if _DOUBLED.search(text):
        yield _held(Piece(text, at, Reading.PLAIN))
    if _HANGUL.search(text):
        yield from _hangul_readings(text, at)
    elif _CYRILLIC_ONLY.search(text) and _LATIN_IN_CYRILLIC.search(text) and text.isalpha():
        yield _read_signs(text, at, _CYRILLIC_SIGNS)


def _odd(folded: Folded, start: int, end: int) -> Iterator[Piece]:
    joined = _taken_out(folded, start, end)
    yield joined
    yield from _repeats(joined)
    text, at = folded.text[start:end], folded.at[start:end]
    tables = [_SIGNS, _OTHER_SIGNS]
    if _CYRILLIC_ONLY.search(text):
        tables = [_CYRILLIC_SIGNS]
    elif _ARABIC_LETTER.search(text):
        tables = [_ARABIC_SIGNS]
    seen = {joined.text}
    for table in tables:
        read = _read_signs(text, at, table)
        if read.text not in seen:
            seen.add(read.text)
            yield read
            yield from _repeats(read)
    stars = _starred(text)
    if STAR in stars:
        yield Piece(stars, at, Reading.STARRED)


def _starred(text: str) -> str:
    # Two to four dots between letters are a mask too: f...k; one dot or an ellipsis is not.
    dotted = _INNER_DOTS.sub(lambda dots: STAR * len(dots[0]), text)
    return "".join(STAR if c in _STARS else c for c in dotted)


def _repeats(piece: Piece) -> Iterator[Piece]:
    if _DOUBLED.search(piece.text):
        yield _held(piece)


def _taken_out(folded: Folded, start: int, end: int) -> Piece:
    kept: list[int] = []
    seams = set()
    for i in range(start, end):
        if folded.text[i].isalpha():
            kept.append(i)
        else:
            seams.add(len(kept))
    text = "".join(folded.text[i] for i in kept)
    return Piece(text, [folded.at[i] for i in kept], Reading.JOINED, frozenset(seams))


def _read_signs(text: str, at: list[int], table: dict[str, str]) -> Piece:
    units, places, seams = [], [], set()
    for unit, place in zip(text, at, strict=True):
        read = table.get(unit, unit)
        if read.isalpha():
            units.append(read)
            places.append(place)
        else:
            seams.add(len(units))
    return Piece("".join(units), places, Reading.SIGNS, frozenset(seams))


def _held(piece: Piece) -> Piece:
    units, places, runs, seams, i = [], [], [], set(), 0
    for unit, group in groupby(piece.text):
        count = len(list(group))
        if i in piece.seams:
            seams.add(len(units))
        units.append(unit)
        places.append(piece.at[i])
        runs.append(count)
        i += count
    return Piece("".join(units), places, Reading.HELD, frozenset(seams), runs)


def _hangul_readings(text: str, at: list[int]) -> Iterator[Piece]:
    if _LENGTHENED.search(text):
        yield _shortened(text, at)
    if not all(is_hangul(unit) for unit in text):
        yield _read_signs(text, at, _HANGUL_SIGNS)
    single = _each_once(text, at)
    if len(single.text) < len(text):
        yield single


def _each_once(text: str, at: list[int]) -> Piece:
    units, places, last = [], [], ""
    for place, group in groupby(zip(at, text, strict=True), key=lambda pair: pair[0]):
        syllable = "".join(unit for _, unit in group)
        if syllable != last:
            units.append(syllable)
            places += [place] * len(syllable)
        last = syllable
    return Piece("".join(units), places, Reading.JOINED)


def _shortened(text: str, at: list[int]) -> Piece:
    units, places, last = [], [], 0
    for match in _LENGTHENED.finditer(text):
        units.append(text[last : match.start() + 1])
        places += at[last : match.start() + 1]
        last = match.end()
    return Piece("".join(units) + text[last:], places + at[last:], Reading.JOINED)


def _spaced_runs(folded: Folded, chunks: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    # Runs of very short chunks: letters or syllables set apart, with at least one lone letter.
    run: list[tuple[int, int]] = []
    lone = False
    sizes = [_size(folded, chunk) for chunk in chunks]
    for i, chunk in enumerate(chunks):
        beside = _is_lone(folded, chunks, sizes, i - 1) or _is_lone(folded, chunks, sizes, i + 1)
        if 0 < sizes[i] <= _SHORT or (beside and 0 < sizes[i] <= _BESIDE_LONE):
            run.append(chunk)
            lone = lone or sizes[i] == 1
            continue
        if len(run) > 1 and lone:
            yield run
        run, lone = [], False
    if len(run) > 1 and lone:
        yield run


def _size(folded: Folded, chunk: tuple[int, int]) -> int:
    start, end = chunk
    if end - start > 4 * _MOST_SEAMED:
        return 0
    return len(
        {
            folded.at[i]
            for i in range(start, end)
            if folded.text[i].isalnum() or folded.text[i] in _SIGNS
        }
    )


def _is_lone(folded: Folded, chunks: list[tuple[int, int]], sizes: list[int], index: int) -> bool:
    if not 0 <= index < len(chunks) or sizes[index] != 1:
        return False
    start, end = chunks[index]
    return any(unit in _LONE for unit in folded.text[start:end])


def _joined(folded: Folded, run: list[tuple[int, int]]) -> Iterator[Piece]:
    units, places, seams = [], [], set()
    for start, end in run:
        seams.add(len(units))
        bare = folded.text[start:end].rstrip(_EDGES)
        for i in range(start, start + len(bare)):
            unit = folded.text[i]
            if unit.isalpha() or unit in _SIGNS or unit in _STARS:
                units.append(unit)
                places.append(folded.at[i])
    text = "".join(units)
    if text.isalpha():
        piece = Piece(text, places, Reading.JOINED, frozenset(seams))
        yield piece
        yield from _repeats(piece)
        return
    table = _CYRILLIC_SIGNS if _CYRILLIC_ONLY.search(text) else _SIGNS
    read = "".join(table.get(unit, unit) for unit in text)
    yield Piece(read, places, Reading.SIGNS, frozenset(seams))
    yield Piece(_starred(text), places, Reading.STARRED, frozenset(seams))


_KEYS = dict(
    zip(
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
        "r r s e e f a q q t t d w w c z x v g k o i o j p u p h hk ho hl y n nj np nl b m ml l".split(),
        strict=True,
    )
)
_BY_SOUND = (
    ("ck", "k"), ("ck", "kk"), ("ck", "q"), ("ck", "xx"), ("u", "v"), ("f", "ph"),
    ("i", "y"), ("er", "a"), ("er", "ah"), ("er", "ur"), ("s", "z"), ("c", "k"),
    ("k", "c"), ("o", "0"), ("gg", "qq"), ("tch", "ch"), ("qu", "k"), ("ss", "zz"),
)  # fmt: skip
_MIN_BY_SOUND, _MIN_STARRED, _MIN_TYPED, _MIN_SWAPPED, _MIN_PARTED = 4, 3, 5, 5, 4


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
    inner = range(1, len(word))
    forms = {word[:i] + STAR + word[i + 1 :] for i in inner if len(word) > _MIN_STARRED or i == 1}
    forms |= {word[:i] + STAR * 2 + word[i + 2 :] for i in inner[:-1] if len(word) > _MIN_STARRED}
    vowels = "".join(
        STAR if i and unit in "aeiouаеиоуыэюяاوی" else unit for i, unit in enumerate(word)
    )
    forms.add(vowels)
    if len(word) > _MIN_STARRED:
        forms.add(word[0] + STAR * (len(word) - 2) + word[-1])
        forms.add(word[0] + STAR * (len(word) - 1))
    return forms - {word}


def starred_syllables(word: str) -> set[str]:
    """Return a Korean word as written with one inner syllable starred, unfolded."""
    if len(word) < 3 or not all("가" <= char <= "힣" for char in word):
        return set()
    return {word[:i] + STAR + word[i + 1 :] for i in range(1, len(word) - 1)}


def spelled_by_sound(word: str) -> set[str]:
    """Return other spellings of a folded Latin entry that sound or read alike, and its reverse."""
    if len(word) < _MIN_BY_SOUND or not (word.isascii() and word.isalpha()):
        return set()
    forms = {word.replace(old, new, 1) for old, new in _BY_SOUND if old in word}
    return (forms | {word[::-1]}) - {word}


def swapped_forms(word: str) -> set[str]:
    """Return a folded entry with two inner letters next to each other swapped."""
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
    """Return a Korean word of two syllables with one of them cut to its first consonant."""
    if len(word) != 2 or not all("가" <= char <= "힣" for char in word):
        return set()
    first, second = (
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[(ord(c) - 0xAC00) // 588] for c in word
    )
    return {first + word[1], word[0] + second}
