"""Frozen values as JSON rows and back, for the press's own cache: no pickle, nothing executable."""

import dataclasses
import functools
import hashlib
import json
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

Decoder = Callable[[Any], Any] | None


@functools.cache
def decoder(kind: Any) -> Decoder:
    """Return what turns a JSON value into ``kind``, or None where JSON's own value serves.

    Raises:
        TypeError: a kind that rows cannot hold.
    """
    if kind in (str, int, float, bool, object):
        return None
    if kind is date:
        return date.fromisoformat
    if kind is Path:
        return Path
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        inner = decoder(next(a for a in args if a is not types.NoneType))
        return None if inner is None else (lambda v: None if v is None else inner(v))
    if origin is tuple:
        return _tuple(args)
    if origin is dict:
        return None
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    raise TypeError(f"rows cannot hold {kind}")


def _tuple(args: tuple[Any, ...]) -> Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = decoder(args[0])
        return tuple if inner is None else (lambda v: tuple([inner(x) for x in v]) if v else ())
    inners = [decoder(a) for a in args]
    if not any(inners):
        return tuple
    return lambda v: tuple(f(x) if f else x for f, x in zip(inners, v, strict=True))


def _dataclass(kind: Any) -> Decoder:
    hints = typing.get_type_hints(kind)
    names = [f.name for f in dataclasses.fields(kind)]
    steps = [(i, f) for i, name in enumerate(names) if (f := decoder(hints[name])) is not None]

    def decode(row: Any) -> Any:
        length = len(row)
        for i, f in steps:
            if i >= length:
                break
            # An empty row is a value too: one whose fields are all what they are by default.
            if (value := row[i]) or value == []:
                row[i] = f(value)
        return kind(*row)

    return decode


def reader(kind: Any) -> Callable[[Any], Any]:
    """Return what turns a JSON row into the dataclass ``kind``."""
    return decoder(kind) or (lambda value: value)


def values(kind: Any, value: object) -> list[Any]:
    """Return what ``value`` has for the fields of the dataclass ``kind``, in their order, up to the
    last that is no default. Those inside are as they are.
    """
    names, defaults = _fields(kind)
    row = [getattr(value, name) for name in names]
    while row and row[-1] == defaults[len(row) - 1]:
        row.pop()
    return row


@functools.cache
def _fields(kind: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    found = dataclasses.fields(kind)
    return tuple(f.name for f in found), tuple(f.default for f in found)


def dumps(row: object) -> str:
    """Write frozen values, and lists of them, as lists, text and numbers in one line of JSON."""
    return _ENCODER.encode(row)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else values(type(value), value)


# JSON's own encoder walks lists and tuples, and asks only about what it does not know.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)


def shape(*kinds: Any) -> str:
    """Return a short hash of the fields of ``kinds`` and of what they are where nothing is said: a
    cache of another shape is not read.
    """
    text = repr([(k.__name__, list(_described(k))) for k in kinds])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _described(kind: Any) -> Iterator[tuple[str, str, str]]:
    hints = typing.get_type_hints(kind)
    for name, default in zip(*_fields(kind), strict=True):
        given = "" if default is dataclasses.MISSING else repr(default)
        yield name, str(hints[name]), given
