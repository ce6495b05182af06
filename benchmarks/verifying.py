"""Check an edition, against `sha256sum -c` on the same files: verifying.py [MB] [--rounds R].

The warm cache first; then cold, each file's pages dropped before each run (posix_fadvise).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import editions
import measure

VERIFY = [sys.executable, "-m", "handbill", "verify"]


def main() -> None:
    """Print both costs and the ratio of their speeds."""
    args = measure.arguments(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench-verify-", dir=args.dir) as name:
        root = Path(name)
        length = editions.write(root, pages=500, media_mb=args.megabytes)
        listed = root / "_edition/SHA256SUMS"
        subprocess.run(["sync"], check=True)
        print(measure.machine())
        for cache in ("warm", "cold"):
            ours, theirs, raw = [], [], []
            for _ in range(args.rounds):
                for found, argv in (
                    (raw, ["cat", *(root / "films").glob("*.mp4")]),
                    (ours, [*VERIFY, root]),
                    (theirs, ["sha256sum", "--quiet", "-c", listed]),
                ):
                    if cache == "cold":
                        _forget(root)
                    found.append(measure.run(argv, cwd=root))
            a, b, c = (min(runs, key=lambda r: r.wall_s) for runs in (ours, theirs, raw))
            print(f"{cache}: handbill verify  {a}   {length / a.wall_s / 1e6:.0f} MB/s")
            print(f"{cache}: sha256sum -c     {b}   {length / b.wall_s / 1e6:.0f} MB/s")
            print(f"{cache}: raw read (cat)   {c}")
            print(f"{cache}: speed against sha256sum: {b.wall_s / a.wall_s:.2f}")


def _forget(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_file():
            fd = os.open(path, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


if __name__ == "__main__":
    main()
