"""Find the words of the lists in a text, disguised or not, and where they stand in the original.

One pass of an Aho-Corasick automaton over all readings of the text (``disguises.readings``); the
cost is linear in the text whatever is in it. Nothing here decides anything: see
``screens/lexicon.py``.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

import ahocorasick

from handbill.rules.disguises import STAR, Piece, Reading, readings
from handbill.rules.finding import Span
from handbill.rules.folding import CONSONANTS, fold, fold_word, is_hangul
from handbill.rules.lexicons import LANGUAGES, Entry, Lexicon
from handbill.rules.near import NearWords
from handbill.rules.wordkeys import CYRILLIC, STRONG, Form, Kind, forms_of

MOST_HITS = 64
"""The most findings in one text; a letter that holds more is read whole anyway."""
_HELD_TWICE, _HELD_THRICE, _SHORT_WORD = 2, 3, 3
_LONGEST_AFFIX, _FEW_LETTERS, _LONG_WORD = 12, 3, 6
_READ_AS = {
    Kind.WORD: {Reading.PLAIN, Reading.JOINED, Reading.SIGNS},
    Kind.SOUND: {Reading.PLAIN, Reading.JOINED, Reading.SIGNS},
    Kind.PARTED: {Reading.PLAIN, Reading.JOINED},
    Kind.TYPED: {Reading.PLAIN, Reading.JOINED},
    Kind.ROMAN: {Reading.PLAIN},
    Kind.HELD: {Reading.HELD},
    Kind.STARRED: {Reading.STARRED},
    Kind.ALLOWED: {Reading.PLAIN},
    Kind.CUE: {Reading.PLAIN},
    Kind.ALIKE: {Reading.PLAIN, Reading.JOINED, Reading.SIGNS},
}
_LATIN, _CYRILLIC = re.compile(r"[A-Za-z\u00c0-\u024f]"), re.compile(CYRILLIC)
# Greek, Hebrew, Thai, Georgian; Armenian, Cherokee, Canadian and Lisu letters are seldom met.
_OTHERS = ("[\u0370-\u03ff]", "[\u0590-\u05ff]", "[\u0e00-\u0e7f]", "[\u10a0-\u10ff]")
_SCRIPTS = (_LATIN, _CYRILLIC, *map(re.compile, _OTHERS))
_APOSTROPHE = re.compile("['’`´]")
_SINGLE_JAMO = CONSONANTS | {"ㅄ", "ㅗ"}
_FLAGS = {Kind.SOUND: "", Kind.PARTED: "i", Kind.TYPED: "b", Kind.ALIKE: "bp"}


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found. ``span`` are whole words of the original where its script has words."""

    span: Span
    entry: Entry
    language: str
    disguised: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one text: the hits in its order, and where words of testimony stand."""

    hits: tuple[Hit, ...]
    cues: tuple[int, ...]


class Matcher:
    """The lists of several languages, ready to be searched for at once."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._endings: dict[str, frozenset[str]] = {}
        self._openings: dict[str, frozenset[str]] = {}
        forms: dict[str, list[Form]] = defaultdict(list)
        self._near: dict[str, NearWords] = {}
        for lexicon in lexicons:
            self._endings[lexicon.language] = frozenset(map(fold_word, lexicon.endings))
            self._openings[lexicon.language] = frozenset(map(fold_word, lexicon.openings))
            made = list(forms_of(lexicon))
            for form in made:
                forms[form.key].append(form)
            innocent = frozenset(map(fold_word, lexicon.near))
            endings = sorted(self._endings[lexicon.language])
            self._near[lexicon.language] = NearWords(made, innocent, endings)
        self._automaton = ahocorasick.Automaton()
        for key, those in forms.items():
            self._automaton.add_word(key, tuple(those))
        self._automaton.make_automaton()

    def __len__(self) -> int:
        return len(self._automaton)

    def find(self, text: str, language: str) -> Found:
        """Return what stands in ``text``, a letter of that language."""
        folded = fold(text)
        if not folded.text.strip():
            return Found((), ())
        pieces = list(readings(folded, text))
        search = _Search(text, language.partition("-")[0])
        offset, number = 0, 0
        for last, forms in self._automaton.iter("\n".join(piece.text for piece in pieces)):
            while last - offset >= len(pieces[number].text):
                offset += len(pieces[number].text) + 1
                number += 1
            end = last - offset + 1
            for form in forms:
                self._weigh(search, pieces[number], (end - len(form.key), end), form)
        self._look_near(search, pieces)
        return search.found()

    def _look_near(self, search: "_Search", pieces: list[Piece]) -> None:
        words = self._near.get(search.language)
        if words is None:
            return
        for piece, (start, end), form in words.find(pieces):
            if search.may_be_slip(piece.at[start], piece.at[end - 1]):
                search.add(piece, start, end, replace(form, kind=Kind.NEAR))

    def _weigh(self, search: "_Search", piece: Piece, place: Span, form: Form) -> None:
        start, end = place
        if start < 0 or piece.reading not in _READ_AS[form.kind]:
            return
        if form.kind in (Kind.CUE, Kind.ALLOWED):
            if _boundary(piece, start, form.key[0]) and _aligned(piece, start, end):
                search.note(form.kind, (piece.at[start], piece.at[end - 1] + 1))
            return
        if piece.reading != Reading.PLAIN and "x" in form.entry.flags:
            return
        if (
            search.reads(piece, form)
            and self._stands(piece, start, end, form, strict=search.is_foreign)
            and _held_long_enough(piece, start, form)
        ):
            search.add(piece, start, end, form)

    def _stands(self, piece: Piece, start: int, end: int, form: Form, *, strict: bool) -> bool:
        if not _aligned(piece, start, end):
            return False
        flags = "" if strict or form.key[0] == STAR else _FLAGS.get(form.kind, form.entry.flags)
        if form.letters and len(set(piece.at[start:end])) < form.letters:
            return False
        if form.kind == Kind.STARRED:
            if not _whole_stars(piece.text, start, end):
                return False
            if form.key[0] == STAR and piece.text[start - 1 : start].isalnum():
                return False
            if len(form.key) - form.key.count(STAR) < _FEW_LETTERS:
                flags = flags.replace("a", "")
        if _glued(piece, start, end, form.key[0]):
            return False
        first, last = form.key[0], form.key[-1]
        if form.kind == Kind.WORD and _is_long(form) and not strict:
            flags += "ab"
        ahead = "a" in flags or _boundary(piece, start, first) or _after_laugh(piece, start)
        if not ahead and ("p" in flags or form.letters):
            before = piece.text[max(0, start - _LONGEST_AFFIX) : start]
            ahead = _word_end(before) in self._openings[form.language]
        if not ahead:
            return False
        if "b" in flags or _boundary(piece, end, last):
            return True
        if piece.text.startswith(form.key, end) and _boundary(piece, end + len(form.key), last):
            return True
        after = piece.text[end : end + _LONGEST_AFFIX]
        return "i" in flags and _word_start(after) in self._endings[form.language]


