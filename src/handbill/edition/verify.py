"""Verify editions on a drive. Reads files; the judging lies in judge and trust."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

from handbill.edition import carried, exact, judge, manifest, merkle, proof, trust
from handbill.edition import head as heads
from handbill.edition.judge import EditionReport, FileFinding, Verdict
from handbill.edition.manifest import FileEntry, Manifest
from handbill.errors import FormatError, HandbillError, NeedsNewer, SignatureInvalid
from handbill.files import open_inside, read_inside, spelled_inside, walk
from handbill.keys.words import begin_words
from handbill.paths import CHUNK_BYTES
from handbill.progress import SILENT, Progress

MAX_EDITIONS = 64
MAX_LISTED = 100
MAX_HISTORY_BYTES = 16 << 20
_HEX64 = re.compile(r"[0-9a-f]{64}")
_HEX128 = re.compile(r"[0-9a-f]{128}")
_ROLES = ("targets.json", "snapshot.json", "timestamp.json")
_TARGETS = {
    "edition.json": manifest.MAX_MANIFEST_BYTES,
    "chunks.bin": 64 << 20,
    "newsroom.json": 1 << 20,
    "history.json": MAX_HISTORY_BYTES,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """An edition whose signatures hold: what it says of itself, and whom it trusts.

    ``heads`` are the hashes of the heads that it vouches for, its own included; ``stated`` is its
    verified newsroom.json, which :mod:`handbill.edition.stated` reads. ``marks`` are the proving
    files that hold more than what was signed; ``ssh`` and ``proofs`` say what the rest must be.
    """

    root: Path
    chain: tuple[trust.TrustRoot, ...]
    manifest: Manifest
    head: heads.Head
    name: str
    heads: frozenset[str]
    vouched: bool
    stated: bytes
    marks: tuple[FileFinding, ...]
    ssh: exact.Ssh
    proofs: carried.Stated

    @property
    def head_hash(self) -> str:
        """Return the hash that names its head for ever."""
        return heads.head_hash(heads.render(self.head))

    @property
    def newsroom(self) -> str:
        """Return the newsroom id."""
        return self.manifest.newsroom


def editions_below(root: Path, *, most: int = MAX_EDITIONS) -> list[Path]:
    """Find the first editions on a drive: in its root, or in a folder directly below."""
    found = [root] if _is_edition(root) else []
    folders = sorted(p for p in root.iterdir() if p.is_dir() and not p.is_symlink())
    found += [p for p in folders[:10_000] if _is_edition(p)]
    return found[:most]


def _is_edition(folder: Path) -> bool:
    meta = folder / "_edition" / "metadata"
    inside = not (folder / "_edition").is_symlink() and not meta.is_symlink()
    return inside and (meta / "1.root.json").is_file()


def open_edition(root: Path, *, pending: bool = False) -> Opened:
    """Read and verify everything that proves an edition, but none of its payload.

    ``pending`` is for an edition that more editors are to sign: one of them is enough.

    Raises:
        FormatError, SignatureInvalid, NeedsNewer, TooLarge, UnsafePath, OSError
    """
    chain = trust.read_chain(list(_roots(root)))
    chain = trust.pending(chain) if pending else chain
    files = {
        name: read_inside(root, f"_edition/metadata/{name}", trust.MAX_METADATA_BYTES)
        for name in _ROLES
    }
    metadata = trust.read_metadata(chain[-1], files)
    targets = {n: read_inside(root, f"_edition/targets/{n}", m) for n, m in _TARGETS.items()}
    for name, data in targets.items():
        trust.check_target(metadata, name, data)
    found = manifest.parse(targets["edition.json"], targets["chunks.bin"])
    signed = read_inside(root, "_edition/targets/head.txt", heads.MAX_HEAD_BYTES)
    head, note = heads.parse(signed)
    texts = [proof.item_text(found.newsroom, item, found.files) for item in found.items]
    tree = merkle.levels([merkle.leaf(text) for text in texts])
    _agree(head, found, tree, sha256(targets["edition.json"]).hexdigest(), metadata.version)
    if found.newsroom != trust.newsroom_of(chain) or not 1 <= head.root <= len(chain):
        raise FormatError("head.txt: belongs to another newsroom or a later root")
    if not trust.check_head(note, chain[head.root - 1]):
        raise SignatureInvalid("head.txt: too few editors signed it")
    past, kept = _history(targets["history.json"], found.newsroom)
    own = heads.head_hash(note.text)
    newsroom = _json(targets["newsroom.json"], "handbill newsroom")
    form = exact.head_form(note, chain[head.root - 1])
    marks = [exact.compared("_edition/targets/head.txt", signed, form)]
    marks += _marks(chain, files, metadata)
    return Opened(
        root,
        chain,
        found,
        head,
        name=str(newsroom.get("name", ""))[:300],
        heads=frozenset({*past, own}),
        vouched=own in past or trust.check_head(note, chain[-1]),
        stated=targets["newsroom.json"],
        marks=tuple(filter(None, marks)),
        ssh=_ssh(newsroom),
        proofs=carried.Stated(found, chain, texts, tree, form, head.root, kept),
    )


def _marks(
    chain: Sequence[trust.TrustRoot], files: Mapping[str, bytes], metadata: trust.Metadata
) -> Iterator[FileFinding | None]:
    """Compare the metadata with what was signed."""
    for root in chain:
        path = f"_edition/metadata/{root.version}.root.json"
        yield exact.compared(path, root.data, root.form)
    for name in _ROLES:
        yield exact.compared(f"_edition/metadata/{name}", files[name], metadata.forms[name])


def _roots(root: Path) -> Iterator[bytes]:
    for number in range(1, trust.MAX_ROOTS + 1):
        path = f"_edition/metadata/{number}.root.json"
        try:
            yield read_inside(root, path, trust.MAX_METADATA_BYTES)
        except FileNotFoundError:
            return


def _agree(
    head: heads.Head, found: Manifest, tree: list[list[bytes]], digest: str, version: int
) -> None:
    said = (head.newsroom, head.number, head.id, head.issued, head.previous, head.items)
    has = (found.newsroom, found.number, found.id, found.issued, found.previous, len(found.items))
    if (
        said != has
        or head.manifest != digest
        or head.tree != merkle.top(tree).hex()
        or version != found.number
    ):
        raise FormatError("head.txt: is the head of another edition")


def _json(data: bytes, kind: str) -> dict[str, object]:
    try:
        doc = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{kind}: is not JSON ({error})") from error
    manifest.check_format(doc, kind, 1, kind)
    return dict(doc)


def _history(data: bytes, newsroom: str) -> tuple[set[str], dict[str, str]]:
    """Return the hashes of past heads, and of the proofs that are kept, by item key."""
    doc = _json(data, "handbill history")
    rows, kept = doc.get("heads"), doc.get("kept")
    if doc.get("newsroom") != newsroom or not isinstance(rows, list):
        raise FormatError("history.json: belongs to another newsroom")
    if not isinstance(kept, dict):
        raise FormatError("history.json: does not say which proofs are kept")
    return {str(row.get("head")) for row in rows if isinstance(row, dict)}, kept


def _ssh(doc: Mapping[str, object]) -> exact.Ssh:
    said = doc.get("ssh")
    row: dict[object, object] = said if isinstance(said, dict) else {}
    key, signature = str(row.get("key")), str(row.get("signature"))
    if not _HEX64.fullmatch(key) or not _HEX128.fullmatch(signature):
        raise FormatError("newsroom.json: ssh is not a key and a signature")
    return exact.Ssh(bytes.fromhex(key), bytes.fromhex(signature))


def verify_edition(
    root: Path,
    *,
    known: Sequence[Opened] = (),
    newsroom: str | None = None,
    quick: bool = False,
    progress: Progress = SILENT,
) -> EditionReport:
    """Judge one edition; whatever lies there, the answer is a report."""
    where = str(root)
    try:
        opened = open_edition(root)
    except NeedsNewer as error:
        return EditionReport(where, Verdict.NEWER, str(error))
    except FileNotFoundError as error:
        gone = str(error.filename).removeprefix(f"{where}/")
        return EditionReport(where, Verdict.DAMAGED, f"part of what proves it is missing: {gone}")
    except HandbillError as error:
        return EditionReport(where, Verdict.FORGED, str(error))
    except OSError as error:
        return EditionReport(where, Verdict.DAMAGED, f"cannot be read: {error}")
    report = EditionReport(
        where,
        Verdict.GENUINE,
        newsroom=opened.newsroom,
        name=opened.name,
        number=opened.head.number,
        issued=opened.head.issued,
        quick=quick,
    )
    mine = trust.is_newsroom(opened.chain, newsroom)
    words = begin_words(opened.chain[0].data)
    if mine:
        report = _judge_files(against_known(report, opened, known), opened, quick, progress)
    else:
        report = replace(report, verdict=Verdict.FOREIGN, reason="belongs to another newsroom")
    return replace(report, words=words())


def _judge_files(
    report: EditionReport, opened: Opened, quick: bool, progress: Progress
) -> EditionReport:
    if report.verdict is Verdict.FORGED:
        return report
    root = opened.root
    findings = check_files(root, opened.manifest.files, quick=quick, progress=progress)
    findings += [*opened.marks, *_repeats(opened)]
    places = carried.places(opened.manifest)
    if not quick:
        findings += _proofs(opened, places)
    whole, absent, damaged = judge.sort_items(opened.manifest, findings)
    listed, count = _foreign(root, opened, places)
    return replace(
        report,
        verdict=judge.worst([report.verdict, judge.of_findings(findings)]),
        whole=whole,
        absent=absent,
        damaged=damaged,
        findings=tuple(findings),
        foreign=tuple(listed),
        foreign_count=count,
    )


def against_known(report: EditionReport, opened: Opened, known: Sequence[Opened]) -> EditionReport:
    """Judge an opened edition by editions that were verified before."""
    ours = [k for k in known if k.newsroom == opened.newsroom]
    vouched = opened.vouched
    if ours:
        if not all(trust.extends(opened.chain, k.chain) for k in ours):
            reason = "its chain of trust roots departs from the one known"
            return replace(report, verdict=Verdict.FORGED, reason=reason)
        newest = max([*ours, opened], key=lambda k: (len(k.chain), k.head.number))
        vouched = (newest is opened and vouched) or _vouched_by(opened, newest, ours)
        top = max(k.head.number for k in ours)
        age = "older" if opened.head.number < top else "newest"
        report = replace(report, age=age)
    if not vouched:
        reason = "signed with a key since withdrawn, and no later edition vouches for it"
        return replace(report, verdict=Verdict.UNVOUCHED, reason=reason)
    other = _departs(opened, ours)
    if other:
        reason = f"it departs from edition {other} as known: a number is signed once"
        return replace(report, verdict=Verdict.FORGED, reason=reason)
    return report


def _departs(opened: Opened, ours: Sequence[Opened]) -> int:
    """Return the number of the known edition whose history an edition contradicts, or 0.

    One of newer keys than those known is believed: it may tell which of two was a thief's.
    """
    known = max(ours, key=lambda k: (len(k.chain), k.head.number), default=opened)
    if len(opened.chain) > len(known.chain):
        return 0
    first, later = sorted((opened, known), key=lambda k: k.head.number)
    return 0 if first.head_hash in later.heads else known.head.number


def _vouched_by(opened: Opened, newest: Opened, ours: Sequence[Opened]) -> bool:
    try:
        own = read_inside(opened.root, "_edition/targets/head.txt", heads.MAX_HEAD_BYTES)
        note = heads.parse(own)[1]
        if trust.check_head(note, newest.chain[-1]):
            return True
    except (HandbillError, OSError):  # the drive changed since, or was pulled out
        return False
    said = heads.head_hash(note.text)
    return any(said in k.heads for k in ours if len(k.chain) == len(newest.chain))


def check_files(
    root: Path, files: Sequence[FileEntry], *, quick: bool, progress: Progress = SILENT
) -> list[FileFinding]:
    """Compare every file with what was signed; files that are as signed are not mentioned."""
    found = []
    total = sum(f.length for f in files)
    progress.start("checking", total, "bytes")
    for entry in files:
        finding = _check_file(root, entry, quick)
        if finding:
            found.append(finding)
        progress.advance(entry.length, entry.path)
    progress.done()
    return found


def _check_file(root: Path, entry: FileEntry, quick: bool) -> FileFinding | None:
    try:
        try:
            return _compare(root, entry.path, entry, quick)
        except (FileNotFoundError, NotADirectoryError):
            spelled = spelled_inside(root, entry.path)
            if spelled == entry.path:
                return _absent(entry)
            return _compare(root, spelled, entry, quick)
    except (FileNotFoundError, NotADirectoryError):
        return _absent(entry)
    except HandbillError:
        return FileFinding(entry.path, "unsafe", ((0, entry.length),))
    except OSError:
        return FileFinding(entry.path, "damaged", ((0, entry.length),))


def _absent(entry: FileEntry) -> FileFinding:
    return FileFinding(entry.path, "absent")


def _compare(root: Path, path: str, entry: FileEntry, quick: bool) -> FileFinding | None:
    with open_inside(root, path) as file:
        length = file.seek(0, 2)
        file.seek(0)
        if quick:
            same = length == entry.length
            state = "marked" if length > entry.length else "damaged"
            ranges = () if length > entry.length else ((length, entry.length),)
            extra = max(0, length - entry.length)
            return None if same else FileFinding(entry.path, state, ranges, extra)
        return judge.compare(entry, length, list(chunk_hashes(file, entry.length)))


def chunk_hashes(file: "object", length: int) -> Iterator[bytes]:
    """Hash the first ``length`` bytes of an open file, 1 MiB at a time."""
    buffer = memoryview(bytearray(CHUNK_BYTES))
    left = length
    while left > 0:
        want = min(left, CHUNK_BYTES)
        filled = 0
        while filled < want and (got := file.readinto(buffer[filled:want])):  # type: ignore[attr-defined]
            filled += got
        if filled:
            yield sha256(buffer[:filled]).digest()
        if filled < want:
            return
        left -= filled


def _repeats(opened: Opened) -> Iterator[FileFinding]:
    """Compare what is there for stock tools, where it is there, with what is signed."""
    for path, form in exact.repeats(opened.manifest, opened.ssh):
        judged = partial(exact.repeated, exact=form)
        yield from _judged(opened.root, path, manifest.MAX_MANIFEST_BYTES, judged)


def _proofs(opened: Opened, places: Mapping[str, Sequence[int]]) -> Iterator[FileFinding]:
    """Compare the proofs that are there with what they must be."""
    judge = carried.Judge(opened.proofs)
    for path, items in sorted(places.items()):
        judged = partial(judge.finding, items=items)
        yield from _judged(opened.root, path, proof.MAX_PACK_BYTES, judged)


def _judged(
    root: Path, path: str, limit: int, judged: Callable[[str, bytes], FileFinding | None]
) -> Iterator[FileFinding]:
    """Judge a file that an edition may lack."""
    try:
        data = read_inside(root, path, limit)
    except (FileNotFoundError, NotADirectoryError):
        return
    except (HandbillError, OSError):
        yield FileFinding(path, "damaged")
        return
    if finding := judged(path, data):
        yield finding


def _foreign(root: Path, opened: Opened, proofs: Collection[str]) -> tuple[list[str], int]:
    ours = {f.path for f in opened.manifest.files}
    inner = {p.name for p in editions_below(root) if p != root}
    listed: list[str] = []
    count = 0
    try:
        for seen in walk(root, skip=exact.UNJUDGED):
            name = normalize("NFC", seen.path)
            if name in ours or exact.is_expected(name, len(opened.chain), proofs):
                continue
            if seen.path.partition("/")[0] in inner:
                continue
            count += 1
            if len(listed) < MAX_LISTED:
                listed.append(seen.path)
    except (HandbillError, OSError):
        count = max(count, 1)
    return listed, count
