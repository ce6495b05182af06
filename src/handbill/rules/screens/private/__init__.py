"""Patterns of private details, over plain text; :mod:`handbill.rules.screens.privacy` asks them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_DIGIT = re.compile(r"\d+")
REACH = 100
"""Characters on either side of a digit in which a pattern that holds one is looked for."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A private detail in a plain text: from, to, stable reason, how sure."""

    start: int
    end: int
    reason: str
    sure: float = 0.9
    holds: bool = True


def near_digits(text: str) -> list[tuple[int, int]]:
    """Return the parts of a text in which there are digits: most of most letters is left out."""
    parts: list[tuple[int, int]] = []
    for match in _DIGIT.finditer(text):
        start, end = max(0, match.start() - REACH), min(len(text), match.end() + REACH)
        if parts and start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def matches(
    patterns: Iterable[re.Pattern[str]], text: str, parts: Iterable[tuple[int, int]]
) -> Iterator[re.Match[str]]:
    """Yield what patterns find in parts of a text."""
    for start, end in parts:
        for pattern in patterns:
            yield from pattern.finditer(text, start, end)
