"""Words of the lists with one letter wrong, gone, thrown in or swapped, or with letters starred.

Compared word by word: whole words that keep half of the hard word. Innocent words that are as near
(``near`` in the lists) come from dictionaries, see tools/lexicon.py; a wrong letter in a short word
makes too many of them and is not looked for.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from handbill.rules.disguises import STAR
from handbill.rules.folding import is_hangul
from handbill.rules.wordkeys import STRONG, Form, Kind

_WORD = re.compile(r"[^\W\d_]{4,18}")
_STARRED_WORD = re.compile(r"(?<![\w*])[\w*]*\*[\w*]*(?![\w*])")
_SHORTEST, _SHORT, _LONG, _STARRED_FROM, _KEPT = 4, 5, 6, 6, 3
_LETTERS_MOST = 18

_Row = tuple[str, Form]


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

    def near(self, text: str) -> Iterator[tuple[int, int, Form]]:
        """Yield where a word of ``text`` is one slip away from one of the list."""
        by_ends = self._by_ends
        for match in _WORD.finditer(text):
            word = match[0]
            those = [row for ends in _ends(word) if ends in by_ends for row in by_ends[ends]]
            if those and word not in self._innocent:
                for key, form in those:
                    if _one_slip(word, key, short=len(form.key) < _SHORT):
                        yield *match.span(), form
                        break

    def starred(self, text: str) -> Iterator[tuple[int, int, Form]]:
        """Yield where a word of ``text`` is one of the list with some letters starred."""
        for match in _STARRED_WORD.finditer(text):
            word = match[0]
            kept = len(word) - word.count(STAR)
            if len(word) > _LETTERS_MOST or kept < max(_KEPT, (len(word) + 1) // 2):
                continue
            shown = word.split(STAR)
            for key, form in self._by_length.get((word[0], len(word)), ()):
                if not key.startswith(shown[0]) or not key.endswith(shown[-1]):
                    continue
                if _fits(word, key) and _half_shown(word[: len(form.key)]):
                    yield *match.span(), form
                    break


def _ends(word: str) -> tuple[str, ...]:
    # A slip leaves a word's first letter with its last three, or its first three with its last;
    # in a long word also its first or its last four.
    ends = word[:3] + word[-1], word[0] + word[-3:]
    if len(word) < _LONG:
        return ends if len(word) != _SHORT else (*ends, word[:2] + word[-2:])
    return *ends, "^" + word[:4], word[-4:] + "$"


def _fits(starred: str, key: str) -> bool:
    return all(letter in (STAR, own) for letter, own in zip(starred, key, strict=True))


def _half_shown(starred: str) -> bool:
    return 2 * starred.count(STAR) <= len(starred)


def _one_slip(word: str, key: str, *, short: bool) -> bool:
    # In a short word a letter thrown in is looked for, no other slip.
    grown = len(word) - len(key)
    if not (1 if short else -1) <= grown <= 1:
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
