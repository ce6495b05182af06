"""Pressed newsrooms to which letters are written, and the command that writes them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from handbill.cli.main import group
from handbill.keys.ring import KeyRing
from handbill.letters.letter import Letter, parse, verify
from handbill.letters.seal import unseal

PHRASE = "legal winner thank year wave sausage"
OTHER = "zoo zoo zoo zoo zoo wrong"
WORDS = "첫 번째 편지입니다. 우리 마을의 배는 아직 돌아오지 않았습니다.\n\n두 번째 문단."
ID = "ab" * 8
SECRET = "correct horse battery staple"


@dataclass
class Room:
    """A pressed newsroom, and the edition on a drive."""

    id: str
    state: Path
    edition: Path

    def opened(self, file: Path) -> Letter:
        held = KeyRing.open(self.id, SECRET, state=self.state)
        letter = parse(unseal(file.read_bytes(), held.seals()[0].private))
        verify(letter, None)
        return letter


@contextlib.contextmanager
def fd_with(text: str) -> Iterator[int]:
    read, write = os.pipe()
    os.write(write, text.encode())
    os.close(write)
    try:
        yield read
    finally:
        os.close(read)


def run(*words: object, phrase: str | None = PHRASE, stdin: str | bytes = b"") -> Result:
    with fd_with(f"{phrase}\n") as fd:
        given = [] if phrase is None else ["--phrase-fd", fd]
        return CliRunner().invoke(group, [str(w) for w in ("letter", *words, *given)], input=stdin)


def letter(room: Room, *more: object, phrase: str | None = PHRASE, body: str = WORDS) -> Result:
    given = ["--story", "welcome", "--language", "ko", "--name", "김철수", "--text", "-", "--agree"]
    return run(room.edition, *given, *more, phrase=phrase, stdin=body)


def written(room: Room) -> list[Path]:
    return sorted((room.edition / "letters").glob("*"))


def tree(folder: Path) -> set[Path]:
    return {p for p in folder.rglob("*") if not p.is_dir()}
