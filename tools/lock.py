"""Re-make requirements/*.lock from pyproject.toml, with hashes and without index URLs."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "courier": [],
    "newsroom": ["press", "desk"],
    "dev": ["press", "desk", "dev"],
}
BUILD = "flit_core==3.12.0\n"


def main() -> int:
    """Run uv once for each lock; return the exit status."""
    uv = shutil.which("uv")
    if uv is None:
        print("error: uv not found\nhint: pip install uv", file=sys.stderr)
        return 1
    for name, extras in LOCKS.items():
        compile_lock(uv, name, ["pyproject.toml", *[f"--extra={e}" for e in extras]], None)
    compile_lock(uv, "build", ["-"], BUILD)
    return 0


def compile_lock(uv: str, name: str, sources: list[str], stdin: str | None) -> None:
    """Resolve ``sources`` for every platform and write requirements/NAME.lock."""
    out = ROOT / "requirements" / f"{name}.lock"
    options = ["--quiet", "--generate-hashes", "--universal", "--python-version", "3.11"]
    options += ["--no-emit-index-url", "--no-annotate", "--no-header", "-o", str(out)]
    if "--upgrade" in sys.argv:
        options.append("--upgrade")
    argv = [uv, "pip", "compile", *sources, *options]
    subprocess.run(argv, cwd=ROOT, check=True, input=stdin, text=True)
    note = "# Made by tools/lock.py from pyproject.toml; do not edit by hand.\n"
    out.write_text(note + out.read_text())


if __name__ == "__main__":
    sys.exit(main())