class _Search:
    """One search through one text: what it has met so far."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self.is_foreign = language not in LANGUAGES
        self._hits: list[tuple[Span, Hit]] = []
        self._plain: set[int] = set()
        self._allowed: list[Span] = []
        self._cues: list[int] = []
        self._letters = {script: len(script.findall(text)) for script in _SCRIPTS}

    def note(self, kind: Kind, span: Span) -> None:
        """Keep an innocent word or a cue."""
        if kind == Kind.CUE:
            self._cues.append(span[0])
        else:
            self._allowed.append(span)

    def reads(self, piece: Piece, form: Form) -> bool:
        """Tell whether an entry is looked for in a letter of this language.

        In a language without a list of its own, innocent words look like hard ones of others:
        there only the strongest count, whole and undisguised.
        """
        if form.language == self.language:
            return True
        if self.is_foreign:
            plain = piece.reading == Reading.PLAIN and form.kind == Kind.WORD
            return plain and form.entry.strength > STRONG
        if form.latin:
            return form.entry.strength >= STRONG and form.kind in (Kind.WORD, Kind.HELD)
        return form.kind not in (Kind.PARTED, Kind.ROMAN)

    def add(self, piece: Piece, start: int, end: int, form: Form) -> None:
        """Keep a hit, unless its letters belong to another script that the text is written in."""
        ends = piece.at[start], piece.at[end - 1]  # a text upside down runs backwards
        raw = min(ends), max(ends) + 1
        word = self.text[raw[0] : raw[1]]
        if "l" in form.entry.flags and not word[0].islower():
            return
        if "j" in form.entry.flags and any(c.isalpha() and c not in _SINGLE_JAMO for c in word):
            return
        if form.kind in (Kind.TYPED, Kind.ROMAN):
            if not _LATIN.search(word):
                return
        elif not self._own_script(word, form):
            return
        plain = piece.reading == Reading.PLAIN and form.kind == Kind.WORD
        span = raw if is_hangul(form.key[0]) else _whole_words(self.text, *raw)
        disguised = not plain or _looks_alike(word, form.entry.word)
        hit = Hit(_with_marks(self.text, span), form.entry, form.language, disguised)
        self._hits.append((raw, hit))
        if not disguised:
            self._plain.add(raw[0])

    def may_be_slip(self, first: int, last: int) -> bool:
        """Tell whether a word is neither hard as it stands nor two drawn together (who've)."""
        if _APOSTROPHE.search(self.text, first, last + 1):
            return False
        return self._plain.isdisjoint(range(first, last + 1))

    def _own_script(self, word: str, form: Form) -> bool:
        """Tell whether a word is in the script of its list, or the text around it is.

        Cyrillic ``соск`` is no English word in a Russian letter.
        """
        own = _CYRILLIC if _CYRILLIC.search(form.entry.word) else _LATIN
        if (own is _LATIN and not form.latin) or own.search(word):
            return True
        others = [other for other in _SCRIPTS if other is not own and other.search(word)]
        return all(self._letters[own] > self._letters[other] for other in others)

    def found(self) -> Found:
        """Return the hits that no innocent word covers, of overlapping ones the longest."""
        allowed = sorted(self._allowed)
        starts = [start for start, _ in allowed]
        ends = list(accumulate((end for _, end in allowed), max, initial=0))
        kept: list[Hit] = []
        seen = sorted(
            (hit for raw, hit in self._hits if ends[bisect_right(starts, raw[0])] < raw[1]),
            key=lambda hit: (hit.span[0] - hit.span[1], hit.disguised, -hit.entry.strength),
        )
        taken: list[Span] = []
        for hit in seen:
            at = bisect_right(taken, hit.span)
            before = taken[at - 1] if at else None
            after = taken[at] if at < len(taken) else None
            if (before and before[1] > hit.span[0]) or (after and after[0] < hit.span[1]):
                continue
            taken.insert(at, hit.span)
            kept.append(hit)
        kept.sort(key=lambda hit: hit.span)
        return Found(tuple(kept[:MOST_HITS]), tuple(sorted(set(self._cues))))


def _wordy(unit: str, beside: str) -> bool:
    return unit.isalpha() or (unit.isdigit() and is_hangul(beside))


def _boundary(piece: Piece, index: int, beside: str) -> bool:
    text = piece.text
    if index <= 0 or index >= len(text) or index in piece.seams:
        return True
    return not (_wordy(text[index - 1], beside) and _wordy(text[index], beside))


def _whole_stars(text: str, start: int, end: int) -> bool:
    # A run of stars is one mask: it is matched whole, and at a word's end nothing follows it.
    if text[start - 1 : start] == STAR or text[end : end + 1] == STAR:
        return False
    return text[end - 1] != STAR or not text[end : end + 1].isalnum()


def _is_long(form: Form) -> bool:
    # A long strong word is looked for inside others too: no innocent word holds it.
    return form.entry.strength > STRONG and len(form.key) >= _LONG_WORD


def _after_laugh(piece: Piece, start: int) -> bool:
    # ㅋㅋ, ㅎㅎ and ㅠㅠ are written right before a Korean word and belong to none.
    if not start or piece.text[start - 1] not in "ㅋㅎㅠㅜ":
        return False
    return start == 1 or piece.at[start - 2] != piece.at[start - 1]


def _aligned(piece: Piece, start: int, end: int) -> bool:
    # A Korean word begins and ends with a syllable, never inside one.
    at = piece.at
    if start and at[start] == at[start - 1]:
        return False
    return end >= len(at) or at[end] != at[end - 1]


def _glued(piece: Piece, start: int, end: int, beside: str) -> bool:
    # Two words that only the reading brought together: etc...until holds no word.
    if not piece.seams or _boundary(piece, start, beside):
        return False
    return sum(place in piece.seams for place in range(start + 1, end)) == 1


def _held_long_enough(piece: Piece, start: int, form: Form) -> bool:
    if form.kind != Kind.HELD:
        return True
    runs = piece.runs[start : start + len(form.runs)]
    if any(there < wanted for there, wanted in zip(runs, form.runs, strict=True)):
        return False
    least = _HELD_TWICE if len(form.runs) > _SHORT_WORD else _HELD_THRICE
    return any(t > w and t >= least for t, w in zip(runs, form.runs, strict=True))


def _word_end(text: str) -> str:
    match = re.search(r"[^\W\d_]*$", text)
    return match[0] if match else ""


def _word_start(text: str) -> str:
    match = re.match(r"[^\W\d_]*", text)
    return match[0] if match else ""


def _looks_alike(word: str, entry: str) -> bool:
    if entry.isascii():
        return not word.isascii()
    if _CYRILLIC.search(entry):
        return bool(_LATIN.search(word))
    return any(map(is_hangul, word)) and not any(map(is_hangul, entry))


def _whole_words(text: str, first: int, last: int) -> Span:
    lowest, highest = max(0, first - 3 * _LONGEST_AFFIX), last + 3 * _LONGEST_AFFIX
    while first > lowest and text[first - 1].isalpha():
        first -= 1
    while last < min(len(text), highest) and text[last].isalpha():
        last += 1
    return first, last


def _with_marks(text: str, span: Span) -> Span:
    end = span[1]
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    return span[0], end
