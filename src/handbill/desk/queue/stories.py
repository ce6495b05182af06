"""What the newsroom's folder says of a story: its title and where its text lies."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from handbill.desk import secrets
from handbill.errors import HandbillError
from handbill.files import read_inside, walk
from handbill.newsroom.frontmatter import read

LOOK_AGAIN_S = 600
MOST_STORIES, MOST_BYTES = 100_000, 1 << 20


@dataclass(frozen=True, slots=True)
class Told:
    """One story; ``path`` is in the newsroom's folder. Both empty where it has none of this id."""

    id: str
    title: str = ""
    path: str = ""


class Shelf:
    """The stories of a folder, looked through at most every ten minutes, changed files alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[int, Told]] = {}
        self._by_id: dict[str, Told] = {}
        self._looked = 0.0
        self._lock = threading.Lock()

    def told(self, story: str) -> Told:
        """Return what is known of a story."""
        with self._lock:
            now = time.monotonic()
            if not self._looked or now - self._looked > LOOK_AGAIN_S:
                self._look()
                self._looked = now
        return self._by_id.get(story, Told(story))

    def _look(self) -> None:
        known: dict[str, tuple[int, Told]] = {}
        try:
            for seen in walk(self._folder / "stories", limit=MOST_STORIES):
                if not (seen.plain and seen.path.endswith(".md")):
                    continue
                before = self._known.get(seen.path)
                if before and before[0] == seen.changed_ns:
                    known[seen.path] = before
                else:
                    known[seen.path] = (seen.changed_ns, self._read(seen.path))
        except (OSError, HandbillError):
            pass  # a folder that cannot be read has no titles; letters are judged without
        self._known = known
        self._by_id = {told.id: told for _, told in known.values() if told.id}

    def _read(self, name: str) -> Told:
        path = f"stories/{name}"
        try:
            text = read_inside(self._folder, path, MOST_BYTES).decode()
        except (OSError, HandbillError, UnicodeDecodeError):
            return Told("")
        fields = read(path, text).fields
        values = {key: str(fields[key][1]) for key in ("id", "slug", "title") if key in fields}
        slug = values.get("slug") or Path(name).stem
        return Told(values.get("id") or slug, values.get("title", ""), path)


_shelves: dict[Path, Shelf] = {}


def told(story: str) -> Told:
    """Return what the newsroom's folder says of a story."""
    if not story:
        return Told("")
    folder = secrets.current().newsroom_folder
    return _shelves.setdefault(folder, Shelf(folder)).told(story)


def forget() -> None:
    """Look through the folder anew at the next question."""
    _shelves.clear()
