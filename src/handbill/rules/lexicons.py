"""Lists of hard words in one language: the entries, what is innocent, what tells of testimony.

The files lie in ``rules/data/<language>/lexicon.txt`` and are described in docs/lexicons.md. Hard
words are stored in base64, so that nobody is confronted with them who only looks through a folder;
this is courtesy, not secrecy. ``tools/lexicon.py`` shows and writes them.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from handbill.errors import FormatError

LANGUAGES = ("en", "es", "fa", "ko", "ru")
RULES = ("profanity", "obscenity", "sexism", "racism")
FLAGS = "abipjlvx"
_KEYS = ("allow", "cue", "ending", "near", "opening")
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One hard word. ``strength`` 1 to 9 tells how seldom it is innocent.

    ``flags``: a letters may stand ahead of it, b letters may follow (behind), i it may take an
    ending of the language, p an opening, j it is written in single jamo, l only
    in small letters (no name), v a short Korean word is looked for as it sounds, x it is looked
    for only as it is written. Without flags it is a whole word. ``sources`` are the lists that
    have it.
    """

    word: str
    rule: str
    strength: int
    flags: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the screen knows of one language.

    ``allowed`` are innocent words that hold a hard one; ``endings`` and ``openings`` what may be
    joined to a word; ``cues`` words near which a hard word is more often told than thrown; ``near``
    innocent words that are one slip away from a hard one, or sound like it.
    """

    language: str
    entries: tuple[Entry, ...]
    allowed: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def parse(data: bytes, language: str) -> Lexicon:
    """Read a list as it is stored.

    Raises:
        FormatError: the message names the line and what is wrong with it.
    """
    if len(data) > _MOST_BYTES:
        raise FormatError(f"lexicon {language}: {len(data)} bytes, expected at most {_MOST_BYTES}")
    plain: dict[str, list[str]] = {key: [] for key in _KEYS}
    entries = []
    for number, line in enumerate(data.decode("utf-8").splitlines(), start=1):
        key, colon, values = line.partition(": ")
        if not line or line.startswith("#"):
            continue
        if colon:
            if key not in plain:
                raise FormatError(f"lexicon {language} line {number}: no key {key!r}")
            plain[key] += [value.strip() for value in values.split(",")]
        else:
            entries.append(_entry(line, f"lexicon {language} line {number}"))
    return Lexicon(
        language,
        tuple(entries),
        allowed=tuple(plain["allow"]),
        endings=tuple(plain["ending"]),
        openings=tuple(plain["opening"]),
        cues=tuple(plain["cue"]),
        near=tuple(plain["near"]),
    )


def _entry(line: str, where: str) -> Entry:
    try:
        fields = base64.b64decode(line, validate=True).decode("utf-8").split("\t")
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"{where}: expected base64 of UTF-8") from error
    if len(fields) != 5:
        raise FormatError(f"{where}: expected 5 fields, got {len(fields)}")
    word, rule, strength, flags, sources = fields
    if rule not in RULES:
        raise FormatError(f"{where}: rule: expected one of {', '.join(RULES)}, got {rule!r}")
    if strength not in set("123456789"):
        raise FormatError(f"{where}: strength: expected 1 to 9, got {strength!r}")
    if not word.strip() or set(flags) - set(FLAGS):
        raise FormatError(f"{where}: flags: expected some of {FLAGS}, got {flags!r}")
    return Entry(word, rule, int(strength), flags, tuple(sources.split()))


def write_entry(entry: Entry) -> str:
    """Return the line that stores an entry."""
    fields = (entry.word, entry.rule, str(entry.strength), entry.flags, " ".join(entry.sources))
    return base64.b64encode("\t".join(fields).encode()).decode()


def write(lexicon: Lexicon, header: Iterable[str]) -> bytes:
    """Return a list as it is stored, below comment lines that say where it comes from."""
    lines = [f"# {line}".rstrip() for line in header]
    plain = {
        "ending": lexicon.endings,
        "opening": lexicon.openings,
        "cue": lexicon.cues,
        "allow": lexicon.allowed,
        "near": lexicon.near,
    }
    lines += [f"{key}: {value}" for key, values in plain.items() for value in values]
    lines += [write_entry(entry) for entry in lexicon.entries]
    return ("\n".join(lines) + "\n").encode()
