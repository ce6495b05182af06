"""What a screen found in a letter: the rule, the very words, the reason, how sure. Pure values."""

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]
"""From and to, in code points of the text as it came; ``text[a:b]`` are the words meant."""


class Where(StrEnum):
    """Which part of a letter a finding speaks of."""

    BODY = "body"
    NAME = "name"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should look at. It never removes a letter.

    ``rule`` is an id of the rule book. ``span`` is None where the whole letter or name is meant.
    ``reason`` is a stable key whose words for a moderator stand in the catalogues; ``words`` is
    what they fill into it, cut short. ``confidence`` is 0 to 1. ``holds`` keeps the letter from
    being published before a person has read this finding.
    """

    rule: str
    span: Span | None
    where: Where
    reason: str
    words: str
    confidence: float
    screen: str
    version: int
    holds: bool


MOST_WORDS = 120


def short(text: str) -> str:
    """Return ``text`` on one line, cut to what a moderator's list can show."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_WORDS else line[: MOST_WORDS - 1] + "…"
