"""Privacy: details that lead to a person. Every hit holds the letter; a person decides."""

from collections.abc import Iterable

from handbill.rules.finding import Finding, Where
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.making import Maker, Plain, masked, plain
from handbill.rules.screens.private import Hit
from handbill.rules.screens.private.accounts import accounts
from handbill.rules.screens.private.papers import papers
from handbill.rules.screens.private.phones import phones
from handbill.rules.screens.private.places import places
from handbill.rules.screens.private.spelled import spelled

MOST = 60
"""Findings in one text; a letter with more is held by these, and by one that says so."""


class PrivacyScreen:
    """Looks for private details in body and name. What it finds is shown masked."""

    name = "privacy"
    version = 1

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return every detail, in the order of the text."""
        found: list[Finding] = []
        for where, text in ((Where.NAME, letter.name), (Where.BODY, letter.body)):
            made = plain(text)
            best = _best(_hits(made.text, letter.language))
            found += [self._finding(where, made, hit) for hit in best]
        return tuple(found)

    def _finding(self, where: Where, made: Plain, hit: Hit) -> Finding:
        start, end = made.span(hit.start, hit.end)
        words = masked(made.original[start:end])
        make = Maker(self.name, self.version, "privacy")
        return make.at(where, (start, end), hit.reason, words, holds=hit.holds, sure=hit.sure)


def _hits(text: str, language: str) -> Iterable[Hit]:
    yield from papers(text)
    yield from phones(text, language)
    yield from accounts(text)
    yield from places(text)
    yield from spelled(text)


def _best(hits: Iterable[Hit]) -> list[Hit]:
    """Return the surest of hits that overlap, in the order of the text; of a flood the first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (not h.holds, -h.sure, h.start - h.end, h.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            if len(kept) == MOST:
                kept.append(Hit(hit.start, hit.end, "private-many", 0.3))
                break
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


class ProtectedScreen:
    """Looks for the names that the desk protects; which name it was is not in the finding."""

    name = "protected"
    version = 2

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return where a protected name stands in body or name."""
        make = Maker(self.name, self.version, "privacy")
        return tuple(
            make.at(where, span, "protected-name", masked(text[span[0] : span[1]]), sure=0.95)
            for where, text in ((Where.NAME, letter.name), (Where.BODY, letter.body))
            for _, span in zip(range(MOST), context.protected.spans(text), strict=False)
        )
