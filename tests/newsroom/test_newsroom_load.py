"""Every mistake in a newsroom's folder is named with its file, its line and the nearest word."""

from __future__ import annotations

import os
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.errors import NewsroomInvalid
from handbill.files import read_inside, spelled_inside
from handbill.newsroom import scan
from handbill.newsroom.frontmatter import read
from handbill.newsroom.scan import load
from handbill.newsroom.selection import select

SETTINGS = (
    'name = "Paper"\nlanguage = "en"\nlanguages = ["en", "ko"]\n[sections.water]\nen = "Water"\n'
)
GOOD = "---\nid: boat\ntitle: The boat\nlanguage: en\ndate: 2026-11-03\n---\nText.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stories").mkdir()
    (tmp_path / "newsroom.toml").write_text(SETTINGS)
    (tmp_path / "stories/boat.md").write_text(GOOD)
    return tmp_path


def problems(folder: Path) -> list[str]:
    return [str(p) for p in load(folder).problems]


def test_letters_that_wait_are_no_part_of_a_newsroom(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tray").mkdir()
    for n in range(50):
        (folder / f"tray/{n}.bin").touch()
    (folder / "stories/tray").mkdir()
    (folder / "stories/tray/boat.jpg").write_bytes(b"x")
    monkeypatch.setattr(scan, "MAX_SOURCES", 20)
    loaded = load(folder)
    assert loaded.problems == ()
    assert sorted(loaded.stamps) == ["newsroom.toml", "stories/boat.md", "stories/tray/boat.jpg"]


def test_a_good_newsroom_has_no_problems(folder: Path) -> None:
    loaded = load(folder)
    assert loaded.problems == ()
    assert [s.id for s in loaded.newsroom.stories] == ["boat"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title:", "tilte:", ":3: "),
        ("title: The boat\n", "", "title"),
        ("id: boat", "id: Boat!", "id"),
        ("id: boat", "id: boat\nslug: con", "device name"),
        ("id: boat", "id: boat\nslug: ../boat", "slug"),
        ("language: en", "language: english", "language"),
        ("date: 2026-11-03", "date: 3.11.2026", "date"),
        ("date: 2026-11-03", "date: 2026-02-30", "date"),
        ("---\nText", "section: watre\n---\nText", "water"),
        ("---\nText", "film: nowhere\n---\nText", "nowhere"),
        ("---\nText", "related:\n  - nowhere\n---\nText", "nowhere"),
        ("---\nText", "risk: maybe\n---\nText", "risk"),
        ("---\nText", "lead:\n  path: none.jpg\n  alt: x\n---\nText", "none.jpg"),
        ("---\nText", "lead:\n  path: ../../../etc/passwd\n  alt: x\n---\nText", "passwd"),
        ("---\nText", "title: again\n---\nText", "title"),
        ("Text.", "![](pic.jpg)", "pic.jpg"),
        ("title: The boat", "title: The\u202eboat", "title"),
        ("---\nText.", "Text.", "---"),
    ],
)
def test_mistakes_in_a_story_are_named(folder: Path, old: str, new: str, said: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    (folder / "stories/boat.md").write_text(text, "utf-8")
    found = problems(folder)
    assert found
    assert any("stories/boat.md" in line and said in line for line in found), found


def test_an_unknown_word_names_the_nearest(folder: Path) -> None:
    (folder / "stories/boat.md").write_text(GOOD.replace("title:", "tilte:"))
    assert any("tilte" in line and "title" in line for line in problems(folder))


def test_two_stories_with_one_id(folder: Path) -> None:
    (folder / "stories/again.md").write_text(GOOD)
    assert any("boat" in line for line in problems(folder))


def test_two_stories_in_one_place(folder: Path) -> None:
    (folder / "stories/again.md").write_text(
        GOOD.replace("id: boat", "id: again\nslug: boat"), "utf-8"
    )
    assert [line for line in problems(folder) if "boat" in line and "again.md" in line]


def test_every_mistake_is_listed_at_once(folder: Path) -> None:
    for n in range(5):
        (folder / f"stories/s{n}.md").write_text(f"---\nid: s{n}\n---\nText.\n")
    assert len({line.split(":")[0] for line in problems(folder)}) == 5


@pytest.mark.parametrize(
    "data", [b"\xff\xfe---", b"---\nid: \xed\xa0\x80\n---\n", b"", b"\0" * 50, b"---\n" * 9]
)
def test_texts_that_are_none_are_problems_and_not_crashes(folder: Path, data: bytes) -> None:
    (folder / "stories/odd.md").write_bytes(data)
    assert any("stories/odd.md" in line for line in problems(folder))


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_a_text_in_another_encoding_says_what_to_do(folder: Path, encoding: str) -> None:
    text = GOOD.replace("The boat", "마지막 배")
    (folder / "stories/odd.md").write_bytes(text.encode(encoding))
    found = [line for line in problems(folder) if "stories/odd.md" in line]
    assert len(found) == 1
    assert found[0].endswith("is not UTF-8: open it in an editor and save it as UTF-8")


@pytest.mark.parametrize("section", ["../../evil", "con", "a b?", "Water"])
def test_a_section_that_no_drive_can_hold_is_a_problem(folder: Path, section: str) -> None:
    with (folder / "newsroom.toml").open("a") as file:
        file.write(f'\n[sections."{section}"]\nen = "X"\n')
    assert any("newsroom.toml" in line and section in line for line in problems(folder))


def test_a_text_too_large_is_not_read(folder: Path) -> None:
    with (folder / "stories/large.md").open("wb") as file:
        file.truncate(5 << 20)
    assert any("stories/large.md" in line for line in problems(folder))


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "stories/link.md").symlink_to("/etc/passwd")
    (folder / "stories/loop").symlink_to(folder)
    os.mkfifo(folder / "stories/pipe.md")
    assert [s.id for s in load(folder).newsroom.stories] == ["boat"]


