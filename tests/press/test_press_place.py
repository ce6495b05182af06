"""No two files of an edition lie under names that a drive takes for one, whatever the sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from handbill.media.values import CaptionTrack, FilmRendition, StillRendition, StillSet
from handbill.newsroom.story import Film, Newsroom, Picture, Show, Story
from handbill.paths import fold
from handbill.press.place import Placement, place

A, B = "ab" * 32, "abababab" + "cd" * 28


def stills(source: str, sha256: str) -> StillSet:
    return StillSet(source, (StillRendition(Path(sha256), 480, 320, 9, sha256),))


def story(*paths: str) -> Story:
    pictures = tuple(Picture(path, "A boat") for path in paths)
    return Story("s", "s", "S", "en", date(2026, 1, 2), "", "stories/s.md", pictures=pictures)


def room(*stories: Story, films: tuple[Film, ...] = (), shows: tuple[Show, ...] = ()) -> Newsroom:
    return Newsroom("P", "en", ("en",), stories=stories, films=films, shows=shows)


def film(name: str, **more: str) -> Film:
    return Film(name, name, "Ferry", "en", f"films/{name}/a.mp4", f"films/{name}/film.md", **more)


def made(source: str) -> FilmRendition:
    captions = (CaptionTrack("en", "en", "WEBVTT\n", "1\r\n"),)
    poster = stills(source, A)
    return FilmRendition(source, Path("f"), ".mp4", 9, 9, 1.0, 9, A, "r", False, poster, captions)


def apart(placed: Placement) -> None:
    paths = [file.path for file in placed.files]
    assert len({fold(path) for path in paths}) == len(paths)
    owned = [p for found in (placed.of_story, placed.of_film) for ps in found.values() for p in ps]
    assert len(set(owned)) == len(owned)


@pytest.mark.parametrize("name", ["a.jpg", "A.jpg"])
def test_one_picture_in_two_folders_is_one_file(name: str) -> None:
    paths = ("stories/x/a.jpg", f"stories/y/{name}")
    found = place(room(story(*paths)), {path: stills(path, A) for path in paths}, {})
    apart(found)
    (one,) = found.files
    assert [found.placed.stills[path][0].path for path in paths] == [one.path] * 2


def test_two_pictures_whose_hashes_begin_alike_are_two_files() -> None:
    first, other = "stories/x/a.jpg", "stories/y/a.jpg"
    found = place(room(story(first, other)), {first: stills(first, A), other: stills(other, B)}, {})
    apart(found)
    assert [file.sha256 for file in found.files] == [A, B]
    assert found.placed.stills[first] != found.placed.stills[other]


def test_one_film_with_two_texts_of_one_title_is_two_items() -> None:
    films = (film("one"), film("two"))
    found = place(room(films=films), {}, {f.id: made(f.video) for f in films})
    apart(found)
    assert found.placed.films["one"].path == "films/Ferry ababab.mp4"
    assert found.placed.films["two"].path == "films/Ferry ababab two.mp4"


def test_an_episode_lies_with_its_show_whichever_name_its_folder_has() -> None:
    show = Show("the-river", "river", "The river", "en", "shows/river/show.md")
    one = film("one", show="river")
    found = place(room(films=(one,), shows=(show,)), {}, {"one": made("x")})
    assert found.placed.films["one"].path == "shows/The river/00 Ferry ababab.mp4"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("ferry.jpg", "ferry"),
        ("old bridge 2.png", "old-bridge-2"),
        ("다리.jpg", "다리"),
        ("IMG_20240312_153012.jpg", "picture"),
        ("PXL_20210423_112233.MP.jpg", "picture"),
        ("IMG_1234.HEIC", "picture"),
        ("DSC00042.JPG", "picture"),
        ("WhatsApp Image 2024-03-12 at 10.11.12.jpeg", "picture"),
        ("Screenshot ٢٠٢٤-٠٣-١٢.png", "picture"),
    ],
)
def test_no_name_that_a_device_gave_is_published(name: str, stem: str) -> None:
    path = f"stories/x/{name}"
    found = place(room(story(path)), {path: stills(path, A)}, {})
    assert found.files[0].path == f"stories/s/{stem}-480-ababab.jpg"
