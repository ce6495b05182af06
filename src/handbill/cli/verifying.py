"""What ``handbill verify`` does; beside its options, so that ``--help`` loads none of this."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbill.cli.ui import amount, console_progress, emit, printable
from handbill.edition.judge import EditionReport, Verdict, aged, worst
from handbill.edition.single import verify_film
from handbill.edition.verify import (
    MAX_EDITIONS,
    Opened,
    editions_below,
    open_edition,
    verify_edition,
)
from handbill.errors import HandbillError, UsageError
from handbill.keys.words import read_words
from handbill.progress import Progress

_SAYS = {
    Verdict.GENUINE: "genuine: what the newsroom signed is here as it signed it",
    Verdict.MARKED: "marked: what was signed is all here, and bytes that somebody added to it",
    Verdict.DAMAGED: "damaged: part of it is not as signed",
    Verdict.UNVOUCHED: "unvouched: signed with a key that has since been withdrawn",
    Verdict.NEWER: "newer than this verifier: get a newer Handbill to judge it",
    Verdict.FORGED: "forged: it says that a newsroom signed it, and that does not hold",
    Verdict.FOREIGN: "foreign: nothing here that a newsroom signed",
}
_NEXT = {
    Verdict.MARKED: "pass on another copy: what was added may serve to trace this one, and what was"
    " added to a page may change what it shows",
    Verdict.DAMAGED: "copy it again from another drive; what is listed as whole can be used",
    Verdict.UNVOUCHED: "do not rely on it; ask for a newer edition",
    Verdict.NEWER: "get it where you got this one, never from the drive; rely on nothing till then",
    Verdict.FORGED: "do not rely on it and do not pass it on; get a copy that came another way",
    Verdict.FOREIGN: "give the folder that holds _edition, or a film and its .proof.txt",
}
_NO_FILE = "a link, folder or device in its place"
_FIRST_ROOT = "_edition/metadata/1.root.json"
_LISTED = 20


@dataclass(frozen=True, slots=True)
class _Asked:
    newsroom: str | None
    known: list[Opened]
    proof: Path | None
    quick: bool


def verify(
    paths: Sequence[Path],
    *,
    newsroom: str | None,
    known: Sequence[Path],
    proof: Path | None,
    quick: bool,
    as_json: bool,
) -> bool:
    """Judge each path and print its report; tell whether all are genuine."""
    if newsroom is not None and len(newsroom) != 64:
        read_words(newsroom)
    asked = _Asked(newsroom, [_open_known(path) for path in known], proof, quick)
    progress = console_progress(quiet=as_json)
    verdicts = []
    for path in paths:
        for report in aged(list(_reports(path, asked, progress))):
            verdicts.append(report.verdict)
            emit(as_json, report.to_json(), _text(report, knows=bool(known or newsroom)))
        _refuse_crowd(path)
    whole = worst(verdicts) is Verdict.GENUINE and Verdict.FOREIGN not in verdicts
    return bool(verdicts) and whole


def _open_known(path: Path) -> Opened:
    try:
        return open_edition(path)
    except (HandbillError, OSError) as error:
        raise UsageError(f"--known {path}: is no edition that can be trusted ({error})") from error


def _reports(path: Path, asked: _Asked, progress: Progress) -> Iterator[EditionReport]:
    if path.is_symlink() or not path.exists():
        raise UsageError(f"{path}: is not there, or is a link", hint="give a folder or a film")
    if path.is_file():
        yield verify_film(
            path, asked.proof, known=asked.known, newsroom=asked.newsroom, progress=progress
        )
        return
    if not path.is_dir():
        raise UsageError(f"{path}: is neither a folder nor a file")
    found = editions_below(path)
    if not found:
        none = "no edition in it or directly below it"
        lost = f"what an edition begins with is missing, or a link: {_FIRST_ROOT}"
        reason = lost if os.path.lexists(path / "_edition") else none
        yield EditionReport(str(path), Verdict.FOREIGN, reason)
    for root in found:
        yield verify_edition(
            root,
            known=asked.known,
            newsroom=asked.newsroom,
            quick=asked.quick,
            progress=progress,
        )


def _refuse_crowd(path: Path) -> None:
    """Never let what was not looked at pass for genuine."""
    if path.is_dir() and len(editions_below(path, most=MAX_EDITIONS + 1)) > MAX_EDITIONS:
        raise UsageError(
            f"{path}: more than {MAX_EDITIONS} editions lie here; the others were not judged",
            hint="give the folders of the others",
        )


def _says(report: EditionReport) -> str:
    if report.quick and report.verdict is Verdict.GENUINE:
        return "sizes as signed, no byte compared: leave out --quick to know whether it is genuine"
    if report.verdict is Verdict.FOREIGN and report.newsroom:
        return "foreign: it is another newsroom's than the one that you asked for"
    return _SAYS[report.verdict]


def _text(report: EditionReport, *, knows: bool) -> str:
    lines = [f"{printable(report.where)}", f"  {_says(report)}"]
    if report.reason:
        lines.append(f"  why: {printable(report.reason)}")
    if report.verdict in _NEXT and (report.verdict is not Verdict.FOREIGN or not report.newsroom):
        lines.append(f"  next: {_NEXT[report.verdict]}")
    if report.newsroom:
        name = f"{printable(report.name)}, " if report.name else ""
        lines.append(f"  {name}edition {report.number} of {report.issued}")
        if report.age == "older":
            lines.append("  older: there is a newer edition, on this drive or known already")
        lines.append(f"  newsroom {report.newsroom}")
        lines.append(f"  its words: {' '.join(report.words.get('en', ()))}")
    lines += _items(report)
    if report.newsroom and not knows:
        lines.append(
            "  Whether this is the newsroom you mean, the drive cannot tell you: compare its id"
            " or its words with those that you have from elsewhere."
        )
    return "\n".join(lines)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _items(report: EditionReport) -> Iterator[str]:
    if report.whole or report.absent or report.damaged:
        there = "of the right size" if report.quick else "whole"
        parts = [f"{_counted(len(report.whole), 'item')} {there}"]
        if report.absent:
            parts.append(f"{len(report.absent)} not on it (a partial copy)")
        if report.damaged:
            parts.append(f"{len(report.damaged)} damaged")
        yield "  " + ", ".join(parts)
    shown = [f for f in report.findings if f.state != "absent"]
    for finding in shown[:_LISTED]:
        ranges = ", ".join(f"bytes {a} to {b - 1}" for a, b in finding.ranges[:4])
        extra = f"{amount(finding.extra, 'bytes')} added" if finding.extra else ""
        state, ranges = (_NO_FILE, "") if finding.state == "unsafe" else (finding.state, ranges)
        detail = ", ".join(filter(None, [state, ranges, extra]))
        yield f"    {printable(finding.path)}: {detail}"
    if len(shown) > _LISTED:
        yield f"    and {len(shown) - _LISTED} more (--json lists all)"
    if report.foreign_count:
        named = ", ".join(printable(p) for p in report.foreign[:3])
        count = _counted(report.foreign_count, "file")
        yield f"  {count} of somebody else's beside it, for which nobody vouches: {named}"
