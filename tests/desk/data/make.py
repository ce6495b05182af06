"""Make a desk as this release makes one, for later releases to open. Run once before a release:

    PYTHONPATH=src:tests python tests/desk/data/make.py

and commit the two files. Those of earlier releases stay as they are, for ever: it writes over
nothing (before the release, remove them yourself to make them anew).
"""

from __future__ import annotations

import gzip
import sqlite3
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from handbill.desk import database  # noqa: E402

database.start()
from desk.desk_world import SECRET  # noqa: E402
from desk.kept import full_desk  # noqa: E402
from desk.world import NEWSROOM  # noqa: E402
from handbill import __version__  # noqa: E402
from handbill.desk.keeping import backup, backup_key  # noqa: E402


def main() -> None:
    """Write ``desk-<release>.sqlite3.gz`` and ``desk-<release>.backup`` beside this file."""
    here = Path(__file__).parent
    for made in (f"desk-{__version__}.sqlite3.gz", f"desk-{__version__}.backup"):
        if (here / made).exists():
            sys.exit(f"{made}: is there already; a release's files are made once")
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "desk.sqlite3"
        full_desk(Path(folder) / "a", where)
        backup.write(here / f"desk-{__version__}.backup", None, NEWSROOM, backup_key(SECRET))
        database.close()
        lite = sqlite3.connect(where)
        lite.execute("PRAGMA journal_mode=DELETE")
        lite.execute("VACUUM")
        lite.close()
        packed = gzip.compress(where.read_bytes(), 9, mtime=0)
        (here / f"desk-{__version__}.sqlite3.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
