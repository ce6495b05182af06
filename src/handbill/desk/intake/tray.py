"""The newsroom's tray on its way in: what lies there, read safely, put aside or removed.

Names are hashes, so their order is nobody's: a flood from one drive is spread among the letters of
all others. What is no sealed letter by its name and size is left where it lies.
"""

import contextlib
import os
import re
import stat
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill import __version__
from handbill.carrier.tray import letter_name
from handbill.desk.intake.values import MAY_OPEN_LATER, Reason
from handbill.errors import HandbillError, TrayFailed
from handbill.files import read_inside, write_whole
from handbill.letters.seal import SEALED_BYTES

MOST_AT_ONCE = 100_000
MOST_ASIDE = 2_000
"""Sealed files kept aside for each reason, 8 MB. Of what will never open those whose hashes are
smallest; what may open later is never deleted, since hashes can be chosen: the rest stays where it
lies."""
_NAME = re.compile(r"[0-9a-z]+\.bin")
_NEWER = f"{Reason.NEWER}-{__version__}"


@dataclass(frozen=True, slots=True)
class File:
    """A sealed letter where it lies, read."""

    path: Path
    sealed: bytes


class Tray:
    """The folder ``NEWSROOM/tray``, and the one where refused letters are kept, still sealed."""

    def __init__(self, folder: Path, aside: Path) -> None:
        self.folder, self._aside = folder, aside
        self._kept: dict[str, set[str]] = {}
        self.left = 0

    def waiting(self, tried: Container[str] = ()) -> list[Path]:
        """Return what may be a sealed letter, in the order of names; at most 100,000.

        ``tried`` are names that this run has seen before and passes over.
        """
        self.left = 0
        return self._listed(self.folder, tried, count_left=True)

    def again(self, *, all_of_them: bool) -> list[Path]:
        """Return what was put aside and may open now: forms that an older release did not know.

        ``all_of_them``: whatever was put aside, for when a key came back or a fault was mended.
        """
        if not self._aside.is_dir():
            return []
        with _guard(self._aside):
            folders = sorted(p for p in self._aside.iterdir() if p.is_dir() and not p.is_symlink())
        wanted = (
            f
            for f in folders
            if all_of_them or (f.name.startswith(Reason.NEWER) and f.name != _NEWER)
        )
        return [path for folder in wanted for path in self._listed(folder)]

    def _listed(
        self, folder: Path, tried: Container[str] = (), *, count_left: bool = False
    ) -> list[Path]:
        found: list[str] = []
        if not folder.is_dir():
            return []
        with _guard(folder), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue  # what collect is just writing
                if _may_be_letter(entry):
                    if len(found) < MOST_AT_ONCE and entry.name not in tried:
                        found.append(entry.name)
                elif count_left:
                    self.left += 1
        return [folder / name for name in sorted(found)]

    def read(self, paths: list[Path]) -> Iterator[File]:
        """Read files; one that changed since it was listed is passed over."""
        for path in paths:
            try:
                sealed = read_inside(path.parent, path.name, SEALED_BYTES)
            except (FileNotFoundError, HandbillError):
                continue
            except OSError as error:
                raise _failed(path, error) from error
            if len(sealed) == SEALED_BYTES:
                yield File(path, sealed)

    def put_aside(self, sealed: bytes, reason: Reason) -> Path | None:
        """Keep a refused letter as it came; None where enough are kept for this reason."""
        place = _NEWER if reason is Reason.NEWER else reason
        folder, name = self._aside / place, letter_name(sealed)
        kept = self._kept.get(place)
        if kept is None:
            kept = self._kept[place] = {p.name for p in self._listed(folder)}
        if name in kept:
            return folder / name
        if len(kept) >= MOST_ASIDE:
            last = max(kept)
            if reason in MAY_OPEN_LATER or name > last:
                return None
            kept.remove(last)
            (folder / last).unlink(missing_ok=True)
        with _guard(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(folder / name, sealed, mode=0o600)
        kept.add(name)
        return folder / name

    def remove(self, path: Path) -> None:
        """Remove a file whose letter is filed or put aside."""
        with _guard(path):
            path.unlink(missing_ok=True)


def _may_be_letter(entry: "os.DirEntry[str]") -> bool:
    if not _NAME.fullmatch(entry.name):
        return False
    with contextlib.suppress(OSError):
        info = entry.stat(follow_symlinks=False)
        return stat.S_ISREG(info.st_mode) and info.st_size == SEALED_BYTES
    return False


@contextlib.contextmanager
def _guard(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failed(path, error) from error


def _failed(path: Path, error: OSError) -> TrayFailed:
    return TrayFailed(
        f"{path}: {error.strerror or error}", hint="mend it, then run again; nothing was lost"
    )
