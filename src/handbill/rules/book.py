"""The rule book: what a newsroom asks of its writers, as versioned text in every language. Pure.

Format and canonical form: docs/formats/rules.md; :mod:`handbill.rules.reading` reads it.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

Texts = tuple[tuple[str, str], ...]
"""(language, text), sorted by language."""

HASHED = "handbill rules 1\n"
HASHED_PATH = "pages/rules.txt"
"""Where an edition carries the hashed form."""


class Decider(StrEnum):
    """Who decides whether a letter breaks a rule.

    ``PROGRAM`` means: mechanical for a missing or bad signature, a person for all else.
    """

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
    """One numbered clause. ``facts`` are what a decision under it may say in a code, by id."""

    id: str
    number: int
    decides: Decider
    two_people: TwoPeople
    title: Texts
    text: Texts
    facts: tuple[tuple[str, Texts], ...] = ()


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
class ShownRule:
    """One rule in one language; ``id`` is its anchor, ``facts`` are (id, text)."""

    id: str
    number: int
    title: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownBook:
    """The rule book in one language, for pages."""

    version: int
    hash: str
    language: str
    words: int
    title: str
    introduction: str
    consent: str
    rules: tuple[ShownRule, ...]


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

    def rule(self, name: str) -> Rule:
        """Return the rule with this id.

        Raises:
            KeyError: there is none.
        """
        for rule in self.rules:
            if rule.id == name:
                return rule
        raise KeyError(name)

    def shown(self, language: str) -> ShownBook:
        """Return the book as a page in ``language`` shows it.

        Raises:
            KeyError: the book does not speak that language.
        """
        rules = tuple(
            ShownRule(
                rule.id,
                rule.number,
                dict(rule.title)[language],
                dict(rule.text)[language],
                tuple((fact, dict(texts)[language]) for fact, texts in rule.facts),
            )
            for rule in self.rules
        )
        return ShownBook(
            self.version,
            self.hash,
            language,
            self.words,
            dict(self.title)[language],
            dict(self.introduction).get(language, ""),
            dict(self.consent)[language],
            rules,
        )


def canonical(book: Book) -> bytes:
    """Return the bytes that are hashed, as docs/formats/rules.md specifies them."""
    rules = [
        {
            **asdict(rule),
            "title": dict(rule.title),
            "text": dict(rule.text),
            "facts": {fact: dict(texts) for fact, texts in rule.facts},
        }
        for rule in book.rules
    ]
    fields = {
        "version": book.version,
        "languages": list(book.languages),
        "words": book.words,
        "ladder": asdict(book.ladder),
        "title": dict(book.title),
        "introduction": dict(book.introduction),
        "consent": dict(book.consent),
        "rules": rules,
    }
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (HASHED + text).encode()


def hashed(book: Book) -> str:
    """Return the hash of a book, whatever its ``hash`` says."""
    return sha256(canonical(book)).hexdigest()
