"""Open a newsroom's keys for its desk, and make ready what its workers need."""

import tomllib
from pathlib import Path

from handbill.desk.intake.ring_facts import gather
from handbill.desk.secrets import DeskSecrets, current, newest_edition, set_current
from handbill.errors import UsageError
from handbill.files import read_inside
from handbill.keys.held import HeldKey
from handbill.keys.ring import KeyRing
from handbill.rules.book import Book
from handbill.rules.reading import MAX_BOOK_BYTES, parse
from handbill.rules.reading import PATH as BOOK

_MOST_SETTINGS = 1 << 20


def open_secrets(newsroom: Path, ring: KeyRing) -> DeskSecrets:
    """Return the keys that the desk's processes hold while they run.

    Raises:
        FormatError: a rule book that cannot be read.
        KeysLocked: the store lacks a key of the desk's.
    """
    published = ring.published()
    drawn = [ring.reservation(key.number) for key in ring.seals()]
    return DeskSecrets(
        newsroom_folder=newsroom,
        newsroom_id=ring.newsroom_id,
        signer=ring.held("desk")[0],
        secret=ring.desk_secret(),
        seals=ring.seals(),
        newest_edition=published[-1].number if published else 0,
        editions={r.number: r.edition_id for r in drawn if r},
        book=_book(newsroom),
        facts=gather(newsroom, ring),
    )


def take_up_pressed() -> None:
    """Let this process know the editions that were pressed since its keys were opened.

    Where their sealing keys cannot be had, all stays as it is, and a take-in says what to do.
    """
    keys, newest = current(), newest_edition()
    if newest <= keys.newest_edition or not isinstance(keys.signer, HeldKey):
        return
    held = {
        "keys": [{"role": "desk", "seed": keys.signer.seed.hex()}],
        "seals": [{"number": k.number, "private": k.private.hex()} for k in keys.seals],
    }
    ring = KeyRing.fresh(keys.newsroom_id, keys.secret, held)
    pressed = range(keys.newest_edition + 1, newest + 1)
    if ring and {key.number for key in ring.seals()} >= set(pressed):
        set_current(open_secrets(keys.newsroom_folder, ring))


def _book(newsroom: Path) -> Book | None:
    try:
        return parse(read_inside(newsroom, BOOK, MAX_BOOK_BYTES))
    except FileNotFoundError:
        return None


def name_of(newsroom: Path) -> str:
    """Return what the newsroom calls itself.

    Raises:
        UsageError: its settings cannot be read.
    """
    try:
        found = tomllib.loads(read_inside(newsroom, "newsroom.toml", _MOST_SETTINGS).decode())
    except (OSError, ValueError) as error:
        raise UsageError(f"{newsroom / 'newsroom.toml'}: cannot be read: {error}") from error
    return str(found.get("name") or "Handbill")[:60]
