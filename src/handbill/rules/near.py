"""Words of the lists with a letter wrong, gone, thrown in or swapped, or with letters masked.

Compared word by word: whole words that keep half of the hard word. Innocent words that are as near
(``near`` in the lists) come from dictionaries (tools/lexicon.py mistaken); a wrong letter in a
short word makes too many of them and is not looked for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from handbill.rules.disguises import STAR, Piece, Reading
from handbill.rules.finding import Span
from handbill.rules.folding import is_hangul
from handbill.rules.wordkeys import STRONG, Form, Kind

_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,18}(?![^\W\d_])")
_STARRED_WORD = re.compile(r"(?<![\w*])[\w*]*\*[\w*]*(?![\w*])")
_READINGS = {Reading.PLAIN, Reading.JOINED, Reading.SIGNS}
_VOWELS = frozenset("aeiou")
_SHORTEST, _SHORT, _LONG, _LETTERS_MOST = 4, 5, 6, 18
_STARRED_FROM, _SHOWN = 6, 3
_MOST_COMPARED, _MOST_BEYOND = 50_000, 64

_Row = tuple[str, Form]
_Compare = Callable[[str, _Row], bool]


class NearWords:
    """The words of one list, to be found by what is left of them."""

    def __init__(
        self, forms: Iterable[Form], innocent: frozenset[str], endings: Iterable[str]
    ) -> None:
        self._innocent, self._endings = innocent, tuple(endings)
        self._by_ends: dict[str, list[_Row]] = defaultdict(list)
        self._by_length: dict[tuple[str, int], list[_Row]] = defaultdict(list)
        for form in forms:
            if form.kind != Kind.WORD or not form.key.isalpha() or is_hangul(form.key[0]):
                continue
            if len(form.key) >= _SHORTEST and form.entry.strength >= _STARRED_FROM:
                self._add(form)

    def _add(self, form: Form) -> None:
        takes_endings = bool(set("ib") & set(form.entry.flags))
        for ending in ("", *self._endings):
            row = (form.key + ending, form)
            self._by_length[row[0][0], len(row[0])].append(row)
            if form.entry.strength < STRONG or "x" in form.entry.flags:
                continue
            if takes_endings or not ending:
                for ends in _ends(row[0]):
                    self._by_ends[ends].append(row)

    def find(self, pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Span, Form]]:
        """Yield where a word of a text, in its readings, is nearly one of the list.

        A text that is made to be compared without end is not: the first words beyond a limit that
        would have to be compared count as found, so that a person reads the letter.
        """
        left, beyond = _MOST_COMPARED, 0
        for piece in pieces:
            for span, word, rows, is_near in self._candidates(piece):
                left -= len(rows)
                if left < 0:
                    yield piece, span, rows[0][1]
                    beyond += 1
                    if beyond == _MOST_BEYOND:
                        return
                    continue
                for row in rows:
                    if is_near(word, row):
                        yield piece, span, row[1]
                        break

    def _candidates(self, piece: Piece) -> Iterator[tuple[Span, str, list[_Row], _Compare]]:
        if piece.reading == Reading.STARRED:
            yield from self._starred(piece.text)
        if piece.reading not in _READINGS:
            return
        by_ends = self._by_ends
        for match in _WORD.finditer(piece.text):
            word = match[0]
            if word in self._innocent:
                continue
            for ends in _ends(word):
                if ends in by_ends:
                    yield match.span(), word, by_ends[ends], _is_one_slip
            if "x" in word and word.isascii():
                alike = self._by_length.get((word[0], len(word)))
                if alike:
                    yield match.span(), word, alike, _is_crossed_out

    def _starred(self, text: str) -> Iterator[tuple[Span, str, list[_Row], _Compare]]:
        for match in _STARRED_WORD.finditer(text):
            word = match[0]
            shown = len(word) - word.count(STAR)
            if len(word) <= _LETTERS_MOST and shown >= max(_SHOWN, (len(word) + 1) // 2):
                alike = self._by_length.get((word[0], len(word)))
                if alike:
                    yield match.span(), word, alike, _is_starred


def _ends(word: str) -> tuple[str, ...]:
    # A slip leaves a word's first letter with its last three, or its first three with its last;
    # in a long word also its first or its last four.
    ends = word[:3] + word[-1], word[0] + word[-3:]
    if len(word) < _LONG:
        return ends if len(word) != _SHORT else (*ends, word[:2] + word[-2:], "^" + word[:4])
    return *ends, "^" + word[:4], word[-4:] + "$"


def _is_one_slip(word: str, row: _Row) -> bool:
    # One letter wrong, gone, thrown in or two swapped; in a short word one thrown in.
    key, form = row
    grown = len(word) - len(key)
    if not (1 if len(form.key) < _SHORT else -1) <= grown <= 1:
        return False
    same = 0
    for one, other in zip(word, key, strict=False):
        if one != other:
            break
        same += 1
    if grown == 0:
        rest, other = word[same + 1 :], key[same + 1 :]
        swapped = word[same : same + 2] == key[same : same + 2][::-1]
        return same < len(word) and (rest == other or (swapped and rest[1:] == other[1:]))
    return word[same + 1 :] == key[same:] if grown > 0 else word[same:] == key[same + 1 :]


def _is_starred(word: str, row: _Row) -> bool:
    # f**king, with half of the word itself shown, whatever its ending shows.
    key, form = row
    first, *_, last = word.split(STAR)
    if not key.startswith(first) or not key.endswith(last):
        return False
    hidden = word[: len(form.key)].count(STAR)
    return 2 * hidden <= len(form.key) and _agree(word, key, STAR)


def _is_crossed_out(word: str, row: _Row) -> bool:
    # fxcking: x for vowels, in a Latin word.
    key, form = row
    crossed = [own for letter, own in zip(word, key, strict=True) if letter == "x" != own]
    if not crossed or not form.latin or len(word) - len(crossed) < _SHOWN:
        return False
    return _VOWELS.issuperset(crossed) and _agree(word, key, "x")


def _agree(word: str, key: str, mask: str) -> bool:
    return all(letter in (mask, own) for letter, own in zip(word, key, strict=True))
