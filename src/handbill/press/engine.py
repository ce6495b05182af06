"""The press: read, select, prepare, build, sign, move into place.

A number is signed once for one content (docs/decisions/0002): the press first builds what the
last number would be, and draws the next only where that differs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from handbill.edition import proof as proofs
from handbill.edition.manifest import PROOF_SUFFIX, STANDALONE
from handbill.edition.sign import (
    EditionInputs,
    History,
    PlannedItem,
    SignedEdition,
    Signers,
    sign_edition,
)
from handbill.edition.single import proof_paths, read_proof
from handbill.edition.verify import open_edition
from handbill.errors import HandbillError, KeysLocked, NewsroomInvalid
from handbill.files import read_inside
from handbill.keys.ring import KeyRing, Published
from handbill.keys.values import Reservation
from handbill.keys.words import newsroom_words
from handbill.letters.discussion import Discussion
from handbill.media.values import MediaProblem
from handbill.newsroom.frontmatter import Problem
from handbill.newsroom.scan import Loaded, load
from handbill.newsroom.selection import Withheld, select
from handbill.press import cache as caches
from handbill.press import rulebook
from handbill.press.output import Output
from handbill.press.place import Placement, place
from handbill.press.plan import key
from handbill.press.prepare import Preparer
from handbill.press.remember import recall, remember
from handbill.press.talk import read_discussion, talk_of
from handbill.progress import SILENT, Progress
from handbill.reader.pages import Site
from handbill.reader.plans import BundlePlan, PagePlan
from handbill.reader.values import EditionFacts, Talk
from handbill.rules.book import Book

SITE_ITEM = ("site", "pages")
MAX_PACK_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class PressReport:
    """What the press did. ``number`` is 0 for a draft; ``written`` counts payload files."""

    number: int = 0
    newsroom: str = ""
    unchanged: bool = False
    written: int = 0
    files: int = 0
    length: int = 0
    dropped: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    media_problems: tuple[MediaProblem, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    pending: bool = False


def check(folder: Path) -> tuple[Problem, ...]:
    """Return everything that the newsroom must mend, in order of file and line."""
    loaded = load(folder)
    problems = (*loaded.problems, *rulebook.read_book(loaded.newsroom)[1])
    return tuple(sorted(problems, key=lambda p: (p.path, p.line)))


@dataclass
class Press:
    """One run of the press; ``open_keys`` is asked only when an edition is to be signed."""

    folder: Path
    out: Path
    today: date
    open_keys: Callable[[str], KeyRing] | None
    progress: Progress = SILENT
    single_files: int = 200

    def run(self) -> PressReport:
        """Press the newsroom.

        Raises:
            NewsroomInvalid: the folder has mistakes, all of them named.
            KeysLocked: signing is wanted and impossible.
            DriveFailed: the output folder is full or broken.
        """
        cache = caches.cache_folder(self.folder)
        caches.make_private(cache)
        before = recall(cache, self.folder)
        loaded = load(self.folder, before.stories)
        book, flaws = rulebook.read_book(loaded.newsroom)
        if problems := (*loaded.problems, *flaws):
            listed = "\n  ".join(map(str, sorted(problems, key=lambda p: (p.path, p.line))))
            raise NewsroomInvalid(
                f"{len(problems)} things to mend first:\n  {listed}",
                hint="handbill press --check lists them without pressing",
            )
        hashes = remember(cache, loaded, before)
        selection = select(loaded.newsroom, self.today)
        job = _Job(self, cache, replace(loaded, newsroom=selection.newsroom), hashes, book=book)
        report = job.draft() if self.open_keys is None else job.edition(self.open_keys)
        return replace(report, media_problems=tuple(job.problems), withheld=selection.withheld)


class _Job:
    """The newsroom with its media ready, to be built once or twice."""

    def __init__(
        self,
        press: Press,
        cache: Path,
        loaded: Loaded,
        hashes: Mapping[str, str],
        *,
        book: Book | None,
    ) -> None:
        self._book, self._rules = book, rulebook.shown(book, loaded.newsroom)
        pages = (*loaded.newsroom.pages, *rulebook.pages(self._rules))
        newsroom = replace(loaded.newsroom, pages=pages)
        self._press, self._cache, self._newsroom = press, cache, newsroom
        self._said: Discussion | None = None
        self._hashes = hashes
        preparer = Preparer(press.folder, cache, stamps=loaded.stamps, progress=press.progress)
        prepared = preparer.run(newsroom)
        self.problems: Sequence[MediaProblem] = prepared.problems
        self._placement: Placement = place(newsroom, prepared.stills, prepared.films)
        self._placed = {file.path: file for file in self._placement.files}
        self._name = caches.output_name(press.out)
        self._known = caches.read_records(cache, self._name)

    def _read(self, path: str) -> bytes:
        file = self._placed[path]
        return file.source.read_bytes() if file.source else file.data

    def draft(self) -> PressReport:
        """Build the pages without signing them."""
        output, _ = self._build(EditionFacts(0, "", "", "", ""))
        return self._finish(output)

    def edition(self, open_keys: Callable[[str], KeyRing]) -> PressReport:
        """Build and sign the last number again; draw the next where that is another edition."""
        if not self._newsroom.newsroom_id:
            raise KeysLocked(
                "newsroom.toml: has no newsroom_id, so there is nobody to sign for",
                hint="make keys with: handbill keys make NEWSROOM (or press with --draft)",
            )
        ring = open_keys(self._newsroom.newsroom_id)
        past = ring.published()
        rulebook.refuse_silent_change(self._book, past)
        self._said = read_discussion(self._press.folder, ring)
        if past and (last := ring.reservation(past[-1].number)):
            output, signed = self._signed(ring, last)
            if signed.head_hash == past[-1].head:
                if not output.written and _stands(self._press.out, signed):
                    output.abandon()
                    return self._report(output, signed, unchanged=True)
                return self._finish(output, signed)
            output.abandon()
        drawn = ring.reserve(today=self._press.today)
        output, signed = self._signed(ring, drawn)
        rules = rulebook.stated(self._book)
        ring.record(Published(drawn.number, signed.head_hash, _manifest_hash(signed), rules))
        return self._finish(output, signed)

    def _signed(self, ring: KeyRing, drawn: Reservation) -> tuple[Output, SignedEdition]:
        facts = EditionFacts(
            drawn.number,
            drawn.edition_id,
            drawn.issued,
            drawn.stale_after,
            ring.newsroom_id,
            dict(newsroom_words(ring.roots[0])),
            drawn.seal_key,
        )
        talk = talk_of(self._said, drawn.edition_id, ring.desk_secret()) if self._said else None
        output, items = self._build(facts, talk)
        past = [p for p in ring.published() if p.number < drawn.number]
        inputs = EditionInputs(
            ring.newsroom_id,
            self._newsroom.name,
            self._newsroom.languages,
            drawn,
            ring.roots,
            (self._book.version, self._book.hash) if self._book else None,
        )
        signers = Signers(ring.held("editor"), ring.held("press"), ring.held("ssh")[0])
        signed = sign_edition(
            inputs,
            items,
            [record.entry for record in output.records.values()],
            signers=signers,
            history=History(tuple((p.number, p.head, p.manifest) for p in past), ring.withdrawn()),
            kept=_kept(self._press.out, ring.roots),
        )
        return output, signed

    def _build(
        self, facts: EditionFacts, talk: Talk | None = None
    ) -> tuple[Output, list[PlannedItem]]:
        output = Output(self._press.out, self._known)
        output.begin()
        site = Site(
            self._newsroom,
            replace(self._placement.placed, read=self._read),
            facts,
            single_files=self._press.single_files,
            hashes=self._hashes,
            rules=self._rules,
            talk=talk,
        )
        plans = list(site.plan())
        progress = self._press.progress
        progress.start("Pages", len(plans))
        for plan in plans:
            made = key(*map(repr, plan.inputs))
            if isinstance(plan, BundlePlan):
                if not output.keep_all(made):
                    for path, data in plan.make().items():
                        output.put(path, made, data)
            elif not output.keep(plan.path, made):
                output.put(plan.path, made, plan.make())
            progress.advance()
        progress.done()
        for path, data in rulebook.files(self._book).items():
            made = key("rules", sha256(data).hexdigest())
            if not output.keep(path, made):
                output.put(path, made, data)
        for file in self._placement.files:
            made = key("media", file.sha256)
            if output.keep(file.path, made):
                continue
            if file.source:
                output.put_file(file.path, made, file.source)
            else:
                output.put(file.path, made, file.data)
        pages = [plan for plan in plans if isinstance(plan, PagePlan)]
        return output, self._items(pages, list(output.records))

    def _items(self, plans: Sequence[PagePlan], paths: Sequence[str]) -> list[PlannedItem]:
        pages_of: dict[str, list[str]] = {}
        for plan in plans:
            pages_of.setdefault(plan.item, []).append(plan.path)
        items, owned = [], set[str]()
        for story in self._newsroom.stories:
            own = (*pages_of[f"story {story.id}"], *self._placement.of_story.get(story.id, ()))
            items.append(PlannedItem(story.id, "story", story.language, story.title, own))
            owned.update(own)
        for film in self._newsroom.films:
            own = self._placement.of_film.get(film.id, ())
            if own:
                kind = "episode" if film.show else "film"
                items.append(PlannedItem(film.id, kind, film.language, film.title, own))
                owned.update(own)
        rest = tuple(path for path in paths if path not in owned)
        name, kind = SITE_ITEM
        title, language = self._newsroom.name, self._newsroom.language
        return [*items, PlannedItem(name, kind, language, title, rest)]

    def _finish(self, output: Output, signed: SignedEdition | None = None) -> PressReport:
        earlier = _proving_files(self._press.out)
        if signed:
            for path, data in (*signed.files, *_beside(signed)):
                output.put_proof(path, data)
        dropped = output.commit()
        output.drop_proofs(iter(earlier))
        caches.write_records(self._cache, self._name, output.records)
        return self._report(output, signed, dropped=dropped)

    def _report(
        self,
        output: Output,
        signed: SignedEdition | None,
        *,
        unchanged: bool = False,
        dropped: tuple[str, ...] = (),
    ) -> PressReport:
        return PressReport(
            number=signed.manifest.number if signed else 0,
            newsroom=signed.manifest.newsroom if signed else "",
            unchanged=unchanged,
            written=len(output.written),
            files=len(output.records),
            length=sum(r.entry.length for r in output.records.values()),
            dropped=dropped,
            pending=bool(signed and signed.pending),
        )


def _stands(out: Path, signed: SignedEdition) -> bool:
    """Tell whether ``out`` holds this very edition, other editors' signatures included."""
    try:
        same = open_edition(out).head_hash == signed.head_hash
        rest = {path: data for path, data in signed.files if path.count("/") == 1}
        return same and all(read_inside(out, p, 64 << 20) == data for p, data in rest.items())
    except (HandbillError, OSError):
        return False


