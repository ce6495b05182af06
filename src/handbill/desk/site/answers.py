"""Answers of the public process, and the headers that every one of them carries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from handbill.desk.site.found import Found

Headers = list[tuple[str, str]]
_NOTHING = "default-src 'none'"
_ALONE = "frame-ancestors 'none'"
_ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    ("x-dns-prefetch-control", "off"),
)
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
_TAGS = re.compile(r'\*|(?:W/)?"[^"]*"')


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is sent, or the file at ``path`` from ``begin`` to before ``end``."""

    status: int
    headers: Headers
    body: bytes = field(default=b"", repr=False)
    path: str = ""
    begin: int = 0
    end: int = 0


def send(answer: Answer, client: Any, *, head: bool) -> None:
    """Hand an answer to granian."""
    if answer.path and not head:
        if answer.status == 206:
            client.response_file_range(
                answer.status, answer.headers, answer.path, answer.begin, answer.end
            )
        else:
            client.response_file(answer.status, answer.headers, answer.path)
    elif head or answer.status in (204, 304):
        client.response_empty(answer.status, answer.headers)
    else:
        client.response_bytes(answer.status, answer.headers, answer.body)


def text(status: int, said: str, *more: tuple[str, str]) -> Answer:
    """Answer with a line for a program."""
    body = f"{said}\n".encode() if said else b""
    return Answer(status, _with("text/plain; charset=utf-8", _NOTHING, *more), body)


def page(status: int, body: bytes, policy: str, *more: tuple[str, str]) -> Answer:
    """Answer with a page that is nobody's copy to keep."""
    return Answer(status, _with("text/html; charset=utf-8", policy, *more), body)


def moved(status: int, where: str) -> Answer:
    """Lead elsewhere on this site."""
    return text(status, where, ("location", where))


def quoted(path: str) -> str:
    """Write a path as it stands in an address."""
    return quote(path, safe="/")


def _with(kind: str, policy: str, *more: tuple[str, str]) -> Headers:
    stored = (("cache-control", "no-store"),)
    return [("content-type", kind), *_security(policy, (), shared=False), *stored, *more]


def _security(policy: str, hosts: Sequence[str], *, shared: bool) -> Headers:
    framed = f"frame-ancestors {' '.join(hosts)}" if hosts else _ALONE
    frames = () if hosts else (("x-frame-options", "DENY"),)
    whose = "cross-origin" if shared else "same-origin"
    return [
        ("content-security-policy", f"{policy}; {framed}"),
        ("cross-origin-resource-policy", whose),
        *frames,
        *_ALWAYS,
    ]


def file(found: Found, asked: Any, *, hosts: Sequence[str] = (), shared: bool = False) -> Answer:
    """Answer with a file: unchanged, packed, in part, or whole."""
    packs = found.packed is not None and "gzip" in (asked.get("accept-encoding") or "")
    tag = f'"{found.tag}-gz"' if packs else f'"{found.tag}"'
    headers = [
        ("etag", tag),
        ("cache-control", "no-cache" if found.fresh else "public, max-age=86400"),
        *((("vary", "accept-encoding"),) if found.packed is not None else ()),
        *_security(found.policy, hosts, shared=shared),
    ]
    known = asked.get("if-none-match")
    if known and any(t == "*" or t.removeprefix("W/") == tag for t in _TAGS.findall(known[:2000])):
        return Answer(304, headers)
    headers.append(("content-type", found.kind))
    if packs:
        headers += [("content-encoding", "gzip"), _length(len(found.packed or b""))]
        return Answer(200, headers, found.packed or b"")
    headers.append(("accept-ranges", "bytes"))
    part = _part(asked, found.size, tag)
    if part is not None:
        return _ranged(found, headers, part)
    headers.append(_length(found.size))
    if found.data is None:
        return Answer(200, headers, path=found.path)
    return Answer(200, headers, found.data)


def _length(size: int) -> tuple[str, str]:
    return ("content-length", str(size))


def _part(asked: Any, size: int, tag: str) -> tuple[int, int] | None:
    """Return the one part that was asked for, (0, 0) where there is none such; None: the whole."""
    match = _RANGE.fullmatch(asked.get("range") or "")
    if not match or (asked.get("if-range") or tag) != tag:
        return None
    first, last = match.groups()
    if not first:
        if not last:
            return None
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
    return (begin, end) if begin < end else (0, 0)


def _ranged(found: Found, headers: Headers, part: tuple[int, int]) -> Answer:
    begin, end = part
    if begin == end:
        return Answer(416, [*headers, ("content-range", f"bytes */{found.size}")])
    where = f"bytes {begin}-{end - 1}/{found.size}"
    headers += [("content-range", where), _length(end - begin)]
    if found.data is None:
        return Answer(206, headers, path=found.path, begin=begin, end=end)
    return Answer(206, headers, found.data[begin:end])
