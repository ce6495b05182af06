"""Every page of an edition as a plan: where it lies, what it depends on, and how to make it.

Pure. Only the doors and the about pages know the edition's number and date: every other page stays
byte-identical from one edition to the next while what it shows does not change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

from handbill.newsroom.mentions import ANYWHERE, mentions
from handbill.newsroom.story import Film, Newsroom, Page, Section, Show, Story
from handbill.reader import answering, shown, threads
from handbill.reader.article import article
from handbill.reader.environment import asset, design_hash, markup, render
from handbill.reader.finding import search_path, search_plans, search_segments
from handbill.reader.house_rules import ShownBook, rules_body
from handbill.reader.mould import Moulds
from handbill.reader.onefile import one_file, whole_paper
from handbill.reader.plans import BundlePlan, PagePlan
from handbill.reader.printing import sheet_languages, sheet_path, sheet_plans
from handbill.reader.text import body_html
from handbill.reader.values import EditionFacts, Placed, PlacedStill, Sources, Talk
from handbill.reader.verify_page import verify_page
from handbill.reader.words import Words, direction, words

_EMPTY = ("deck", "kicker", "kicker_href", "byline", "iso", "day", "lead", "closed", "answer")
NEWEST = 24
MOST = 200
VERIFIER = "verify.html"


class Site:
    """The pages of one edition of a newsroom."""

    def __init__(
        self,
        newsroom: Newsroom,
        placed: Placed,
        facts: EditionFacts,
        *,
        single_files: int = 0,
        sources: Sources | None = None,
        rules: Mapping[str, ShownBook] | None = None,
        talk: Talk | None = None,
    ) -> None:
        """``single_files`` says of how many of the newest stories there is a form in one file;
        ``rules`` are the rule book by language; ``talk`` is what readers wrote.
        """
        self._sources, self.talk, self.rules = sources or Sources(), talk or Talk(), rules or {}
        self.newsroom, self.placed, self.facts = newsroom, placed, facts
        self._read, self._single_files = placed.read, single_files
        self._singles = {story.id for story in newsroom.stories[:single_files]}
        entries: list[Story | Film | Show] = [*newsroom.stories, *newsroom.films, *newsroom.shows]
        self._by_id = {e.id: e for e in entries}
        self._by_source = {e.source: e for e in self._by_id.values()}
        self._said: dict[str, Words] = {}
        self.cards: dict[tuple[str, str], dict[str, Any]] = {}
        # What search finds of the bodies that pages were made of, until their segments are made.
        self.words: dict[str, str] = {}
        self.moulds = Moulds()

    @cached_property
    def signature(self) -> str:
        """Hash of everything that stands on all pages."""
        n = self.newsroom
        fixed = (n.name, n.names, n.language, n.languages, n.sections)
        pages = [(p.kind, p.language) for p in self.texts]
        return _hashed(repr((design_hash(), fixed, pages, answering.writable(self))))

    def body(self, entry: Story | Film | Show) -> str:
        """Return the Markdown of an entry."""
        return self._sources.body(entry) if isinstance(entry, Story) else entry.body

    @cached_property
    def shelved(self) -> Mapping[tuple[str, str], list[Story]]:
        """The stories of each section and language, newest first."""
        found: dict[tuple[str, str], list[Story]] = {}
        for story in self.newsroom.stories:
            found.setdefault((story.section, story.language), []).append(story)
        return found

    def plan(self) -> Iterator[PagePlan | BundlePlan]:
        """Yield every page, none of them made yet."""
        found = search_segments(self)
        for segment in found:
            # In turn, so that the texts of few stories are held at once.
            yield from self._stories(segment.stories)
            yield segment.plan
        for film in self.newsroom.films:
            if film.id in self.placed.films:
                kind = "episode" if film.show else "film"
                plan = self._item(kind, film, shown.watch_path(film))
                yield plan
                yield from threads.more_pages(self, film, plan)
        for show in self.newsroom.shows:
            yield self._item("", show, shown.watch_path(show))
        for page in self.texts:
            inputs = (self.signature, page, self._text_inputs(page))
            yield self._planned(shown.page_path(page), inputs, partial(self._text, page))
        for language in self.newsroom.languages:
            path = f"{language}/index.html"
            yield self._planned(path, self._door_inputs, partial(self._door, language, path))
            if self._single_files:
                path = f"{language}/paper.single.html"
                yield self._planned(
                    path, self._paper_inputs(language), partial(self._paper, language)
                )
        yield from threads.receipt_plans(self)
        yield from answering.letter_plans(self)
        yield from self._sections()
        yield from self._archives()
        yield from search_plans(self, [segment.name for segment in reversed(found)])
        # Last of what takes much memory, when the texts are let go.
        yield from sheet_plans(self)
        first = partial(self._door, self.newsroom.language, "index.html")
        yield self._planned("index.html", self._door_inputs, first)
        sheet = asset("handbill.css")
        yield PagePlan("assets/handbill.css", "", (sheet,), lambda: sheet)
        yield PagePlan(VERIFIER, "", (sha256(verify_page()).hexdigest(),), verify_page)

    def _stories(self, stories: Iterable[Story]) -> Iterator[PagePlan]:
        for story in stories:
            plan = self._item("story", story, shown.story_path(story))
            yield plan
            if story.id in self.talk.threads:
                yield from threads.more_pages(self, story, plan)
            if story.id in self._singles:
                path = shown.single_path(story)
                yield PagePlan(path, plan.item, ("single 2", plan.inputs), self._single(plan))

    @cached_property
    def texts(self) -> tuple[Page, ...]:
        """Return every page of plain text, that of the decisions included."""
        found = (threads.decisions_page(self, tag) for tag in self.newsroom.languages)
        return (*self.newsroom.pages, *(page for page in found if page))

    def _texts_for(self, language: str) -> list[Page]:
        """Return the pages of plain text in a language, else in that of its words."""
        own = {p.kind for p in self.texts if p.language == language}
        words_in = self.say(language).language
        return [
            p
            for p in self.texts
            if p.language == language or (p.language == words_in and p.kind not in own)
        ]

    def _text_inputs(self, page: Page) -> object:
        """Return what a page of plain text depends on besides its text."""
        if page.kind == "about":
            return self.facts
        book = self.rules.get(page.language) if page.kind in ("rules", "decisions") else None
        return (book, self.talk.decisions) if page.kind == "decisions" else book

    def _planned(self, path: str, inputs: tuple[object, ...], make: Callable[[], str]) -> PagePlan:
        return PagePlan(path, "", inputs, lambda: make().encode())

    @cached_property
    def _door_inputs(self) -> tuple[object, ...]:
        shelves = [list(shown.shelves(self, tag, NEWEST)) for tag in self.newsroom.languages]
        years = [list(shown.by_year(self, tag)) for tag in self.newsroom.languages]
        sections = [
            (s.id, tag, bool(shown.of_section(self, s.id, tag)))
            for s in self.newsroom.sections
            for tag in self.newsroom.languages
        ]
        takeaways = (self._single_files > 0, self.sheets)
        fixed = (self.signature, self.facts, self.newsroom.taglines, takeaways)
        return (*fixed, shelves, years, sections)

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """Return the languages that have a print sheet."""
        return sheet_languages(self)

    def still(self, path: str, width: int) -> PlacedStill | None:
        """Return a picture's smallest size from ``width`` pixels on, else its largest."""
        stills = self.placed.stills.get(path, ())
        return next((s for s in stills if s.width >= width), stills[-1] if stills else None)

    def picture_bytes(self, still: PlacedStill) -> bytes:
        """Return the file of a picture."""
        return self._read(still.path)

    def _single(self, plan: PagePlan) -> Callable[[], bytes]:
        style = asset("handbill.css").decode()
        return lambda: one_file(plan.make().decode(), style=style, read=self._read).encode()

    def _newest(self, language: str) -> list[Story]:
        own = [s for s in self.newsroom.stories if s.language == language]
        return own[: min(NEWEST, self._single_files)]

    def _paper_inputs(self, language: str) -> tuple[object, ...]:
        stories = [
            self._item("story", s, shown.story_path(s)).inputs for s in self._newest(language)
        ]
        return ("paper 3", self._door_inputs, stories)

    def _paper(self, language: str) -> str:
        front = self._door(language, f"{language}/index.html", takeaways=False)
        pages = [(s.slug, article(self, s, shown.story_path(s))) for s in self._newest(language)]
        return whole_paper(front, pages, style=asset("handbill.css").decode(), read=self._read)

    def _sections(self) -> Iterator[PagePlan]:
        for section in self.newsroom.sections:
            for language in self.newsroom.languages:
                entries = shown.of_section(self, section.id, language)[:MOST]
                if entries:
                    path = shown.section_path(section.id, language)
                    name = self._section_name(section, language)
                    yield self._list(path, language, name, entries)

    def _archives(self) -> Iterator[PagePlan]:
        for language in self.newsroom.languages:
            say = self.say(language)
            for year, stories in shown.by_year(self, language).items():
                title = f"{say.text['all_stories']} {say.number(year)}"
                path = shown.archive_path(language, year)
                yield self._list(path, language, title, stories, pictures=False)

    def _section_name(self, section: Section, language: str) -> str:
        names = dict(section.names)
        return names.get(language) or names.get(self.newsroom.language, section.id)

    def _list(
        self,
        path: str,
        language: str,
        name: str,
        entries: Sequence[Story | Film | Show],
        *,
        pictures: bool = True,
    ) -> PagePlan:
        inputs = (self.signature, language, name, [shown.card_key(self, e) for e in entries])
        make = partial(self._shelf, path, language, name, entries, pictures=pictures)
        return self._planned(path, inputs, make)

    def _shelf(
        self,
        path: str,
        language: str,
        name: str,
        entries: Sequence[Story | Film | Show],
        *,
        pictures: bool,
    ) -> str:
        cards = [shown.card(self, e, language) for e in entries]
        if not pictures:
            cards = [{**card, "picture": ""} for card in cards]
        context = {
            **self.frame("section", language, name, path),
            "door": {"masthead": False, "title": name, "tagline": "", "edition": ""},
            "sections": [],
            "years": [],
            "takeaways": [],
            "answer": None,
            "shelves": [{"kind": "section", "title": "", "cards": cards}],
        }
        return render("door.html", context)

    def say(self, language: str) -> Words:
        """Return the words of a language."""
        if language not in self._said:
            self._said[language] = words(language)
        return self._said[language]

    def entry(self, key: str) -> Story | Film | Show | None:
        """Return what has this id and is in the edition."""
        found = self._by_id.get(key)
        if isinstance(found, Film) and found.id not in self.placed.films:
            return None
        return found

    def entry_at(self, source: str) -> Story | Film | Show | None:
        """Return what a file of the newsroom became."""
        found = self._by_source.get(source)
        return self.entry(found.id) if found else None

    def _item(self, kind: str, entry: Story | Film | Show, path: str) -> PagePlan:
        linked = [shown.card(self, e, "") for e in self.linked(entry)]
        stills = [self.still_keys.get(path) for path in _pictures(entry)]
        film = self.film_of(entry)
        inputs = (
            self.signature,
            self.text_key(entry),
            linked,
            stills,
            film and (film.source, film.title, self.placed.films[film.id]),
            threads.thread_key(self, entry),
            self._mentioned(entry),
            shown.kicker(self, entry) if isinstance(entry, Film) and entry.show else "",
        )
        item = f"{kind} {entry.id}" if kind else ""
        return PagePlan(path, item, inputs, lambda: article(self, entry, path).encode())

    def _mentioned(self, entry: Story | Film | Show) -> object:
        """Return where that lies to which a text links."""
        names = entry.mentions if isinstance(entry, Story) else mentions(entry.body)
        if ANYWHERE in names:
            return self._addresses
        return [shown.link(self, entry, name, "") for name in names]

    @cached_property
    def _addresses(self) -> str:
        """Hash of where everything lies."""
        there = [entry for entry in map(self.entry, self._by_id) if entry]
        return _hashed(repr([(e.id, e.source, shown.path_of(e)) for e in there]))

    @cached_property
    def years(self) -> Mapping[str, dict[int, list[Story]]]:
        """The stories of each language by their year, newest first."""
        found: dict[str, dict[int, list[Story]]] = {}
        for story in self.newsroom.stories:
            of_language = found.setdefault(story.language, {})
            of_language.setdefault(story.day.year, []).append(story)
        return {tag: dict(sorted(years.items(), reverse=True)) for tag, years in found.items()}

    @cached_property
    def still_keys(self) -> Mapping[str, str]:
        """What stands for a picture among a page's inputs: hashed once, not once a page."""
        return {path: _hashed(repr(stills)) for path, stills in self.placed.stills.items()}

    def digest(self, story: Story) -> str:
        """Return the hash of a story's text."""
        found = self._sources.hashes.get(story.source)
        return found or _hashed(repr(story))

    def text_key(self, entry: Story | Film | Show) -> object:
        """Return what stands for a text among a page's inputs: its hash, and what the newsroom's
        selection left of its links.
        """
        if not isinstance(entry, Story):
            return entry
        links = (entry.related, entry.translations, entry.film, entry.excerpt)
        return (self.digest(entry), links) if any(links) else self.digest(entry)

    def linked(self, entry: Story | Film | Show) -> list[Story | Film | Show]:
        """Return the translations of an entry, what is related, and the episodes of a show."""
        ids = entry.translations
        if not isinstance(entry, Show):
            ids += entry.related
            if not ids:
                return []
        found = [self.entry(i) for i in ids]
        if isinstance(entry, Show):
            found += [f for f in self.episodes(entry) if f.id in self.placed.films]
        return [e for e in found if e is not None]

    def episodes(self, show: Show) -> list[Film]:
        """Return the episodes of a show in their order."""
        films = [f for f in self.newsroom.films if f.show in (show.id, show.slug)]
        return sorted(films, key=lambda f: f.number)

    def film_of(self, entry: Story | Film | Show) -> Film | None:
        """Return the film that a page shows."""
        if isinstance(entry, Film):
            return entry
        if isinstance(entry, Show):
            return None
        wanted = entry.excerpt.film if entry.excerpt else entry.film
        found = self.entry(wanted) if wanted else None
        return found if isinstance(found, Film) else None

    def frame(self, kind: str, language: str, title: str, path: str) -> dict[str, Any]:
        """Return what the frame of every page needs."""
        up, say = "../" * path.count("/"), self.say(language)
        door = "index.html" if language == self.newsroom.language else f"{language}/index.html"
        home = door if language in self.newsroom.languages else "index.html"
        nav = [
            {"href": f"{tag}/index.html", "text": say.language_name(tag), "language": tag}
            for tag in self.newsroom.languages
            if len(self.newsroom.languages) > 1
        ]
        foot = [
            {"href": shown.page_path(p), "text": say.text[p.kind], "language": ""}
            for p in self._texts_for(language)
        ]
        foot.append(
            {"href": f"{VERIFIER}#{say.language}", "text": say.text["verify"], "language": ""}
        )
        names = dict(self.newsroom.names)
        spoken = (language, say.language, self.newsroom.language)
        page = {
            "kind": kind,
            "language": language,
            "dir": direction(language),
            "title": title,
            "up": up,
            "home": home,
            "newsroom": names.get(language, self.newsroom.name),
            "named_in": language if language in names else self.newsroom.language,
            "nav": nav,
            "search": search_path(
                next((tag for tag in spoken if tag in self.newsroom.languages), spoken[-1])
            ),
            "foot": foot,
        }
        return {"page": page, "t": say.text}

    def _text(self, page: Page) -> str:
        say = self.say(page.language)
        body = body_html(page.body.partition("\n")[2] if page.body.startswith("#") else page.body)
        if page.kind == "about":
            body += shown.trust(say, self.facts)
        elif page.kind == "rules":
            body = rules_body(say, self.rules[page.language])
        elif page.kind == "decisions":
            body = threads.decided(self, page)
        return self.plain_page(page.language, page.title, shown.page_path(page), body=body)

    def plain_page(
        self,
        language: str,
        title: str,
        path: str,
        *,
        body: str = "",
        letters: str = "",
        back: str = "",
    ) -> str:
        """Return a page that is no story: a text, or letters with a way ``back`` to theirs."""
        story = dict.fromkeys(_EMPTY, "")
        context = {
            **self.frame("text", language, title, path),
            "story": {**story, "title": title, "translations": [], "body": markup(body)},
            "letters": markup(letters),
            "back": back,
            "film": None,
            "transcript": [],
            "corrections": [],
            "credits": [],
            "funders": [],
            "episodes": [],
            "related": [],
        }
        return render("story.html", context)

    def _door(self, language: str, path: str, *, takeaways: bool = True) -> str:
        say, facts = self.say(language), self.facts
        names, taglines = dict(self.newsroom.names), dict(self.newsroom.taglines)
        name = names.get(language, self.newsroom.name)
        number = say.say("edition_n", n=say.number(facts.number)) if facts.number else ""
        issued = say.day(date.fromisoformat(facts.issued)) if facts.issued else ""
        papers = [(f"{language}/paper.single.html", "paper")] if self._single_files else []
        papers += [(sheet_path(language), "print")] if language in self.sheets else []
        context = {
            **self.frame("door", language, name, path),
            "takeaways": [{"href": p, "text": say.text[key]} for p, key in papers if takeaways],
            "answer": answering.on_door(self, language),
            "door": {
                "masthead": True,
                "title": name,
                "tagline": taglines.get(language, ""),
                "edition": " · ".join(filter(None, (number, issued))),
            },
            "sections": [
                {
                    "href": shown.section_path(s.id, language),
                    "text": self._section_name(s, language),
                }
                for s in self.newsroom.sections
                if shown.of_section(self, s.id, language)
            ],
            "years": [
                {"href": shown.archive_path(language, year), "text": say.number(year)}
                for year in shown.by_year(self, language)
            ],
            "shelves": list(shown.shelves(self, language, NEWEST)),
        }
        return render("door.html", context)


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def _pictures(entry: Story | Film | Show) -> tuple[str, ...]:
    if isinstance(entry, Story):
        return entry.picture_paths
    return (entry.poster.path,) if entry.poster else ()
