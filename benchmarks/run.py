"""Run every benchmark one after another, with its default size or with --quick."""

import subprocess
import sys
from pathlib import Path

NOT_ALONE = {"run.py", "measure.py", "corpus.py", "editions.py"}


def main() -> None:
    """Run each script beside this one; a failing one does not stop the rest."""
    here = Path(__file__).parent
    failed = []
    for script in sorted(here.glob("*.py")):
        if script.name in NOT_ALONE:
            continue
        print(f"\n== {script.stem}", flush=True)
        if subprocess.run([sys.executable, script, *sys.argv[1:]], check=False).returncode:
            failed.append(script.stem)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
