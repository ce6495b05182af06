"""Run the public TUF conformance suite against our rules of trust.

    git clone https://github.com/theupdateframework/tuf-conformance
    .venv/bin/python tools/tuf_suite.py CLONE --python ITS_PYTHON [pytest's options]

ITS_PYTHON has what the suite's pyproject.toml names; it also wants the program faketime. The suite
drives tests/tuf/client.py. Its repositories sign with ECDSA where a test does not care; we trust
Ed25519 alone, so this file, which pytest loads as a plugin, lets them draw Ed25519 keys, and
changes nothing else. tests/tuf/client.xfails names the tests that must fail;
docs/decisions/0001-own-trust-rules.md says why.
Standard library only: it is imported into the suite's environment too.
"""

import argparse
import importlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "tests" / "tuf" / "client.py"
XFAILS = ROOT / "tests" / "tuf" / "client.xfails"


def pytest_sessionstart() -> None:
    """Let the suite's simulator draw Ed25519 keys where a test asks for any key."""
    simulator = importlib.import_module("tuf_conformance._internal.repository_simulator")
    simulator.RepositorySimulator.new_signer.__defaults__ = ("ed25519", "ed25519")


def entrypoint(folder: Path) -> Path:
    """Write the one file that the suite starts, and beside it what must fail."""
    path = folder / "client"
    command = shlex.join([sys.executable, str(CLIENT)])
    path.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT / "src"))} exec {command} "$@"\n')
    path.chmod(0o755)
    shutil.copy(XFAILS, folder / "client.xfails")
    return path


def main() -> int:
    """Return pytest's exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", type=Path, help="a clone of theupdateframework/tuf-conformance")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with its needs")
    args, options = parser.parse_known_args()  # what is not ours is pytest's
    suite = args.suite.resolve()
    paths = os.pathsep.join([str(suite), str(Path(__file__).resolve().parent)])
    with tempfile.TemporaryDirectory() as folder:
        command = [args.python, "-m", "pytest", "tuf_conformance", "-p", "tuf_suite"]
        command += ["--entrypoint", str(entrypoint(Path(folder))), *options]
        done = subprocess.run(
            command, cwd=suite, env={**os.environ, "PYTHONPATH": paths}, check=False
        )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
