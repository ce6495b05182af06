"""What newsroom.toml may say, and the line of what it may not."""

from __future__ import annotations

import tomllib

import pytest

from handbill.newsroom.settings import read_settings
from handbill.newsroom.tomllines import SettingLines, mistake

GOOD = """name = "The Far Shore"
language = "en"
languages = ["en", "ko"]
contact = "Write a letter."

[names]
ko = "먼 기슭"

[sections.water]
en = "Water"
ko = "물길"
"""


def test_a_whole_file() -> None:
    newsroom, problems = read_settings(GOOD)
    assert problems == []
    assert (newsroom.name, newsroom.languages) == ("The Far Shore", ("en", "ko"))
    assert newsroom.names == (("ko", "먼 기슭"),)
    assert newsroom.sections[0].names == (("en", "Water"), ("ko", "물길"))


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("language =", "languge =", 2, "'languge' is not a setting; did you mean 'language'?"),
        ('["en", "ko"]', '"en"', 3, "expected a list"),
        ('["en", "ko"]', '["en", "k"]', 3, "'k' is not a language tag"),
        ('["en", "ko"]', '["en", 7]', 3, "'7' is not a language tag"),
        ('"The Far Shore"', '""', 1, "name is missing"),
        ('"The Far Shore"', f'"{"x" * 301}"', 1, "is 301 characters long, expected at most 300"),
        ('"The Far Shore"', "7", 1, "expected one line of text"),
        ('"Write a letter."', '"""two\\nlines"""', 4, "expected one line of text"),
        ('ko = "먼 기슭"', "ko = 7", 7, "names ko: expected one line of text"),
        ('ko = "먼 기슭"', 'korean1 = "x"', 7, "names: 'korean1' is not a language tag"),
        ("[sections.water]", "[sections.Water]", 9, "'Water' may hold a-z"),
        ("[sections.water]", '[sections."a b"]', 9, "'a b' may hold a-z"),
        ('ko = "물길"', 'kow = ["x"]', 11, "sections water kow: expected one line of text"),
        ("[names]", "[[names]]", 6, "names: expected a table"),
        ("[names]\nko", "names", 6, "names: expected a table"),
        ('["en", "ko"]', '["zh-Hans", "zh-hans"]', 3, "one stands twice"),
        ("contact", 'newsroom_id = "../x"\ncontact', 4, "newsroom_id: is '../x', expected 64 hex"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in GOOD
    _, problems = read_settings(GOOD.replace(old, new, 1))
    assert any(told in p.text and p.line == line for p in problems), problems


def test_what_is_not_toml_is_told_with_its_line() -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as failed:
        read_settings('name = "x"\nname = "y"\n')
    assert mistake(failed.value) == (2, "Cannot overwrite a value")


def test_lines_of_settings() -> None:
    lines = SettingLines(
        'a = 1\nb.c = 2\n[t."x y"]\nd = 3\n[[rules]]\nid = 1\n[rules.text]\nen = "x"\n[[rules]]\nid = 2\n'
    )
    asked = {
        ("a",): 1, ("b", "c"): 2, ("t", "x y", "d"): 4, ("t", "x y", "none"): 3, ("rules",): 5,
        ("rules", 0, "text", "en"): 8, ("rules", 1, "id"): 10, ("rules", 1, "text"): 9, ("no",): 0,
    }  # fmt: skip
    assert {path: lines.of(path) for path in asked} == asked
