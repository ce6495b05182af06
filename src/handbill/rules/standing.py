"""A writer's standing: what the decisions about a pen come to, whatever order they came in. Pure.

Everything here is a function of the *set* of decisions and of the newest edition's number, which
is the only clock. Decisions carry the desk's sequence; arrival and dates carry nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from handbill.letters.decision import Action
from handbill.rules.book import Ladder


class Step(StrEnum):
    """A rung of the ladder."""

    NONE = "none"
    NOTICE = "notice"
    WARNING = "warning"
    PAUSE = "pause"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Decision:
    """What standing needs of a decision about one pen.

    ``sequence`` is the desk's own number; ``edition`` the newest when it was decided;
    ``written_from`` the edition that the letter cites (0 where the decision is about no letter);
    ``editions`` how long a pause or block lasts, None until lifted; ``about`` the sequence of the
    decision that is undone, upheld or overturned, 0 for none.
    """

    sequence: int
    action: Action
    edition: int
    letter: str = ""
    written_from: int = 0
    rule: str = ""
    editions: int | None = None
    about: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A pen's record at one edition. ``due`` is the step that the ladder names for the strikes;
    a person takes it. ``paused_until`` and ``blocked_until`` are the editions from which the pen
    writes again: None without an end, 0 where nothing is in force.
    """

    strikes: int
    due: Step
    taken: Step
    paused_until: int | None
    blocked_until: int | None
    published: int

    @property
    def is_new(self) -> bool:
        """Tell whether nothing of this pen stands published: such letters are always read."""
        return self.published == 0

    @property
    def is_paused(self) -> bool:
        """Tell whether its letters wait."""
        return self.paused_until != 0

    @property
    def is_blocked(self) -> bool:
        """Tell whether its letters are refused."""
        return self.blocked_until != 0


_OF_LETTERS = frozenset(
    {
        Action.APPROVE,
        Action.REMOVE,
        Action.HOLD,
        Action.RESTORE,
        Action.ERASE,
        Action.WITHDRAW,
        Action.BURN,
    }
)
_STEPS = {
    Action.NOTICE: Step.NOTICE, Action.WARN: Step.WARNING, Action.PAUSE: Step.PAUSE,
    Action.BLOCK: Step.BLOCK,
}  # fmt: skip


def standing(decisions: Iterable[Decision], ladder: Ladder, now: int) -> Standing:
    """Return what the decisions about one pen come to at edition ``now``."""
    valid = _undoing(decisions)
    last = {d.letter: d for d in valid if d.letter and d.action in _OF_LETTERS}
    removals = [d for d in last.values() if d.action is Action.REMOVE]
    strikes = _strikes(removals, ladder.decay_editions, now)
    steps = [
        d for d in valid if d.action in _STEPS and _fresh(d.edition, ladder.decay_editions, now)
    ]
    return Standing(
        strikes,
        _due(strikes, ladder),
        max((_STEPS[d.action] for d in steps), key=list(Step).index, default=Step.NONE),
        _until([d for d in valid if d.action is Action.PAUSE], now),
        _until([d for d in valid if d.action is Action.BLOCK], now),
        sum(d.action in (Action.APPROVE, Action.RESTORE) for d in last.values()),
    )


def _undoing(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that stand, in the desk's sequence.

    A decision is undone by a later one that stands and is about it; a lifting about nothing
    undoes every pause and block before it. An undo can itself be undone.
    """
    ordered = sorted({d.sequence: d for d in decisions}.values(), key=lambda d: d.sequence)
    undone: set[int] = set()
    lifted = 0
    standing_ones = []
    for decision in reversed(ordered):
        ends = decision.action in (Action.PAUSE, Action.BLOCK) and decision.sequence < lifted
        if decision.sequence in undone or ends:
            continue
        standing_ones.append(decision)
        if decision.action is Action.LIFT and not decision.about:
            lifted = max(lifted, decision.sequence)
        if 0 < decision.about < decision.sequence and decision.action is not Action.UPHOLD:
            undone.add(decision.about)
    return standing_ones[::-1]


def _strikes(removals: Iterable[Decision], decay: int, now: int) -> int:
    """Count strikes: the longest chain of removals, each of a letter that was written from an
    edition which already told its writer of the one before.

    So ten bad letters on one drive are one strike, and so are letters from editions that had not
    told yet. A removal decided while edition n was newest is told by edition n + 1.
    """
    told: dict[int, int] = {}
    for removal in removals:
        known = removal.edition + 1
        if known <= now and now - known < decay:
            told[removal.written_from] = min(known, told.get(removal.written_from, known))
    chains: dict[int, int] = {}
    for written in sorted(told):
        before = [chains[w] for w in chains if told[w] <= written]
        chains[written] = 1 + max(before, default=0)
    return max(chains.values(), default=0)


def _fresh(edition: int, decay: int, now: int) -> bool:
    return now - edition <= decay


def _due(strikes: int, ladder: Ladder) -> Step:
    rungs = (
        (ladder.block, Step.BLOCK),
        (ladder.pause, Step.PAUSE),
        (ladder.warning, Step.WARNING),
        (ladder.notice, Step.NOTICE),
    )
    return next((step for least, step in rungs if strikes >= least), Step.NONE)


def _until(decisions: Iterable[Decision], now: int) -> int | None:
    ends = [None if d.editions is None else d.edition + d.editions for d in decisions]
    if None in ends:
        return None
    latest = max((end for end in ends if end is not None), default=0)
    return latest if latest > now else 0
