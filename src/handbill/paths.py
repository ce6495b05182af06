"""Paths that every drive, system and browser can hold: the rules, as pure functions.

The rules come from measuring FAT32 and exFAT on real drivers (see docs/formats/drive.md).
"""

import re
import unicodedata
from typing import NewType

from handbill.errors import UnsafePath

RelPath = NewType("RelPath", str)
"""A checked path inside an edition: NFC, ``/`` between components, never leaving its root."""

MAX_PATH = 200
MAX_COMPONENT = 255
CHUNK_BYTES = 1 << 20
MAX_FILE_BYTES = 2**32 - 2  # FAT32 holds files smaller than 4 GiB - 1
FORBIDDEN = '<>:"/\\|?*'
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
# What nearly every path is; a component that begins as a device's name does is looked at in full.
_STEP = r"(?!con|prn|aux|nul|com|lpt)[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_-]+)*"
_PLAIN = re.compile(f"{_STEP}(?:/{_STEP})*", re.ASCII | re.IGNORECASE)
# Characters that draw nothing or reorder text: a name must read as it is written.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

_DOTLESS_I = "\u0131"


def is_plain_line(text: str) -> bool:
    """Tell whether ``text`` is one line that reads as it is written.

    The joiners U+200C and U+200D are part of Persian, Arabic and Indic spelling and stay.
    """
    if text.isascii() and text.isprintable():
        return True
    return _CONTROL.search(text) is None and _INVISIBLE.search(text) is None


def has_control(text: str) -> bool:
    """Tell whether a control character is in ``text``."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def component_problem(name: str) -> str | None:
    """Say in one plain phrase why ``name`` cannot be one component of a drive path, or None."""
    if name in ("", ".", ".."):
        return "is empty or a step to another folder"
    if _CONTROL.search(name) or _INVISIBLE.search(name):
        return "holds control or invisible characters"
    bad = sorted(set(name) & set(FORBIDDEN))
    if bad:
        return f"holds {' '.join(bad)}, which Windows and FAT refuse"
    if name[-1] in ". " or name[0] == " ":
        return "begins with a space, or ends with a dot or space, which FAT drops silently"
    if _DEVICE.fullmatch(name.split(".", 1)[0].rstrip(" ")):
        return "is a device name on Windows"
    return _length_problem(name)


def _length_problem(name: str) -> str | None:
    if len(name) <= MAX_COMPONENT and name.isascii():
        return None
    for form in ("NFC", "NFD"):
        spelled = unicodedata.normalize(form, name)
        try:
            sizes = (len(spelled.encode()), len(spelled.encode("utf-16-le")) // 2)
        except UnicodeEncodeError:
            return "is not valid text"
        if max(sizes) > MAX_COMPONENT:
            return f"is longer than {MAX_COMPONENT} in {form}"
    return None


def path_problem(path: str) -> str | None:
    """Say in one plain phrase why ``path`` cannot stand on a drive, or None."""
    if len(path) > MAX_PATH:
        return f"is {len(path)} characters long, expected at most {MAX_PATH}"
    if _PLAIN.fullmatch(path):
        return None
    for name in path.split("/"):
        problem = component_problem(name)
        if problem:
            return f"{name!r} {problem}"
    if unicodedata.normalize("NFC", path) != path:
        return "is not in NFC"
    return None


def rel_path(path: str) -> RelPath:
    """Check ``path`` and return it as a :data:`RelPath`.

    Raises:
        UnsafePath: the path breaks a rule of :func:`path_problem`.
    """
    problem = path_problem(path)
    if problem:
        raise UnsafePath(f"{path!r}: {problem}")
    return RelPath(path)


def fold(path: str) -> str:
    """Return the form under which FAT, exFAT, HFS+ and Windows may take two names for one."""
    # Case folding keeps the dotless i apart; upper case, by which some compare, does not.
    folded = unicodedata.normalize("NFC", path).casefold().replace(_DOTLESS_I, "i")
    return unicodedata.normalize("NFC", folded)


def human_name(title: str, *, fallback: str, limit: int = 60) -> str:
    """Turn a title into a file name that a person can read on a TV and every drive can hold."""
    text = unicodedata.normalize("NFC", title)
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    text = "".join(" " if c in FORBIDDEN else c for c in text)
    text = " ".join(text.split())
    while len(unicodedata.normalize("NFD", text).encode()) > limit * 3 or len(text) > limit:
        text = text[:-1]
    text = text.rstrip(". ").lstrip(" .")
    return text if text and component_problem(text) is None else fallback
