"""Names: hidden characters, look-alikes of other pens' names, names that only the newsroom bears.

The key is the writer; a name is what readers see. Nothing here tells who was first: arrival is
not authorship, and two people may share a name. A person sees both, with their fingerprints.
"""

import re
import unicodedata
from collections.abc import Iterable

from handbill.rules.confusables import is_invisible, skeleton
from handbill.rules.finding import Finding, Where
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.making import Maker

_ROLES = """
    newsroom editor editors editorial staff moderator mod admin administrator desk handbill
    편집자 편집부 편집국 편집장 신문사 관리자 운영자 운영진 데스크
    redacción redactor redactora editora moderador moderadora administrador administradora
    تحریریه سردبیر ویراستار مدیر مدیریت ناظر
    التحرير المحرر المحررة الإدارة المدير المشرف المشرفة
    редакция редактор модератор администратор админ
"""
ROLES = frozenset(map(skeleton, _ROLES.split()))
"""Words that readers take for the newsroom itself, alone or in a longer name."""

_WORD = re.compile(r"\w+")
_TOGETHER = (
    frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK"}),
    frozenset({"HANGUL", "CJK"}),
    frozenset({"BOPOMOFO", "CJK"}),
)
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_JOINING = frozenset(
    {"ARABIC", "DEVANAGARI", "BENGALI", "MALAYALAM", "SINHALA", "SYRIAC", "MONGOLIAN"}
)

MOST_NEAR = 32
"""Code points of a skeleton; a Hangul syllable has two to seven of them."""
_STROKES = skeleton("\u1173\u1175")
"""The two vowels of one stroke, for which a skeleton has characters that are no jamo."""


def near_keys(name: str) -> frozenset[str]:
    """Return keys of which two Hangul names share one if a single letter (jamo) sets them apart.

    Empty for names without Hangul, for other scripts the skeleton alone is compared, and for those
    of more than 32 code points: one character may have a skeleton of many, and each key is a row.
    A name and its skeleton have the same keys.
    """
    whole = skeleton(name)
    if len(whole) > MOST_NEAR or not any("\u1100" <= c <= "\u11ff" for c in whole):
        return frozenset()
    jamo = [i for i, c in enumerate(whole) if "\u1100" <= c <= "\u11ff" or c in _STROKES]
    return frozenset({whole, *(whole[:i] + whole[i + 1 :] for i in jamo)})


def apart(one: str, other: str) -> int:
    """Return 0 or 1 if that many letters set two skeletons apart, else 2."""
    if one == other:
        return 0
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return 2
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    skip = 1 if len(one) == len(other) else 0
    return 1 if one[start + skip :] == other[start + 1 :] else 2


class NamesScreen:
    """Holds names that hide something or could be taken for another's."""

    name = "names"
    version = 2

    def __call__(self, letter: Screened, context: Context) -> tuple[Finding, ...]:
        """Return what is odd about the letter's name; nothing for kinds that bear none."""
        if not letter.name:
            return ()
        make = Maker(self.name, self.version, "signed")
        reasons = [*_written(letter.name), *_taken(letter, context)]
        return tuple(
            make.at(Where.NAME, None, reason, letter.name, sure=sure) for reason, sure in reasons
        )


def _written(name: str) -> Iterable[tuple[str, float]]:
    if any(c in _TURNING for c in name):
        yield "name-turns", 1.0
    if any(_hides(name, i) for i in range(len(name))):
        yield "name-hidden", 1.0
    if not any(unicodedata.category(c)[0] == "L" for c in name if not is_invisible(c)):
        yield "name-no-letter", 1.0
    if any(_mixed(word) for word in _WORD.findall(unicodedata.normalize("NFKC", name))):
        yield "name-mixed", 0.9


def _hides(name: str, at: int) -> bool:
    char = name[at]
    if not is_invisible(char) or char in _TURNING:
        return False
    joins = char in "\u200c\u200d" and at > 0 and _script(name[at - 1]) in _JOINING
    picture = char in "\u200d\ufe0f" and at > 0 and unicodedata.category(name[at - 1])[0] == "S"
    return not (joins or picture)


def _mixed(word: str) -> bool:
    scripts = {s for c in word if (s := _script(c))}
    return len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER)


def _script(char: str) -> str:
    """Return the script of a letter by its Unicode name, or nothing for other characters."""
    if unicodedata.category(char)[0] != "L":
        return ""
    return unicodedata.name(char, "?").split(" ", 1)[0]


def _taken(letter: Screened, context: Context) -> Iterable[tuple[str, float]]:
    own = skeleton(letter.name)
    reserved = {skeleton(name) for name in context.reserved}
    words = {skeleton(word) for word in _WORD.findall(letter.name)}
    near_reserved = own not in reserved and any(apart(own, r) == 1 and len(r) > 4 for r in reserved)
    if own in reserved or own in ROLES or words & ROLES:
        yield "name-reserved", 1.0
    elif near_reserved:
        yield "name-near-reserved", 0.7
    if not own:
        return
    if context.names.pens_named(own) - {letter.pen}:
        yield "name-taken", 0.9
    elif keys := near_keys(letter.name):
        near = context.names.names_near(sorted(keys))
        if any(pen != letter.pen and apart(own, other) == 1 for other, pen in near):
            yield "name-near", 0.5
