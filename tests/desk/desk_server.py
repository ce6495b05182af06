"""A real desk: a newsroom with keys, and ``handbill desk`` in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

PASSPHRASE = "correct horse battery staple"


def newsroom(folder: Path) -> Path:
    """A newsroom with keys, its state beside it."""
    word = folder / "passphrase"
    word.write_text(PASSPHRASE + "\n")
    word.chmod(0o600)
    made = folder / "weekly"
    handbill(folder, "new", str(made), "--policy", "solo", "--passphrase-file", str(word))
    return made


def environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HANDBILL_")}
    return {
        **kept,
        "HANDBILL_STATE": str(folder / "state"),
        "PYTHONWARNINGS": "error::ResourceWarning",
    }


def handbill(
    folder: Path, *args: str, check: bool = True, **more: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "handbill", *args],
        env={**environment(folder), **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if check:
        assert done.returncode == 0, done.stderr
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Desk:
    """Starts when made; ``stop()`` ends it as a supervisor would."""

    def __init__(self, folder: Path, made: Path, *options: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.out, self.err = folder / "desk.out", folder / "desk.err"
        command = [sys.executable, "-m", "handbill", "desk", str(made)]
        command += ["--port", str(self.port), "--passphrase-file", str(folder / "passphrase")]
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                [*command, *options], env=environment(folder), stdout=out, stderr=err
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                if urlopen(f"{self.address}/health", timeout=2).status == 200:
                    return
            except OSError:
                assert self.process.poll() is None, self.err.read_text()
                time.sleep(0.1)
        raise AssertionError("the desk did not open")

    @property
    def one_time(self) -> str:
        found = re.search(r"^  ([a-z2-9-]{23})$", self.out.read_text(), re.M)
        assert found
        return found[1]

    def workers(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout=60)
