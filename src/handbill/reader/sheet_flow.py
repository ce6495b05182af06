"""Where everything on a print sheet stands: texts flow through columns and pages. Pure geometry.

Lengths are in mm from the upper left corner; sizes of letters in points, before they are scaled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

PAGE_W, PAGE_H, MARGIN, GAP = 210.0, 297.0, 15.0, 7.0
WIDE = PAGE_W - 2 * MARGIN
COLUMN = (WIDE - GAP) / 2
BOTTOM = PAGE_H - MARGIN - 6
PAGES = 2
_MM_A_POINT = 0.3528


def line_step(size: float, loose: float) -> float:
    """Return the distance of lines, in mm, of letters of ``size`` points, ``loose`` sizes apart."""
    return size * _MM_A_POINT * loose


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of plain text, or a heading between paragraphs."""

    text: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class SheetStory:
    """A story as the sheet prints it."""

    title: str
    deck: str
    byline: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How a text is set; ``after`` is the room below it, ``whole``: it stays in one column."""

    size: float
    bold: bool = False
    ink: int = 25
    after: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Lines at a place, a rule where there are none."""

    page: int
    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    look: Look


LEAD, TITLE = Look(25, bold=True, after=1.2), Look(13, bold=True, whole=True, after=0.8)
LEAD_DECK, DECK = Look(11.5, ink=90, after=1.0), Look(9.5, ink=90, whole=True, after=0.8)
BYLINE = Look(8, ink=90, whole=True, after=1.4)
HEAD, TEXT = Look(9.8, bold=True, whole=True, after=0.5), Look(9.2, after=1.4)
RULE = Look(0, ink=150)
_LEAST_STORY, _ABOVE_HEAD, _RULE_ROOM, _LINES_WITH_HEAD = 34.0, 1.2, 4.0, 3

Say = Callable[[str, float, bool, float], Sequence[str]]
"""Breaks a text, in letters of a size, bold or not, into lines of a width."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that texts have: from ``top`` of the first page on; ``notes`` close the last page.

    ``step`` is the distance of lines, in sizes of the letters. ``scale`` enlarges all letters.
    """

    top: float
    notes: float
    step: float
    rtl: bool
    scale: float = 1.0
    pages: int = PAGES
    shorter: float = 0.0

    def room(self) -> float:
        """Return the height of all columns together."""
        return 2 * (BOTTOM - self.top + (self.pages - 1) * (BOTTOM - MARGIN) - self.notes)