def test_a_folder_without_settings(tmp_path: Path) -> None:
    with pytest.raises(NewsroomInvalid) as failed:
        load(tmp_path)
    assert failed.value.hint


@pytest.mark.parametrize("text", ["name = ", "x = 1\n", 'name = "Paper"\nlanguge = "en"\n'])
def test_settings_that_are_wrong(folder: Path, text: str) -> None:
    (folder / "newsroom.toml").write_text(text)
    try:
        found = problems(folder)
    except NewsroomInvalid:
        return
    assert any("newsroom.toml" in line for line in found)


def test_embargo_and_risk_hold_a_story_and_every_link_to_it(folder: Path) -> None:
    def put(name: str, more: str) -> None:
        text = GOOD.replace("id: boat", f"id: {name}").replace("---\nText", f"{more}---\nText")
        (folder / f"stories/{name}.md").write_text(text)

    put("later", "embargo: 2026-12-01\n")
    put("risky", "risk: yes\n")
    put("linker", "related:\n  - later\n  - risky\n  - boat\n")
    newsroom = load(folder).newsroom
    held = select(newsroom, date(2026, 11, 24))
    assert {w.source for w in held.withheld} == {"stories/later.md", "stories/risky.md"}
    assert next(s for s in held.newsroom.stories if s.id == "linker").related == ("boat",)
    free = select(newsroom, date(2026, 12, 1))
    assert {w.source for w in free.withheld} == {"stories/risky.md"}


@given(st.text(max_size=300))
def test_front_matter_never_crashes(text: str) -> None:
    read("x.md", "---\n" + text)


def test_a_film_with_two_texts_is_a_problem_and_not_silence(folder: Path) -> None:
    (folder / "films/ferry").mkdir(parents=True)
    (folder / "films/ferry/ferry.mp4").write_bytes(b"x")
    for tag in ("en", "ko"):
        text = f"---\nid: ferry-{tag}\ntitle: Ferry\nlanguage: {tag}\n---\n"
        (folder / f"films/ferry/film.{tag}.md").write_text(text)
    assert any("film.ko.md" in line and "film.en.md" in line for line in problems(folder))


