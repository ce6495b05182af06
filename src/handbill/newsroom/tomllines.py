"""Where in a TOML file a setting stands, which the standard library's reader does not say. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property

Path = tuple[str | int, ...]
"""The way to a setting: its tables and its name; in a list of tables also its place, from 0."""
_HEADING = re.compile(r"\s*(\[{1,2})([^\[\]]+)\]{1,2}\s*(?:#.*)?")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SETTING = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=")


class SettingLines:
    """The line of each setting and table, as files are usually written; looked for when asked.

    What stands inside an inline table or a list has the line of the whole; a text over many lines
    that looks like settings may be taken for some.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _lines(self) -> dict[Path, int]:
        return _lines_of(self._text)

    def of(self, path: Path) -> int:
        """Return the line of a setting, else of the nearest table around it, else 0."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)


def _lines_of(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        heading, setting = _HEADING.fullmatch(line), _SETTING.match(line)
        if heading:
            table = _placed(tuple(_steps(heading[2])), found, entry=heading[1] == "[[")
            path = table
        elif setting:
            path = (*table, *_steps(setting[1]))
        else:
            continue
        for length in range(1, len(path) + 1):
            found.setdefault(path[:length], number)
    return found


def mistake(error: Exception) -> tuple[int, str]:
    """Return the line, 0 where none is named, and the words of what a TOML reader raised."""
    at = _AT_LINE.search(str(error))
    return int(at[1]) if at else 0, _AT_LINE.sub("", str(error)).strip()


def _steps(dotted: str) -> Iterator[str]:
    try:
        table: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return
    while isinstance(table, dict):
        ((step, table),) = table.items()
        yield step


def _placed(steps: tuple[str, ...], found: Mapping[Path, int], *, entry: bool) -> Path:
    # [[rules]] begins the next entry of a list; [rules.title] is of the last one that began.
    path: Path = ()
    for number, step in enumerate(steps, 1):
        path = (*path, step)
        count = 0
        while (*path, count) in found:
            count += 1
        if entry and number == len(steps):
            path = (*path, count)
        elif count:
            path = (*path, count - 1)
    return path
