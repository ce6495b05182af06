"""Gather what the desk knows before it opens letters: its keys, its rule book, its screens."""

import tomllib
from hashlib import sha256
from importlib import resources
from pathlib import Path

from handbill.desk.intake.values import Desk, Edition
from handbill.desk.store.models import ProtectedName
from handbill.errors import UsageError
from handbill.files import read_inside
from handbill.keys.ring import KeyRing
from handbill.keys.values import seal_id
from handbill.rules.book import Book
from handbill.rules.lexicons import LANGUAGES, Lexicon
from handbill.rules.lexicons import parse as parse_lexicon
from handbill.rules.protected import ProtectedNames
from handbill.rules.reading import MAX_BOOK_BYTES
from handbill.rules.reading import PATH as BOOK
from handbill.rules.reading import parse as parse_book
from handbill.rules.screens import Screen
from handbill.rules.screens.hidden import HiddenScreen
from handbill.rules.screens.length import LengthScreen
from handbill.rules.screens.lexicon import LexiconScreen
from handbill.rules.screens.names import NamesScreen
from handbill.rules.screens.opened import OpenedScreen
from handbill.rules.screens.privacy import PrivacyScreen, ProtectedScreen
from handbill.rules.screens.twins import TwinsScreen

_MOST_SETTINGS = 1 << 20


def alone() -> tuple[Screen, ...]:
    """Return the screens that look at one letter."""
    lexicon = LexiconScreen(map(_lexicon, LANGUAGES))
    return (OpenedScreen(), PrivacyScreen(), ProtectedScreen(), lexicon, HiddenScreen())


def together() -> tuple[Screen, ...]:
    """Return the screens that also look at a letter's neighbours."""
    return (LengthScreen(), NamesScreen(), TwinsScreen())


def _lexicon(language: str) -> Lexicon:
    source = resources.files("handbill.rules").joinpath("data", language, "lexicon.txt")
    return parse_lexicon(source.read_bytes(), language)


def knowing(newsroom: Path, ring: KeyRing) -> Desk:
    """Return what the desk of ``newsroom`` knows; its database must be connected.

    Raises:
        UsageError: the newsroom has no rule book.
        FormatError, KeysLocked
    """
    book, secret = _book(newsroom), ring.desk_secret()
    tags = frozenset(map(bytes.fromhex, ProtectedName.objects.values_list("tag", flat=True)))
    return Desk(
        newsroom_id=ring.newsroom_id,
        secret=secret,
        seals=ring.seals(),
        destroyed=frozenset(name for _, name in ring.destroyed_seals()),
        desk_keys=_desk_keys(ring),
        editions=_editions(ring),
        book=book,
        rules=_rules(ring) | {(book.version, book.hash)},
        alone=alone(),
        together=together(),
        protected=ProtectedNames(secret, tags),
        protected_digest=sha256(b"".join(sorted(tags))).hexdigest(),
        reserved=_reserved(newsroom),
        scribe=next(iter(ring.held("desk")), None),
    )


def _book(newsroom: Path) -> Book:
    try:
        return parse_book(read_inside(newsroom, BOOK, MAX_BOOK_BYTES))
    except FileNotFoundError as error:
        raise UsageError(
            f"{newsroom / BOOK}: is missing: letters are judged by it",
            hint="take the one that 'handbill new' writes",
        ) from error


def _desk_keys(ring: KeyRing) -> frozenset[bytes]:
    numbers = [edition.number for edition in ring.published()]
    drawn = [r.desk_key for r in map(ring.reservation, numbers) if r and r.desk_key]
    return frozenset({*map(bytes.fromhex, drawn), *(k.public for k in ring.held("desk"))})


def _editions(ring: KeyRing) -> dict[int, Edition]:
    """Return the editions that letters may come from: those whose number was reserved here."""
    numbers = {edition.number for edition in ring.published()}
    numbers |= {key.number for key in ring.seals()} | {n for n, _ in ring.destroyed_seals()}
    return {
        r.number: Edition(r.edition_id, seal_id(bytes.fromhex(r.seal_key)))
        for r in map(ring.reservation, sorted(numbers))
        if r
    }


def _rules(ring: KeyRing) -> frozenset[tuple[int, str]]:
    stated = (edition.rules.partition(" ") for edition in ring.published())
    return frozenset((int(version), digest) for version, _, digest in stated if version)


def _reserved(newsroom: Path) -> frozenset[str]:
    """Return the names that only the newsroom bears."""
    settings = tomllib.loads(read_inside(newsroom, "newsroom.toml", _MOST_SETTINGS).decode())
    names = settings.get("names", {})
    return frozenset(
        str(name)
        for name in (settings.get("name", ""), *(names.values() if isinstance(names, dict) else ()))
        if name
    )
