"""What every screen shares: a text made plain with its way back, and findings made from it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handbill.rules.confusables import is_invisible
from handbill.rules.finding import Finding, Span, Where, short


class _Plainer(dict[int, str]):
    """For ``str.translate``: digits of any script, dashes, spaces, wide forms; no invisibles."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _plain_char(chr(code))
        return made


def _plain_char(char: str) -> str:
    if char == "\n":
        return char
    if is_invisible(char) or char == "\u20e3":
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category == "Pd" or char == "\u2212":
        return "-"
    if category == "Zs" or char == "\t":
        return " "
    wide = unicodedata.normalize("NFKC", char)
    # Compatibility jamo must stay themselves: NFKC would make them parts of syllables.
    return wide if len(wide) == 1 and not "\u3131" <= char <= "\u318e" else char


_PLAINER = _Plainer()


@dataclass(frozen=True, slots=True)
class Plain:
    """A text with digits, dashes, spaces and wide letters made plain and invisibles gone.

    ``at`` gives for each character its place in the original; empty where none was dropped.
    """

    text: str
    original: str
    at: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Return the span in the original of ``text[start:end]``."""
        if not self.at:
            return (start, end)
        return (self.at[start], self.at[end - 1] + 1)


def plain(text: str) -> Plain:
    """Make a text plain."""
    if text.isascii():
        return Plain(text, text, ())
    made = text.translate(_PLAINER)
    if len(made) == len(text):
        return Plain(made, text, ())
    return Plain(made, text, [i for i, c in enumerate(text) if _PLAINER[ord(c)]])


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes findings of one screen under one rule."""

    screen: str
    version: int
    rule: str

    def whole(
        self, reason: str, words: str = "", *, holds: bool = True, sure: float = 1.0
    ) -> Finding:
        """Return a finding about the whole letter."""
        return Finding(
            self.rule, None, Where.LETTER, reason, short(words),
            confidence=sure, screen=self.screen, version=self.version, holds=holds,
        )  # fmt: skip

    def at(
        self,
        where: Where,
        span: Span | None,
        reason: str,
        words: str,
        *,
        holds: bool = True,
        sure: float = 1.0,
    ) -> Finding:
        """Return a finding about a place in body or name."""
        return replace(self.whole(reason, words, holds=holds, sure=sure), where=where, span=span)


def masked(text: str) -> str:
    """Return a private detail so that a list of findings does not repeat it: 010-••••-••••."""
    kept, out = 3, []
    for char in text:
        if char.isalnum():
            kept -= 1
            out.append(char if kept >= 0 else "•")
        else:
            out.append(char)
    return "".join(out)