def _manifest_hash(signed: SignedEdition) -> str:
    return next(
        line.partition(": ")[2]
        for line in signed.head_text.splitlines()
        if line.startswith("manifest: ")
    )


def _beside(signed: SignedEdition) -> list[tuple[str, bytes]]:
    """Return the proofs that lie beside what they prove: those of films and episodes."""
    found = []
    for item in signed.manifest.items:
        if item.kind in STANDALONE:
            paths = [signed.manifest.files[i].path for i in item.files]
            stem = min(paths, key=len).rpartition(".")[0]
            found.append((stem + PROOF_SUFFIX, signed.proofs[item.key]))
    return found


def _proving_files(out: Path) -> list[str]:
    """Return every file that proves and is not proven."""
    inside = [p for p in (out / "_edition").rglob("*") if p.is_file() and not p.is_symlink()]
    return [*{*proof_paths(out), *(p.relative_to(out).as_posix() for p in inside)}]


def _kept(out: Path, roots: Sequence[bytes]) -> dict[str, bytes]:
    """Return the proofs that lie there already, those only that today's root vouches for."""
    kept = {}
    for data in _standing_proofs(out):
        try:
            if len(read_proof(data).chain) == len(roots):
                kept[proofs.text_hash(proofs.parse(data).item)] = data
        except HandbillError:
            continue
    return kept


def _standing_proofs(out: Path) -> Iterator[bytes]:
    for path in proof_paths(out):
        try:
            if path.endswith(PROOF_SUFFIX):
                yield read_inside(out, path, proofs.MAX_PROOF_BYTES)
            else:
                yield from proofs.unpack(read_inside(out, path, MAX_PACK_BYTES)).values()
        except (HandbillError, OSError):
            continue
