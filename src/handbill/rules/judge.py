"""What findings and standing mean for the queue: who reads a letter first, and what waits. Pure.

A machine sorts; nothing here removes a letter for what it says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from handbill.rules.book import Book, TwoPeople
from handbill.rules.finding import Finding
from handbill.rules.screens import Fault, Screened
from handbill.rules.standing import Standing

NEVER_BLOCKED = frozenset({"appeal", "withdraw", "burn", "transcript"})
"""Kinds that a pause or block does not reach: a blocked writer may always appeal and leave."""

FALLBACK = "otherwise-inappropriate"
SCORE = "score"


class Treatment(StrEnum):
    """What happens to a letter before a person judges what it says."""

    READ = "read"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a letter stands in the queue and why.

    ``refused`` is the reason of a refusal, empty otherwise; ``rules`` the rules that holding
    findings name, in the book's order; ``second_person`` the strictest demand among them.
    """

    treatment: Treatment
    refused: str
    held: bool
    rules: tuple[str, ...]
    second_person: TwoPeople
    place: tuple[int, float, str, str]


def judge(
    letter: Screened, findings: Iterable[Finding], standing: Standing, book: Book
) -> Judgement:
    """Return what a letter's findings and its writer's standing mean."""
    found = tuple(findings)
    holding = {_rule(f, book) for f in found if f.holds}
    rules = tuple(rule.id for rule in book.rules if rule.id in holding)
    treatment, refused = _treated(letter, standing)
    demands = [rule.two_people for rule in book.rules if rule.id in holding]
    return Judgement(
        treatment,
        refused,
        bool(holding),
        rules,
        max(demands, key=list(TwoPeople).index, default=TwoPeople.NEVER),
        _place(letter, found, rules),
    )


def _rule(finding: Finding, book: Book) -> str:
    """Return the rule that a finding names, the last resort where this book has no such rule."""
    return finding.rule if any(rule.id == finding.rule for rule in book.rules) else FALLBACK


def _treated(letter: Screened, standing: Standing) -> tuple[Treatment, str]:
    for fault in (Fault.UNSIGNED, Fault.OTHER_NEWSROOM):
        if fault in letter.faults:
            return Treatment.REFUSE, str(fault)
    if letter.kind in NEVER_BLOCKED:
        return Treatment.READ, ""
    if standing.is_blocked:
        return Treatment.REFUSE, "blocked"
    return (Treatment.WAIT if standing.is_paused else Treatment.READ), ""


def _place(
    letter: Screened, found: tuple[Finding, ...], rules: tuple[str, ...]
) -> tuple[int, float, str, str]:
    """Return the sort key: privacy, other holds, the rest; then the highest score, then the story.

    The id breaks ties, because it is nobody's choice and no time of arrival.
    """
    first = 0 if "privacy" in rules else 1 if rules else 2
    score = max((f.confidence for f in found if f.reason == SCORE), default=0.0)
    return (first, -score, letter.story, letter.id)
