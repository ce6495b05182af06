"""A process of its own that takes one subtitle file apart.

How long a parser looks at hostile text, and with how much memory, ends here.
"""

import json
import sys
from typing import Any

from handbill.errors import MediaRefused
from handbill.media.cage import confine
from handbill.media.captions import cues_of
from handbill.media.letters import decode


def main() -> None:
    """Answer one job, given as JSON in the arguments and a file on standard input, with JSON."""
    job = json.loads(sys.argv[1])
    raw = sys.stdin.buffer.read()
    confine(memory_mib=2048, cpu_s=20, file_mib=0, read=sys.path)
    try:
        answer = _answer(raw, job)
    except MediaRefused as error:
        answer = {"refused": str(error).removeprefix(": "), "hint": error.hint}
    except Exception as error:  # noqa: BLE001 - a parser may raise anything on hostile text
        answer = {
            "refused": f"damaged subtitles: {type(error).__name__}",
            "hint": "open the file in a subtitle editor and save it as SubRip",
        }
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


def _answer(raw: bytes, job: dict[str, Any]) -> dict[str, Any]:
    cues = cues_of("", decode("", raw, job["language"]), job["language"], job["rate"])
    return {"cues": [[cue.start_ms, cue.end_ms, cue.text] for cue in cues]}


if __name__ == "__main__":
    main()