def test_what_is_wrong_in_a_body_is_named_with_its_line(folder: Path) -> None:
    body = "\n\nOne.\n\n![](none.jpg)\n\nSee [this](nowhere.md), [that](boat) and [home](boat.md#top).\n"
    (folder / "stories/lines.md").write_text(GOOD.replace("id: boat", "id: lines") + body)
    found = [line for line in problems(folder) if "lines.md" in line]
    at = len(GOOD.splitlines()) + 5
    assert found[0].startswith(f"stories/lines.md:{at}: picture none.jpg has no alt text")
    assert found[1].startswith(f"stories/lines.md:{at}: there is no file stories/none.jpg")
    assert found[2].startswith(f"stories/lines.md:{at + 2}: links to nowhere.md: there is no such")
    assert len(found) == 3


def test_for_a_picture_that_is_not_there_no_text_is_proposed(folder: Path) -> None:
    (folder / "stories/harbour.md").write_text(
        f"{GOOD.replace('id: boat', 'id: harbour')}\n![A](harbour.jpg)\n"
    )
    (found,) = [line for line in problems(folder) if "there is no file" in line]
    assert found.endswith("there is no file stories/harbour.jpg")


def test_a_pictures_name_may_hold_a_hash(folder: Path) -> None:
    (folder / "stories/one#2.jpg").write_bytes(b"x")
    head = GOOD.replace("id: boat", "id: hash").removesuffix("---\nText.\n")
    lead, body = "lead:\n  path: one#2.jpg\n  alt: A boat.\n", "![A boat](one#2.jpg)\n"
    (folder / "stories/hash.md").write_text(f"{head}{lead}---\n{body}")
    assert problems(folder) == []
    found = next(s for s in load(folder).newsroom.stories if s.id == "hash")
    assert found.picture_paths == ("stories/one#2.jpg",)


def test_a_film_may_not_link_to_nothing_either(folder: Path) -> None:
    place = folder / "films/ferry"
    place.mkdir(parents=True)
    (place / "ferry.mp4").write_bytes(b"x")
    (place / "film.en.md").write_text("---\nid: ferry\ntitle: Ferry\n---\nSee [it](baot).\n")
    assert problems(folder) == [
        "films/ferry/film.en.md:5: links to baot: there is no such text; did you mean 'boat'?"
    ]


def put(folder: Path, path: str, text: str = "x") -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, "utf-8")


def story(name: str, more: str = "", body: str = "Text.") -> str:
    return GOOD.replace("id: boat", f"id: {name}").replace("---\nText.", f"{more}---\n{body}")


FILM = "---\nid: {id}\ntitle: Ferry\n---\n{body}\n"


@pytest.mark.parametrize(
    ("more", "body", "said"),
    [
        ("lead:\n  path: p.jpg\n  alt: x\n  captoin: y\n", "", ":6: lead: captoin is not one of"),
        ("lead:\n  path: p.jpg\n  path: q.jpg\n", "", ":8: path stands twice in lead"),
        ("excerpt:\n  film: none\n  in: 0:01\n  out: 0:02\n", "", ":6: excerpt: there is no"),
        ("tags:\n  - a\x0bb\n", "", ":6: tags: holds control characters"),
        ("lead:\n  path: p.jpg\n  alt: a\x1bb\n", "", ":6: lead: holds control characters"),
        ("film: boat\n", "", ":6: film: there is no film 'boat'"),
        ("authors: Kim Min-ji, words\n", "", ":6: authors: one person or several?"),
        ("", "![a boat](my photo.jpg)", ":7: a picture as '![a boat](my photo.jpg)', expected"),
        ("", "![a boat](<my photo.jpg>)", ":7: a picture as"),
        ("", "Text\n![a boat][ref]\n\n[ref]: p.jpg", ":8: a picture as"),
        ("", '<img src="p.jpg">', ":7: a picture as"),
        ("", "![a](https://example.org/a.jpg)", ":7: https://example.org/a.jpg lies elsewhere"),
    ],
)
def test_what_would_silently_be_lost_is_named(
    folder: Path, more: str, body: str, said: str
) -> None:
    put(folder, "stories/p.jpg")
    put(folder, "stories/odd.md", story("odd", more, body))
    assert any(line.startswith(f"stories/odd.md{said}") for line in problems(folder))


