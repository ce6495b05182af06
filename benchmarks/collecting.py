"""Collect a full mailbag, against `cp` and `sha256sum`; then bags of a million files of junk.

collecting.py [LETTERS] [--junk N] [--rounds R] [--dir WHERE] [--quick]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import measure

COLLECT = [sys.executable, "-m", "handbill", "collect"]
_PEER = 'cp -r "$0" "$1" && cd "$1" && ls -U | xargs sha256sum'
_SYNCING = 'cp -r "$0" "$1" && cd "$1" && ls -U | xargs sync && ls -U | xargs sha256sum'


def main() -> None:
    """Print what each costs, and the ratio."""
    args = _arguments()
    print(measure.machine())
    with tempfile.TemporaryDirectory(prefix="bench-collect-", dir=args.dir) as name:
        root = Path(name)
        _full_bag(root, args)
        for what in ("kind", "size", "version"):
            _junk(root / what, args.junk, what)


def _full_bag(root: Path, args: argparse.Namespace) -> None:
    _letters(root / "drive/letters", args.letters)
    costs: dict[str, list[measure.Cost]] = {}
    limit = ["--limit", str(args.letters)]
    for _ in range(args.rounds):
        _empty(root)
        bag = root / "drive/letters"
        once = [*COLLECT, root / "drive", "--into", root / "room", *limit]
        clearing = [*COLLECT, root / "other", "--into", root / "clear", "--clear", *limit]
        runs: list[tuple[str, list[str | Path]]] = [
            ("cp; sha256sum", ["sh", "-c", _PEER, bag, root / "copied"]),
            ("cp; sync; sha256sum", ["sh", "-c", _SYNCING, bag, root / "synced"]),
            ("collect", once),
            ("collect, all known", once),
            ("collect --dry-run", [*once, "--dry-run"]),
            ("collect --clear", clearing),
        ]
        subprocess.run(["cp", "-r", root / "drive", root / "other"], check=True)
        for label, argv in runs:
            subprocess.run(["sync"], check=True)
            costs.setdefault(label, []).append(measure.run(argv))
    print(f"{args.letters} letters of 4,096 bytes, best of {args.rounds}")
    best = {label: measure.best(found) for label, found in costs.items()}
    for label, cost in best.items():
        print(f"{label:20} {cost}")
    ratio = best["collect"].cpu_s / best["cp; sync; sha256sum"].cpu_s
    print(f"ratio of CPU, collect to cp, sync and sha256sum: {ratio:.2f}")


def _empty(root: Path) -> None:
    for name in ("copied", "synced", "other", "clear", "room"):
        _remove(root / name)
    (root / "room").mkdir()
    (root / "clear").mkdir()
    (root / "room/newsroom.toml").touch()


def _remove(folder: Path) -> None:
    """Remove a folder by a process of its own: a child's peak begins at its parent's memory."""
    subprocess.run(["rm", "-rf", folder], check=True)


def _letters(bag: Path, count: int) -> None:
    bag.mkdir(parents=True)
    for n in range(count):
        with open(f"{bag}/{n:08}.bin", "wb") as file:  # noqa: PTH123  (Path keeps every name)
            file.write(b"\1" + os.urandom(4095))


def _junk(drive: Path, count: int, what: str) -> None:
    """Fill a mailbag with links, empty files, or files that look like letters to the last."""
    bag = drive / "letters"
    bag.mkdir(parents=True)
    (bag / "0").write_bytes(b"\2" * 4096)
    here = os.open(bag, os.O_RDONLY)
    for n in range(1, count):
        if what == "kind":
            os.symlink("0", str(n), dir_fd=here)
        elif what == "size":
            os.close(os.open(str(n), os.O_CREAT | os.O_WRONLY, dir_fd=here))
        elif n % 50_000 == 0:  # hard links save the disk; a file has at most 65,000 names
            _copy(bag / "0", bag / str(n))
        else:
            os.link(str(n - n % 50_000), str(n), src_dir_fd=here, dst_dir_fd=here)
    os.close(here)
    (drive / "into").mkdir()
    cost = measure.run([*COLLECT, drive, "--into", drive / "into"])
    print(f"{count} files of the wrong {what:8} {cost}")
    _remove(drive)


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", type=int, nargs="?", default=100_000)
    parser.add_argument("--junk", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--dir", help="on which disk")
    parser.add_argument("--quick", action="store_true", help="a tenth of it, one round")
    args = parser.parse_args()
    if args.quick:
        args.letters, args.junk, args.rounds = 10_000, 100_000, 1
    return args


if __name__ == "__main__":
    main()
