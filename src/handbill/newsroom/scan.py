"""Read a newsroom's folder: every text in it becomes a value, every mistake a problem."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path, PurePosixPath

from handbill.errors import HandbillError, NewsroomInvalid
from handbill.files import read_inside, spelled_inside, walk
from handbill.ids import is_item_id, is_language
from handbill.newsroom.drawn import body_pictures, no_pictures
from handbill.newsroom.fields import Reader, slug_problem
from handbill.newsroom.frontmatter import Problem, body_of, nearest, read
from handbill.newsroom.mentions import ANYWHERE, linked, mentions
from handbill.newsroom.passed import FILMS, passed_over, subtitles_of
from handbill.newsroom.settings import SETTINGS, read_settings
from handbill.newsroom.story import Film, Newsroom, Page, Show, Story
from handbill.newsroom.tomllines import mistake

MAX_TEXT_BYTES = 4 << 20
MAX_SOURCES = 400_000
TRAY = "tray"  # letters wait there, as many as drives brought
SITE = "site"  # what the live site shows, written by the desk
PAGES = ("about", "answer")
_OF_FILMS = ("film", "excerpt")
RULE_BOOK = "rules/book.toml"
_FILM_TEXT = re.compile(r"film(?:\.([A-Za-z-]{2,12}))?\.md")


Stamp = tuple[int, int]
"""A file's size, and when it last changed, in ns."""


@dataclass(frozen=True, slots=True)
class Known:
    """A story read before: its source's stamp then, the hash of its text, and all but its body."""

    stamp: Stamp
    digest: str
    story: Story


@dataclass(frozen=True, slots=True)
class Loaded:
    """A newsroom as its folder says, the mistakes found, and each file's stamp.

    ``digests`` are hashes of the stories' texts by path; ``bodies`` those bodies that were read.
    Of a story that was recalled :func:`read_body` fetches the body.
    """

    newsroom: Newsroom
    problems: tuple[Problem, ...]
    stamps: dict[str, Stamp]
    digests: dict[str, str]
    bodies: dict[str, str]


def load(folder: Path, known: Mapping[str, Known] | None = None) -> Loaded:
    """Read a newsroom's folder; links are not followed, hidden files are passed over.

    ``known`` are stories read before, by path: one whose source did not change is not read again.

    Raises:
        NewsroomInvalid: there is no ``newsroom.toml`` that can be read.
    """
    stamps = sources(folder)
    newsroom, problems = _settings(folder)
    found = _Texts(folder, newsroom, stamps, known or {})
    for path in sorted(stamps, key=str.encode):
        if path.endswith(".md") and not found.recall(path):
            found.take(path)
    newsroom = replace(
        newsroom,
        stories=tuple(_newest_first(found.stories)),
        films=tuple(found.films),
        shows=tuple(found.shows),
        pages=tuple(_with_contact(found.pages, newsroom)),
        rules=found.rule_book() if RULE_BOOK in stamps else "",
    )
    problems += found.finish()
    return Loaded(newsroom, tuple(problems), stamps, found.digests, found.bodies)


def _with_contact(pages: Sequence[Page], newsroom: Newsroom) -> Iterable[Page]:
    """Let the newsroom's own page of how to answer, else that about it, end with its contact."""
    own = {page.kind: page for page in pages if page.language == newsroom.language}
    told = own.get("answer") or own.get("about")
    for page in pages:
        ends = page is told and newsroom.contact
        yield replace(page, body=f"{page.body}\n\n{newsroom.contact}".strip()) if ends else page


def _is_film_text(kind: str, name: str) -> bool:
    return _FILM_TEXT.fullmatch(name) is not None or (kind, name) == ("shows", "show.md")


def _newest_first(stories: Iterable[Story]) -> list[Story]:
    # In two steps, each of which compares one plain value.
    by_id = sorted(stories, key=attrgetter("id"), reverse=True)
    return sorted(by_id, key=attrgetter("day"), reverse=True)