def test_an_excerpt_of_a_film_that_went_is_named_of_a_story_read_before(folder: Path) -> None:
    put(folder, "films/ferry/film.md", FILM.format(id="ferry", body=""))
    put(folder, "films/ferry/ferry.mp4")
    more = "excerpt:\n  film: ferry\n  in: 0:01\n  out: 0:02\n"
    put(folder, "stories/odd.md", story("odd", more))
    before = load(folder)
    assert before.problems == ()
    (folder / "films/ferry/film.md").unlink()
    known = {
        s.source: scan.Known(before.stamps[s.source], before.digests[s.source], s)
        for s in before.newsroom.stories
    }
    found = [str(p) for p in load(folder, known).problems]
    assert any("odd.md:6: excerpt: there is no 'ferry'" in line for line in found)


def test_two_stories_called_unnamed_are_two_in_one_place(folder: Path) -> None:
    put(folder, "stories/unnamed.md", story("one"))
    put(folder, "stories/more/unnamed.md", story("two"))
    assert any("stories/unnamed is the place of" in line for line in problems(folder))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("films/ferry/ferry.md", "expected film.LANGUAGE.md"),
        ("films/ferry/film.ko.en.md", "expected film.LANGUAGE.md"),
        ("shows/river/show.ko.md", "expected show.md or film.LANGUAGE.md"),
        ("films/ferry/ferry.srt", "its name says no language"),
        ("films/later/later.mov", "no text lies beside it"),
        ("shows/river/01-a/a.mp4", "no text lies beside it"),
        ("pages/about.md", "is the page 'about' in 'en', and so is pages/about.en.md"),
        ("pages/answer.en.md", "begins without its title"),
    ],
)
def test_a_file_of_which_nothing_would_be_made_is_named(folder: Path, path: str, said: str) -> None:
    put(folder, "pages/about.en.md", "# About\n")
    put(folder, "films/ferry/film.md", FILM.format(id="ferry", body=""))
    put(folder, "films/ferry/a.mp4")
    assert problems(folder) == []
    put(folder, path, "---\nid: x\ntitle: X\n---\n" if "answer" in path else "x")
    assert [line for line in problems(folder) if line.startswith(path) and said in line]


def test_subtitles_in_frames_are_taken(folder: Path) -> None:
    put(folder, "films/ferry/film.md", FILM.format(id="ferry", body=""))
    for path in ("films/ferry/a.mp4", "films/ferry/a.ko.sub", "films/ferry/a.en.SRT"):
        put(folder, path)
    (film,) = load(folder).newsroom.films
    assert [s.language for s in film.subtitles] == ["en", "ko"]
    assert problems(folder) == []


def test_a_film_shows_no_pictures_in_its_text_and_says_so(folder: Path) -> None:
    put(folder, "films/ferry/film.md", FILM.format(id="ferry", body="Text.\n![x](p.jpg)"))
    put(folder, "films/ferry/a.mp4")
    assert [line for line in problems(folder) if "film.md:6: the picture '![x](p.jpg)'" in line]


def test_a_show_whose_episodes_would_not_find_it(folder: Path) -> None:
    put(folder, "shows/river/01-a/film.md", FILM.format(id="a", body=""))
    put(folder, "shows/river/01-a/a.mp4")
    assert ["there is no shows/river/show.md" in line for line in problems(folder)] == [True]
    text = "---\nid: the-show\ntitle: River\n{}---\n"
    put(folder, "shows/river/show.md", text.format("slug: other\n"))
    assert any("slug: is 'other', expected 'river'" in line for line in problems(folder))
    put(folder, "shows/river/show.md", text.format(""))
    assert problems(folder) == []


