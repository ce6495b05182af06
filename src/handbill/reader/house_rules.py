"""The page of the house rules, made from the rule book. Pure: the book comes as a value."""

from collections.abc import Sequence
from typing import Protocol

from handbill.reader.environment import markup, render
from handbill.reader.words import Words


class ShownRule(Protocol):
    """One rule in one language; ``id`` is its anchor on the page."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def number(self) -> int:
        """Return its number."""

    @property
    def title(self) -> str:
        """Return what it is called."""

    @property
    def text(self) -> str:
        """Return what it says."""


class ShownBook(Protocol):
    """The rule book in one language."""

    @property
    def version(self) -> int:
        """Return its version."""

    @property
    def hash(self) -> str:
        """Return what writers sign."""

    @property
    def language(self) -> str:
        """Return its language."""

    @property
    def words(self) -> int:
        """Return above how many words a letter is flagged."""

    @property
    def consent(self) -> str:
        """Return what a writer agrees to."""

    @property
    def introduction(self) -> str:
        """Return what stands above the rules, or nothing."""

    @property
    def rules(self) -> Sequence[ShownRule]:
        """Return the rules in their order."""


def rules_body(say: Words, book: ShownBook) -> str:
    """Return the body of the rules page: numbered, an anchor a rule, version and hash below."""
    rules = [
        {"id": r.id, "number": say.number(r.number), "title": r.title, "text": r.text}
        for r in book.rules
    ]
    version = say.say("rules_version", n=say.number(book.version))
    shown = {"introduction": book.introduction, "hash": book.hash}
    return str(markup(render("rules.html", {"book": shown, "rules": rules, "version": version})))
