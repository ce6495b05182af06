"""Two people hand over at once: the later moment stands, whoever ends last."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.queue_world import Room
from handbill.desk.decisions import handover, log
from handbill.letters import discussion
from handbill.letters.decision import Action
from handbill.letters.letter import Kind

SECRET = "zanzibarquux"


@pytest.mark.parametrize("at", range(4))
def test_an_older_moment_does_not_overwrite_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """While the first writes its files a letter is taken back and the second hands over."""
    room = Room(tmp_path)
    letter = room.file(body=f"The word is {SECRET}.")
    room.judge(letter, Action.APPROVE)
    write, left = handover.write_whole, [at]

    def meanwhile(path: Path, data: bytes) -> None:
        left[0] -= 1
        if left[0] == -1:
            with monkeypatch.context() as patched:
                patched.setattr(handover, "write_whole", write)
                room.file(Kind.WITHDRAW, parent=letter[:16])
                handover.hand_over()
        write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(handover, "write_whole", meanwhile)
        handover.hand_over()
    note = log.handed_over()
    assert note
    folder = tmp_path / "newsroom/discussion"
    for name, (path, _limit) in discussion.FILES.items():
        data = (folder / path).read_bytes()
        discussion.check_file(note, name, data)
        assert SECRET.encode() not in data
    assert handover.last_handed() == 2
