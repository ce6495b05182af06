"""Length: a flag on the first word too many, and letters that look cut in parts. Never refuses."""

import re

from handbill.rules.finding import Finding, Where
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.making import Maker, plain

_EDGE = 60
_PART = re.compile(
    r"^\W{0,2}[1-9]\s?/\s?[2-9](?!\w)\)?|\([1-9]\s?/\s?[2-9]\)\W*$"
    r"|\b(?:part|parte|teil)\s+(?:[1-9]|one|two|three|uno|dos|tres)\b"
    r"|\bto be continued\b|\bcontinu(?:ará|ación)\b|^\W*\(?continued\)?\b|\(cont\.?\)"
    r"|\(?계속\)?[.…]*\s*$|이어집니다|이어서 씁니다|^\W*[1-9]\s*(?:부|편)\b|[(\[][1-9]부[)\]]"
    r"|ادامه دارد|ادامهٔ نامه|^\W*بخش [1-9]|يتبع\W*$|تتمة|الجزء (?:الأول|الثاني)"
    r"|продолжение (?:следует|в следующем)|^\W*часть\s+[1-9]\b",
    re.IGNORECASE,
)


class LengthScreen:
    """Counts by the desk's own count, given with the letter."""

    name = "length"
    version = 1

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return what is too long, alone or together with what lies beside it."""
        make, limit = Maker(self.name, self.version, "length"), context.book.words
        found = []
        if letter.words > limit:
            found.append(make.whole("length-over", f"{letter.words}/{limit}"))
        others, words = context.beside.words_beside(letter)
        if others and letter.words + words > limit:
            found.append(
                make.whole("length-together", f"{others + 1}: {letter.words + words}/{limit}")
            )
        made = plain(letter.body)
        for start, end in _edges(made.text):
            for match in _PART.finditer(made.text[start:end]):
                span = made.span(start + match.start(), start + match.end())
                words_shown = letter.body[slice(*span)]
                found.append(
                    make.at(Where.BODY, span, "length-part", words_shown, holds=False, sure=0.5)
                )
        return tuple(found)


def _edges(text: str) -> tuple[tuple[int, int], ...]:
    if len(text) <= 2 * _EDGE:
        return ((0, len(text)),)
    return ((0, _EDGE), (len(text) - _EDGE, len(text)))
