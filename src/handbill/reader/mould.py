"""Pages that differ in a few texts alone: a template is rendered once, and then filled in. Pure.

A template may ask of these texts only whether they are empty, and write them; so a mould serves all
whose same texts are empty.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import count

from minijinja import Markup

# Two characters that no text may hold: Unicode keeps them for use within programs.
_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
Texts = Mapping[str, object]


class Moulds:
    """Pages that were rendered with marks in the place of their texts."""

    def __init__(self) -> None:
        self._made: dict[object, list[str]] = {}

    def fill(self, key: object, texts: Texts, page: Callable[[Texts], str]) -> str:
        """Return ``page(texts)``, which is called only where a mould is missing.

        ``texts`` are names and what a template writes for each: text, numbers, or names of more;
        ``key`` is all else that a page depends on.
        """
        values = list(_values(texts))
        inner = [tuple(value) for value in texts.values() if isinstance(value, Mapping)]
        shape = (key, tuple(texts), *inner, *map(bool, values))
        mould = self._made.get(shape)
        if mould is None:
            mould = self._made[shape] = _MARK.split(page(_marked(texts, count())))
        parts = mould.copy()
        parts[1::2] = [_escaped(values[int(number)]) for number in mould[1::2]]
        return "".join(parts)


def _escaped(value: object) -> str:
    """Write a value as the templates do."""
    return value if isinstance(value, Markup) else escape(str(value))


def _values(texts: Texts) -> Iterator[object]:
    for value in texts.values():
        if isinstance(value, Mapping):
            # That there are more is itself part of the shape.
            yield True
            yield from value.values()
        else:
            yield value


def _marked(texts: Texts, numbers: Iterator[int]) -> Texts:
    found: dict[str, object] = {}
    for name, value in texts.items():
        number = next(numbers)
        if isinstance(value, Mapping):
            found[name] = _marked(value, numbers)
        else:
            found[name] = f"\ufdd0{number}\ufdd1" if value else value
    return found
