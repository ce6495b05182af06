"""The press: read, select, prepare, build, sign, move into place.

A number is signed once for one content (docs/decisions/0002): the press first builds what the
last number would be, and draws the next only where that differs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.errors import KeysLocked, NewsroomInvalid
from handbill.media.values import MediaProblem
from handbill.newsroom.frontmatter import Problem
from handbill.newsroom.scan import Loaded, load
from handbill.newsroom.selection import Selection, Withheld, select
from handbill.press import cache as caches
from handbill.press import rulebook
from handbill.press.bodies import Bodies
from handbill.press.bundles import Bundles
from handbill.press.output import Output
from handbill.press.owned import owned_of, refuse_sources
from handbill.press.place import Placement, place
from handbill.press.plan import key
from handbill.press.prepare import Preparer
from handbill.press.remember import recall, remember
from handbill.progress import SILENT, Progress
from handbill.reader.pages import Site
from handbill.reader.plans import BundlePlan, PagePlan
from handbill.reader.values import EditionFacts, Sources, Talk

if TYPE_CHECKING:
    from handbill.edition.sign import SignedEdition
    from handbill.keys.ring import KeyRing
    from handbill.keys.values import Reservation
    from handbill.press.signing import Signing
    from handbill.rules.book import Book


@dataclass(frozen=True, slots=True)
class PressReport:
    """What the press did. ``number`` is 0 for a draft; ``written`` counts payload files.

    ``problems`` are those that did not stop it.
    """

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
    open_keys: "Callable[[str], KeyRing] | None"
    progress: Progress = SILENT
    single_files: int = 200

    def run(self) -> PressReport:
        """Press the newsroom.

        Raises:
            NewsroomInvalid: the folder has mistakes, all of them named.
            KeysLocked: signing is wanted and impossible.
            DriveFailed: the output folder is full, broken, somebody else's, or at work.
            UsageError: the output folder is the newsroom's own.
        """
        refuse_sources(self.folder, self.out)
        cache = caches.cache_folder(self.folder)
        caches.make_private(cache)
        with caches.alone(cache, self.out):
            return self._run(cache)

    def _run(self, cache: Path) -> PressReport:
        before = recall(cache, self.folder)
        loaded = load(self.folder, before.stories)
        book, flaws = rulebook.read_book(loaded.newsroom)
        problems = sorted((*loaded.problems, *flaws), key=lambda p: (p.path, p.line))
        if any(problem.stops for problem in problems):
            listed = "\n  ".join(map(str, problems))
            raise NewsroomInvalid(
                f"to mend first: {len(problems)}\n  {listed}",
                hint="handbill press --check lists them without pressing",
            )
        remember(cache, loaded, before)
        selection = select(loaded.newsroom, self.today)
        job = _Job(self, cache, loaded, selection=selection, book=book)
        try:
            report = job.draft() if self.open_keys is None else job.edition(self.open_keys)
        except BaseException:
            Output(self.out, {}).abandon()  # what was staged would keep a full disk full
            raise
        return replace(
            report,
            problems=(*problems, *job.told),
            media_problems=tuple(job.problems),
            withheld=selection.withheld,
        )


class _Job:
    """The newsroom with its media ready, to be built once or twice."""

    def __init__(
        self,
        press: Press,
        cache: Path,
        loaded: Loaded,
        *,
        selection: Selection,
        book: "Book | None",
    ) -> None:
        chosen = selection.newsroom
        self._book, self._rules = book, rulebook.shown(book, chosen)
        newsroom = replace(chosen, pages=(*chosen.pages, *rulebook.pages(self._rules)))
        self._press, self._cache, self._newsroom = press, cache, newsroom
        self._digests, self._bodies = loaded.digests, Bodies(press.folder, loaded)
        self._name = caches.output_name(press.out)
        known = caches.read_records(cache, self._name)
        self._owned = owned_of(press.out, newsroom.newsroom_id, known)
        self._known, self.told = self._owned.known, self._owned.problems(press.out)
        preparer = Preparer(press.folder, cache, stamps=loaded.stamps, progress=press.progress)
        prepared = preparer.run(newsroom, selection.hidden)
        self.problems: Sequence[MediaProblem] = prepared.problems
        self._placement: Placement = place(newsroom, prepared.stills, prepared.films)
        self._placed = {file.path: file for file in self._placement.files}

    def _read(self, path: str) -> bytes:
        file = self._placed[path]
        return file.source.read_bytes() if file.source else file.data

    def draft(self) -> PressReport:
        """Build the pages without signing them."""
        output, _ = self._build(EditionFacts(0, "", "", "", ""))
        return self._finish(output)

    def edition(self, open_keys: Callable[[str], "KeyRing"]) -> PressReport:
        """Build and sign the last number again; draw the next where that is another edition."""
        if not self._newsroom.newsroom_id:
            raise KeysLocked(
                "newsroom.toml: has no newsroom_id, so there is nobody to sign for",
                hint="make keys with: handbill keys make NEWSROOM (or press with --draft)",
            )
        # A draft signs nothing: it need not wait until all that signing needs is loaded.
        from handbill.press.signing import Signing  # noqa: PLC0415

        ring = open_keys(self._newsroom.newsroom_id)
        signing = Signing.begin(ring, self._newsroom, self._book, self._press)
        if last := signing.last():
            output, signed = self._signed(signing, last)
            if signing.is_last(signed):
                signed = signing.with_others(signed)
                if not output.written and signing.stands(signed):
                    output.abandon()
                    return self._report(output, signed, unchanged=True)
                return self._finish(output, signed, signing.proving(signed))
            output.abandon()
        output, signed = self._signed(signing, signing.draw(self._press.today))
        signing.record(signed)
        return self._finish(output, signed, signing.proving(signed))

    def _signed(self, signing: "Signing", drawn: "Reservation") -> tuple[Output, "SignedEdition"]:
        output, pages = self._build(signing.facts(drawn), signing.talk(drawn))
        return output, signing.sign(drawn, pages, self._placement, output.records)

    def _build(
        self, facts: EditionFacts, talk: Talk | None = None
    ) -> tuple[Output, list[PagePlan]]:
        output = Output(self._press.out, self._known)
        output.begin()
        bundles = self._bundles = Bundles(self._cache, self._name)
        site = Site(
            self._newsroom,
            replace(self._placement.placed, read=self._read),
            facts,
            single_files=self._press.single_files,
            sources=Sources(self._digests, self._bodies.of),
            rules=self._rules,
            talk=talk,
        )
        plans = list(site.plan())
        progress = self._press.progress
        progress.start("Pages", len(plans))
        for plan in plans:
            if isinstance(plan, BundlePlan):
                bundles.put(plan, output)
            elif not output.keep(plan.path, made := key(plan.inputs)):
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
                output.put_file(file.path, made, file.source, file.sha256)
            else:
                output.put(file.path, made, file.data)
        if self._owned.certain:
            output.refuse_foreign()
        return output, [plan for plan in plans if isinstance(plan, PagePlan)]

    def _finish(
        self,
        output: Output,
        signed: "SignedEdition | None" = None,
        proving: Iterable[tuple[str, bytes]] = (),
    ) -> PressReport:
        earlier = _proving_files(self._press.out)
        for path, data in proving:
            output.put_proof(path, data)
        changed = output.records != self._known
        if changed:
            caches.doubt_records(self._cache, self._name, output.written)
        dropped = output.commit()
        output.drop_proofs(iter(earlier))
        if changed:
            caches.write_records(self._cache, self._name, output.records)
        self._bundles.remember()
        return self._report(output, signed, dropped=dropped)

    def _report(
        self,
        output: Output,
        signed: "SignedEdition | None",
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
            length=sum(r.length for r in output.records.values()),
            dropped=dropped,
            pending=bool(signed and signed.pending),
        )


def _proving_files(out: Path) -> list[str]:
    """Return every file that proves and is not proven."""
    if not any((out / name).exists() for name in ("_edition", "films", "shows")):
        return []
    from handbill.edition.single import proof_paths  # noqa: PLC0415  (a new draft has none)

    inside = [p for p in (out / "_edition").rglob("*") if p.is_file() and not p.is_symlink()]
    return [*{*proof_paths(out), *(p.relative_to(out).as_posix() for p in inside)}]
