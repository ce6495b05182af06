"""Copy an edition and read it back, against `rsync -W --fsync` followed by `rsync -c`.

copying.py [MB] [--rounds R] [--dir WHERE]
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import editions
import measure

COPY = [sys.executable, "-m", "handbill", "copy"]


def main() -> None:
    """Print both costs and the ratio of CPU."""
    args = measure.arguments(__doc__)
    if shutil.which("rsync") is None:
        sys.exit("rsync: not found, so no comparison")
    with tempfile.TemporaryDirectory(prefix="bench-copy-", dir=args.dir) as name:
        root = Path(name)
        editions.write(root / "edition", pages=500, media_mb=args.megabytes)
        ours, theirs, again = [], [], []
        for _ in range(args.rounds):
            for folder in ("ours", "theirs"):
                shutil.rmtree(root / folder, ignore_errors=True)
                (root / folder).mkdir()
            subprocess.run(["sync"], check=True)
            time.sleep(6)  # ext4 steps over what was deleted in the last five seconds, one by one
            ours.append(measure.run([*COPY, root / "edition", root / "ours"]))
            again.append(measure.run([*COPY, root / "edition", root / "ours"]))
            source, target = f"{root}/edition/", f"{root}/theirs/"
            wrote = measure.run(["rsync", "-rW", "--fsync", source, target])
            read = measure.run(["rsync", "-rc", source, target])
            both = (wrote.cpu_s + read.cpu_s, wrote.wall_s + read.wall_s)
            theirs.append(measure.Cost(*both, max(wrote.peak_mb, read.peak_mb)))
        a, b = measure.best(ours), measure.best(theirs)
        print(measure.machine())
        print(f"{args.megabytes} MB of films and 500 pages, best of {args.rounds}")
        print(f"handbill copy              {a}")
        print(f"handbill copy, nothing new {measure.best(again)}")
        print(f"rsync -W --fsync; rsync -c {b}")
        print(f"ratio of CPU: {a.cpu_s / b.cpu_s:.2f} (target 1.00)")


if __name__ == "__main__":
    main()
