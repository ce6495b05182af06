"""Files of films and shows that nothing would be made of, told so that nobody misses them later.

Pure. None of them stops the press: they may wait for the text that is not written yet.
"""

from collections.abc import Collection, Iterable, Iterator

from handbill.ids import is_language
from handbill.newsroom.frontmatter import Problem
from handbill.newsroom.story import Film, Show, Subtitle

SUBTITLES = (".srt", ".vtt", ".ass", ".ssa", ".smi", ".sub")
# Pictures that move come first: a sound file beside a film is not the film.
FILMS = (
    (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp",
     ".wmv", ".flv", ".ogv"),
    (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".flac"),
)  # fmt: skip
_MOVING = (*FILMS[0], *FILMS[1])


def subtitles_of(inside: Iterable[str]) -> Iterator[Subtitle]:
    """Yield the subtitles among files beside a film: the first whose name ends in each language."""
    seen = set[str]()
    for path in inside:
        stem, _, _ = path.rpartition(".")
        language = stem.rpartition(".")[2]
        if path.lower().endswith(SUBTITLES) and is_language(language):
            if language.lower() not in seen:
                yield Subtitle(language, path)
            seen.add(language.lower())


def passed_over(
    paths: Iterable[str], films: Collection[Film], shows: Collection[Show]
) -> Iterator[Problem]:
    """Yield what lies in the folders of films and shows and is used by no text there."""
    told = {film.source.rpartition("/")[0] for film in films}
    used = {film.video for film in films} | {s.path for f in films for s in f.subtitles}
    for path in paths:
        if not path.startswith(("films/", "shows/")) or path in used:
            continue
        folder, low = path.rpartition("/")[0], path.lower()
        if low.endswith(SUBTITLES) and folder in told:
            tag = path.rpartition(".")[0].rpartition(".")[2]
            why = "its name says no language"
            why = "another file has its language" if is_language(tag) else why
            yield _told(path, f"is not used: {why}, expected one as film.en.srt for each")
        elif low.endswith(_MOVING) and folder not in told:
            yield _told(path, "is not published: no text lies beside it, as film.en.md")
    named = {name for show in shows for name in (show.id, show.slug)}
    for film in films:
        if film.show and film.show not in named:
            yield _told(film.source, f"is of no show: there is no shows/{film.show}/show.md")


def _told(path: str, text: str) -> Problem:
    return Problem(path, 0, text, stops=False)
