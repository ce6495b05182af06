"""What a newsroom publishes, as values: stories, films, shows, and the newsroom itself.

Paths are relative to the newsroom folder, with ``/``. Text is NFC. Nothing here reads a file.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Credit:
    """A person or group and what they did: an author, a camera operator, a funder."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A still: where its original lies, and the words that go with it."""

    path: str
    alt: str
    caption: str = ""
    credit: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A published correction."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage of a film that a story shows; seconds from the film's beginning."""

    film: str
    start_s: float
    end_s: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Comments:
    """Whether readers may answer, and why not."""

    open: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A subtitle file beside a film."""

    language: str
    path: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One story in one language. Translations are stories of their own, linked by id.

    ``body`` is Markdown; empty in what a folder was loaded into, which holds its texts beside.
    ``mentions`` are the files and ids that it links to (:mod:`handbill.newsroom.mentions`).
    """

    id: str
    slug: str
    title: str
    language: str
    day: date
    body: str
    source: str
    deck: str = ""
    section: str = ""
    authors: tuple[Credit, ...] = ()
    lead: Picture | None = None
    pictures: tuple[Picture, ...] = ()
    film: str = ""
    excerpt: Excerpt | None = None
    transcript: str = ""
    related: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    credits: tuple[Credit, ...] = ()
    funders: tuple[Credit, ...] = ()
    tags: tuple[str, ...] = ()
    comments: Comments = Comments()
    embargo: date | None = None
    risk: bool = False
    weight: int = 0
    mentions: tuple[str, ...] = ()

    @property
    def lead_path(self) -> str:
        """Return where the original of the lead picture lies; empty where there is none."""
        return self.lead.path if self.lead else ""

    @property
    def picture_paths(self) -> tuple[str, ...]:
        """Return where the originals of all pictures lie, the lead's first, each once."""
        lead = (self.lead.path,) if self.lead else ()
        return tuple(dict.fromkeys((*lead, *(picture.path for picture in self.pictures))))


@dataclass(frozen=True, slots=True)
class Film:
    """A film, or one episode of a show (then ``show`` and ``number`` are set)."""

    id: str
    slug: str
    title: str
    language: str
    video: str
    source: str
    body: str = ""
    deck: str = ""
    section: str = ""
    year: int = 0
    day: date | None = None
    poster: Picture | None = None
    subtitles: tuple[Subtitle, ...] = ()
    transcript: str = ""
    points: tuple[Excerpt, ...] = ()
    authors: tuple[Credit, ...] = ()
    credits: tuple[Credit, ...] = ()
    funders: tuple[Credit, ...] = ()
    related: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comments: Comments = Comments()
    embargo: date | None = None
    risk: bool = False
    weight: int = 0
    show: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Show:
    """A series; its episodes are films that name it, in order of their number."""

    id: str
    slug: str
    title: str
    language: str
    source: str
    body: str = ""
    deck: str = ""
    section: str = ""
    poster: Picture | None = None
    credits: tuple[Credit, ...] = ()
    translations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A shelf of the paper, with its name in each language."""

    id: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of plain text in one language: about us, how to answer; the press adds the rules."""

    kind: str
    language: str
    title: str
    body: str
    source: str


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Everything that a newsroom folder says, checked; ``rules`` is the rule book, unread."""

    name: str
    language: str
    languages: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    taglines: tuple[tuple[str, str], ...] = ()
    contact: str = ""
    newsroom_id: str = ""
    sections: tuple[Section, ...] = ()
    stories: tuple[Story, ...] = ()
    films: tuple[Film, ...] = ()
    shows: tuple[Show, ...] = ()
    pages: tuple[Page, ...] = ()
    rules: str = ""