@dataclass
class Flow:
    """Places one text after another; ``cut`` where one did not find room to its end."""

    say: Say
    frame: Frame
    placed: list[Placed] = field(default_factory=list)
    cut: bool = False
    page: int = 1
    _column: int = 0

    def __post_init__(self) -> None:
        self._top = self._y = self.frame.top

    def height(self) -> float:
        """Return how much of the columns is filled, without the gaps between texts."""
        steps = ((len(p.lines) * p.look.size, p.width / COLUMN) for p in self.placed)
        return line_step(sum(size * round(n) for size, n in steps), self.frame.step)

    def head(self, story: SheetStory) -> None:
        """Set the head of the first story across both columns; columns begin below it."""
        for text, look in ((story.title, LEAD), (story.deck, LEAD_DECK), (story.byline, BYLINE)):
            if text:
                lines = self._lines(text, look, WIDE)
                self.placed.append(
                    Placed(self.page, MARGIN, self._y, WIDE, lines, self._real(look))
                )
                self._y += len(lines) * self._step(look) + look.after * self.frame.scale
        self._y += 1.5
        self._top = self._y
        self.cut = self._top > self._bottom()

    def story(self, story: SheetStory, *, headless: bool = False) -> None:
        """Set a story, or what follows its head; none of it where only its head has room."""
        begun = len(self.placed)
        self.cut = not (headless or self._begin(story))
        before = len(self.placed)
        for passage in story.passages:
            self.cut = self.cut or not self._passage(passage)
        if self.cut and len(self.placed) == before:
            del self.placed[begun:]
        elif self.cut:
            last = self.placed[-1]
            self.placed[-1] = replace(last, lines=(*last.lines[:-1], f"{last.lines[-1]} …"))
        self._y += 1.5

    def _passage(self, passage: Passage) -> bool:
        if passage.head and self._y > self._top:
            self._y += _ABOVE_HEAD * self.frame.scale
            if self._fitting(HEAD) < _LINES_WITH_HEAD and not self._next_column():
                return False
        return self._block(passage.text, HEAD if passage.head else TEXT)

    def _begin(self, story: SheetStory) -> bool:
        if self._y > self._top:
            least = _LEAST_STORY * self.frame.scale
            if self._bottom() - self._y < least and not self._next_column():
                return False
            if self._y > self._top:
                self.placed.append(Placed(self.page, self._x(), self._y + 1, COLUMN, (), RULE))
                self._y += _RULE_ROOM
        parts = ((story.title, TITLE), (story.deck, DECK), (story.byline, BYLINE))
        return all(self._block(text, look) for text, look in parts if text)

    def _block(self, text: str, look: Look) -> bool:
        """Set a text that may go on in the next column; False where it did not end."""
        lines = self._lines(text, look, COLUMN)
        while lines:
            fit = self._fitting(look)
            if fit < min(2, len(lines)) or (look.whole and fit < len(lines)):
                if not self._next_column():
                    return False
                continue
            now, lines = lines[:fit], lines[fit:]
            self.placed.append(Placed(self.page, self._x(), self._y, COLUMN, now, self._real(look)))
            self._y += len(now) * self._step(look)
        self._y += look.after * self.frame.scale
        return True

    def _fitting(self, look: Look) -> int:
        return int((self._bottom() - self._y + 0.01) / self._step(look))

    def _lines(self, text: str, look: Look, width: float) -> tuple[str, ...]:
        return tuple(self.say(text, look.size * self.frame.scale, look.bold, width))

    def _real(self, look: Look) -> Look:
        return replace(look, size=look.size * self.frame.scale)

    def _step(self, look: Look) -> float:
        return line_step(look.size * self.frame.scale, self.frame.step)

    def _x(self) -> float:
        first = (self._column == 0) != self.frame.rtl
        return MARGIN if first else MARGIN + COLUMN + GAP

    def _bottom(self) -> float:
        if self.page < self.frame.pages:
            return BOTTOM
        return BOTTOM - self.frame.notes - self.frame.shorter

    def _next_column(self) -> bool:
        """Go on at the top of the next column; False where the sheet is full."""
        if self._column == 0:
            self._column, self._y = 1, self._top
            return True
        if self.page >= self.frame.pages:
            return False
        self.page += 1
        self._column, self._y, self._top = 0, MARGIN, MARGIN
        return True


def flow(say: Say, frame: Frame, stories: Sequence[SheetStory]) -> Flow:
    """Set stories one after the other until the sheet is full; the first has the wide head."""
    made = Flow(say, frame)
    made.head(stories[0])
    for number, story in enumerate(stories):
        if not made.cut:
            made.story(story, headless=number == 0)
    return made


SCALES = (1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.05)
"""Larger letters, for a sheet that has room."""
_ONE_PAGE_FROM = 1.2


def fill(
    say: Say, frame: Frame, stories: Sequence[SheetStory], extras: Sequence[SheetStory]
) -> Flow:
    """Return the best use of a sheet.

    Where all stories find room, as many of ``extras`` as fit follow them whole, letters grow until
    two pages are filled (one, where they are large enough on it), and columns end at one height.
    """
    made = flow(say, frame, stories)
    if made.cut:
        return made
    for count in range(len(extras), 0, -1):
        more = flow(say, frame, (*stories, *extras[:count]))
        if not more.cut:
            made, stories = more, (*stories, *extras[:count])
            break
    needed = made.height()
    for pages, least in ((1, _ONE_PAGE_FROM), (PAGES, 1.0)):
        wide = replace(frame, pages=pages)
        for scale in SCALES:
            # Letters twice as large take four times the room: most sizes need no trying.
            if scale >= least and needed * scale**2 * 0.95 <= wide.room():
                grown = flow(say, replace(wide, scale=scale), stories)
                if not grown.cut:
                    return _levelled(say, grown, stories)
    return _levelled(say, made, stories)


def _levelled(say: Say, made: Flow, stories: Sequence[SheetStory]) -> Flow:
    # The last page gets shorter as long as everything finds room: its columns end together.
    frame = replace(made.frame, pages=made.page)
    least, most = 0.0, BOTTOM - frame.top
    for _ in range(9):
        middle = (least + most) / 2
        tried = flow(say, replace(frame, shorter=middle), stories)
        if tried.cut:
            most = middle
        else:
            least, made = middle, tried
    return made