def read_body(folder: Path, source: str, digest: str) -> str:
    """Read the body of a text whose front matter is known, and whose hash is ``digest``.

    Raises:
        NewsroomInvalid: it is not that text any more: somebody works in the folder.
    """
    try:
        text = _text(folder, source)
    except (HandbillError, OSError, UnicodeDecodeError) as error:
        raise _moved(source) from error
    if _digest(source, text) != digest:
        raise _moved(source)
    return body_of(text)


def _moved(source: str) -> NewsroomInvalid:
    return NewsroomInvalid(f"{source}: changed while the press ran", hint="press again")


def _digest(path: str, text: str) -> str:
    return blake2b(f"{path}\0{text}".encode(), digest_size=12).hexdigest()


def _text(folder: Path, path: str) -> str:
    text = read_inside(folder, spelled_inside(folder, path), MAX_TEXT_BYTES).decode("utf-8")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def sources(folder: Path) -> dict[str, Stamp]:
    """List the newsroom's plain files with their size and modification time.

    Raises:
        NewsroomInvalid: not a folder, or more files than any newsroom has.
    """
    try:
        return {
            path if path.isascii() else unicodedata.normalize("NFC", path): (size, changed)
            for path, size, changed, plain in walk(folder, limit=MAX_SOURCES, skip=(TRAY, SITE))
            if plain and path[0] != "." and "/." not in path
        }
    except (HandbillError, OSError) as error:
        raise NewsroomInvalid(f"{folder}: cannot be read as a newsroom ({error})") from error


