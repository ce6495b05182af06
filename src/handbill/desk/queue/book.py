"""The rule book and the findings, in the words of whoever reads them."""

from dataclasses import dataclass

from django.utils.translation import get_language

from handbill.desk import secrets
from handbill.desk.store.models import Finding
from handbill.rules import finding as pure
from handbill.rules.book import ShownBook
from handbill.rules.reasons import say

KEYS = "1234567890QWERTYUIOPASDFGHJKLZXCVBNM"
"""What is pressed for a rule once ``r`` was pressed; the rest is chosen with the arrows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule to be chosen; ``facts`` are (id, text)."""

    id: str
    number: int
    title: str
    key: str
    facts: tuple[tuple[str, str], ...]


def language() -> str:
    """Return the language of the page that is being made."""
    return get_language() or "en"


def shown() -> ShownBook | None:
    """Return the rule book in the reader's language, else in its first; nothing without one."""
    found = secrets.current().book
    if found is None:
        return None
    tongue = language() if language() in found.languages else found.languages[0]
    return found.shown(tongue)


def choices() -> tuple[Choice, ...]:
    """Return the rules that a removal may name, in the book's order."""
    found = shown()
    keys = KEYS + " " * 99
    rules = found.rules if found else ()
    return tuple(
        Choice(r.id, r.number, r.title, keys[n].strip(), r.facts) for n, r in enumerate(rules)
    )


def title(rule: str) -> str:
    """Return a rule's title, its id where this book has no such rule."""
    return titles().get(rule, rule)


def titles() -> dict[str, str]:
    """Return the titles of all rules."""
    found = shown()
    return {r.id: r.title for r in found.rules} if found else {}


def fact_text(rule: str, fact: str) -> str:
    """Return the words of a coded fact, its id where the book has none such."""
    found = shown()
    facts = {r.id: dict(r.facts) for r in found.rules} if found else {}
    return facts.get(rule, {}).get(fact, fact)


def reason(row: Finding) -> str:
    """Return a finding's reason in words."""
    span = None if row.start is None or row.end is None else (row.start, row.end)
    one = pure.Finding(
        row.rule, span, pure.Where(row.where), row.reason, row.words, row.confidence,
        row.screen, row.version, row.holds,
    )  # fmt: skip
    return say(one, language())
