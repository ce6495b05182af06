"""Where the live site's files lie: ``NEWSROOM/site``, written by the desk, read by the site."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """One newsroom's folder for its live site. Only ``views`` is written by the public process."""

    folder: Path

    @property
    def pages(self) -> Path:
        """What is shown instead of, or beside, the edition's own files, under the same paths."""
        return self.folder / "pages"

    @property
    def told(self) -> Path:
        """What the public process is told (docs/formats/site.md)."""
        return self.folder / "site.json"

    @property
    def written(self) -> Path:
        """Which version of each discussion lies in ``pages``."""
        return self.folder / "written.json"

    @property
    def begun(self) -> Path:
        """There while somebody writes; where it stayed, files may lie there that nobody noted."""
        return self.folder / ".begun"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes."""
        return self.folder / ".lock"

    @property
    def views(self) -> Path:
        """How often each item was looked at, in whole numbers a day."""
        return self.folder / "views"

    @property
    def maintenance(self) -> Path:
        """While this file exists, the site says that it will be back soon."""
        return self.folder / "maintenance"


def layout(newsroom: Path) -> Layout:
    """Return where the live site of ``newsroom`` lies."""
    return Layout(newsroom / "site")
