"""How the program begins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

WAITS_IN_LOADING = """
import os, signal, sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "handbill.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
from handbill.__main__ import main
main()
"""


def test_an_interrupt_while_it_loads_leaves_no_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WAITS_IN_LOADING],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert ended.returncode == -signal.SIGINT
    assert ended.stderr == b""
