"""Screens: small machines that hold a letter and point at words. None removes, none is silent.

A screen is a function of one letter and of what the desk knows. It opens nothing: data lie in the
screen (given when it is made) or in the :class:`Context`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from handbill.rules.book import Book
from handbill.rules.finding import Finding, Span, Where, short


class Fault(StrEnum):
    """What opening a letter showed to be wrong with it, before anybody read a word."""

    UNSIGNED = "unsigned"
    OTHER_NEWSROOM = "other-newsroom"
    OTHER_SEAL = "other-seal"
    OTHER_RULES = "other-rules"
    OTHER_EDITION = "other-edition"


@dataclass(frozen=True, slots=True)
class Screened:
    """What screens see of a letter.

    ``pen`` is the desk's fingerprint of the writer's key; ``words`` the desk's own count;
    ``nfc`` whether name and body came in NFC; ``edition`` the number it was written from.
    """

    id: str
    body: str
    name: str
    language: str
    story: str
    pen: str
    words: int
    kind: str
    nfc: bool = True
    edition: int = 0
    faults: tuple[Fault, ...] = ()


class Names(Protocol):
    """Which pens use which names, as the desk knows them. Order of arrival is not in it."""

    def pens_named(self, skeleton: str) -> frozenset[str]:
        """Return the fingerprints of the pens that have used a name with this skeleton."""

    def names_near(self, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Return (skeleton, pen) of used names that share one of these ``names.near_keys``."""


class Twins(Protocol):
    """Which letters share a band of their sketch (``twins.sketch``), as the desk knows them."""

    def sharing(self, bands: Iterable[str]) -> Iterable[tuple[str, str, str]]:
        """Return (letter id, pen, story) of filed letters that share any of these bands."""


class Beside(Protocol):
    """What else a pen wrote, as the desk knows it."""

    def words_beside(self, letter: "Screened") -> tuple[int, int]:
        """Return how many other letters this pen wrote to the same story from the same edition,
        and how many words they have together; withdrawn ones do not count.
        """


class Protected(Protocol):
    """The desk's list of people whose name must not appear, matched without holding the names."""

    def spans(self, text: str) -> Iterable[Span]:
        """Return where a protected name stands in ``text``."""


class NoNames:
    """Nobody has written yet."""

    def pens_named(self, skeleton: str) -> frozenset[str]:
        """Return no pens."""
        return frozenset()

    def names_near(self, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Return no names."""
        return ()


class NoTwins:
    """Nothing has been filed yet."""

    def sharing(self, bands: Iterable[str]) -> Iterable[tuple[str, str, str]]:
        """Return no letters."""
        return ()


class NothingBeside:
    """Nobody wrote twice."""

    def words_beside(self, letter: "Screened") -> tuple[int, int]:
        """Return no letters."""
        return (0, 0)


class NobodyProtected:
    """A desk that keeps no list of protected names."""

    def spans(self, text: str) -> Iterable[Span]:
        """Return nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the desk knows beside the letter. ``reserved`` are names that only the newsroom bears,
    as people write them.
    """

    book: Book
    names: Names = field(default_factory=NoNames)
    twins: Twins = field(default_factory=NoTwins)
    beside: Beside = field(default_factory=NothingBeside)
    protected: Protected = field(default_factory=NobodyProtected)
    reserved: frozenset[str] = frozenset()


class Screen(Protocol):
    """One machine check. ``version`` rises whenever it may find something else than before."""

    @property
    def name(self) -> str:
        """Return the name that findings carry."""

    @property
    def version(self) -> int:
        """Return the version that findings carry."""

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return what it found, in the order of the text."""


@dataclass(frozen=True, slots=True)
class Score:
    """How likely a statistical model thinks that a rule is broken: calibrated, 0 to 1."""

    rule: str
    probability: float
    spans: tuple[Span, ...] = ()


class Scorer(Protocol):
    """A statistical model. It orders the queue and points at words; it never holds by itself.

    This is the place for the model of a later release: whatever is given to :func:`screen_all`
    as ``scorer`` is asked once a letter. Probabilities must be calibrated on the desk's own
    letters before anybody reads them as percentages.
    """

    @property
    def name(self) -> str:
        """Return the name that findings carry."""

    @property
    def version(self) -> int:
        """Return the version that findings carry."""

    def scores(self, letter: Screened) -> Iterable[Score]:
        """Return a probability for each rule that the model knows."""


def screen_all(
    letter: Screened,
    context: Context,
    screens: Iterable[Screen],
    *,
    scorer: Scorer | None = None,
) -> tuple[Finding, ...]:
    """Ask every screen, and the model where there is one; one that breaks holds the letter."""
    found: list[Finding] = []
    for screen in screens:
        try:
            found.extend(screen(letter, context))
        except Exception as error:  # noqa: BLE001  any fault of a screen must reach a person
            found.append(_failed(screen, error))
    if scorer is not None:
        try:
            found.extend(_scored(scorer, letter))
        except Exception as error:  # noqa: BLE001
            found.append(_failed(scorer, error))
    return tuple(found)


def _failed(screen: Screen | Scorer, error: Exception) -> Finding:
    # The kind of error alone: its message may quote the letter.
    words = short(f"{screen.name}: {type(error).__name__}")
    return Finding(
        "otherwise-inappropriate", None, Where.LETTER, "screen-failed", words,
        confidence=0.0, screen=screen.name, version=screen.version, holds=True,
    )  # fmt: skip


def _scored(scorer: Scorer, letter: Screened) -> Iterable[Finding]:
    for score in scorer.scores(letter):
        if not 0 <= score.probability <= 1:
            raise ValueError(f"{score.rule}: {score.probability} is no probability")
        for span in score.spans or (None,):
            words = short(letter.body[span[0] : span[1]]) if span else ""
            yield Finding(
                score.rule, span, Where.BODY if span else Where.LETTER, "score", words,
                confidence=score.probability, screen=scorer.name, version=scorer.version,
                holds=False,
            )  # fmt: skip
