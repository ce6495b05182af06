"""Find letters by words, name, pen, story, state, rule and language, the newest editions first.

On PostgreSQL words are found at their beginnings through an index, in time that hardly depends on
how rare they are (walking.py). On SQLite letters are read until a page is full, all where nothing
is found: well for tens of thousands, slow for a million (docs/performance.md).
"""

import re
from dataclasses import dataclass, fields
from string import ascii_uppercase
from unicodedata import category

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from handbill.desk.intake.neighbours import name_key
from handbill.desk.queue import walking
from handbill.desk.store.models import JUDGED, Finding, Letter, Pen
from handbill.keys.words import word_list

MOST_WORDS = 8
MOST_PENS = 200
VECTOR = 'to_tsvector(\'simple\', "store_letter"."name" || \' \' || "store_letter"."body")'
_MATCHES = f"{VECTOR} @@ to_tsquery('simple', %s)"
_READ = _MATCHES.replace('"body")', "\"body\" || '')")  # the same, and not what the index holds
ENOUGH = 10_000
"""Letters that may be left to read, or to be looked up by a rule."""
_A_TO_Z = {ord(c): c.lower() for c in ascii_uppercase}
_PEN_WORDS = re.compile(r"([a-z]+)-([a-z]+)")
_HEX = re.compile(r"[0-9a-f]{4,32}")
_AFTER = re.compile(r"([0-9]{1,9}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for; empty means all."""

    text: str = ""
    name: str = ""
    pen: str = ""
    story: str = ""
    state: str = ""
    rule: str = ""
    language: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is anything to look for."""
        return any(getattr(self, f.name) for f in fields(self))


def found(wanted: Wanted, *, after: str = "", most: int = 50) -> list[Letter]:
    """Return the first letters behind ``after`` (the place of the last one of the page before)."""
    match = _AFTER.fullmatch(after)
    begin = (int(match[1]), match[2]) if match else walking.START

    def narrow(letters: QuerySet[Letter]) -> QuerySet[Letter]:
        letters = letters.filter(kind__in=JUDGED)
        for part in (_looks, _of_pen, _plain, _under_rule):
            letters = part(letters, wanted)
        return letters

    listed = _words(wanted.text)
    if connection.vendor != "postgresql":
        letters = walking.behind(narrow(Letter.objects.all()), begin)
        for word in listed:
            letters = letters.filter(_says(word))
        return list(letters.order_by("-edition_number", "-id")[:most])
    sought, read = _sought(listed)
    keys = walking.newest(
        lambda letters: _having(narrow(letters), _MATCHES, sought),
        lambda letters: _having(letters, _READ, read),
        after=begin,
        most=most,
    )
    found = Letter.objects.in_bulk([letter for _number, letter in keys])
    return [found[letter] for _number, letter in keys if letter in found]


def _words(text: str) -> list[str]:
    """Return the words of a question as they were typed, with the marks that belong to letters."""
    kept = (c if c.isalnum() or c == "_" or category(c)[0] == "M" else " " for c in text)
    return "".join(kept).split()[:MOST_WORDS]


def _says(word: str) -> Q:
    """Find a word in any case, where the database knows cases of A to Z alone."""
    cases = (word, word.casefold(), word.lower(), word.upper(), word.capitalize())
    either = Q()
    for one in {case.translate(_A_TO_Z): case for case in cases}.values():
        either |= Q(body__icontains=one) | Q(name__icontains=one)
    return either


def place(letter: Letter) -> str:
    """Return what names the end of a page."""
    return f"{letter.edition_number} {letter.id}"


def _sought(listed: list[str]) -> tuple[list[str], list[str]]:
    """Split words into those sought in the index and those read for in what these leave.

    The index merges all letters with a word before it joins two words, so that a common one beside
    rare ones costs more than reading the few letters that those leave.
    """
    if len(listed) < 2:
        return listed, []
    everything = max(1, walking.estimate(Letter.objects.all()))
    share = {
        w: walking.estimate(_having(Letter.objects.all(), _MATCHES, [w])) / everything
        for w in listed
    }
    sought: list[str] = []
    left = everything * 1.0
    for word in sorted(share, key=lambda w: share[w]):
        if not sought or left > ENOUGH or share[word] < walking.RARE:
            sought.append(word)
            left *= share[word]
    return sought, [word for word in listed if word not in sought]


def _having(letters: QuerySet[Letter], how: str, listed: list[str]) -> QuerySet[Letter]:
    """Return those in which each of these words begins somewhere."""
    if not listed:
        return letters
    query = " & ".join(f"'{word}':*" for word in listed)
    return letters.extra(where=[how], params=[query])  # noqa: S610  (constants)


def _looks(letters: QuerySet[Letter], wanted: Wanted) -> QuerySet[Letter]:
    """Find names that look like this one to the eye."""
    if not wanted.name:
        return letters
    key = name_key(wanted.name)
    return letters.filter(name_key=key) if key else letters.none()


def _of_pen(letters: QuerySet[Letter], wanted: Wanted) -> QuerySet[Letter]:
    if not wanted.pen:
        return letters
    written = wanted.pen.strip().casefold()
    words = _PEN_WORDS.fullmatch(written)
    if _HEX.fullmatch(written):
        pens = Pen.objects.filter(fingerprint__gte=written, fingerprint__lt=written + "g")
        return letters.filter(pen__in=_few(pens))
    if not words:
        return letters.none()
    starts = fingerprints_of(words[1], words[2])
    pens = Pen.objects.annotate(start=Substr("fingerprint", 1, 8)).filter(start__in=starts)
    return letters.filter(pen__in=_few(pens))


def _few(pens: QuerySet[Pen]) -> list[str]:
    return list(pens.values_list("fingerprint", flat=True)[:MOST_PENS])


def fingerprints_of(first: str, second: str) -> list[str]:
    """Return every beginning of a fingerprint that has these two words (letters/public.py)."""
    listed = word_list("en")
    if first not in listed or second not in listed:
        return []
    low = listed.index(first) | listed.index(second) << 11
    return [f"{high << 22 | low:08x}" for high in range(1 << 10)]


def _plain(letters: QuerySet[Letter], wanted: Wanted) -> QuerySet[Letter]:
    if wanted.story:
        letters = letters.filter(story=wanted.story)
    if wanted.state:
        letters = letters.filter(state=wanted.state)
    if wanted.language:
        letters = letters.filter(language=wanted.language.casefold())
    return letters


def _under_rule(letters: QuerySet[Letter], wanted: Wanted) -> QuerySet[Letter]:
    """Find letters removed under a rule, and those in which a screen points at it."""
    if not wanted.rule:
        return letters
    pointed = Finding.objects.filter(rule=wanted.rule).values("letter")
    removed = Letter.objects.filter(rule=wanted.rule).values("id")
    if all(len(rows[:ENOUGH]) < ENOUGH for rows in (pointed, removed)):
        return letters.filter(id__in=pointed.union(removed))
    return letters.filter(Q(rule=wanted.rule) | Exists(pointed.filter(letter=OuterRef("pk"))))
