"""Risk holds all that shows the same people; an embargo the one text that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from handbill.newsroom.selection import select
from handbill.newsroom.story import Excerpt, Film, Newsroom, Picture, Show, Story
from handbill.press.engine import Press

TODAY = date(2026, 11, 24)
FACE = Picture("stories/face.jpg", "A face")


def story(name: str, **more: object) -> Story:
    made = Story(name, name, name, "en", TODAY, "", f"stories/{name}.md")
    return replace(made, **more)


def film(name: str, **more: object) -> Film:
    made = Film(name, name, name, "en", f"films/{name}/a.mp4", f"films/{name}/film.md")
    return replace(made, **more)


def held(*entries: Story | Film) -> dict[str, str]:
    stories = tuple(e for e in entries if isinstance(e, Story))
    films = tuple(e for e in entries if isinstance(e, Film))
    found = select(Newsroom("P", "en", ("en",), stories=stories, films=films), TODAY)
    return {w.id or w.source: w.reason for w in found.withheld}


@pytest.mark.parametrize(
    "other",
    [story("b", translations=("a",)), story("b")],
    ids=["names it", "is named"],
)
def test_a_translation_of_a_story_at_risk_is_withheld(other: Story) -> None:
    risky = story("a", risk=True, translations=() if other.translations else ("b",))
    found = held(risky, other, story("c"))
    assert found.keys() == {"a", "b"}
    assert found["b"] == "is a translation of stories/a.md, which is withheld for risk"


def test_translations_are_followed_and_circles_end() -> None:
    a, b = story("a", risk=True, translations=("b",)), story("b", translations=("a",))
    assert held(a, b, story("c", translations=("b",)), story("d")).keys() == {"a", "b", "c"}


@pytest.mark.parametrize("more", [{"film": "f"}, {"excerpt": Excerpt("f", 0, 1)}])
def test_a_film_that_a_story_at_risk_shows_is_withheld(more: dict[str, object]) -> None:
    found = held(story("a", risk=True, **more), story("b", film="f"), film("f"), film("g"))
    assert found.keys() == {"a", "f"}
    assert found["f"] == "is shown by stories/a.md, which is withheld for risk"


def test_an_embargo_holds_one_text() -> None:
    later = story("a", embargo=date(2026, 12, 1), translations=("b",), film="f", lead=FACE)
    assert held(later, story("b", lead=FACE), film("f")).keys() == {"a"}


def test_a_picture_of_a_story_at_risk_is_shown_nowhere() -> None:
    risky = story("a", risk=True, lead=FACE)
    found = held(risky, story("b", pictures=(FACE,)), film("f", poster=FACE))
    assert found.keys() == {"a", FACE.path}
    assert found[FACE.path] == "is a picture of stories/a.md, which is withheld for risk"
    assert held(risky, story("b")).keys() == {"a"}
    room = Newsroom("P", "en", ("en",), (), stories=(risky,), films=(film("f", poster=FACE),))
    assert [f.poster for f in select(room, TODAY).newsroom.films] == [None]
    shows = (Show("s", "s", "S", "en", "shows/s/show.md", poster=FACE),)
    assert select(replace(room, shows=shows), TODAY).hidden == {FACE.path}


def test_nothing_of_a_story_at_risk_comes_out_once_it_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("handbill.reader.printing.printable", lambda *_: False)
    room, out = tmp_path / "room", tmp_path / "out"
    (room / "stories").mkdir(parents=True)
    (room / "newsroom.toml").write_text('name = "P"\nlanguage = "en"\n')
    Image.new("RGB", (600, 400), "red").save(room / "stories/gesicht.jpg")
    text = "---\nid: {0}\ntitle: The {0}\ndate: 2026-11-03\nlead:\n  path: gesicht.jpg\n  alt: A face\n{1}---\n{0} {2}\n"
    marked = text.format("zeugin", "translations:\n  - nochmal\nrisk: {}\n", "saw")
    (room / "stories/zeugin.md").write_text(marked.format("no"))
    (room / "stories/nochmal.md").write_text(text.format("nochmal", "", "saw"))
    (room / "stories/other.md").write_text(
        text.format("other", "", "[w](zeugin.md) ![f](gesicht.jpg)")
    )
    Press(room, out, TODAY, None, single_files=5).run()
    assert b"gesicht-480" in (out / "stories/other/index.html").read_bytes()
    (room / "stories/zeugin.md").write_text(marked.format("yes"))
    report = Press(room, out, TODAY, None, single_files=5).run()
    assert {w.source for w in report.withheld} == {
        "stories/zeugin.md", "stories/nochmal.md", "stories/gesicht.jpg",
    }  # fmt: skip
    left = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert not [p for p in left if p.suffix == ".jpg"]
    for word in (b"zeugin", b"nochmal", b"gesicht"):
        assert not [p for p, data in left.items() if word in data or word in bytes(p)[-60:]], word
