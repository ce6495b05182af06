"""Read newsroom.toml: what a newsroom says of itself, every mistake with its line. Pure."""

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from handbill.ids import is_language
from handbill.newsroom.fields import MAX_TITLE, slug_problem
from handbill.newsroom.frontmatter import Problem, nearest
from handbill.newsroom.story import Newsroom, Section
from handbill.newsroom.tomllines import Path, SettingLines
from handbill.paths import is_plain_line

SETTINGS = "newsroom.toml"
_KNOWN = (
    "name", "names", "taglines", "language", "languages", "contact", "newsroom_id", "sections",
)  # fmt: skip
_FALLBACK = "en"
_ID = re.compile(r"[0-9a-f]{64}")


def read_settings(text: str) -> tuple[Newsroom, list[Problem]]:
    """Return the newsroom that a text describes, without its stories, and every mistake in it.

    Raises:
        tomllib.TOMLDecodeError: it is not TOML.
    """
    reader = _Reader(text)
    return reader.newsroom(), sorted(reader.problems, key=lambda p: p.line)


class _Reader:
    def __init__(self, text: str) -> None:
        self._table: dict[str, Any] = tomllib.loads(text)
        self._lines = SettingLines(text)
        self.problems: list[Problem] = []

    def newsroom(self) -> Newsroom:
        for key in self._table:
            if key not in _KNOWN:
                self._wrong((key,), f"{key[:60]!r} is not a setting{nearest(key, _KNOWN)}")
        name = self._text("name")
        if not name:
            self._wrong(("name",), "name is missing")
        if len(name) > MAX_TITLE:
            said = f"name: is {len(name)} characters long, expected at most {MAX_TITLE}"
            self._wrong(("name",), said)
        language = self._text("language") or _FALLBACK
        self._tag(language, ("language",))
        return Newsroom(
            name=name,
            language=language,
            languages=self._all_languages(language),
            names=self._by_language(("names",)),
            taglines=self._by_language(("taglines",)),
            contact=self._text("contact"),
            newsroom_id=self._id(),
            sections=tuple(self._sections()),
        )

    def _wrong(self, at: Path, text: str) -> None:
        self.problems.append(Problem(SETTINGS, self._lines.of(at), text))

    def _tag(self, tag: object, at: Path) -> bool:
        if isinstance(tag, str) and is_language(tag):
            return True
        self._wrong(at, f"{at[0]}: {str(tag)[:20]!r} is not a language tag")
        return False

    def _text(self, *at: str) -> str:
        value: Any = self._table
        for step in at:
            value = value.get(step, "")
        if isinstance(value, str) and (is_plain_line(value) or not value):
            return value
        self._wrong(at, f"{' '.join(at)}: expected one line of text in quotes")
        return ""

    def _id(self) -> str:
        found = self._text("newsroom_id")
        if found and not _ID.fullmatch(found):
            said = f"newsroom_id: is {found[:20]!r}, expected 64 hex digits as keys make wrote them"
            self._wrong(("newsroom_id",), said)
            return ""
        return found

    def _languages(self) -> Iterable[str]:
        value = self._table.get("languages", [])
        if not isinstance(value, list):
            self._wrong(("languages",), 'languages: expected a list, as ["en", "ko"]')
            return ()
        return [tag for tag in value if self._tag(tag, ("languages",))]

    def _all_languages(self, first: str) -> tuple[str, ...]:
        tags = tuple(dict.fromkeys((first, *self._languages())))
        if len({tag.lower() for tag in tags}) != len(tags):
            self._wrong(("languages",), "languages: one stands twice, in small and large letters")
        return tags

    def _inner(self, at: Path) -> dict[str, Any]:
        value: Any = self._table
        for step in at:
            value = value.get(step, {})
        if isinstance(value, dict):
            return value
        self._wrong(at, f"{' '.join(map(str, at))}: expected a table, one line a language")
        return {}

    def _by_language(self, at: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        tags = [tag for tag in self._inner(at) if self._tag(tag, (*at, tag))]
        return tuple((tag, self._text(*at, tag)) for tag in tags)

    def _sections(self) -> Iterable[Section]:
        for section in self._inner(("sections",)):
            problem = slug_problem(section)
            if problem:
                self._wrong(("sections", section), f"sections: {section[:60]!r} {problem}")
            yield Section(section, self._by_language(("sections", section)))
