"""A desk in memory, small enough to read: what screens ask of the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import resources

from handbill.rules.confusables import skeleton
from handbill.rules.reading import parse
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.names import near_keys
from handbill.rules.screens.twins import sketch

BOOK = parse(resources.files("handbill.newsroom").joinpath("start", "book.toml").read_bytes())
LETTER = Screened("1", "Hello, reader.", "Anna", "en", "ferry", "p1", 2, "letter")


def letter(**values: object) -> Screened:
    return replace(LETTER, **values)  # type: ignore[arg-type]


class Filed:
    """Letters that the desk has filed; answers what the screens ask."""

    def __init__(self, letters: Iterable[Screened]) -> None:
        self.letters = list(letters)

    def pens_named(self, looks: str) -> frozenset[str]:
        return frozenset(x.pen for x in self.letters if skeleton(x.name) == looks)

    def names_near(self, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
        wanted = set(keys)
        return [(skeleton(x.name), x.pen) for x in self.letters if near_keys(x.name) & wanted]

    def sharing(self, bands: Iterable[str]) -> Iterable[tuple[str, str, str]]:
        wanted = set(bands)
        return [(x.id, x.pen, x.story) for x in self.letters if wanted & set(sketch(x.body))]

    def words_beside(self, own: Screened) -> tuple[int, int]:
        same = [
            x.words
            for x in self.letters
            if (x.pen, x.story, x.edition) == (own.pen, own.story, own.edition) and x.id != own.id
        ]
        return (len(same), sum(same))


def context(*letters: Screened, reserved: frozenset[str] = frozenset()) -> Context:
    filed = Filed(letters)
    return Context(BOOK, names=filed, twins=filed, beside=filed, reserved=reserved)
