"""Typed access to one text's front matter: every wrong or unknown field becomes a problem."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from handbill.ids import is_item_id, is_language
from handbill.newsroom.frontmatter import Matter, Problem, Value, nearest
from handbill.newsroom.mentions import mentions, resolved
from handbill.newsroom.story import (
    Comments,
    Correction,
    Credit,
    Excerpt,
    Film,
    Picture,
    Show,
    Story,
)
from handbill.paths import component_problem, has_control, is_plain_line

MAX_TITLE = 300
_TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)|(\d+(?:\.\d+)?)")
_POINT = re.compile(r"([\d:.]{1,12})-([\d:.]{1,12}) (.+)")
_OPEN = Comments()
_NONE: tuple[int, Value] = (0, "")
_NO_ALT = "has no alt text: say what a person who cannot see it should know"
_LEAD = ("path", "alt", "caption", "credit", "agency")


def slug_problem(slug: str) -> str | None:
    """Say in one plain phrase why ``slug`` cannot name a page's folder or file, or None."""
    if not is_item_id(slug):
        return "may hold a-z, 0-9 and inner hyphens, at most 64"
    return component_problem(slug)


class Reader:
    """Reads the fields of one text; ask for each once, then :meth:`finish`."""

    def __init__(self, matter: Matter, stamps: Mapping[str, object]) -> None:
        self.path, self.body, self._body_line = matter.path, matter.body, matter.body_line
        self._fields, self._problems = dict(matter.fields), list(matter.problems)
        self._stamps, self._asked = stamps, set[str]()

    def wrong(self, name: str, text: str) -> None:
        """Report a problem at the line of ``name``."""
        line = self._fields[name][0] if name in self._fields else 0
        self._problems.append(Problem(self.path, line, f"{name}: {text}"))

    def wrong_in_body(self, at: int, text: str) -> None:
        """Report a problem at a character of the body."""
        line = self._body_line + self.body.count("\n", 0, at)
        self._problems.append(Problem(self.path, line, text))

    def finish(self) -> list[Problem]:
        """Return every problem, unknown fields included."""
        for name in sorted(self._fields.keys() - self._asked):
            text = f"is not a field here{nearest(name, self._asked)}"
            self.wrong(name, text)
        return sorted(self._problems, key=lambda p: p.line)

    def text(self, name: str, fallback: str = "", *, required: bool = False) -> str:
        """Return one line of text."""
        self._asked.add(name)
        _, value = self._fields.get(name, _NONE)
        if not value:
            if required:
                self.wrong(name, "is missing")
            return fallback
        if not isinstance(value, str):
            self.wrong(name, "expected one line of text")
            return fallback
        if not is_plain_line(value):
            self.wrong(name, "holds control or invisible characters")
            return fallback
        return value

    def rows(self, name: str) -> tuple[str, ...]:
        """Return a list; ``a, b`` on one line is a list too."""
        self._asked.add(name)
        if name not in self._fields:
            return ()
        value = self._fields[name][1]
        if isinstance(value, dict):
            self.wrong(name, "expected a list of '- entries'")
            return ()
        found = value if isinstance(value, list) else value.strip("[]").split(",")
        self._plain(name, found)
        return tuple(filter(None, map(str.strip, found)))

    def _plain(self, name: str, said: Iterable[str]) -> None:
        if any(map(has_control, said)):
            self.wrong(name, "holds control characters")

    def pairs(self, name: str, known: tuple[str, ...]) -> dict[str, str]:
        """Return indented ``name: value`` lines; a single value stands for the first name."""
        self._asked.add(name)
        _, value = self._fields.get(name, _NONE)
        if isinstance(value, str):
            return {known[0]: value} if value else {}
        if isinstance(value, list):
            self.wrong(name, "expected indented 'name: value' lines")
            return {}
        self._plain(name, value.values())
        for key in value:
            if key not in known:
                self.wrong(name, f"{key} is not one of {', '.join(known)}{nearest(key, known)}")
        return {key: said for key, said in value.items() if key in known}

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return a date written YYYY-MM-DD."""
        text = self.text(name, required=required)
        return self._parsed(name, text, date.fromisoformat, "a date, YYYY-MM-DD") if text else None

    def yes(self, name: str) -> bool:
        """Return true or false; whatever is neither is a problem and counts as true."""
        text = self.text(name)
        if not text:
            return False
        text = text.lower()
        if text not in ("true", "yes", "false", "no"):
            self.wrong(name, f"is {text[:20]!r}, expected yes or no")
        return text not in ("false", "no")

    def whole(self, name: str) -> int:
        """Return a whole number, 0 where none is given."""
        text = self.text(name)
        return (self._parsed(name, text, int, "a whole number") or 0) if text else 0

    def _parsed(self, name: str, text: str, parse: Callable[[str], Any], what: str) -> Any:
        try:
            return parse(text)
        except ValueError:
            self.wrong(name, f"is {text[:40]!r}, expected {what}")
            return None

    def slug(self, fallback: str) -> str:
        """Return the name under which the page lies; empty where it is a problem."""
        slug = self.text("slug", fallback)
        problem = slug_problem(slug)
        if problem:
            self.wrong("slug", f"{slug[:60]!r} {problem}")
            return ""
        return slug

    def people(self, name: str) -> tuple[Credit, ...]:
        """Return people as ``- Name, role``."""
        rows = self.rows(name)
        if not rows:
            return ()
        if len(rows) > 1 and isinstance(self._fields[name][1], str):
            self.wrong(name, "one person or several? expected each in a line, '- Name, role'")
        split = [row.partition(",") for row in rows]
        return tuple([Credit(who.strip(), role.strip()) for who, _, role in split])

    def picture(self, name: str) -> Picture | None:
        """Return a picture with its words; one without alt text is a problem."""
        found = self.pairs(name, _LEAD)
        if not found.get("path"):
            return None
        if not found.get("alt"):
            self.wrong(name, _NO_ALT)
        return Picture(
            **{**found, "path": self._here(name, found["path"]), "alt": found.get("alt", "")}
        )

    def picture_at(self, match: re.Match[str]) -> Picture:
        """Return a picture of the body: its words, its file, its caption."""
        alt, target, caption = match.groups()
        if not alt:
            self.wrong_in_body(match.start(), f"picture {target} {_NO_ALT}")
        path, missing = self._there(target)
        if missing:
            self.wrong_in_body(match.start(), missing)
        return Picture(path, alt, caption or "")

    def file(self, name: str) -> str:
        """Return the path, in the newsroom, of a file that a field names."""
        text = self.text(name)
        return self._here(name, text) if text else ""

    def _here(self, name: str, target: str) -> str:
        path, missing = self._there(target)
        if missing:
            self.wrong(name, missing)
        return path

    def _there(self, target: str) -> tuple[str, str]:
        """Return the path that a text means, and what is wrong where no file is there."""
        path = resolved(self.path, target)
        if path in self._stamps:
            return path, ""
        if "://" in target:
            return path, f"{target[:80]} lies elsewhere: put the file into the newsroom's folder"
        folder = path.rpartition("/")[0]
        beside = (p for p in self._stamps if p.rpartition("/")[0] == folder)
        names = [p for p in beside if not p.endswith(".md")]
        return path, f"there is no file {path}{nearest(path, names)}"

    def language(self, fallback: str) -> str:
        """Return the text's language."""
        tag = self.text("language", fallback)
        if not is_language(tag):
            self.wrong("language", f"{tag[:20]!r} is not a language tag")
            return fallback
        return tag

    def title(self) -> str:
        """Return the title."""
        title = self.text("title", required=True)
        if len(title) > MAX_TITLE:
            self.wrong("title", f"is {len(title)} characters long, expected at most {MAX_TITLE}")
        return title[:MAX_TITLE]

    def seconds(self, text: str, name: str) -> float:
        """Return a time as written on a film: ``1:05``, ``1:02:03.5`` or seconds."""
        match = _TIME.fullmatch(text)
        if not match:
            self.wrong(name, f"{text[:20]!r} is no time, expected m:ss")
            return 0.0
        if match[4]:
            return float(match[4])
        return int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])

    def excerpted(self) -> tuple[str, ...]:
        """Return the film of which a story shows a passage, unread."""
        _, value = self._fields.get("excerpt", _NONE)
        film = value.get("film", "") if isinstance(value, dict) else ""
        return (film,) if film else ()

    def excerpt(self) -> Excerpt | None:
        """Return the passage of a film that a story shows."""
        found = self.pairs("excerpt", ("film", "in", "out", "label"))
        if not found:
            return None
        start, end = (self.seconds(found.get(k, ""), "excerpt") for k in ("in", "out"))
        if end <= start:
            self.wrong("excerpt", "ends before it begins")
        return Excerpt(found.get("film", ""), start, end, found.get("label", ""))

    def comments(self) -> Comments:
        """Return whether readers may answer."""
        text = self.text("comments")
        if not text:
            return _OPEN
        state, _, reason = text.partition(",")
        if state.strip() not in ("open", "closed"):
            self.wrong("comments", f"is {state[:20]!r}, expected open, or closed and a reason")
        if state.strip() == "closed" and not reason.strip():
            self.wrong("comments", "are closed without a reason: 'closed, why'")
        return Comments(state.strip() == "open", reason.strip())

    def points(self) -> Iterator[Excerpt]:
        """Yield the moments of a film, written as ``- 1:05-1:20 what happens``."""
        for row in self.rows("points"):
            match = _POINT.fullmatch(row)
            if match is None:
                self.wrong("points", f"{row[:40]!r}, expected '- 1:05-1:20 what happens'")
                continue
            start, end = (self.seconds(text, "points") for text in match.group(1, 2))
            if end <= start:
                self.wrong("points", f"{row[:40]!r} ends before it begins")
            yield Excerpt("", start, end, match[3])

    def _common(self, language: str) -> dict[str, Any]:
        return {
            "id": self.text("id", required=True),
            "title": self.title(),
            "language": self.language(language),
            "source": self.path,
            "body": self.body,
            "deck": self.text("deck"),
            "section": self.text("section"),
            "credits": self.people("credits"),
            "translations": self.rows("translations"),
            "tags": self.rows("tags"),
        }

    def _published(self) -> dict[str, Any]:
        return {
            "authors": self.people("authors"),
            "funders": self.people("funders"),
            "related": self.rows("related"),
            "transcript": self.text("transcript"),
            "comments": self.comments(),
            "embargo": self.day("embargo"),
            "risk": self.yes("risk"),
            "weight": self.whole("weight"),
        }

    def story(self, slug: str, language: str, pictures: Iterable[Picture]) -> Story:
        """Read a story but its body; ``pictures`` are those of it."""
        rows = (row.partition(" ") for row in self.rows("corrections"))
        expected = "corrections as '- YYYY-MM-DD what was wrong'"
        parsed = [
            (self._parsed("corrections", d, date.fromisoformat, expected), t) for d, _, t in rows
        ]
        return Story(
            slug=slug,
            day=self.day("date", required=True) or date.min,
            lead=self.picture("lead"),
            pictures=tuple(pictures),
            mentions=mentions(self.body),
            film=self.text("film"),
            excerpt=self.excerpt(),
            corrections=tuple(Correction(day, text) for day, text in parsed if day),
            **{**self._common(language), "body": ""},
            **self._published(),
        )

    def film(self, slug: str, language: str) -> Film:
        """Read a film or an episode."""
        return Film(
            slug=slug,
            video=self.file("video"),
            year=self.whole("year"),
            day=self.day("date"),
            poster=self.picture("poster"),
            points=tuple(self.points()),
            **self._common(language),
            **self._published(),
        )

    def show(self, slug: str, language: str) -> Show:
        """Read a show."""
        return Show(slug=slug, poster=self.picture("poster"), **self._common(language))
