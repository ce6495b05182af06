"""Find letters by words, name, pen, story, state, rule and language, the newest editions first.

On PostgreSQL words are found at their beginnings through an index. On SQLite every letter is read:
well for tens of thousands, slow for a million (docs/performance.md).
"""

import re
from dataclasses import dataclass, fields, replace

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from handbill.desk.intake.neighbours import name_key
from handbill.desk.store.models import JUDGED, Finding, Letter, Pen
from handbill.keys.words import word_list

MOST_WORDS = 8
VECTOR = 'to_tsvector(\'simple\', "store_letter"."name" || \' \' || "store_letter"."body")'
_MATCHES = f"{VECTOR} @@ to_tsquery('simple', %s)"
_NEWEST = f"""
WITH hits AS MATERIALIZED (
  SELECT id, edition_number FROM store_letter WHERE {_MATCHES} LIMIT %s
)
SELECT id, (SELECT count(*) FROM hits) FROM hits WHERE (edition_number, id) < (%s, %s)
ORDER BY edition_number DESC, id DESC LIMIT %s
"""  # noqa: S608  (constants)
SORTED, FEW, ENOUGH = 20_000, 2_000, 200
"""Hits that are sorted, that other filters look through, and that a page needs."""
_END = (1 << 31) - 1
_WORD = re.compile(r"\w+")
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
    letters = Letter.objects.filter(kind__in=JUDGED)
    for part in (_looks, _of_pen, _plain, _under_rule):
        letters = part(letters, wanted)
    letters = _words(letters, wanted, after)
    behind = _behind(after)
    if behind:
        number, last = behind
        letters = letters.filter(edition_number__lte=number)
        letters = letters.filter(Q(edition_number__lt=number) | Q(id__lt=last))
    return list(letters.order_by("-edition_number", "-id")[:most])


def place(letter: Letter) -> str:
    """Return what names the end of a page."""
    return f"{letter.edition_number} {letter.id}"


def _behind(after: str) -> tuple[int, str] | None:
    match = _AFTER.fullmatch(after)
    return (int(match[1]), match[2]) if match else None


def _words(letters: QuerySet[Letter], wanted: Wanted, after: str) -> QuerySet[Letter]:
    listed = _WORD.findall(wanted.text.casefold())[:MOST_WORDS]
    if not listed:
        return letters
    if connection.vendor == "postgresql":
        query = " & ".join(f"'{word}':*" for word in listed)
        filtered = replace(wanted, text="").anything
        hits = _hits(query, _behind(after) or (_END, ""), filtered=filtered)
        if hits is not None:
            return letters.filter(id__in=hits)
        # So many that walking through the newest letters meets a page of them soon.
        return letters.extra(where=[_MATCHES], params=[query])  # noqa: S610  (a constant)
    for word in listed:
        letters = letters.filter(Q(body__icontains=word) | Q(name__icontains=word))
    return letters


def _hits(query: str, after: tuple[int, str], *, filtered: bool) -> list[str] | None:
    """Return the newest letters with these words behind ``after``, or nothing where there are so
    many that walking through the newest letters meets a page of them sooner.

    The planner cannot know how rare the beginning of a word is, so it is told to use the index.
    """
    most = FEW if filtered else ENOUGH
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(_NEWEST, [query, SORTED + 1, *after, most + 1])
        rows = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SET LOCAL enable_indexscan = on")
    if rows and (rows[0][1] > SORTED or (filtered and len(rows) > FEW)):
        return None
    return [str(row[0]) for row in rows]


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
        end = written + "g"
        return letters.filter(pen__fingerprint__gte=written, pen__fingerprint__lt=end)
    if not words:
        return letters.none()
    starts = fingerprints_of(words[1], words[2])
    pens = Pen.objects.annotate(start=Substr("fingerprint", 1, 8)).filter(start__in=starts)
    return letters.filter(pen__in=list(pens.values_list("fingerprint", flat=True)[:200]))


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
    pointed = Finding.objects.filter(letter=OuterRef("pk"), rule=wanted.rule)
    return letters.filter(Q(rule=wanted.rule) | Exists(pointed))
