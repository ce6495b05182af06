"""The terms of one text and the documents of one term, written and read one at a time. Pure.

Plain Python for what is done a few hundred times; :mod:`handbill.reader.terms` does the same for
millions of words in numpy, and a test holds the two against each other.
"""

from collections.abc import Callable, Iterable, Iterator

from handbill.reader.folding import PAIR, SIZE, WORD, fold, kind

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
MAX_WORD = 40
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}


class _Table(dict[int, str]):
    """A table for ``str.translate`` that is filled as characters are met."""

    def __init__(self, become: Callable[[int], str]) -> None:
        self._become = become

    def __missing__(self, code: int) -> str:
        found = self[code] = self._become(code)
        return found


def _folded(code: int) -> str:
    folded = fold(min(code, SIZE - 1))
    return chr(folded) if folded else ""


_FOLDS = _Table(_folded)
_WORDS = _Table(lambda code: chr(code) if kind(code) == WORD else " ")
_PAIRS = _Table(lambda code: chr(code) if kind(code) == PAIR else " ")


def terms_of(pieces: Iterable[str]) -> set[str]:
    """Return the terms of a text that was cut at its white space."""
    text = "\n".join(pieces).translate(_FOLDS)
    found = {word[:MAX_WORD] for word in text.translate(_WORDS).split()}
    for run in text.translate(_PAIRS).split():
        found.update(run[i : i + 2] for i in range(len(run)))
    return found


def numbers(listed: str) -> Iterator[int]:
    """Read ascending numbers: differences, five bits a digit, lowest first."""
    at = value = shift = 0
    for digit in map(_VALUES.__getitem__, listed):
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            at += value
            yield at
            value = shift = 0


def written(ascending: Iterable[int]) -> str:
    """Write ascending numbers as :func:`numbers` reads them."""
    out, last = list[str](), 0
    for number in ascending:
        step, last = number - last, number
        while step > 31:
            out.append(DIGITS[32 | (step & 31)])
            step >>= 5
        out.append(DIGITS[step])
    return "".join(out)


def common(one: str, other: str) -> int:
    """Return how many characters two terms share at their beginning."""
    shorter = min(len(one), len(other))
    return next((i for i in range(shorter) if one[i] != other[i]), shorter)
