"""Copy an edition to a drive: most important first, only what changed, everything read back."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from handbill.carrier.drive import Drive, failed, sync_folder
from handbill.carrier.place import (
    BEFORE,
    FIRST_ROOT,
    Place,
    choose,
    is_root_beyond,
    refuse_older,
    roots_beyond,
    stagings,
)
from handbill.edition import proof as proofs
from handbill.edition.carried import packs
from handbill.edition.exact import PROVING
from handbill.edition.manifest import PROOF_SUFFIX, Item, Manifest, proof_places
from handbill.edition.verify import Opened, open_edition
from handbill.errors import DriveFailed, FormatError, HandbillError, TooLarge, UnsafePath
from handbill.files import hash_inside, read_inside, size_inside, spelled_inside, walk
from handbill.paths import fold, path_problem
from handbill.progress import SILENT, Progress

LAST = "index.html"
_LATE = ("_edition/targets/", "_edition/metadata/")
_IMPORTANCE = {"pages": 0, "story": 1, "episode": 2, "film": 3}
_BATCH_FILES, _BATCH_BYTES = 64, 8 << 20
_OPENS = re.compile(r"_edition/(?:targets|metadata)/.+")


@dataclass(slots=True)
class CopyReport:
    """What was done to one drive; paths relative to ``folder``."""

    folder: str
    written: list[str] = field(default_factory=list)
    same: int = 0
    dropped: list[str] = field(default_factory=list)
    length: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Change:
    """One file to bring: ``there`` is the length of what stands in its place (None: nothing),
    ``staged`` tells that this must not be lost before the new one lies whole on the drive."""

    want: _Wanted
    there: int | None
    staged: bool


def copy_edition(
    edition: Path,
    drive: Path,
    *,
    dry_run: bool = False,
    progress: Progress = SILENT,
    open_drive: Callable[[Path], Drive] = Drive,
) -> CopyReport:
    """Make ``drive`` hold ``edition``; run again after an interruption, it goes on.

    Letters, other newsrooms' editions and files of other people are never touched.

    Raises:
        FormatError, SignatureInvalid, NeedsNewer: the source itself is no whole, good edition.
        DriveFailed: the drive is full, broken, read-only or gone, or holds a newer edition.
        UnsafePath: links or devices stand where ours belong.
    """
    source, wanted = _read_source(edition)
    if drive.is_symlink():
        raise DriveFailed(f"{drive}: is a link", hint="give the folder that it leads to")
    if not drive.is_dir():
        raise DriveFailed(f"{drive}: is not a folder", hint="is the drive mounted?")
    try:
        place = choose(drive, source, [w.path for w in wanted])
        refuse_older(place, source)
        out = open_drive(place.folder)
        report = CopyReport(str(place.folder), number=source.head.number)
        changes = list(_changes(out, place, wanted))
        report.same = len(wanted) - len(changes)
        report.length = sum(c.want.length for c in changes)
        _check_room(out, changes)
        gone = _to_drop(out, place.before, {fold(w.path) for w in wanted}, source.newsroom)
        gone += roots_beyond(place.folder, source)
        if dry_run:
            report.written, report.dropped = [c.want.path for c in changes], gone
            return report
        _write(out, edition, place, changes, report, gone=gone, progress=progress)
    except OSError as error:
        raise failed(drive, error) from error
    except UnsafePath as error:
        error.hint = error.hint or "move it away, or take another drive"
        raise
    except TooLarge as error:
        raise DriveFailed(str(error), hint="take another drive, or empty this one") from error
    return report


def _read_source(edition: Path) -> tuple[Opened, list[_Wanted]]:
    again = f"check it with: handbill verify {edition}; copy from another copy of it"
    if not (edition / FIRST_ROOT).exists():
        raise FormatError(
            f"{edition}: holds no edition",
            hint="handbill press makes one of a newsroom's folder; a draft cannot be copied",
        )
    try:
        source = open_edition(edition)
        found, last = _wanted(edition, source.manifest), len(source.chain)
        wanted = [want for want in found if not is_root_beyond(want.path, last)]
        for want in wanted:
            _check_source(edition, want)
    except HandbillError as error:
        error.hint = error.hint or again
        raise
    except OSError as error:
        raise FormatError(
            f"{edition}: is not a whole edition: {error.strerror}: {error.filename}", hint=again
        ) from error
    return source, wanted


def _check_source(edition: Path, want: _Wanted) -> None:
    length = size_inside(edition, spelled_inside(edition, want.path))
    if length != want.length:
        raise FormatError(
            f"{edition / want.path}: {length} bytes, expected {want.length} as signed",
            hint="this edition is damaged: copy from another copy of it",
        )


def _write(
    out: Drive,
    edition: Path,
    place: Place,
    changes: Sequence[_Change],
    report: CopyReport,
    *,
    gone: list[str],
    progress: Progress,
) -> None:
    if not place.folder.exists():
        place.folder.mkdir()
        sync_folder(place.folder.parent)
    if gone and place.current and place.current.head.number != report.number:
        _keep_list(out, f"_edition/next-{report.number}/{BEFORE}")
    progress.start("copying", report.length, "bytes")
    try:
        for batch in _batches(changes):
            _bring(out, edition, batch, report, progress)
    finally:
        progress.done()
    for path in gone:
        out.unlink(path)
        out.prune(path)
        report.dropped.append(path)
    for folder in list(stagings(out.root)):
        for path in [f"{folder}/{s.path}" for s in walk(out.root / folder) if s.plain]:
            out.unlink(path)
            out.prune(path)


def _wanted(edition: Path, found: Manifest) -> Iterator[_Wanted]:
    """Yield every file in the order in which a drive must get it.

    The first root comes first: it says whose this folder is. The door comes last.
    """
    seen = [f"_edition/{s.path}" for s in walk(edition / "_edition") if s.plain]
    packed = packs(found)
    proving = [p for p in seen if (m := PROVING.fullmatch(p)) and (not m[2] or p in packed)]
    yield _of_source(edition, FIRST_ROOT)
    rank = {i: _IMPORTANCE[item.kind] for item in found.items for i in item.files}
    order = sorted(range(len(found.files)), key=lambda i: (rank[i], i))
    payload = [found.files[i] for i in order]
    door = [entry for entry in payload if entry.path == LAST]
    for entry in payload:
        if entry.path != LAST:
            yield _Wanted(entry.path, entry.length, entry.sha256)
    for path in sorted([*proving, *_beside(edition, found)], key=_late):
        if path != FIRST_ROOT:
            yield _of_source(edition, path)
    for entry in door:
        yield _Wanted(entry.path, entry.length, entry.sha256)


def _of_source(edition: Path, path: str) -> _Wanted:
    """Hash what no manifest names."""
    problem = path_problem(path)
    if problem:
        raise UnsafePath(f"{path}: {problem}")
    hashed = hash_inside(edition, spelled_inside(edition, path))
    return _Wanted(path, hashed.length, hashed.sha256)


def _beside(edition: Path, found: Manifest) -> set[str]:
    names = proof_places(found, found.items).values()
    there = {n: edition / spelled_inside(edition, n) for n in names}
    return {n for n, path in there.items() if path.is_file() and not path.is_symlink()}


def _late(path: str) -> tuple[int, bool, str]:
    rank = next((i for i, prefix in enumerate(_LATE, 1) if path.startswith(prefix)), 0)
    return rank, path.endswith("timestamp.json"), path


def _changes(out: Drive, place: Place, wanted: Sequence[_Wanted]) -> Iterator[_Change]:
    signed = {(f.path, f.length, f.sha256) for found in place.before for f in found.files}
    lengths: dict[str, set[int]] = {}
    for path, length, _ in signed:
        lengths.setdefault(path, set()).add(length)
    for want in wanted:
        known_absent = place.empty and want.path != FIRST_ROOT
        told = {want.length, *lengths.get(want.path, ())}
        there = None if known_absent else out.hash(want.path, lengths=told)
        if there == (want.length, want.sha256):
            continue
        if there is None:
            yield _Change(want, None, staged=False)
            continue
        # A partial film of an interrupted copy has nothing to save, and the drive may have no
        # room for two. Without a verified list everything may be whole.
        proves = want.path.startswith("_edition/") or want.path.endswith(PROOF_SUFFIX)
        whole = proves or not place.before or (want.path, *there) in signed
        yield _Change(want, there[0], staged=whole and not place.fresh)


def _check_room(out: Drive, changes: Sequence[_Change]) -> None:
    size = out.cluster()
    need = sum(
        max(0, _clusters(c.want.length, size) - _clusters(c.there or 0, size)) for c in changes
    )
    need += max((_clusters(c.want.length, size) for c in changes if c.staged), default=0)
    if need > out.free():
        raise DriveFailed(
            f"{out.root}: {out.free()} bytes free, about {need} needed",
            hint="make room or take a larger drive; nothing was written",
        )


def _clusters(length: int, size: int) -> int:
    return -(-length // size) * size


def _to_drop(out: Drive, before: Sequence[Manifest], keep: set[str], newsroom: str) -> list[str]:
    """Name the files of the drive's own verified editions that the new one does not have.

    ``keep`` is folded: on FAT a name that differs in case alone is the new file itself.
    """
    gone: dict[str, None] = {}
    for found in before:
        for entry in found.files:
            same = fold(entry.path) not in keep and _hash(out, entry.path, entry.length)
            if same == (entry.length, entry.sha256):
                gone[entry.path] = None
        for item in found.items:
            names = [n for n in proof_places(found, [item]).values() if fold(n) not in keep]
            gone |= dict.fromkeys(n for n in names if _is_proof_of(out, n, item, newsroom))
        gone |= dict.fromkeys(n for n in packs(found) if n not in keep and _hash(out, n, 0))
    return list(gone)


def _hash(out: Drive, path: str, length: int) -> tuple[int, str] | None:
    try:
        return out.hash(path, lengths=(length,))
    except UnsafePath:
        return None


def _is_proof_of(out: Drive, path: str, item: Item, newsroom: str) -> bool:
    try:
        data = read_inside(out.root, path, proofs.MAX_PROOF_BYTES)
        found = proofs.parse_item(proofs.parse(data).item)
    except (HandbillError, FileNotFoundError, NotADirectoryError):
        return False
    return (found.newsroom, found.kind, found.id) == (newsroom, item.kind, item.id)


def _keep_list(out: Drive, folder: str) -> None:
    """Keep what proves the drive's present edition until all that it alone has is dropped."""
    for seen in list(walk(out.root / "_edition")):
        path = f"_edition/{seen.path}"
        if not seen.plain or not PROVING.fullmatch(path) or not _OPENS.fullmatch(path):
            continue
        kept, present = f"{folder}/{path}", out.hash(path)
        if out.hash(kept) != present:
            out.unlink(kept)
            out.create(kept, (out.root, path), lambda _n: None)


