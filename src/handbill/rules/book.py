"""The rule book: what a newsroom asks of its writers, as versioned text in every language. Pure.

Format and canonical form: docs/formats/rules.md.
"""

from dataclasses import dataclass
from enum import StrEnum

Texts = tuple[tuple[str, str], ...]
"""(language, text), sorted by language."""


class Decider(StrEnum):
    """Who decides whether a letter breaks a rule."""

    NOBODY = "nobody"
    PERSON = "person"
    PROGRAM = "program"


class TwoPeople(StrEnum):
    """Whether a second person must agree before a letter with such a finding is published."""

    NEVER = "never"
    LIFE = "life"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Rule:
    """One numbered clause. ``PROGRAM`` means: mechanical for a missing or bad signature only."""

    id: str
    number: int
    decides: Decider
    two_people: TwoPeople
    title: Texts
    text: Texts


@dataclass(frozen=True, slots=True)
class Ladder:
    """What standing strikes lead to. The first four are counts of strikes, the others editions."""

    notice: int = 1
    warning: int = 2
    pause: int = 3
    block: int = 4
    pause_editions: int = 4
    block_editions: int = 24
    decay_editions: int = 12


@dataclass(frozen=True, slots=True)
class Book:
    """A rule book. ``hash`` is what writers sign: SHA-256 over the canonical form, hex."""

    version: int
    hash: str
    languages: tuple[str, ...]
    words: int
    ladder: Ladder
    title: Texts
    introduction: Texts
    consent: Texts
    rules: tuple[Rule, ...]
