"""The screen for profanity, obscenity and slurs: it holds a letter and points at the very words.

It never removes. A word of the lists may be quoted, refused, or told as testimony by the person
whom it was shouted at; where the text around it looks like that, the finding says so calmly and
with less confidence. Whatever it says, a person decides.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable

from handbill.rules.finding import Finding, Span, Where, short
from handbill.rules.lexicons import Lexicon
from handbill.rules.screens import Context, Screened
from handbill.rules.wordmatch import Hit, Matcher

NAME, VERSION = "lexicon", 2
WORD, DISGUISED, TOLD = "lexicon-word", "lexicon-disguised", "lexicon-told"
HOLDS_FROM = 4
"""Weaker words (damn) are pointed at; alone they hold no letter."""
_NEAR = 90
_LEAST, _DISGUISE_COSTS, _TOLD_SHARE = 0.05, 0.1, 0.5
_QUOTED = re.compile(
    "“[^“”]{1,300}”|„[^„“”]{1,300}[“”]|«[^«»]{1,300}»|「[^「」]{1,300}」|『[^『』]{1,300}』"
    "|\"[^\"]{1,300}\"|(?<!\\w)'[^']{1,300}'(?!\\w)|‘[^‘’]{1,300}’(?!\\w)|《[^《》]{1,300}》"
)


class LexiconScreen:
    """A screen over the lists of several languages. Making one takes a moment; keep it."""

    name, version = NAME, VERSION

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._matcher = Matcher(lexicons)

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return a finding for each hard word in the body and in the name."""
        body = self._findings(letter.body, letter.language, Where.BODY)
        return body + self._findings(letter.name, letter.language, Where.NAME)

    def _findings(self, text: str, language: str, where: Where) -> tuple[Finding, ...]:
        found = self._matcher.find(text, language)
        if not found.hits:
            return ()
        quoted = [match.span() for match in _QUOTED.finditer(text)] if where == Where.BODY else []
        return tuple(_finding(text, hit, where, _is_told(hit.span, quoted, found.cues))
                     for hit in found.hits)  # fmt: skip


def _finding(text: str, hit: Hit, where: Where, told: bool) -> Finding:
    confidence = hit.entry.strength / 10 - (_DISGUISE_COSTS if hit.disguised else 0)
    reason = DISGUISED if hit.disguised else WORD
    if told and where == Where.BODY:
        confidence, reason = confidence * _TOLD_SHARE, TOLD
    return Finding(
        hit.entry.rule, hit.span, where, reason, short(text[hit.span[0] : hit.span[1]]),
        confidence=max(_LEAST, round(confidence, 2)), screen=NAME, version=VERSION,
        holds=hit.entry.strength >= HOLDS_FROM,
    )  # fmt: skip


def _is_told(span: Span, quoted: list[Span], cues: tuple[int, ...]) -> bool:
    if any(start < span[0] and span[1] < end for start, end in quoted):
        return True
    nearest = bisect_left(cues, span[0] - _NEAR)
    return nearest < len(cues) and cues[nearest] <= span[1] + _NEAR
