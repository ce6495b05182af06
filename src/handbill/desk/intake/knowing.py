"""Gather what the desk knows before it opens letters: its keys, its rule book, its screens."""

from dataclasses import dataclass, field
from hashlib import sha256
from importlib import resources
from pathlib import Path

from handbill.desk.intake.ring_facts import RingFacts, gather
from handbill.desk.intake.values import Desk
from handbill.desk.secrets import DeskSecrets, newest_edition, signer
from handbill.desk.store.models import ProtectedName
from handbill.errors import UsageError
from handbill.files import read_inside
from handbill.keys.ring import KeyRing
from handbill.keys.seals import SealKey
from handbill.keys.values import Signer
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
    speaks = ring.held("desk")[0]
    keys = _Keys(ring.newsroom_id, ring.desk_secret(), ring.seals(), _book(newsroom), speaks)
    return _desk(keys, gather(newsroom, ring))


def desk_of(secrets: DeskSecrets) -> Desk:
    """Return what a desk knows whose keys are open already.

    Raises:
        UsageError: the newsroom has no rule book, or pressed an edition since they were opened.
        KeysLocked: the desk's key was replaced since they were opened.
    """
    if secrets.book is None:
        raise UsageError("desk: has no rule book that letters are judged by")
    if newest_edition() > secrets.newest_edition:
        raise UsageError(
            "desk: an edition was pressed since it was opened, and its sealing key is not here",
            hint="close the desk and open it again",
        )
    owned = (secrets.newsroom_id, secrets.secret, secrets.seals, secrets.book, signer())
    keys = _Keys(*owned)
    return _desk(keys, secrets.facts)


@dataclass(frozen=True, slots=True)
class _Keys:
    newsroom_id: str
    secret: bytes = field(repr=False)
    seals: tuple[SealKey, ...] = field(repr=False)
    book: Book
    signer: Signer | None = field(repr=False)


def _desk(keys: _Keys, facts: RingFacts) -> Desk:
    tags = frozenset(map(bytes.fromhex, ProtectedName.objects.values_list("tag", flat=True)))
    return Desk(
        newsroom_id=keys.newsroom_id,
        secret=keys.secret,
        seals=keys.seals,
        destroyed=facts.destroyed,
        desk_keys=facts.desk_keys,
        newest=facts.newest,
        editions=facts.editions,
        book=keys.book,
        rules=facts.rules | {(keys.book.version, keys.book.hash)},
        alone=alone(),
        together=together(),
        protected=ProtectedNames(keys.secret, tags),
        protected_digest=sha256(b"".join(sorted(tags))).hexdigest(),
        reserved=facts.reserved,
        scribe=keys.signer,
    )


def _book(newsroom: Path) -> Book:
    try:
        return parse_book(read_inside(newsroom, BOOK, MAX_BOOK_BYTES))
    except FileNotFoundError as error:
        raise UsageError(
            f"{newsroom / BOOK}: is missing: letters are judged by it",
            hint="take the one that 'handbill new' writes",
        ) from error
