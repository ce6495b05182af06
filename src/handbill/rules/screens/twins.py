"""Nearly the same text under another pen: one-permutation minwise sketches, compared by bands.

The sketch is a pure value; the desk stores its bands and looks up letters that share one. That
relation is symmetric and knows no order: both letters of a pair get the finding, whichever came
first, and both may be innocent. (Li, Owen, Zhang 2012; densified as Shrivastava, Li 2014.)
"""

import re
import unicodedata
from zlib import crc32

from handbill.rules.finding import Finding
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.making import Maker

BANDS, ROWS = 10, 5
LEAST_BYTES = 60
MOST_SHOWN = 20
_BINS = BANDS * ROWS
_GRAM = 5
_RUN = re.compile(r"(.)\1{2,}")
_STEP = 0x9E3779B1


def sketch(body: str) -> tuple[str, ...]:
    """Return the bands of a text, ten short keys; none where it is too short to be anybody's own.

    Of two texts that share 80 % of their 5-byte runs 98 of 100 share a band, of two that share
    30 % about 2 of 100.
    """
    letters = "".join(c for c in unicodedata.normalize("NFKC", body).casefold() if c.isalnum())
    data = _RUN.sub(r"\1\1", letters).encode()
    if len(data) < LEAST_BYTES:
        return ()
    least = [-1] * _BINS
    for start in range(len(data) - _GRAM + 1):
        value = (crc32(data[start : start + _GRAM]) * _STEP) & 0xFFFFFFFF
        at, rest = value % _BINS, value // _BINS
        if least[at] < 0 or rest < least[at]:
            least[at] = rest
    filled = [_borrowed(least, i) for i in range(_BINS)]
    return tuple(
        f"{b:x}" + f"{crc32(repr(filled[b * ROWS : (b + 1) * ROWS]).encode()):08x}"
        for b in range(BANDS)
    )


def _borrowed(least: list[int], at: int) -> int:
    """Return a bin's value; an empty one takes that of the next filled one and how far it lies."""
    for steps in range(_BINS):
        found = least[(at + steps) % _BINS]
        if found >= 0:
            return found * 64 + steps
    return -1


class TwinsScreen:
    """Holds a letter whose text stands nearly the same under another pen."""

    name = "twins"
    version = 1

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return one finding, however many twins there are."""
        bands = sketch(letter.body)
        near = context.twins.sharing(bands) if bands else ()
        others = {pen for found, pen, _ in near if found != letter.id and pen != letter.pen}
        if not others:
            return ()
        count = f"{len(others)}" if len(others) < MOST_SHOWN else f"≥ {MOST_SHOWN}"
        return (Maker(self.name, self.version, "signed").whole("twin-text", count, sure=0.8),)
