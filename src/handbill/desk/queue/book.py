"""The rule book and the findings, in the words of whoever reads them."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language

from handbill.desk import secrets
from handbill.desk.store.models import Finding, RuleBook
from handbill.rules import finding as pure
from handbill.rules.book import HASHED, ShownBook, canonical
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


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the rules since a letter was signed, by their titles; nothing is ``known``
    where the desk has not that book's text.
    """

    known: bool
    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether any rule is another now."""
        return bool(self.changed or self.new or self.gone)


def changes(digest: str) -> Changes | None:
    """Return what changed since the rule book of this hash; None where it is today's, or none."""
    now = secrets.current().book
    if now is None or digest in ("", now.hash):
        return None
    kept = RuleBook.objects.filter(hash=digest).first()
    data = kept.text.encode() if kept else b""
    if sha256(data).hexdigest() != digest:
        return Changes(known=False)
    before, after = _rules(data), _rules(canonical(now))
    both = [name for name in after if name in before]
    return Changes(
        known=True,
        changed=tuple(_title(after[n]) for n in both if _said(after[n]) != _said(before[n])),
        new=tuple(_title(after[n]) for n in after if n not in before),
        gone=tuple(_title(before[n]) for n in before if n not in after),
    )


def _rules(hashed: bytes) -> dict[str, Any]:
    """Read the rules of a book's hashed form, by id, in its order."""
    return {rule["id"]: rule for rule in json.loads(hashed.removeprefix(HASHED.encode()))["rules"]}


def _said(rule: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a rule tells its readers; its number and who decides are not that."""
    return rule["title"], rule["text"], rule["facts"]


def _title(rule: dict[str, Any]) -> str:
    titles = dict(rule["title"])
    return str(
        titles.get(language()) or titles.get("en") or next(iter(titles.values()), rule["id"])
    )


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