def _batches(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Join neighbours that may be synced together: small, no others of that name to be lost.

    What proves the edition, and the door, comes one by one: each may lie there only when all that
    it speaks of does.
    """
    batch: list[_Change] = []
    length = 0
    for change in changes:
        length += change.want.length
        alone = change.staged or change.want.path == LAST or _OPENS.fullmatch(change.want.path)
        if batch and (alone or len(batch) == _BATCH_FILES or length > _BATCH_BYTES):
            yield batch
            batch, length = [], change.want.length
        batch.append(change)
        if alone:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _bring(
    out: Drive,
    edition: Path,
    batch: Sequence[_Change],
    report: CopyReport,
    progress: Progress,
) -> None:
    # Of a batch of several none is staged.
    change = batch[0]
    staged = f"_edition/next-{report.number}/{change.want.path}"
    # The old one goes only when the new one lies whole on the drive.
    whole = (change.want.length, change.want.sha256)
    if change.staged and out.hash(staged, lengths=whole[:1]) != whole:
        out.unlink(staged)
        out.create(staged, _source_of(edition, change.want.path), lambda _n: None)
        _read_back(out, edition, {staged: change.want})
    for path in [c.want.path for c in batch if c.there is not None]:
        out.unlink(path)
    paths = [c.want.path for c in batch]
    out.create_all([(path, _source_of(edition, path)) for path in paths], progress.advance)
    _read_back(out, edition, {c.want.path: c.want for c in batch})
    report.written += [c.want.path for c in batch]
    if change.staged:
        out.unlink(staged)
        out.prune(staged)


def _source_of(edition: Path, path: str) -> tuple[Path, str]:
    return edition, spelled_inside(edition, path)


def _read_back(out: Drive, edition: Path, written: Mapping[str, _Wanted]) -> None:
    found = out.read_back(list(written))
    for (path, want), there in zip(written.items(), found, strict=True):
        if there != (want.length, want.sha256):
            _blame(out, edition, path, want)


def _blame(out: Drive, edition: Path, path: str, want: _Wanted) -> NoReturn:
    source = _of_source(edition, want.path)
    if source != want:
        out.unlink(path)
        raise FormatError(
            f"{edition / want.path}: is damaged: other bytes than were signed",
            hint="check this edition with: handbill verify; copy from another copy of it",
        )
    raise DriveFailed(
        f"{out.root / path}: reads back other bytes than were written",
        hint="the drive is failing or lies about its size: take another",
    )
