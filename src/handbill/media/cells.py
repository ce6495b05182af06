"""Start our own small programs that read one hostile file each, so that a crash costs one file."""

import json
import sys
from typing import Any, Literal

from handbill.errors import DriveFailed, MediaRefused, ToolFailed
from handbill.tools import run

Cell = Literal["captions_cell", "probe_cell", "stills_cell"]


def ask(
    cell: Cell,
    job: dict[str, Any],
    *,
    rel: str,
    timeout_s: float = 120,
    data: bytes | None = None,
    most: int = 1 << 20,
) -> dict[str, Any]:
    """Run a cell on a job and on ``data``, and return its answer of at most ``most`` bytes.

    Raises:
        MediaRefused: the cell refused the file, crashed on it, or took too long; ``rel`` is named.
        DriveFailed: the disk that it writes to is full.
    """
    # -P: a folder that we stand in must not lend its modules to the cell.
    argv = [sys.executable, "-P", "-m", f"handbill.media.{cell}", json.dumps(job)]
    try:
        ran = run(argv, timeout_s=timeout_s, stdin=data, stdout_limit=most)
        answer = json.loads(ran.stdout)
    except (ToolFailed, ValueError) as error:
        raise MediaRefused(
            f"{rel}: could not be read: it is damaged, or made to break its reader",
            hint="open it in an editor and export it again",
        ) from error
    if answer.get("full"):
        raise DriveFailed(
            f"{job['out']}: the disk is full",
            hint="free some space and press again: work is resumed",
        )
    if "refused" in answer:
        raise MediaRefused(f"{rel}: {answer['refused']}", hint=answer.get("hint") or None)
    return dict(answer)
