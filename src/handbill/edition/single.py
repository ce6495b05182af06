"""Verify one film alone: with the proof beside it, or against editions known before."""

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from handbill.edition import exact, judge, proof, trust
from handbill.edition import head as heads
from handbill.edition.judge import EditionReport, Verdict
from handbill.edition.manifest import PROOF_SUFFIX, FileEntry
from handbill.edition.verify import Opened, against_known, chunk_hashes
from handbill.errors import FormatError, HandbillError, NeedsNewer, SignatureInvalid
from handbill.files import open_inside, read_inside
from handbill.keys.words import newsroom_words
from handbill.note import Note
from handbill.progress import SILENT, Progress

MAX_PROOFS_TRIED = 200
MAX_PROOF_TRIED = 2 << 20
_MAX_KEPT = 256 << 10


def verify_film(
    film: Path,
    proof_file: Path | None = None,
    *,
    known: Sequence[Opened] = (),
    newsroom: str | None = None,
    progress: Progress = SILENT,
) -> EditionReport:
    """Judge one file by ``proof_file``, by a proof in its folder, or by ``known`` editions.

    Raises:
        UnsafePath, OSError: the file itself cannot be read.
    """
    hashes = _Hashes(film, progress)
    try:
        return _judged(film, hashes, proof_file, known=known, newsroom=newsroom)
    finally:
        progress.done()


def _judged(
    film: Path,
    hashes: "_Hashes",
    proof_file: Path | None,
    *,
    known: Sequence[Opened],
    newsroom: str | None,
) -> EditionReport:
    best = EditionReport(str(film), Verdict.FOREIGN, "no proof here or edition known names it")
    for path in _proofs(film, proof_file):
        report = _by_proof(film, path, hashes, known, newsroom)
        certain = path == proof_file or path.name == film.stem + PROOF_SUFFIX
        if report.verdict in (Verdict.GENUINE, Verdict.MARKED) or certain:
            return report
        if best.verdict is Verdict.FOREIGN:
            best = report
    for opened in sorted(known, key=lambda k: (-len(k.chain), -k.head.number)):
        if trust.is_newsroom(opened.chain, newsroom):
            report = _by_edition(film, opened, hashes, known)
            if report.verdict is not Verdict.FOREIGN:
                return report
    return best


class _Hashes:
    """The chunk hashes of a file for any signed length; no more of it is read than was signed."""

    def __init__(self, film: Path, progress: Progress) -> None:
        self._folder, self._name, self._progress = film.parent, film.name, progress
        self._whole: list[bytes] = []
        self._ends: dict[int, list[bytes]] = {}
        with open_inside(self._folder, self._name) as file:
            self.length = file.seek(0, 2)
        progress.start("checking", self.length, "bytes")

    def upto(self, length: int) -> list[bytes]:
        length = min(length, self.length)
        full = length >> 20
        have = len(self._whole)
        if full > have:
            for digest in self._read(have << 20, (full - have) << 20):
                self._whole.append(digest)
                self._progress.advance(1 << 20)
        if full << 20 == length:
            return self._whole[:full]
        if length not in self._ends:
            end = list(self._read(full << 20, length - (full << 20)))
            if length != self.length:
                return self._whole[:full] + end
            self._ends[length] = end
        return self._whole[:full] + self._ends[length]

    def _read(self, start: int, length: int) -> Iterator[bytes]:
        with open_inside(self._folder, self._name) as file:
            file.seek(start)
            yield from chunk_hashes(file, length)


