"""What letters share: names that look alike, nearly the same text, one story of one pen.

Screens ask for these through :class:`Neighbours`. Whenever an answer to such a question changes,
the letters that ask it are marked to be compared again, so the order of filing leaves no trace.
Answers are cut where more would change no finding, so that a flood stays affordable.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from handbill.desk.store.many import insert
from handbill.desk.store.models import ERASED, JUDGED, PUBLIC, Band, Letter, Name, NearName
from handbill.rules.confusables import skeleton
from handbill.rules.screens import Screened
from handbill.rules.screens.names import near_keys
from handbill.rules.screens.twins import MOST_SHOWN, sketch

AT_ONCE = 400
"""Values in one query: SQLite of old took 999."""
_PENS_A_NAME = 2  # enough to tell everybody that another pen bears it
_PENS_A_BAND = MOST_SHOWN + 1
_NAMES_NEAR = 64

_NAMED = """
SELECT key, pen_id, skeleton FROM (
  SELECT key, pen_id, skeleton, ROW_NUMBER() OVER (PARTITION BY key ORDER BY pen_id) AS place
  FROM store_name WHERE key IN ({})
) AS ranked WHERE place <= %s
"""
_SHARING = """
SELECT key, pen, letter_id FROM (
  SELECT key, pen, MIN(letter_id) AS letter_id,
    ROW_NUMBER() OVER (PARTITION BY key ORDER BY pen) AS place
  FROM store_band WHERE key IN ({}) GROUP BY key, pen
) AS ranked WHERE place <= %s
"""

Answers = dict[str, tuple[tuple[str, str], ...]]
"""For a name: (pen, skeleton); for a band: (pen, letter id)."""


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Cut what a query asks for into pieces that every database takes."""
    listed = list(values)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def name_key(name: str) -> str:
    """Return a short key for the looks of a name; empty where nothing of it is seen."""
    seen = skeleton(name) if name else ""
    return _hashed(seen) if seen else ""


def _hashed(text: str) -> str:
    # A skeleton may be longer than what a database can index.
    return sha256(text.encode()).hexdigest()[:32]


def _near(seen: str) -> list[str]:
    """Return the keys near a skeleton; a function of the skeleton, not of one spelling of it."""
    return [_hashed(key) for key in near_keys(unicodedata.normalize("NFC", seen))]


def add(letters: Sequence[Letter]) -> None:
    """Let letters be found by their neighbours, and mark those whose answers change."""
    public = [letter for letter in letters if letter.kind in PUBLIC]
    names = {letter.name_key for letter in public if letter.name_key}
    bands = [
        {"key": key, "letter_id": letter.id, "pen": letter.pen_id}
        for letter in public
        for key in sketch(letter.body)
    ]
    shared = {band["key"] for band in bands}
    named_before, shared_before = _named(names), _sharing(shared)
    _add_names(public)
    insert(Band, bands, anew=False)
    _mark_names(named_before, _named(names), _names_beside(names))
    _mark_bands(shared_before, _sharing(shared))
    _mark_beside(public)


def _add_names(letters: Iterable[Letter]) -> None:
    seen = {
        (letter.name_key, letter.pen_id): skeleton(letter.name)
        for letter in letters
        if letter.name_key
    }
    near = {(key, name) for (name, _), text in seen.items() for key in _near(text)}
    Name.objects.bulk_create(
        [Name(key=k, pen_id=pen, skeleton=text) for (k, pen), text in sorted(seen.items())],
        ignore_conflicts=True,
    )
    NearName.objects.bulk_create(
        [NearName(key=key, name=name) for key, name in sorted(near)], ignore_conflicts=True
    )


def forget(ids: Sequence[str]) -> None:
    """Let letters no longer be found, and mark those whose answers change; at most 400."""
    letters = list(Letter.objects.filter(id__in=ids, kind__in=PUBLIC))
    names = {letter.name_key for letter in letters if letter.name_key}
    shared = set(Band.objects.filter(letter__in=ids).values_list("key", flat=True))
    named_before, shared_before = _named(names), _sharing(shared)
    beside = _names_beside(names)  # before they are gone
    Band.objects.filter(letter__in=ids).delete()
    _forget_names(letters, ids)
    _mark_names(named_before, _named(names), beside)
    _mark_bands(shared_before, _sharing(shared))
    _mark_beside(letters)


def _forget_names(letters: Sequence[Letter], ids: Sequence[str]) -> None:
    pairs = {(letter.name_key, letter.pen_id) for letter in letters if letter.name_key}
    others = Letter.objects.filter(name_key__in={key for key, _ in pairs}, kind__in=PUBLIC)
    kept = set(others.exclude(id__in=ids).values_list("name_key", "pen_id").distinct())
    for key, pen in sorted(pairs - kept):
        Name.objects.filter(key=key, pen=pen).delete()
    left = set(Name.objects.filter(key__in={k for k, _ in pairs}).values_list("key", flat=True))
    NearName.objects.filter(name__in={k for k, _ in pairs} - left).delete()


