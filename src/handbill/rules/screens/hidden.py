"""Characters that nobody sees in a letter's text: what turns it around, what hides inside words."""

import re
from collections.abc import Iterable

from handbill.rules.finding import Finding, Span, Where
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.making import Maker

# Marks of direction (200E, 200F, 061C) and isolates that are closed are ordinary in fa, ar and he.
_TURNING = re.compile("[\u202a-\u202e]|[\u2066-\u2069]")
_HIDING = re.compile(
    "[\u00ad\u200b\u2060-\u2064\u180e\ufeff\u115f\u1160\u3164\uffa0]+|[\U000e0000-\U000e007f]+"
)
_JOINER = re.compile("[\u200c\u200d]+")
_JOINS = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc]"
)


class HiddenScreen:
    """Holds text that turns direction and hidden tags; points at characters that hide in words."""

    name = "hidden"
    version = 1

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return every place, of each kind at most ten."""
        if letter.body.isascii():
            return ()
        make = Maker(self.name, self.version, "otherwise-inappropriate")
        turning = _limited(m.span() for m in _TURNING.finditer(letter.body))
        found = [
            make.at(Where.BODY, span, "hidden-turns", _codes(letter.body, span)) for span in turning
        ]
        for span in _limited(_hiding(letter.body)):
            tags = letter.body[span[0]] >= "\U000e0000"
            said = _codes(letter.body, span)
            found.append(make.at(Where.BODY, span, "hidden-character", said, holds=tags, sure=0.6))
        return tuple(sorted(found, key=lambda f: f.span or (0, 0)))


def _hiding(text: str) -> Iterable[Span]:
    # A flag of a region ends its hidden tags with E007F after a black flag: it is a picture.
    for match in _HIDING.finditer(text):
        if not (match[0][-1] == "\U000e007f" and text[match.start() - 1 : match.start()] == "🏴"):
            yield match.span()
    for match in _JOINER.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        letters = before.isalnum() and after.isalnum()
        if letters and not (_JOINS.match(before) or _JOINS.match(after)):
            yield match.span()


def _limited(spans: Iterable[Span], most: int = 10) -> list[Span]:
    return [span for _, span in zip(range(most), spans, strict=False)]


def _codes(text: str, span: Span) -> str:
    return " ".join(f"U+{ord(c):04X}" for c in text[span[0] : span[1]][:4])