def test_settings_saved_on_windows_are_read(folder: Path) -> None:
    (folder / "newsroom.toml").write_bytes(b"\xef\xbb\xbf" + SETTINGS.encode())
    assert problems(folder) == []


def test_settings_in_another_encoding_say_what_to_do(folder: Path) -> None:
    (folder / "newsroom.toml").write_bytes(b'name = "x"\ncontact = "caf\xe9"\n')
    with pytest.raises(NewsroomInvalid, match=r"newsroom.toml:2: is not UTF-8: open it"):
        load(folder)


def test_a_withheld_film_is_no_excerpt(folder: Path) -> None:
    put(
        folder,
        "films/ferry/film.md",
        FILM.format(id="ferry", body="").replace("---\n\n", "risk: yes\n---\n\n"),
    )
    put(folder, "films/ferry/a.mp4")
    put(
        folder, "stories/odd.md", story("odd", "excerpt:\n  film: ferry\n  in: 0:01\n  out: 0:02\n")
    )
    held = select(load(folder).newsroom, date(2026, 11, 24))
    assert [s.excerpt for s in held.newsroom.stories if s.id == "odd"] == [None]


def test_how_to_reach_the_newsroom_is_on_a_page(folder: Path) -> None:
    put(folder, "newsroom.toml", f'contact = "Ask at the mill."\n{SETTINGS}')
    for path in ("pages/about.en.md", "pages/about.ko.md"):
        put(folder, path, "# About\n\nUs.\n")
    bodies = {page.source: page.body for page in load(folder).newsroom.pages}
    assert bodies == {"pages/about.en.md": "Us.\n\nAsk at the mill.", "pages/about.ko.md": "Us."}
    put(folder, "pages/answer.en.md", "# Answer\n")
    bodies = {page.source: page.body for page in load(folder).newsroom.pages}
    assert bodies["pages/answer.en.md"] == "Ask at the mill."
    assert bodies["pages/about.en.md"] == "Us."


def test_of_two_subtitles_in_one_language_one_is_used_and_the_other_told(folder: Path) -> None:
    put(folder, "films/ferry/film.md", FILM.format(id="ferry", body=""))
    for name in ("a.mp4", "a.en.srt", "a.en.vtt", "a.zh-hans.srt", "b.zh-Hans.srt"):
        put(folder, f"films/ferry/{name}")
    loaded = load(folder)
    (film,) = loaded.newsroom.films
    assert [s.path for s in film.subtitles] == [
        "films/ferry/a.en.srt",
        "films/ferry/a.zh-hans.srt",
    ]
    assert [p.path for p in loaded.problems] == [
        "films/ferry/a.en.vtt",
        "films/ferry/b.zh-Hans.srt",
    ]
    assert all("another file has its language" in p.text for p in loaded.problems)


def test_files_named_on_a_mac_are_found(folder: Path) -> None:
    if os.path.lexists(folder / "NEWSROOM.toml"):
        pytest.skip("this disk takes both spellings for one")
    text = story("mac", body="![A boat](사진/다리.jpg)\n").replace("date:", "slug: mac\ndate:")
    for path, data in (("stories/사진/다리.jpg", "x"), ("stories/배.md", text)):
        put(folder, unicodedata.normalize("NFD", path), data)
    loaded = load(folder)
    assert loaded.problems == ()
    (found,) = (s for s in loaded.newsroom.stories if s.id == "mac")
    assert found.picture_paths == ("stories/사진/다리.jpg",)
    assert scan.read_body(folder, found.source, loaded.digests[found.source])
    assert read_inside(folder, spelled_inside(folder, found.picture_paths[0]), 9) == b"x"


def test_a_language_that_no_front_page_lists_is_told_once(folder: Path) -> None:
    for name in ("one", "two"):
        put(folder, f"stories/{name}.md", story(name).replace("language: en", "language: fa"))
    said = "languages: 'fa' is not among them: no page lists stories/one.md and 1 more"
    assert problems(folder) == [f"newsroom.toml: {said}"]
    assert not any(problem.stops for problem in load(folder).problems)
