"""Check an edition, against `sha256sum -c` on the same files: verifying.py [MB] [--rounds R].

The warm cache first; then cold, each file's pages dropped before each run (posix_fadvise). Last, what
the proofs of 10,000 stories cost: the same edition with them and, as on a partial copy, without.
"""

import os
import shutil
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
    with tempfile.TemporaryDirectory(prefix="bench-verify-", dir=args.dir) as name:
        _proofs(Path(name), 1_000 if args.quick else 10_000, args.rounds)


def _proofs(root: Path, stories: int, rounds: int) -> None:
    editions.write(root / "with", pages=stories, media_mb=0)
    shutil.copytree(root / "with", root / "without")
    shutil.rmtree(root / "without/_edition/proofs")
    costs: dict[str, list[measure.Cost]] = {"with": [], "without": []}
    for _ in range(rounds):
        for kind, found in costs.items():
            found.append(measure.run([*VERIFY, root / kind]))
    a, b = (measure.best(found).cpu_s for found in costs.values())
    print(f"{stories} stories: {a:.2f} CPU-s with their proofs, {b:.2f} without: {a / b:.2f}")


def _forget(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_file():
            fd = os.open(path, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


if __name__ == "__main__":
    main()
