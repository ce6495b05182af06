"""Copy an edition to a drive: most important first, only what changed, everything read back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handbill.carrier.drive import Drive, failed
from handbill.edition.manifest import PROOF_SUFFIX, FileEntry, Manifest
from handbill.edition.verify import Opened, editions_below, open_edition
from handbill.errors import DriveFailed, HandbillError, UnsafePath
from handbill.files import hash_inside, walk
from handbill.paths import human_name
from handbill.progress import SILENT, Progress

CLUSTER = 128 << 10
LAST = "index.html"
_LATE = ("_edition/targets/", "_edition/metadata/")
_IMPORTANCE = {"pages": 0, "story": 1, "episode": 2, "film": 3}


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


def copy_edition(
    edition: Path,
    drive: Path,
    *,
    dry_run: bool = False,
    progress: Progress = SILENT,
    io: Drive | None = None,
) -> CopyReport:
    """Make ``drive`` hold ``edition``; run again after an interruption, it goes on.

    Letters, other newsrooms' editions and files of other people are never touched.

    Raises:
        FormatError, SignatureInvalid, NeedsNewer: the source itself is no good edition.
        DriveFailed: the drive is full, broken, read-only or gone.
        UnsafePath: links or devices stand where ours belong.
    """
    source = open_edition(edition)
    if not drive.is_dir() or drive.is_symlink():
        raise DriveFailed(f"{drive}: is not a folder", hint="is the drive mounted?")
    try:
        target, before = _target(drive, source)
        out = io or Drive(target)
        report = CopyReport(str(target), number=source.head.number)
        wanted = list(_wanted(edition, source.manifest))
        todo = [w for w in wanted if out.hash(w.path) != (w.length, w.sha256)]
        report.same = len(wanted) - len(todo)
        report.length = sum(w.length for w in todo)
        _check_room(out, todo)
        gone = _to_drop(out, before, {w.path for w in wanted})
        if dry_run:
            report.written, report.dropped = [w.path for w in todo], gone
            return report
        progress.start("copying", report.length, "bytes")
        for want in todo:
            _bring(out, edition, want, report, progress)
        progress.done()
        for path in gone:
            out.unlink(path)
            out.prune(path)
            report.dropped.append(path)
    except OSError as error:
        raise failed(drive, error) from error
    return report


def _target(drive: Path, source: Opened) -> tuple[Path, Opened | None]:
    """Choose the folder: where this newsroom's edition lies already, else the root if free."""
    for folder in editions_below(drive):
        try:
            found = open_edition(folder)
        except (HandbillError, OSError):
            continue
        if found.newsroom == source.newsroom:
            return folder, found
    if not (drive / "_edition").exists() and not (drive / LAST).exists():
        return drive, None
    resumed = drive / "_edition" / "metadata" / "1.root.json"
    root = source.root / "_edition" / "metadata" / "1.root.json"
    unfinished = not resumed.exists() or resumed.read_bytes() == root.read_bytes()
    if (drive / "_edition").exists() and unfinished and not (drive / "_edition").is_symlink():
        return drive, None
    folder = drive / human_name(source.name, fallback=source.newsroom[:16])
    if folder.is_symlink():
        raise UnsafePath(f"{folder}: is a link")
    folder.mkdir(exist_ok=True)
    return folder, None


def _wanted(edition: Path, found: Manifest) -> Iterator[_Wanted]:
    """Yield every file in the order in which a drive must get it: the door comes last."""
    rank = {i: _IMPORTANCE[item.kind] for item in found.items for i in item.files}
    order = sorted(range(len(found.files)), key=lambda i: (rank[i], i))
    door: FileEntry | None = None
    for entry in (found.files[i] for i in order):
        if entry.path == LAST:
            door = entry
        else:
            yield _Wanted(entry.path, entry.length, entry.sha256)
    proving = [s.path for s in walk(edition) if s.plain and _proves(s.path)]
    for path in sorted(proving, key=_late):
        hashed = hash_inside(edition, path)
        yield _Wanted(path, hashed.length, hashed.sha256)
    if door:
        yield _Wanted(door.path, door.length, door.sha256)


def _proves(path: str) -> bool:
    inside = path.startswith("_edition/") and not path.startswith("_edition/next-")
    return inside or path.endswith(PROOF_SUFFIX)


def _late(path: str) -> tuple[int, bool, str]:
    rank = next((i for i, prefix in enumerate(_LATE, 1) if path.startswith(prefix)), 0)
    return rank, path.endswith("timestamp.json"), path


def _check_room(out: Drive, todo: list[_Wanted]) -> None:
    need = sum(-(-w.length // CLUSTER) * CLUSTER for w in todo)
    if todo and need > out.free():
        raise DriveFailed(
            f"{out.root}: {out.free()} bytes free, about {need} needed",
            hint="make room or take a larger drive; nothing was written",
        )


def _to_drop(out: Drive, before: Opened | None, keep: set[str]) -> list[str]:
    """Name the files of the drive's own verified edition that the new one does not have."""
    if before is None:
        return []
    gone = [f for f in before.manifest.files if f.path not in keep]
    found = [f.path for f in gone if out.hash(f.path) == (f.length, f.sha256)]
    films = [p.rpartition(".")[0] + PROOF_SUFFIX for p in found if p.endswith((".mp4", ".m4v"))]
    return found + [p for p in films if p not in keep and (out.root / p).is_file()]


def _bring(
    out: Drive, edition: Path, want: _Wanted, report: CopyReport, progress: Progress
) -> None:
    source = edition / want.path
    advance = lambda n: progress.advance(n, want.path)  # noqa: E731
    staged = f"_edition/next-{report.number}/{want.path}"
    replaces = (out.root / want.path).exists()
    if replaces:
        # The old one goes only when the new one lies whole on the drive.
        if out.hash(staged) != (want.length, want.sha256):
            out.unlink(staged)
            out.create(staged, source, lambda _n: None)
            _read_back(out, staged, want)
        out.unlink(want.path)
    out.create(want.path, source, advance)
    _read_back(out, want.path, want)
    if replaces:
        out.unlink(staged)
        out.prune(staged)
    report.written.append(want.path)


def _read_back(out: Drive, path: str, want: _Wanted) -> None:
    if out.hash(path, cached=False) != (want.length, want.sha256):
        raise DriveFailed(
            f"{out.root / path}: reads back other bytes than were written",
            hint="the drive is failing or lies about its size: take another",
        )
