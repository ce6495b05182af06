"""What a verifier may say, and its reports. Spec: docs/formats/verdict.md. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from handbill.edition.manifest import FileEntry, Manifest
from handbill.paths import CHUNK_BYTES


class Verdict(StrEnum):
    """One word for a drive, a folder or a file, best first."""

    GENUINE = "genuine"
    MARKED = "marked"
    DAMAGED = "damaged"
    UNVOUCHED = "unvouched"
    NEWER = "newer"
    FORGED = "forged"
    FOREIGN = "foreign"


_RANK = {v: i for i, v in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What is wrong with one file: ``state`` is absent, damaged, marked or unsafe.

    ``ranges`` are (first byte, byte after the last) of what differs or is missing.
    """

    path: str
    state: str
    ranges: tuple[tuple[int, int], ...] = ()
    extra: int = 0


@dataclass(frozen=True, slots=True)
class EditionReport:
    """The judgement of one edition, or of one film (then ``items`` holds at most one)."""

    where: str
    verdict: Verdict
    reason: str = ""
    newsroom: str = ""
    name: str = ""
    number: int = 0
    issued: str = ""
    age: str = "unknown"
    whole: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    findings: tuple[FileFinding, ...] = ()
    foreign: tuple[str, ...] = ()
    foreign_count: int = 0
    quick: bool = False
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def partial(self) -> bool:
        """Tell whether some items are not here."""
        return bool(self.absent)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {**asdict(self), "verdict": str(self.verdict), "partial": self.partial}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst verdict; of none at all, ``foreign``."""
    found = [v for v in verdicts if v is not Verdict.FOREIGN]
    return max(found, key=_RANK.__getitem__, default=Verdict.FOREIGN)


def compare(entry: FileEntry, length: int, chunks: Sequence[bytes]) -> FileFinding | None:
    """Compare a file's length and the hashes of its chunks with what was signed.

    ``chunks`` are those of the signed length: a longer file's last one is cut at the signed end.
    """
    signed = [entry.chunks[i : i + 32] for i in range(0, len(entry.chunks), 32)]
    bad: list[tuple[int, int]] = []
    for index, expected in enumerate(signed):
        if index < len(chunks) and chunks[index] == expected:
            continue
        start = index * CHUNK_BYTES
        end = min(start + CHUNK_BYTES, entry.length)
        if bad and bad[-1][1] == start:
            start = bad.pop()[0]
        bad.append((start, end))
    extra = max(0, length - entry.length)
    if bad:
        return FileFinding(entry.path, "damaged", tuple(bad), extra)
    return FileFinding(entry.path, "marked", (), extra) if extra else None


def sort_items(
    manifest: Manifest, findings: Sequence[FileFinding]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the keys of the items that are whole, absent and damaged.

    An item is absent when a file of it is; damaged when a file of it is damaged or unsafe.
    """
    state = {f.path: f.state for f in findings}
    whole, absent, damaged = [], [], []
    for item in manifest.items:
        states = {state.get(manifest.files[i].path, "") for i in item.files}
        if states & {"damaged", "unsafe"}:
            damaged.append(item.key)
        elif "absent" in states:
            absent.append(item.key)
        else:
            whole.append(item.key)
    return tuple(whole), tuple(absent), tuple(damaged)


def of_findings(findings: Iterable[FileFinding]) -> Verdict:
    """Return what the files alone say."""
    states = {f.state for f in findings}
    if states & {"damaged", "unsafe"}:
        return Verdict.DAMAGED
    return Verdict.MARKED if "marked" in states else Verdict.GENUINE


def aged(reports: Sequence[EditionReport]) -> list[EditionReport]:
    """Call an edition older where a newer one of its newsroom, as good, lies on the same drive."""
    newest: dict[str, int] = {}
    for one in reports:
        if one.verdict in (Verdict.GENUINE, Verdict.MARKED, Verdict.DAMAGED):
            newest[one.newsroom] = max(one.number, newest.get(one.newsroom, 0))
    return [
        replace(one, age="older") if one.number < newest.get(one.newsroom, 0) else one
        for one in reports
    ]
