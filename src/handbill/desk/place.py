"""Where the desk keeps what is not meant to travel: the newsroom's state folder, never NEWSROOM."""

from dataclasses import dataclass
from pathlib import Path

from handbill.keys.store import state_root


@dataclass(frozen=True, slots=True)
class Place:
    """One newsroom's folder for its desk; ``tray`` alone lies in NEWSROOM."""

    tray: Path
    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file, where no server is set."""
        return self.folder / "desk.sqlite3"

    @property
    def aside(self) -> Path:
        """Where refused letters are kept, still sealed."""
        return self.folder / "aside"

    def make(self) -> None:
        """Make the folder, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)


def place(newsroom: Path, newsroom_id: str, *, state: Path | None = None) -> Place:
    """Say where the desk of ``newsroom`` keeps its things."""
    return Place(newsroom / "tray", (state or state_root()) / newsroom_id / "desk")
