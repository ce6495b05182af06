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
        for number in range(args.rounds):
            # Nothing is removed on the way: ext4 steps over what was, one by one, for minutes.
            drive, target = root / f"ours {number}", f"{root}/theirs {number}/"
            drive.mkdir()
            Path(target).mkdir()
            subprocess.run(["sync"], check=True)
            time.sleep(1)
            ours.append(measure.run([*COPY, root / "edition", drive]))
            again.append(measure.run([*COPY, root / "edition", drive]))
            source = f"{root}/edition/"
            wrote = measure.run(["rsync", "-rW", "--fsync", source, target])
            read = measure.run(["rsync", "-rc", source, target])
            both = (wrote.cpu_s + read.cpu_s, wrote.wall_s + read.wall_s)
            theirs.append(measure.Cost(*both, max(wrote.peak_mb, read.peak_mb)))
        a, b = measure.middle(ours), measure.middle(theirs)
        print(measure.machine())
        print(f"{args.megabytes} MB of films and 500 pages, middle of {args.rounds} rounds")
        print(f"handbill copy              {a}")
        print(f"handbill copy, nothing new {measure.middle(again)}")
        print(f"rsync -W --fsync; rsync -c {b}")
        print(f"ratio of CPU: {a.cpu_s / b.cpu_s:.2f} (target 1.00)")


if __name__ == "__main__":
    main()