def _proofs(film: Path, given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    own = film.with_name(film.stem + PROOF_SUFFIX)
    if own.is_file() and not own.is_symlink():
        yield own
    others = sorted(film.parent.glob("*" + PROOF_SUFFIX))
    yield from [p for p in others if p != own and _is_short(p)][:MAX_PROOFS_TRIED]


def _is_short(path: Path) -> bool:
    """Tell whether a proof of another name is worth reading: a film's is never longer."""
    try:
        info = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(info.st_mode) and info.st_size <= MAX_PROOF_TRIED


def _by_proof(
    film: Path, path: Path, hashes: _Hashes, known: Sequence[Opened], newsroom: str | None
) -> EditionReport:
    blank = EditionReport(str(film), Verdict.FORGED)
    try:
        data = read_inside(path.parent, path.name, proof.MAX_PROOF_BYTES)
        read = read_proof(data)
    except NeedsNewer as error:
        return replace(blank, verdict=Verdict.NEWER, reason=str(error))
    except (HandbillError, OSError) as error:
        return replace(blank, reason=f"{path.name}: {error}")
    head, item = read.head, read.item
    if not trust.is_newsroom(read.chain, newsroom):
        return replace(blank, verdict=Verdict.FOREIGN, reason="belongs to another newsroom")
    entry = _matching(film, item.files, hashes)
    key = f"{item.kind} {item.id}"
    if entry is None:
        return replace(blank, verdict=Verdict.FOREIGN, reason=f"{path.name} is of another item")
    report = _of_entry(film, key, entry, hashes)
    marked = exact.compared(path.name, data, read.form)
    report = replace(
        report,
        verdict=judge.worst([report.verdict, Verdict.MARKED if marked else Verdict.GENUINE]),
        findings=(*report.findings, *filter(None, [marked])),
        newsroom=item.newsroom,
        number=head.number,
        issued=head.issued,
        words=newsroom_words(read.chain[0].data),
    )
    ours = [k for k in known if k.newsroom == item.newsroom]
    if not all(trust.extends(read.chain, k.chain) for k in ours):
        reason = "its chain of trust roots departs from the one known"
        return replace(report, verdict=Verdict.FORGED, reason=reason)
    if not _vouched(read, ours):
        reason = "signed with a key since withdrawn, and no later edition vouches for it"
        return replace(report, verdict=Verdict.UNVOUCHED, reason=reason)
    other = _departs(read, ours)
    if other:
        reason = f"it departs from edition {other} as known: a number is signed once"
        return replace(report, verdict=Verdict.FORGED, reason=reason)
    return report


def _departs(read: "ReadProof", ours: Sequence[Opened]) -> int:
    """Return the number of the known edition whose history does not know a proof's head, or 0."""
    known = max(ours, key=lambda k: (len(k.chain), k.head.number), default=None)
    if known is None or len(read.chain) > len(known.chain):
        return 0
    later = read.head.number > known.head.number
    return 0 if later or heads.head_hash(read.note.text) in known.heads else known.head.number


def _vouched(read: "ReadProof", ours: Sequence[Opened]) -> bool:
    """Tell whether today's keys, as far as known, signed this head or name it in their history."""
    newest = max([len(read.chain), *(len(k.chain) for k in ours)])
    if newest == len(read.chain):
        return True
    today = [k for k in ours if len(k.chain) == newest]
    said = heads.head_hash(read.note.text)
    return trust.check_head(read.note, today[0].chain[-1]) or any(said in k.heads for k in today)


@dataclass(frozen=True, slots=True)
class ReadProof:
    """A proof that holds in itself: its roots, its signed head, its item.

    ``form`` is how it is written where it holds nothing but what was signed; ``parts`` are of that.
    """

    chain: tuple[trust.TrustRoot, ...]
    head: heads.Head
    note: Note
    item: proof.ItemText
    parts: proof.Proof
    form: bytes


def read_proof(data: bytes) -> ReadProof:
    """Verify a proof: its roots, its head's signatures, its place in the tree.

    Bytes behind it, and what no signature covers, are no error: compare it with its ``form``.

    Raises:
        FormatError, SignatureInvalid, NeedsNewer, TooLarge
    """
    found, _ = proof.cut(data)
    chain, head, note, form = _signed_head(found.roots, found.head)
    proof.check_included(found, head)
    item = proof.parse_item(found.item)
    if not trust.newsroom_of(chain) == head.newsroom == item.newsroom:
        raise FormatError("proof: its roots, head and item name different newsrooms")
    parts = replace(found, head=form, roots=tuple(root.form for root in chain))
    return ReadProof(chain, head, note, item, parts, proof.render(parts))


_SignedHead = tuple[tuple[trust.TrustRoot, ...], heads.Head, Note, bytes]


def _signed_head(roots: tuple[bytes, ...], data: bytes) -> _SignedHead:
    """Verify what thousands of proofs of one edition share, once; what is fat is not kept."""
    if sum(map(len, roots)) > _MAX_KEPT:
        return _verified_head(roots, data)
    return _kept_head(roots, data)


@lru_cache(maxsize=64)
def _kept_head(roots: tuple[bytes, ...], data: bytes) -> _SignedHead:
    return _verified_head(roots, data)


def _verified_head(roots: tuple[bytes, ...], data: bytes) -> _SignedHead:
    chain = trust.read_chain(roots)
    head, note = heads.parse(data)
    if not trust.check_head(note, chain[-1]):
        raise SignatureInvalid("proof: too few editors signed its head")
    return chain, head, note, exact.head_form(note, chain[-1])


def proof_paths(root: Path) -> list[str]:
    """Return where the proofs of an edition lie: packed, and beside films and episodes."""
    patterns = (
        "_edition/proofs/*.proofs.txt",
        f"films/*{PROOF_SUFFIX}",
        f"shows/*/*{PROOF_SUFFIX}",
    )
    found = [p for pattern in patterns for p in root.glob(pattern) if not p.is_symlink()]
    return [p.relative_to(root).as_posix() for p in found]


def _matching(film: Path, files: Sequence[FileEntry], hashes: _Hashes) -> FileEntry | None:
    """Find which signed file this is: by content, else by name, else by most of its content."""
    close: FileEntry | None = None
    for entry in files:
        finding = judge.compare(entry, hashes.length, hashes.upto(entry.length))
        if finding is None or (finding.state == "marked" and entry.length):
            return entry
        bad = sum(end - start for start, end in finding.ranges)
        same_name = entry.path.rpartition("/")[2] == film.name
        if same_name or bad * 2 < entry.length:
            close = entry
    return close


def _by_edition(
    film: Path, opened: Opened, hashes: _Hashes, known: Sequence[Opened]
) -> EditionReport:
    entry = _matching(film, opened.manifest.files, hashes)
    if entry is None:
        return EditionReport(str(film), Verdict.FOREIGN, "the known editions do not hold it")
    index = opened.manifest.files.index(entry)
    item = next(i for i in opened.manifest.items if index in i.files)
    report = replace(
        _of_entry(film, item.key, entry, hashes),
        newsroom=opened.newsroom,
        name=opened.name,
        number=opened.head.number,
        issued=opened.head.issued,
        words=newsroom_words(opened.chain[0].data),
    )
    return against_known(report, opened, known)


def _of_entry(film: Path, key: str, entry: FileEntry, hashes: _Hashes) -> EditionReport:
    finding = judge.compare(entry, hashes.length, hashes.upto(entry.length))
    findings = [finding] if finding else []
    verdict = judge.of_findings(findings)
    broken = verdict is Verdict.DAMAGED
    return EditionReport(
        str(film),
        verdict,
        whole=() if broken else (key,),
        damaged=(key,) if broken else (),
        findings=tuple(findings),
    )
