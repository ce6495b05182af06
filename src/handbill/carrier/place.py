"""Which folder of a drive an edition goes to, and what lay there before."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbill.edition.manifest import Manifest
from handbill.edition.trust import MAX_METADATA_BYTES, read_chain
from handbill.edition.verify import Opened, editions_below, open_edition
from handbill.errors import DriveFailed, HandbillError, UnsafePath
from handbill.files import read_inside, walk
from handbill.paths import fold, human_name

FIRST_ROOT = "_edition/metadata/1.root.json"
BEFORE = "before"
_ROOT = re.compile(r"_edition/metadata/([1-9][0-9]{0,3})\.root\.json")
_STAGING = re.compile(r"next-[1-9][0-9]{0,15}")
_MAX_STAGINGS = 64


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a drive.

    ``current`` is the verified edition in it; ``before`` the manifests of every verified edition
    that it holds, or held when a copy was interrupted; ``fresh`` tells that none was ever whole,
    ``empty`` that nothing of ours is there but a first root, perhaps torn.
    """

    folder: Path
    current: Opened | None
    before: tuple[Manifest, ...]
    fresh: bool
    empty: bool = False


def choose(drive: Path, source: Opened, paths: Sequence[str]) -> Place:
    """Choose where this newsroom's edition lies already, else the root if nothing stands in the
    way of ``paths``, else a folder named after the newsroom.

    Raises:
        UnsafePath: other things have all the names that we would take.
    """
    first = source.chain[0].data
    ours = [f for f in editions_below(drive) if _read(f, FIRST_ROOT) == first]
    places = [_place(folder, source.newsroom) for folder in ours]
    for place in places:
        if place.current:
            return place
    if places:
        return places[0]
    tops = {path.partition("/")[0] for path in paths} - {"_edition"}
    # FAT takes Films for films: ours would lie in theirs, under their name.
    if _is_free(drive, first) and not _spelled_otherwise(drive, tops):
        if not any(os.path.lexists(drive / top) for top in tops):
            return _empty(drive)
        others = (path for path in paths if path != FIRST_ROOT)
        if not any(os.path.lexists(f"{drive}/{path}") for path in others):
            return Place(drive, None, (), fresh=True)
    name = human_name(source.name, fallback=source.newsroom[:16])
    for folder in (drive / name, drive / f"{name} {source.newsroom[:8]}"):
        if not os.path.lexists(folder) or (_is_folder(folder) and _holds_only_ours(folder, first)):
            return _empty(folder)
    raise UnsafePath(
        f"{drive / name}: is there already and is not this newsroom's",
        hint="rename that folder, or copy to an empty one",
    )


def refuse_older(place: Place, source: Opened) -> None:
    """Never put an edition over a newer one, or over newer keys: a thief may give any number.

    Raises:
        DriveFailed
    """
    number = source.head.number
    apart = "to carry both, copy this one to an empty folder of the drive"
    if _knows_newer_keys(place.folder, source):
        raise DriveFailed(
            f"{place.folder}: knows newer keys of this newsroom than those that signed edition"
            f" {number}; nothing was written",
            hint=f"take a newer edition: a withdrawn key may have signed this one; {apart}",
        )
    there = place.current
    if there is None or len(there.chain) < len(source.chain):
        return
    if there.head.number > number:
        raise DriveFailed(
            f"{place.folder}: holds edition {there.head.number} already, newer than edition"
            f" {number}; nothing was written",
            hint=apart,
        )
    if there.head.number == number and there.head_hash != source.head_hash:
        raise DriveFailed(
            f"{place.folder}: holds another edition {number}; nothing was written",
            hint=f"a newsroom signs a number once: ask it which is its own; {apart}",
        )


def _knows_newer_keys(folder: Path, source: Opened) -> bool:
    """Tell whether the root that comes after the source's last one lies here, and holds."""
    chain = [root.data for root in source.chain]
    after = _read(folder, f"_edition/metadata/{len(chain) + 1}.root.json")
    try:
        return after is not None and bool(read_chain([*chain, after]))
    except HandbillError:
        return False


def is_root_beyond(path: str, last: int) -> bool:
    """Tell whether ``path`` is that of a trust root after the ``last``."""
    found = _ROOT.fullmatch(path)
    return bool(found and int(found[1]) > last)


def roots_beyond(folder: Path, source: Opened) -> list[str]:
    """Name the files that would be roots after the source's last one: none of them holds, and
    with one of them no verifier believes the edition.
    """
    inside = folder / "_edition/metadata"
    if not _is_folder(inside) or not _is_folder(folder / "_edition"):
        return []
    paths = (f"_edition/metadata/{seen.path}" for seen in walk(inside) if seen.plain)
    return [path for path in paths if is_root_beyond(path, len(source.chain))]


def stagings(folder: Path) -> Iterator[str]:
    """Yield the folders, relative to an edition's, in which its changed files were staged."""
    inside = folder / "_edition"
    if not _is_folder(inside):
        return
    names = sorted(n for n in os.listdir(inside) if _STAGING.fullmatch(n))
    for name in names[:_MAX_STAGINGS]:
        if _is_folder(inside / name):
            yield f"_edition/{name}"


def _place(folder: Path, newsroom: str) -> Place:
    current = _open(folder, newsroom)
    kept = [folder / path / BEFORE for path in stagings(folder)]
    earlier = [_open(path, newsroom) for path in kept if _is_folder(path)]
    before = tuple(found.manifest for found in (current, *earlier) if found)
    fresh = not before and not os.path.lexists(folder / "_edition/targets/edition.json")
    return Place(folder, current, before, fresh)


def _empty(folder: Path) -> Place:
    return Place(folder, None, (), fresh=True, empty=True)


def _open(folder: Path, newsroom: str) -> Opened | None:
    try:
        found = open_edition(folder)
    except (HandbillError, OSError):
        return None
    return found if found.newsroom == newsroom else None


def _read(folder: Path, path: str) -> bytes | None:
    try:
        return read_inside(folder, path, MAX_METADATA_BYTES)
    except (HandbillError, OSError):
        return None


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_free(folder: Path, first_root: bytes) -> bool:
    """Tell whether no edition begins here but the torn first file of our own."""
    inside = folder / "_edition"
    if not os.path.lexists(inside):
        return True
    if not _is_folder(inside):
        return False
    try:
        found = [f"_edition/{seen.path}" for seen in walk(inside, limit=100)]
    except HandbillError:
        return False
    torn = _read(folder, FIRST_ROOT) or b""
    return set(found) <= {FIRST_ROOT} and first_root.startswith(torn)


def _spelled_otherwise(drive: Path, tops: Collection[str]) -> bool:
    """Tell whether something in a drive's root has one of these names in another spelling."""
    ours = {fold(top) for top in tops}
    with os.scandir(drive) as found:
        return any(fold(e.name) in ours and e.name not in tops for e in found)


def _holds_only_ours(folder: Path, first_root: bytes) -> bool:
    return set(os.listdir(folder)) <= {"_edition"} and _is_free(folder, first_root)
