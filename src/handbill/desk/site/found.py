"""Find the file that an address means: the site's own before the edition's, and nothing else.

No link is followed, no hidden name served, nothing of the mailbag. What is small is kept in memory
as long as the file stays the same.
"""

import os
import re
import stat
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from handbill.desk.site.writing import SUFFIX
from handbill.files import changed_ns

MAX_PATH = 400
MAX_KEPT_BYTES = 1 << 20
_ALL_KEPT_BYTES = 16 << 20
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
}
_FRESH = frozenset((".html", ".css", ".js", ".json", ".atom", ".csv", ".txt"))
_BAD = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.|//")
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_NOTHING = "default-src 'none'"
_MAILBAG = "letters/"


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it is answered: ``data`` None where it is too large to be kept in memory.

    ``tag`` changes with the file; ``policy`` is what the page itself says that it may do.
    """

    path: str
    tag: str
    size: int
    kind: str
    policy: str
    fresh: bool
    data: bytes | None = field(default=None, repr=False)
    packed: bytes | None = field(default=None, repr=False)


class Files:
    """Finds files below several folders, the first that has one counts."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = [os.fspath(root) for root in roots]
        self._kept: OrderedDict[str, tuple[tuple[int, int, int], Found]] = OrderedDict()
        self._bytes = 0

    def find(self, path: str) -> Found | None:
        """Return what lies under a path (no leading slash), or None."""
        if path.endswith("/") or not path:
            path += "index.html"
        if len(path) > MAX_PATH or _BAD.search(path) or path.startswith(_MAILBAG):
            return None
        for root in self._roots:
            whole = f"{root}/{path}"
            try:
                info = os.stat(whole, follow_symlinks=False)  # noqa: PTH116  (on every request)
            except (OSError, ValueError):
                continue
            if stat.S_ISREG(info.st_mode):
                return self._found(root, path, whole, info)
        return None

    def _found(self, root: str, path: str, whole: str, info: os.stat_result) -> Found | None:
        # Files of editions all wear one date, so it is the system's own that tells them apart.
        stamp = (changed_ns(info), info.st_size, info.st_ino)
        kept = self._kept.get(whole)
        if kept and kept[0] == stamp:
            self._kept.move_to_end(whole)
            return kept[1]
        if _through_link(root, path):
            return None
        try:
            found = _read(whole, info)
        except OSError:
            return None
        self._keep(whole, stamp, found)
        return found

    def _keep(self, whole: str, stamp: tuple[int, int, int], found: Found) -> None:
        before = self._kept.pop(whole, None)
        self._bytes -= _weight(before[1]) if before else 0
        self._kept[whole] = (stamp, found)
        self._bytes += _weight(found)
        while self._bytes > _ALL_KEPT_BYTES and len(self._kept) > 1:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._bytes -= _weight(oldest)


def _weight(found: Found) -> int:
    return 500 + len(found.data or b"") + len(found.packed or b"")


def _through_link(root: str, path: str) -> bool:
    parts = path.split("/")[:-1]
    at = root
    for part in parts:
        at = f"{at}/{part}"
        if os.path.islink(at):  # noqa: PTH114
            return True
    return False


def _read(whole: str, info: os.stat_result) -> Found:
    ending = os.path.splitext(whole)[1].lower()  # noqa: PTH122
    kind = TYPES.get(ending, "application/octet-stream")
    tag = f"{changed_ns(info):x}-{info.st_size:x}"
    if info.st_size > MAX_KEPT_BYTES:
        return Found(whole, tag, info.st_size, kind, _NOTHING, ending in _FRESH)
    with open(whole, "rb") as file:  # noqa: PTH123
        data = file.read(MAX_KEPT_BYTES + 1)
    policy = _policy(data) if ending == ".html" else _NOTHING
    return Found(
        whole, tag, len(data), kind, policy, ending in _FRESH, data, _packed(whole, ending)
    )


def _packed(whole: str, ending: str) -> bytes | None:
    if ending not in _FRESH:
        return None
    try:
        with open(whole + SUFFIX, "rb") as file:  # noqa: PTH123
            return file.read(MAX_KEPT_BYTES)
    except OSError:
        return None


def _policy(page: bytes) -> str:
    """Return the policy that a page states for itself; nothing is allowed to one without."""
    found = _POLICY.search(page, 0, 8192)
    policy = unescape(found[1].decode("ascii", "ignore")) if found else _NOTHING
    return "".join(c for c in policy if " " <= c <= "~")