def _settings(folder: Path) -> tuple[Newsroom, list[Problem]]:
    try:
        data = read_inside(folder, SETTINGS, MAX_TEXT_BYTES)
        return read_settings(data.decode("utf-8-sig"))
    except (HandbillError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise NewsroomInvalid(
            f"{folder / SETTINGS}: {said}", hint="start one with: handbill new FOLDER"
        ) from error
    except UnicodeDecodeError as error:
        unread = _unread(SETTINGS, error)
        raise NewsroomInvalid(f"{folder / SETTINGS}:{unread.line}: {unread.text}") from error
    except (ValueError, RecursionError) as error:
        line, said = mistake(error)
        place = f"{folder / SETTINGS}:{line}" if line else f"{folder / SETTINGS}"
        raise NewsroomInvalid(
            f"{place}: {said}", hint="names stand before =, texts after it in quotes (TOML)"
        ) from error


def _unread(path: str, error: Exception) -> Problem:
    if not isinstance(error, UnicodeDecodeError):
        return Problem(path, 0, f"cannot be read ({error})")
    line = error.object.count(b"\n", 0, error.start) + 1
    return Problem(path, line, "is not UTF-8: open it in an editor and save it as UTF-8")


class _Texts:
    """What the texts of a folder become, as they are read one after another."""

    def __init__(
        self,
        folder: Path,
        newsroom: Newsroom,
        stamps: dict[str, Stamp],
        known: Mapping[str, Known],
    ) -> None:
        self._folder, self._newsroom, self._stamps = folder, newsroom, stamps
        self._known, self._recalled = known, list[Story]()
        self.digests: dict[str, str] = {}
        self.bodies: dict[str, str] = {}
        self._sections = {"", *(section.id for section in newsroom.sections)}
        self.stories: list[Story] = []
        self.films: list[Film] = []
        self.shows: list[Show] = []
        self.pages: list[Page] = []
        self.problems: list[Problem] = []
        self._ids: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._links: list[tuple[Reader, str, str]] = []
        self._read: list[Reader] = []

    def recall(self, path: str) -> bool:
        """Take over a story that was read before, if all that it names is still there."""
        known = self._known.get(path)
        if known is None or known.stamp != self._stamps[path]:
            return False
        story = known.story
        there = self._stamps.keys() >= set(story.picture_paths)
        place = f"stories/{story.slug}"
        if not there or story.section not in self._sections or story.id in self._ids:
            return False
        if place in self._places:
            return False
        self._ids[story.id] = self._places[place] = path
        self.digests[path] = known.digest
        self.stories.append(story)
        self._recalled.append(story)
        return True

    def take(self, path: str) -> None:
        parts = path.split("/")
        kind = parts[0]
        if kind not in ("stories", "films", "shows", "rules", "pages") or len(parts) < 2:
            return
        if kind == "rules":
            wrong = f"is no part of a newsroom: the house rules are written in {RULE_BOOK}"
            self.problems.append(Problem(path, 0, wrong))
            return
        if kind in ("films", "shows") and not _is_film_text(kind, parts[-1]):
            named = "film.LANGUAGE.md" if kind == "films" else "show.md or film.LANGUAGE.md"
            self.problems.append(Problem(path, 0, f"is no text of a newsroom, expected {named}"))
            return
        text = self._text(path)
        if text is None:
            return
        if kind == "pages":
            self._page(path, text)
            return
        reader = Reader(read(path, text), self._stamps)
        links = self._links_of(reader)
        if kind == "stories":
            self.digests[path] = _digest(path, text)
            self._story(reader)
        elif parts[-1] == "show.md":
            self._show(reader)
        else:
            self._film(reader)
        if links:
            self._links += links
            self._read.append(reader)
        else:
            self.problems += reader.finish()

    def rule_book(self) -> str:
        """Return the rule book as it is written; the press understands it."""
        try:
            return read_inside(self._folder, RULE_BOOK, MAX_TEXT_BYTES).decode("utf-8-sig")
        except (HandbillError, OSError, UnicodeDecodeError) as error:
            self.problems.append(_unread(RULE_BOOK, error))
            return ""

    def _text(self, path: str) -> str | None:
        try:
            return _text(self._folder, path)
        except (HandbillError, OSError, UnicodeDecodeError) as error:
            self.problems.append(_unread(path, error))
            return None

    def finish(self) -> list[Problem]:
        """Return every problem, links to what is not there included."""
        films = {film.id: film.source for film in self.films}
        for story in self._recalled:
            if not (story.related or story.translations or story.film or story.excerpt):
                continue
            shown = (story.film, story.excerpt.film if story.excerpt else "")
            named = (*story.related, *story.translations)
            if not (self._ids.keys() >= {*named} and films.keys() >= {*filter(None, shown)}):
                self._reread(story)
        self.problems += self._dead_links()
        self.problems += passed_over(self._stamps, self.films, self.shows)
        self.problems += self._unlisted()
        for reader, name, item in self._links:
            there = films if name in _OF_FILMS else self._ids
            if item not in there:
                what = "film " if item in self._ids else ""
                reader.wrong(name, f"there is no {what}{item[:60]!r}{nearest(item, there)}")
        return [*self.problems, *(p for reader in self._read for p in reader.finish())]

    def _dead_links(self) -> Iterable[Problem]:
        """Yield the links, in what is not front matter, to texts that are not there."""
        texts = set(self._ids.values())
        links = [(story.source, story.mentions) for story in self.stories if story.mentions]
        links += [(film.source, mentions(film.body)) for film in self.films]
        links += [(show.source, mentions(show.body)) for show in self.shows]
        for source, names in links:
            for name in names:
                if name == ANYWHERE or name in self._ids:
                    continue
                path = linked(source, name)
                if path not in texts:
                    near = nearest(name, self._ids) or nearest(path, texts)
                    line = self._line_of(source, f"]({name}")
                    said = f"links to {name}: there is no such text{near}"
                    yield Problem(source, line, said, stops=False)

    def _unlisted(self) -> Iterable[Problem]:
        """Yield the languages of stories that no front page lists."""
        found: dict[str, list[str]] = {}
        for story in self.stories:
            if story.language not in self._newsroom.languages:
                found.setdefault(story.language, []).append(story.source)
        for language, texts in sorted(found.items()):
            more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
            said = f"languages: {language!r} is not among them: no page lists {min(texts)}{more}"
            yield Problem(SETTINGS, 0, said, stops=False)

    def _line_of(self, source: str, words: str) -> int:
        before, found, _ = (self._text(source) or "").partition(words)
        return before.count("\n") + 1 if found else 0

    def _reread(self, story: Story) -> None:
        """Read a recalled story again for the lines of its mistakes."""
        text = _text(self._folder, story.source)
        reader = Reader(read(story.source, text), self._stamps)
        self._parsed(reader)
        self._links += self._links_of(reader)
        self._read.append(reader)

    def _links_of(self, reader: Reader) -> list[tuple[Reader, str, str]]:
        names = ("film", "related", "translations")
        found = [(reader, name, item) for name in names for item in reader.rows(name)]
        return [*found, *((reader, "excerpt", item) for item in reader.excerpted())]

    def _parsed(self, reader: Reader) -> Story:
        slug = reader.slug(reader.path.rpartition("/")[2].removesuffix(".md"))
        return reader.story(slug, self._newsroom.language, body_pictures(reader))

    def _story(self, reader: Reader) -> None:
        story = self._parsed(reader)
        if self._own(story.id, f"stories/{story.slug}", reader):
            self._section(story.section, reader)
            self.stories.append(story)
            self.bodies[story.source] = reader.body

    def _film(self, reader: Reader) -> None:
        folder = PurePosixPath(reader.path).parent
        match = _FILM_TEXT.fullmatch(PurePosixPath(reader.path).name)
        language = (match and match[1]) or self._newsroom.language
        film = reader.film(reader.slug(folder.name), language)
        no_pictures(reader)
        inside = [p for p in self._stamps if PurePosixPath(p).parent == folder]
        video = film.video or next(
            (p for ending in FILMS for p in sorted(inside) if p.lower().endswith(ending)), ""
        )
        subtitles = film.subtitles or tuple(subtitles_of(sorted(inside)))
        show, number = "", 0
        if folder.parts[0] == "shows" and len(folder.parts) == 3:
            show = folder.parts[1]
            digits = re.match(r"\d{1,3}", folder.name)
            number = int(digits[0]) if digits else 0
            problem = slug_problem(show)
            if problem:
                reader.wrong("slug", f"its show's folder {show[:60]!r} {problem}")
        film = replace(film, video=video, subtitles=subtitles, show=show, number=number)
        if not video:
            reader.wrong("video", "there is no film file beside this text")
        first = next((f for f in self.films if video and f.video == video), None)
        if first:
            reader.wrong("video", f"{video} has a text already, {first.source}: one text a film")
        elif self._own(film.id, f"watch/{show and show + '-'}{film.slug}", reader):
            self.films.append(film)

    def _show(self, reader: Reader) -> None:
        folder = PurePosixPath(reader.path).parent.name
        show = reader.show(reader.slug(folder), self._newsroom.language)
        if folder not in (show.id, show.slug):
            reader.wrong("slug", f"is {show.slug!r}, expected {folder!r}, where its episodes lie")
        no_pictures(reader)
        if self._own(show.id, f"watch/{show.slug}", reader):
            self.shows.append(show)

    def _page(self, path: str, text: str) -> None:
        kind, _, rest = path.rpartition("/")[2].partition(".")
        language = rest.removesuffix(".md").removesuffix("md") or self._newsroom.language
        if kind not in PAGES or not is_language(language):
            self.problems.append(Problem(path, 0, "expected about or answer .LANGUAGE.md"))
            return
        first, _, body = text.removeprefix("\ufeff").strip().partition("\n")
        title = first.lstrip("# ").strip()
        before = next((p for p in self.pages if (p.kind, p.language) == (kind, language)), None)
        if before:
            wrong = f"is the page {kind!r} in {language!r}, and so is {before.source}"
        else:
            wrong = "begins without its title: '# Title', then the text" * (title in ("", "---"))
        if wrong:
            self.problems.append(Problem(path, 1, wrong))
            return
        self.pages.append(Page(kind, language, title, body.strip(), path))

    def _own(self, item: str, place: str, reader: Reader) -> bool:
        if not is_item_id(item):
            reader.wrong("id", f"{item[:60]!r} may hold a-z, 0-9 and inner hyphens, at most 64")
            return False
        if item in self._ids:
            reader.wrong("id", f"{item!r} is the id of {self._ids[item]} already")
            return False
        if place in self._places and place[-1] not in "/-":
            other = self._places[place]
            reader.wrong("slug", f"{place} is the place of {other} already: name another slug")
            return False
        self._ids[item] = self._places[place] = reader.path
        return True

    def _section(self, section: str, reader: Reader) -> None:
        known = [s.id for s in self._newsroom.sections]
        if section and section not in known:
            reader.wrong("section", f"{section!r} is no section{nearest(section, known)}")
