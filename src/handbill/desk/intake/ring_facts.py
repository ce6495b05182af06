"""What the key ring and the newsroom's folder say about letters that may come. Nothing is secret.

Needs no Django, so that it can be gathered before the desk's processes start.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.desk.intake.values import Edition
from handbill.files import read_inside
from handbill.keys.ring import KeyRing
from handbill.keys.values import DeskKey, seal_id

_MOST_SETTINGS = 1 << 20


@dataclass(frozen=True, slots=True)
class RingFacts:
    """``destroyed`` are the ids of sealing keys that are gone; ``desk_keys`` speak or spoke for the
    desk; ``newest`` is the number of the edition published last; ``editions`` are those that
    letters may come from; ``rules`` the (version, hash) of published rule books; ``reserved`` the
    names that only the newsroom bears.
    """

    destroyed: frozenset[str] = frozenset()
    desk_keys: tuple[DeskKey, ...] = ()
    newest: int = 0
    editions: Mapping[int, Edition] = field(default_factory=dict)
    rules: frozenset[tuple[int, str]] = frozenset()
    reserved: frozenset[str] = frozenset()


def gather(newsroom: Path, ring: KeyRing) -> RingFacts:
    """Gather the facts of a newsroom."""
    return RingFacts(
        frozenset(name for _, name in ring.destroyed_seals()),
        ring.desk_keys(),
        max((edition.number for edition in ring.published()), default=0),
        _editions(ring),
        _rules(ring),
        _reserved(newsroom),
    )


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
