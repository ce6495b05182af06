"""Where finished media lie in the edition: names for people, that change with the bytes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from handbill.media.values import FilmRendition, StillRendition, StillSet
from handbill.newsroom.story import Film, Newsroom, Show, Story
from handbill.paths import fold, human_name, rel_path
from handbill.reader.values import Placed, PlacedCaption, PlacedFilm, PlacedStill

POSTER_WIDTH = 960
SHARED = "pictures"
_NEUTRAL, _MOST_DIGITS = "picture", 3


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file to put into the edition: a rendition in the cache, or text (then ``data`` is set)."""

    path: str
    source: Path | None
    data: bytes
    sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class Placement:
    """All media of an edition: what the pages must know, and which files go where."""

    placed: Placed
    files: tuple[MediaFile, ...]
    of_story: Mapping[str, tuple[str, ...]]
    of_film: Mapping[str, tuple[str, ...]]


def place(
    newsroom: Newsroom, stills: Mapping[str, StillSet], films: Mapping[str, FilmRendition]
) -> Placement:
    """Give every rendition its path. ``stills`` by path in the newsroom, ``films`` by film id.

    A picture that one story shows lies in that story's folder and travels with it; one that several
    pages show lies once, in ``pictures/``.
    """
    files = _Files()
    where: dict[str, tuple[PlacedStill, ...]] = {}
    of_story: dict[str, tuple[str, ...]] = {}
    owners = _owners(newsroom)
    for path, still_set in stills.items():
        story = owners.get(path)
        folder = f"stories/{story.slug}" if story else SHARED
        placed = _place_stills(folder, still_set, files)
        where[path] = placed
        if story:
            paths = (*of_story.get(story.id, ()), *(p.path for p in placed))
            of_story[story.id] = tuple(dict.fromkeys(paths))
    shows = {name: show for show in newsroom.shows for name in (show.slug, show.id)}
    placed_films, of_film = {}, {}
    for film in newsroom.films:
        if film.id in films:
            first = len(files.all)
            placed_films[film.id] = _place_film(film, shows, films[film.id], files)
            of_film[film.id] = tuple(f.path for f in files.all[first:])
    return Placement(Placed(where, placed_films), tuple(files.all), of_story, of_film)


def wanted_pictures(newsroom: Newsroom) -> tuple[str, ...]:
    """Return every picture that some page shows, once, in a stable order."""
    posters = _posters(newsroom)
    bodies = [p for s in newsroom.stories for p in s.picture_paths]
    return tuple(dict.fromkeys((*bodies, *posters)))


def _posters(newsroom: Newsroom) -> list[str]:
    given = [f.poster for f in newsroom.films] + [s.poster for s in newsroom.shows]
    return [poster.path for poster in given if poster]


def _owners(newsroom: Newsroom) -> dict[str, Story]:
    shown: Counter[str] = Counter()
    first: dict[str, Story] = {}
    for story in newsroom.stories:
        for path in story.picture_paths:
            shown[path] += 1
            first.setdefault(path, story)
    shown.update(_posters(newsroom))
    return {path: story for path, story in first.items() if shown[path] == 1}


class _Files:
    """The files placed so far, no two under names that a drive takes for one."""

    def __init__(self) -> None:
        self.all: list[MediaFile] = []
        self._taken: dict[str, MediaFile] = {}

    def add(self, path: str, source: Path | None, data: bytes, facts: tuple[str, int]) -> str:
        """Place a file; ``facts`` are its SHA-256 and length."""
        file = MediaFile(rel_path(path), source, data, *facts)
        self.all.append(file)
        self._taken[fold(path)] = file
        return path

    def at(self, path: str) -> MediaFile | None:
        """Return what lies at a path already."""
        return self._taken.get(fold(path))


def _place_stills(folder: str, still_set: StillSet, files: _Files) -> tuple[PlacedStill, ...]:
    stem = picture_stem(still_set.source)
    return tuple(_placed_still(f"{folder}/{stem}", s, files) for s in still_set.renditions)


def picture_stem(source: str) -> str:
    """Return what a picture's file is called: as its source is, unless a device named that.

    Cameras, phones and messengers name files by date, time and counter: ``IMG_20240312_153012``.
    """
    name = PurePosixPath(source).stem
    if sum(map(str.isdigit, name)) > _MOST_DIGITS:
        return _NEUTRAL
    return human_name(name, fallback=_NEUTRAL, limit=40).replace(" ", "-")


def _placed_still(stem: str, still: StillRendition, files: _Files) -> PlacedStill:
    for digits in (6, 64):
        path = f"{stem}-{still.width}-{still.sha256[:digits]}.jpg"
        there = files.at(path)
        if there is None:
            return _still(path, still, files)
        if there.sha256 == still.sha256:  # a copy of a picture, under the same name elsewhere
            return PlacedStill(there.path, still.width, still.height, still.length)
    raise AssertionError(path)


def _still(path: str, still: StillRendition, files: _Files) -> PlacedStill:
    path = files.add(path, still.file, b"", (still.sha256, still.length))
    return PlacedStill(path, still.width, still.height, still.length)


def _place_film(
    film: Film, shows: Mapping[str, Show], made: FilmRendition, files: _Files
) -> PlacedFilm:
    stem = film_stem(film, shows.get(film.show), made.sha256)
    if files.at(stem + made.suffix):  # another film's: each travels with files of its own
        stem = f"{stem} {film.id}"
    path = files.add(stem + made.suffix, made.file, b"", (made.sha256, made.length))
    poster = _poster(stem, made.poster, files)
    captions = tuple(
        _caption(stem, c.language, c.label, c.vtt, c.srt, files) for c in made.captions
    )
    return PlacedFilm(
        path,
        made.width,
        made.height,
        made.duration_s,
        made.length,
        poster,
        captions,
        made.plays_on,
    )


def film_stem(film: Film, show: Show | None, sha256: str) -> str:
    """Return a film's path without suffix: title and six digits of its hash, for people and TVs."""
    title = human_name(film.title, fallback=film.id)
    if show is None:
        return f"films/{title} {sha256[:6]}"
    folder = human_name(show.title, fallback=show.id)
    return f"shows/{folder}/{film.number:02} {title} {sha256[:6]}"


def _poster(stem: str, still_set: StillSet, files: _Files) -> tuple[PlacedStill, ...]:
    fitting = [s for s in still_set.renditions if s.width <= POSTER_WIDTH]
    best = fitting[-1] if fitting else still_set.renditions[0]
    # Same stem as the film: TVs and players show it as the film's picture.
    return (_still(f"{stem}.jpg", best, files),)


def _caption(
    stem: str, language: str, label: str, vtt: str, srt: str, files: _Files
) -> PlacedCaption:
    data = srt.encode("utf-8-sig")
    facts = (sha256(data).hexdigest(), len(data))
    path = files.add(f"{stem}.{language}.srt", None, data, facts)
    return PlacedCaption(language, label, vtt, path)


def item_files(paths: Iterable[str], extra: Iterable[str]) -> tuple[str, ...]:
    """Return the paths of one item in byte order."""
    return tuple(sorted({*paths, *extra}, key=str.encode))