def _names_beside(names: Iterable[str]) -> dict[str, set[str]]:
    """Return for each name those that share a near key with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in chunks(sorted(names)):
        keys: dict[str, list[str]] = defaultdict(list)
        for key, name in NearName.objects.filter(name__in=part).values_list("key", "name"):
            keys[key].append(name)
        for some in chunks(sorted(keys)):
            for key, near in NearName.objects.filter(key__in=some).values_list("key", "name"):
                for name in keys[key]:
                    found[name].add(near)
    return found


def _mark_names(before: Answers, after: Answers, beside: Mapping[str, set[str]]) -> None:
    """Mark the bearers of names whose bearers changed, and those of names near to them."""
    changed = _changed(before, after, _PENS_A_NAME)
    near = {name for key in changed for name in beside.get(key, ())}
    for part in chunks(sorted(changed | near)):
        _mark(Letter.objects.filter(name_key__in=part))


def _mark_bands(before: Answers, after: Answers) -> None:
    for part in chunks(sorted(_changed(before, after, _PENS_A_BAND))):
        _mark(Letter.objects.filter(id__in=Band.objects.filter(key__in=part).values("letter")))


def _changed(before: Answers, after: Answers, most: int) -> set[str]:
    """Return the keys of which other pens are told now; full answers all mean: many others."""
    found = set()
    for key in {*before, *after}:
        earlier = {pen for pen, _ in before.get(key, ())}
        now = {pen for pen, _ in after.get(key, ())}
        if earlier != now and min(len(earlier), len(now)) < most:
            found.add(key)
    return found


def _mark_beside(letters: Iterable[Letter]) -> None:
    groups = {(letter.pen_id, letter.story, letter.edition_number) for letter in letters}
    for part in chunks({pen for pen, _, _ in groups}):
        rows = Letter.objects.filter(pen__in=part, kind__in=JUDGED, compared=True)
        found = rows.values_list("id", "pen_id", "story", "edition_number")
        ids = [row[0] for row in found.iterator() if row[1:] in groups]
        for beside in chunks(ids):
            _mark(Letter.objects.filter(id__in=beside))


def _mark(letters: QuerySet[Letter]) -> None:
    letters.filter(kind__in=JUDGED, compared=True).exclude(state__in=ERASED).update(compared=False)


def _named(keys: Iterable[str]) -> Answers:
    return _answers(_NAMED, keys, _PENS_A_NAME)


def _sharing(keys: Iterable[str]) -> Answers:
    return _answers(_SHARING, keys, _PENS_A_BAND)


def _answers(query: str, keys: Iterable[str], most: int) -> Answers:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in chunks(sorted(keys)):
        with connection.cursor() as cursor:
            cursor.execute(query.format(",".join(["%s"] * len(part))), [*part, most])
            for key, pen, value in cursor.fetchall():
                found[key].append((pen, value))
    return {key: tuple(sorted(rows)) for key, rows in found.items()}


class Neighbours:
    """What the desk knows about the neighbours of some letters; answers for those alone."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self._named = _named({x.name_key for x in letters if x.name_key})
        self._near = _names_near(letters)
        self._bands = _sharing(_bands_of(letters))
        self._beside = _written_beside(letters)

    def pens_named(self, skeleton: str) -> frozenset[str]:
        """Return pens that bear a name that looks like this: two of them, if there are so many."""
        return frozenset(pen for pen, _ in self._named.get(_hashed(skeleton), ()))

    def names_near(self, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Return (skeleton, pen) of names that share one of these keys, at most 64 names a key."""
        return {pair for key in keys for pair in self._near.get(_hashed(key), ())}

    def sharing(self, bands: Iterable[str]) -> Iterable[tuple[str, str, str]]:
        """Return (letter, pen, story) of one letter of each pen, at most 21 a band."""
        return {(letter, pen, "") for band in bands for pen, letter in self._bands.get(band, ())}

    def words_beside(self, letter: Screened) -> tuple[int, int]:
        """Return how many others this pen wrote to this story and edition, and their words."""
        if letter.kind not in PUBLIC:
            return (0, 0)
        group = (letter.pen, letter.story, letter.edition)
        count, words = self._beside.get(group, (1, letter.words))
        return (count - 1, words - letter.words)


def _bands_of(letters: Sequence[Letter]) -> set[str]:
    found: set[str] = set()
    for part in chunks(letter.id for letter in letters):
        found.update(Band.objects.filter(letter__in=part).values_list("key", flat=True))
    return found


def _names_near(letters: Sequence[Letter]) -> dict[str, list[tuple[str, str]]]:
    """Return the (skeleton, pen) of names by the near keys of these letters' names."""
    wanted = {_hashed(key) for letter in letters for key in near_keys(letter.name)}
    names: dict[str, list[str]] = defaultdict(list)
    for part in chunks(sorted(wanted)):
        for key, name in NearName.objects.filter(key__in=part).values_list("key", "name"):
            names[key].append(name)
    borne = _named({name for listed in names.values() for name in listed})
    return {
        key: [(text, pen) for name in sorted(listed)[:_NAMES_NEAR] for pen, text in borne[name]]
        for key, listed in names.items()
    }


def _written_beside(letters: Sequence[Letter]) -> dict[tuple[str, str, int], tuple[int, int]]:
    found = {}
    for part in chunks({letter.pen_id for letter in letters}):
        rows = Letter.objects.filter(pen__in=part, kind__in=PUBLIC).exclude(state__in=ERASED)
        groups = rows.values_list("pen_id", "story", "edition_number")
        for pen, story, number, count, words in groups.annotate(Count("id"), Sum("words")):
            found[pen, story, number] = (count, words)
    return found
