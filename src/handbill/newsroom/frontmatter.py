"""The strict front matter of a newsroom's texts: a small part of YAML, read line by line. Pure.

Between two ``---`` lines: ``key: value``, or ``key:`` followed by indented ``- entries`` or by
indented ``name: value`` lines. Nothing else is understood, so nothing is misunderstood.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MAX_LINES = 500
_NAME = re.compile(r"[a-z_]+")
# What may stand right after a name and its colon: nothing, or white space.
_QUOTES = ('"', "'")
_GAPS = ("", " ", "\t")
Value = str | list[str] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in a newsroom folder: which file, which line (0: all of it), and what.

    One that does not ``stops`` the press is told: a story can be taken back at once, and links to
    it, which become plain words, can be mended later.
    """

    path: str
    line: int
    text: str
    stops: bool = True

    def __str__(self) -> str:
        """Write the problem as editors and terminals link it."""
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


@dataclass(frozen=True, slots=True)
class Matter:
    """A text taken apart: its fields with their lines, its body, and what could not be read.

    ``body_line`` is the line on which the body begins.
    """

    path: str
    fields: dict[str, tuple[int, Value]]
    body: str
    problems: tuple[Problem, ...]
    body_line: int = 1


def read(path: str, text: str) -> Matter:
    """Take a text apart. Whatever is wrong with it is among the problems."""
    text = _lines(text)
    if text.partition("\n")[0].rstrip() != "---":
        return Matter(path, {}, text, (Problem(path, 1, "has no front matter: begin with ---"),))
    head, body, body_line = _parted(text)
    if len(head) >= MAX_LINES:
        problem = Problem(path, 1, f"front matter does not end with --- within {MAX_LINES} lines")
        return Matter(path, {}, "", (problem,))
    fields: dict[str, tuple[int, Value]] = {}
    problems: list[Problem] = []
    name = ""
    for number, line in enumerate(head, 2):
        # Most lines are a field with its value.
        key, colon, value = line.partition(":")
        if colon and value[:1] in _GAPS and _is_name(key) and key not in fields:
            name, value = key, value.strip()
            fields[name] = (number, _plain(value) if value[:1] in _QUOTES else value)
            continue
        inner = line.strip()
        if not inner or inner[0] == "#":
            continue
        if line[0] in " \t-":
            wrong = _inner(fields, name, inner)
        else:
            name, wrong = _outer(fields, number, line.rstrip())
        if wrong:
            problems.append(Problem(path, number, wrong))
    return Matter(path, fields, body, tuple(problems), body_line)


def body_of(text: str) -> str:
    """Return what follows the front matter of a text that has one."""
    return _parted(_lines(text))[1]


def _lines(text: str) -> str:
    # Looking for one character is much quicker than looking for two.
    text = text.replace("\r\n", "\n") if "\r" in text else text
    return text.removeprefix("\ufeff")


def _parted(text: str) -> tuple[list[str], str, int]:
    """Return the lines between two ``---``, what follows, and the line on which that begins.

    There are too many lines where no second ``---`` stands.
    """
    first = text.find("\n") + 1
    at = text.find("\n---", first - 1) if first else -1
    while at >= 0:
        end = text.find("\n", at + 1)
        end = len(text) if end < 0 else end
        if text[at + 1 : end].rstrip() == "---":
            body = text[end:].lstrip()
            line = text.count("\n", 0, len(text) - len(body)) + 1
            return text[first:at].split("\n") if at >= first else [], body.rstrip() + "\n", line
        at = text.find("\n---", end)
    return [""] * MAX_LINES, "", 1


def _outer(fields: dict[str, tuple[int, Value]], number: int, line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or value[:1] not in _GAPS or not _is_name(name):
        return "", f"is {line[:60]!r}, expected 'name: value'"
    if name in fields:
        return name, f"{name} stands twice"
    fields[name] = (number, _plain(value))
    return name, ""


def _inner(fields: dict[str, tuple[int, Value]], name: str, line: str) -> str:
    if name not in fields:
        return "belongs to no field"
    number, value = fields[name]
    if line[0] == "-":
        entry = _plain(line[1:])
        if isinstance(value, list):
            value.append(entry)
        elif value:
            return f"{name} has a value already, and this line is a list entry"
        else:
            fields[name] = (number, [entry])
        return ""
    key, colon, said = line.partition(":")
    if not colon or said[:1] not in _GAPS or not _is_name(key):
        return f"is {line[:60]!r}, expected 'name: value' or '- entry'"
    if isinstance(value, dict):
        if key in value:
            return f"{key} stands twice in {name}"
        value[key] = _plain(said)
    elif value:
        return f"{name} has a value already, and this line is another"
    else:
        fields[name] = (number, {key: _plain(said)})
    return ""


@lru_cache(256)
def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _plain(text: str) -> str:
    text = text.strip()
    if text[:1] in _QUOTES and len(text) >= 2 and text[0] == text[-1]:
        return text[1:-1]
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` for the nearest known word, or nothing."""
    import difflib  # noqa: PLC0415  (few texts have mistakes)

    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
