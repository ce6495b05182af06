"""Sign, copy and check 5,000 pages and 500 MB of finished media, against packing them with libzim.

carrying.py [--zim PYTHON]: a Python in which `pip install libzim` was run.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
HANDBILL = [sys.executable, "-m", "handbill"]
ZIM = """
import sys
from pathlib import Path
from libzim.writer import Creator, Hint, Item, FileProvider
class File(Item):
    def __init__(self, root, path):
        super().__init__(); self.root, self.path = root, path
    def get_path(self): return str(self.path.relative_to(self.root))
    def get_title(self): return self.path.stem
    def get_mimetype(self): return "text/html" if self.path.suffix == ".html" else "video/mp4"
    def get_contentprovider(self): return FileProvider(self.path)
    def get_hints(self): return {Hint.FRONT_ARTICLE: self.path.suffix == ".html", Hint.COMPRESS: self.path.suffix == ".html"}
root = Path(sys.argv[1])
with Creator(Path(sys.argv[2])).config_indexing(False, "eng") as zim:
    zim.set_mainpath("index.html")
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        zim.add_item(File(root, path))
from libzim.reader import Archive
assert Archive(Path(sys.argv[2])).check()
"""


def main() -> None:
    """Print ours, step by step, and libzim's packing and checking."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zim", help="a Python with libzim")
    parser.add_argument("--quick", action="store_true", help="500 pages, 50 MB")
    args = parser.parse_args()
    pages, films = (500, 1) if args.quick else (5000, 10)
    with tempfile.TemporaryDirectory(prefix="bench-carry-") as name:
        root = Path(name)
        _files(root / "files", pages, films)
        steps = [
            ("sign", [sys.executable, HERE / "editions.py", "--sign", root / "files"]),
            ("copy", [*HANDBILL, "copy", root / "files", root / "drive"]),
            ("verify", [*HANDBILL, "verify", root / "drive"]),
        ]
        (root / "drive").mkdir()
        print(measure.machine())
        if args.zim:
            cost = measure.run([args.zim, "-c", ZIM, root / "files", root / "all.zim"])
            print(f"libzim, pack and check  {cost}")
        total = 0.0
        for step, argv in steps:
            cost = measure.run(argv)
            total += cost.cpu_s
            print(f"handbill {step:14} {cost}")
        print(f"handbill, all three     {total:6.2f} CPU-s  (target 10)")


def _files(root: Path, pages: int, films: int) -> None:
    words = (b"the boat leaves when the light does and nobody asks why " * 150)[:8000]
    for i in range(pages):
        place = root / f"stories/s{i:05}/index.html"
        place.parent.mkdir(parents=True)
        place.write_bytes(words + str(i).encode())
    (root / "index.html").write_bytes(words)
    (root / "films").mkdir()
    for i in range(films):
        with (root / f"films/Film {i:02}.mp4").open("wb") as file:
            for _ in range(50):
                file.write(os.urandom(1 << 20))


if __name__ == "__main__":
    main()
