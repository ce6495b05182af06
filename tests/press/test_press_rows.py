"""Cache rows give back the values that went in, and refuse another shape."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest

from handbill.media.values import CaptionTrack, FilmRendition, StillRendition, StillSet
from handbill.newsroom.story import Comments, Correction, Credit, Excerpt, Picture, Story
from handbill.press import rows
from handbill.press.cache import read_rows, write_rows
from handbill.press.recalled import heading, recalled, rest_of

STORY = Story(
    "a", "a", "제목", "ko", date(2026, 1, 2), "body", "stories/a.md",
    authors=(Credit("Min", "words"),), lead=Picture("a.jpg", "alt"),
    excerpt=Excerpt("film", 1.5, 4.0), corrections=(Correction(date(2026, 2, 3), "x"),),
    tags=("t", "u"), comments=Comments(False, "closed"), embargo=date(2027, 1, 1),
)  # fmt: skip
OPEN = dataclasses.replace(STORY, comments=Comments(), tags=())
STILL = StillSet("a.jpg", (StillRendition(Path("/c/a.jpg"), 3, 2, 9, "00"),))
FILM = FilmRendition(
    "f.mov", Path("/c/f.mp4"), ".mp4", 4, 2, 1.5, 9, "11", "everywhere-1", False, STILL,
    captions=(CaptionTrack("en", "English", "WEBVTT", "1"),),
)  # fmt: skip


@pytest.mark.parametrize("value", [STORY, STILL, FILM, dataclasses.replace(STORY, lead=None), OPEN])
def test_rows_give_back_what_went_in(value: object) -> None:
    row = json.loads(rows.dumps(value))
    assert rows.reader(type(value))(row) == value


def test_another_shape_is_another_name() -> None:
    assert rows.shape(Story) != rows.shape(Picture)


@pytest.mark.parametrize(
    "text",
    ["", "other\n[1]\n1\n", "shape\n[1]\n2\n", "shape\n[1]\n", "shape\n[1]", "\udcff", "shape\n"],
)
def test_a_torn_cache_is_no_cache(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.rows").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_rows(tmp_path, "x.rows", "shape") == []


def test_rows_are_kept_whole(tmp_path: Path) -> None:
    write_rows(tmp_path, "x.rows", "shape", ["[1]", "[2]"])
    assert read_rows(tmp_path, "x.rows", "shape") == ["[1]", "[2]"]
    assert read_rows(tmp_path, "x.rows", "another") == []


TIED = dataclasses.replace(
    STORY, film="f", related=("b", "c"), risk=True, weight=3, mentions=("b.md",), transcript="t"
)


@pytest.mark.parametrize("story", [dataclasses.replace(s, body="") for s in (STORY, OPEN, TIED)])
def test_a_story_is_recalled_with_all_that_it_had(story: Story) -> None:
    def again() -> Story:
        row = json.loads(rows.dumps(heading(story)))
        return recalled(story.source, row, rest_of(story))

    for field in dataclasses.fields(Story):
        assert getattr(again(), field.name) == getattr(story, field.name), field.name
    assert (again().lead_path, again().picture_paths) == (story.lead_path, story.picture_paths)
    other = dataclasses.replace(again(), lead=Picture("c.jpg", "alt"), title="Other")
    assert (other.lead_path, other.title, other.authors) == ("c.jpg", "Other", story.authors)
    with pytest.raises(AttributeError):
        again().colour  # type: ignore[attr-defined]  # noqa: B018
