"""Sign what the press built, and say which number it is. Loaded only where an edition is signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.edition import proof as proofs
from handbill.edition.cosign import HEAD, TARGETS, in_proofs, with_head
from handbill.edition.head import head_hash
from handbill.edition.manifest import PROOF_SUFFIX, proof_places
from handbill.edition.sign import (
    EditionInputs,
    History,
    Kept,
    PlannedItem,
    SignedEdition,
    Signers,
    sign_edition,
)
from handbill.edition.single import proof_paths, read_proof
from handbill.edition.verify import open_edition
from handbill.errors import HandbillError
from handbill.files import read_inside
from handbill.keys.ring import KeyRing, Published
from handbill.keys.values import Reservation
from handbill.keys.words import newsroom_words
from handbill.letters.discussion import Discussion
from handbill.newsroom.story import Newsroom
from handbill.press import rulebook
from handbill.press.output import Record
from handbill.press.place import Placement
from handbill.press.talk import hash_of, read_discussion, talk_of
from handbill.reader.plans import PagePlan
from handbill.reader.values import EditionFacts, Talk
from handbill.rules.book import Book

if TYPE_CHECKING:
    from handbill.press.engine import Press

SITE_ITEM = ("site", "pages")


@dataclass(frozen=True, slots=True)
class Signing:
    """One newsroom's keys and past, its rule book and what its desk handed over, for the edition
    that is to lie in ``out``.
    """

    ring: KeyRing
    newsroom: Newsroom
    out: Path
    book: Book | None
    said: Discussion | None

    @classmethod
    def begin(
        cls, ring: KeyRing, newsroom: Newsroom, book: Book | None, press: "Press"
    ) -> "Signing":
        """Gather what an edition is signed with.

        Raises:
            NewsroomInvalid: the rule book was changed under its version.
            SignatureInvalid: the discussion is not this newsroom's own desk's.
        """
        rulebook.refuse_silent_change(book, ring.published())
        return cls(ring, newsroom, press.out, book, read_discussion(press.folder, ring))

    def talk(self, drawn: Reservation) -> Talk | None:
        """Return what the pages show of what readers wrote."""
        if self.said is None:
            return None
        return talk_of(self.said, drawn.edition_id, self.ring.desk_secret())

    def last(self) -> Reservation | None:
        """Return what was drawn for the last number that was signed."""
        past = self.ring.published()
        return self.ring.reservation(past[-1].number) if past else None

    def is_last(self, signed: SignedEdition) -> bool:
        """Tell whether this is the very edition that was signed last."""
        return signed.head_hash == self.ring.published()[-1].head

    def stands(self, signed: SignedEdition) -> bool:
        """Tell whether this very edition lies there, other editors' signatures included."""
        return _stands(self.out, signed)

    def draw(self, today: date) -> Reservation:
        """Reserve the next number."""
        return self.ring.reserve(today=today)

    def record(self, signed: SignedEdition) -> None:
        """Note that this edition was signed: its number is used."""
        number, rules = signed.manifest.number, rulebook.stated(self.book)
        self.ring.record(Published(number, signed.head_hash, _manifest_hash(signed), rules))
        if self.said:
            note = self.said.note
            self.ring.record_handed(note.handed, hash_of(note), (note.sequence, note.chain))

    def with_others(self, signed: SignedEdition) -> SignedEdition:
        """Add what other editors have signed of this very edition, where with them it counts."""
        if not signed.pending:
            return signed
        try:
            found = open_edition(self.out)
            if found.head_hash != signed.head_hash or found.marks:
                return signed
            others = {p: read_inside(self.out, p, proofs.MAX_PACK_BYTES) for p in (HEAD, TARGETS)}
        except (HandbillError, OSError):
            return signed
        old, new = dict(signed.files)[HEAD], others[HEAD]
        others |= {
            path: in_proofs(path, data, old, new)
            for path, data in signed.files
            if path.startswith("_edition/proofs/")
        }
        files = tuple((path, others.get(path, data)) for path, data in signed.files)
        made = {key: with_head(data, old, new) for key, data in signed.proofs.items()}
        return replace(signed, files=files, proofs=made, pending=False)

    def proving(self, signed: SignedEdition) -> Iterator[tuple[str, bytes]]:
        """Yield every file that proves: the signed ones, and those beside films and episodes."""
        yield from signed.files
        for key, path in proof_places(signed.manifest, signed.manifest.items).items():
            yield path, signed.proofs[key]

    def facts(self, drawn: Reservation) -> EditionFacts:
        """Return what the pages say of the edition."""
        return EditionFacts(
            drawn.number,
            drawn.edition_id,
            drawn.issued,
            drawn.stale_after,
            self.ring.newsroom_id,
            dict(newsroom_words(self.ring.roots[0])),
            drawn.seal_key,
        )

    def sign(
        self,
        drawn: Reservation,
        pages: Sequence[PagePlan],
        placement: Placement,
        records: Mapping[str, Record],
    ) -> SignedEdition:
        """Sign what was built from ``pages`` and media."""
        ring, newsroom = self.ring, self.newsroom
        past = [p for p in ring.published() if p.number < drawn.number]
        return sign_edition(
            EditionInputs(
                ring.newsroom_id,
                newsroom.name,
                newsroom.languages,
                drawn,
                ring.roots,
                (self.book.version, self.book.hash) if self.book else None,
            ),
            _items(newsroom, pages, placement, list(records)),
            [record.entry for record in records.values()],
            signers=Signers(ring.held("editor"), ring.held("press"), ring.held("ssh")[0]),
            history=History(tuple((p.number, p.head, p.manifest) for p in past), ring.withdrawn()),
            kept=_kept(self.out, ring.roots),
        )


def _items(
    newsroom: Newsroom, plans: Sequence[PagePlan], placement: Placement, paths: Sequence[str]
) -> list[PlannedItem]:
    pages_of: dict[str, list[str]] = {}
    for plan in plans:
        pages_of.setdefault(plan.item, []).append(plan.path)
    items, owned = [], set[str]()
    for story in newsroom.stories:
        own = (*pages_of[f"story {story.id}"], *placement.of_story.get(story.id, ()))
        items.append(PlannedItem(story.id, "story", story.language, story.title, own))
        owned.update(own)
    for film in newsroom.films:
        own = placement.of_film.get(film.id, ())
        if own:
            kind = "episode" if film.show else "film"
            items.append(PlannedItem(film.id, kind, film.language, film.title, own))
            owned.update(own)
    rest = tuple(path for path in paths if path not in owned)
    name, kind = SITE_ITEM
    title, language = newsroom.name, newsroom.language
    return [*items, PlannedItem(name, kind, language, title, rest)]


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


def _kept(out: Path, roots: Sequence[bytes]) -> dict[str, Kept]:
    """Return the proofs that lie there already, those only that today's root vouches for.

    A proof with a mark is not carried on.
    """
    kept = {}
    for data in _standing_proofs(out):
        try:
            read = read_proof(data)
        except HandbillError:
            continue
        parts, number = read.parts, read.head.number
        if parts.roots == tuple(roots) and read.form == data:
            named = head_hash(read.note.text)
            kept[proofs.text_hash(parts.item)] = Kept(data, number, named)
    return kept


def _standing_proofs(out: Path) -> Iterator[bytes]:
    for path in proof_paths(out):
        try:
            if path.endswith(PROOF_SUFFIX):
                yield read_inside(out, path, proofs.MAX_PROOF_BYTES)
            else:
                yield from proofs.unpack(read_inside(out, path, proofs.MAX_PACK_BYTES)).values()
        except (HandbillError, OSError):
            continue
