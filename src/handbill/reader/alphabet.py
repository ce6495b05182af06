"""The characters of texts as small numbers, for whole arrays of them at once. Pure.

A letter's number tells its place in the order of terms, so that eight letters, read as one number,
compare as the words that they begin.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from handbill.reader import folding
from handbill.reader.folding import PAIR, WORD

Numbers = NDArray[Any]

# Letters count from one; what separates words, and nothing more, is none of them.
_NOTHING, _MARKS = 0, 5


class Alphabet:
    """Learns characters as it meets them; whatever it has learned, the same index comes out.

    Beside letters there are numbers for white space, for what JSON must escape, for characters that
    make pairs, and for those that are dropped.
    """

    def __init__(self) -> None:
        self._folds: dict[int, int] = {}
        self._arrange(np.uint8)

    def _arrange(self, kind: type[np.uint8 | np.uint16]) -> None:
        """Number everything anew, letters in their order."""
        top = int(np.iinfo(kind).max)
        self.space, self.escaped, self.pair, self.dropped, self._unknown = range(top - 4, top + 1)
        found = set(self._folds.values())
        letters = sorted(code for code in found if code and folding.kind(code) == WORD)
        if len(letters) >= top - _MARKS:
            self._arrange(np.uint16)
            return
        places = {code: place for place, code in enumerate(letters, 1)}
        self.letters = np.array([0, *letters], np.uint16)
        self.folds = np.zeros(folding.SIZE, np.uint16)
        self._table = np.full(folding.SIZE, self._unknown, kind)
        for char, folded in self._folds.items():
            self.folds[char] = folded
            self._table[char] = places.get(folded) or self._mark(char, folded)

    def _mark(self, char: int, folded: int) -> int:
        if not folded:
            return self.dropped
        if folding.kind(folded) == PAIR:
            return self.pair
        if chr(char).isspace():
            return self.space
        return self.escaped if char < ord(" ") or chr(char) in '"\\' else _NOTHING

    def numbers(self, chars: Numbers) -> Numbers:
        """Return the number of each UTF-16 unit."""
        found: Numbers = self._table[chars]
        unknown = found == self._unknown
        if not unknown.any():
            return found
        for char in np.unique(chars[unknown]).tolist():
            self._folds[char] = folding.fold(char)
        self._arrange(self._table.dtype.type)
        return self.numbers(chars)
