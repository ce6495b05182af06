"""Make every picture and film ready: rebuilt by the media room, then judged by the audit.

A source that cannot be rebuilt, or whose result is not clean, is reported and left out; the others
go on. What was made for a source that has not changed since is taken from the cache. A full disk or
a missing tool stops the press.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from handbill import __version__, media
from handbill.errors import DriveFailed, HandbillError, ToolMissing
from handbill.files import spelled_inside
from handbill.media.values import FilmRendition, MediaProblem, StillSet
from handbill.newsroom.story import Film, Newsroom
from handbill.press import rows
from handbill.press.cache import read_rows, write_rows
from handbill.press.place import wanted_pictures
from handbill.progress import Progress

if TYPE_CHECKING:
    from handbill.protect import AuditFinding

Stamp = tuple[int, int]
"""Size in bytes and modification time in ns of one source."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the media room made: stills by path in the newsroom, films by id, and what failed."""

    stills: Mapping[str, StillSet]
    films: Mapping[str, FilmRendition]
    problems: tuple[MediaProblem, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A cache row: for which sources, as they were then, which result."""

    key: str
    stamps: tuple[tuple[str, int, int], ...]
    still: StillSet | None
    film: FilmRendition | None


# Another release may clean better: what an earlier one made is looked at again.
_SHAPE = f"media {__version__} {rows.shape(_Made, StillSet, FilmRendition)}"
# It is not the source that is bad: an edition without it would be signed for nothing.
_OURS = (DriveFailed, ToolMissing)
_ROWS = "media.rows"


class Preparer:
    """One press's work on media. ``stamps`` are the newsroom's files as the scan saw them."""

    def __init__(
        self, root: Path, cache: Path, *, stamps: Mapping[str, Stamp], progress: Progress
    ) -> None:
        self._root, self._cache = root, cache
        self._stamps, self._progress = stamps, progress
        self._known = {made.key: made for made in _read(cache)}
        self._made: dict[str, _Made] = {}
        self._problems: list[MediaProblem] = []

    def run(self, newsroom: Newsroom, hidden: Collection[str] = ()) -> Prepared:
        """Prepare everything that the newsroom shows but the pictures that are ``hidden``."""
        try:
            stills = self._stills([p for p in wanted_pictures(newsroom) if p not in hidden])
            films = self._films(newsroom.films)
        finally:
            # Also on Ctrl-C: what was finished is not made again.
            self._save()
        return Prepared(stills, films, tuple(self._problems))

    def _stills(self, paths: Sequence[str]) -> dict[str, StillSet]:
        found: dict[str, StillSet] = {}
        todo = []
        for path in paths:
            known = self._fresh("still " + path, [path])
            if known and known.still:
                found[path] = known.still
            else:
                todo.append(path)
        if todo:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (few presses)

            self._progress.start("Pictures", len(todo))
            try:
                with ThreadPoolExecutor(2) as pool:
                    for path, made in zip(todo, pool.map(self._still, todo), strict=True):
                        self._progress.advance(1, path)
                        if made:
                            found[path] = made
            finally:
                self._progress.done()
        return {path: found[path] for path in paths if path in found}

    def _still(self, path: str) -> StillSet | None:
        try:
            spelled = spelled_inside(self._root, path)
            made = replace(media.prepare_picture(self._root, spelled, self._cache), source=path)
        except _OURS:
            raise
        except HandbillError as error:
            self._problems.append(_left_out(path, error))
            return None
        if not self._clean(path, [r.file for r in made.renditions]):
            return None
        self._keep("still " + path, [path], still=made)
        return made

    def _films(self, films: Sequence[Film]) -> dict[str, FilmRendition]:
        found: dict[str, FilmRendition] = {}
        for film in films:
            sources = _film_sources(film)
            known = self._fresh("film " + film.id, sources)
            made = known.film if known else None
            if made is None and (made := self._film(film)):
                self._keep("film " + film.id, sources, film=made)
            if made:
                found[film.id] = made
                self._problems += map(_named_once, made.problems)
        return found

    def _film(self, film: Film) -> FilmRendition | None:
        try:
            made = media.prepare_film(
                self._root,
                spelled_inside(self._root, film.video),
                subtitles=[
                    replace(s, path=spelled_inside(self._root, s.path)) for s in film.subtitles
                ],
                poster_rel=spelled_inside(self._root, film.poster.path) if film.poster else None,
                cache=self._cache,
                progress=self._progress,
            )
        except _OURS:
            raise
        except HandbillError as error:
            self._problems.append(_left_out(film.video, error))
            return None
        files = [made.file, *(r.file for r in made.poster.renditions)]
        if not self._clean(film.video, files):
            return None
        return _clean_captions(film, made)

    def _clean(self, source: str, files: Sequence[Path]) -> bool:
        from handbill.protect import audit_file  # noqa: PLC0415  (few presses make media)

        findings = [finding for file in files for finding in audit_file(file)]
        self._problems += [_unclean(source, finding) for finding in findings[:3]]
        return not findings

    def _fresh(self, key: str, sources: Sequence[str]) -> _Made | None:
        made = self._known.get(key)
        if made is None or made.stamps != self._stamped(sources) or not all(_stand(made)):
            return None
        self._made[key] = made
        return made

    def _stamped(self, sources: Sequence[str]) -> tuple[tuple[str, int, int], ...]:
        return tuple((path, *self._stamps.get(path, (-1, -1))) for path in sources)

    def _keep(
        self,
        key: str,
        sources: Sequence[str],
        *,
        still: StillSet | None = None,
        film: FilmRendition | None = None,
    ) -> None:
        self._made[key] = _Made(key, self._stamped(sources), still, film)

    def _save(self) -> None:
        if self._made != self._known:
            made = (self._made[key] for key in sorted(self._made))
            write_rows(self._cache, _ROWS, _SHAPE, map(rows.dumps, made))


def _clean_captions(film: Film, made: FilmRendition) -> FilmRendition:
    """Return a film without the subtitles that are not clean, which are among its problems."""
    from handbill.protect import audit_bytes  # noqa: PLC0415  (few presses make media)

    kept, problems = [], [*made.problems]
    for track in made.captions:
        texts = (("a.srt", track.srt), ("a.vtt", track.vtt))
        findings = [f for name, text in texts for f in audit_bytes(name, text.encode())]
        if findings:
            source = next(s.path for s in film.subtitles if s.language == track.language)
            problems.append(_unclean(source, findings[0]))
        else:
            kept.append(track)
    return replace(made, captions=tuple(kept), problems=tuple(problems))


def _unclean(source: str, finding: "AuditFinding") -> MediaProblem:
    return MediaProblem(
        source,
        f"withheld: the rebuilt file is not clean: {finding.what}",
        "please report this as a security defect",
    )


def _film_sources(film: Film) -> list[str]:
    poster = [film.poster.path] if film.poster else []
    return [film.video, *(s.path for s in film.subtitles), *poster]


def _stand(made: _Made) -> Iterator[bool]:
    renditions = list(made.still.renditions) if made.still else []
    if made.film:
        renditions += made.film.poster.renditions
        yield _length(made.film.file) == made.film.length
    for rendition in renditions:
        yield _length(rendition.file) == rendition.length


def _length(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _read(cache: Path) -> list[_Made]:
    decode = rows.reader(_Made)
    try:
        return [decode(json.loads(line)) for line in read_rows(cache, _ROWS, _SHAPE)]
    except (ValueError, TypeError, IndexError, KeyError):
        return []


def _named_once(problem: MediaProblem) -> MediaProblem:
    return replace(problem, reason=problem.reason.removeprefix(f"{problem.source}: "))


def _left_out(path: str, error: HandbillError) -> MediaProblem:
    return MediaProblem(path, str(error).removeprefix(f"{path}: "), error.hint or "")
