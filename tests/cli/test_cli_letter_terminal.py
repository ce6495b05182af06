"""Phrases on a real terminal: typed unseen, shown once, wiped; never where there is none."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from letter_rooms import ID, OTHER, PHRASE, Room, tree, written

import handbill
from handbill.letters.pen import canonical, derive

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *words: object, home: Path | None = None) -> None:
        self.seen, self.at = "", 0
        environment = dict(os.environ)
        if home:
            named = ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
            environment |= dict.fromkeys(named, str(home)) | {"PYTHONDONTWRITEBYTECODE": "1"}
            environment["PYTHONPATH"] = str(Path(handbill.__file__).parents[1])
        argv = [sys.executable, "-m", "handbill", *map(str, words)]
        self.pid, self.fd = pty.fork()
        if not self.pid:
            if home:
                os.chdir(home)
            os.execve(sys.executable, argv, environment)

    def until(self, what: str) -> str:
        """Wait for ``what`` behind what was waited for last; returns all up to it."""
        end = time.monotonic() + 60
        while what not in self.seen[self.at :]:
            assert time.monotonic() < end, self.seen
            if select.select([self.fd], [], [], 1)[0]:
                self.seen += os.read(self.fd, 4096).decode("utf-8", "replace")
        start, self.at = self.at, self.seen.index(what, self.at) + len(what)
        return self.seen[start : self.at]

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def ends(self) -> int:
        with contextlib.suppress(OSError):
            while data := os.read(self.fd, 4096):
                self.seen += data.decode("utf-8", "replace")
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_a_phrase_typed_on_a_terminal_is_never_shown_nor_kept(room: Room, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = tree(tmp_path)
    terminal = Terminal("letter", room.edition, home=home)
    answers(terminal, ("[letter]: ", ""), ("film: ", "welcom"), ("film: ", "welcome"))
    answers(terminal, ("language (", "k o"), ("language (", "ko"))
    answers(terminal, ("if any: ", "nowhere"), ("if any: ", "welcome"))
    terminal.until("ends it.")
    terminal.type("편지\n.\n")
    terminal.until("name to sign with")
    terminal.type("김철수\n")
    terminal.until("[y/N]")
    terminal.type("y\n")
    terminal.until("Your pen (")
    terminal.type("phrase\n")
    terminal.until("Your phrase:")
    terminal.type(f"{PHRASE}\n")
    terminal.until("again:")
    terminal.type(f"{OTHER}\n")
    terminal.until("two different phrases")
    terminal.until("Your phrase:")
    terminal.type(f"{PHRASE}\n")
    terminal.until("again:")
    terminal.type(f"{PHRASE.upper()}\n")
    assert terminal.ends() == 0, terminal.seen
    assert not [w for w in (*PHRASE.split(), *OTHER.split()) if w in terminal.seen.lower().split()]
    assert "66 bits" in terminal.seen
    found = room.opened(written(room)[0])
    assert found.key == derive(canonical(PHRASE), room.id).public
    assert (found.kind, found.story, found.language) == ("letter", "welcome", "ko")
    assert (found.name, found.body, found.marks) == ("김철수", "편지", ("welcome",))
    assert "did you mean welcome?" in terminal.seen
    assert tree(tmp_path) - before == set(written(room))


def answers(terminal: Terminal, *pairs: tuple[str, str]) -> None:
    for question, typed in pairs:
        terminal.until(question)
        terminal.type(f"{typed}\n")


def test_the_letter_that_is_taken_back_is_named_on_the_terminal_alone(room: Room) -> None:
    terminal = Terminal("letter", room.edition, "--pen", "once")
    answers(
        terminal,
        ("[letter]: ", "withdraw"),
        ("as its receipt shows them: ", "abc"),
        ("as its receipt shows them: ", ID.upper()),
    )
    assert terminal.ends() == 0, terminal.seen
    found = room.opened(written(room)[0])
    assert (found.kind, found.parent, found.story) == ("withdraw", ID, "")


def test_a_reply_and_an_appeal_ask_for_what_they_need(room: Room) -> None:
    end = [("ends it.", "yes\n."), ("to sign with: ", "A")]
    reply = [("story or film: ", "welcome"), ("that you answer: ", ID), ("language (", "en")]
    terminal = Terminal("letter", room.edition, "--kind", "reply", "--pen", "once", "--agree")
    answers(terminal, *reply, *end)
    assert terminal.ends() == 0, terminal.seen
    found = room.opened(written(room)[0])
    assert (found.story, found.parent, found.language) == ("welcome", ID, "en")
    written(room)[0].unlink()
    appeal = [("[letter]: ", "appeal"), ("film, if any: ", ""), ("receipt shows them: ", ID)]
    terminal = Terminal("letter", room.edition, "--pen", "once", "--agree")
    answers(terminal, *appeal, ("language (", "en"), ("if any: ", ""), *end)
    assert terminal.ends() == 0, terminal.seen
    found = room.opened(written(room)[0])
    assert (found.kind, found.story, found.parent, found.marks) == ("appeal", "", ID, ())


def test_a_pen_is_burnt_with_what_was_published_where_the_writer_says_so(room: Room) -> None:
    terminal = Terminal("letter", room.edition, "--pen", "once")
    answers(terminal, ("[letter]: ", "burn"), ("[y/N]: ", "y"))
    assert terminal.ends() == 0, terminal.seen
    found = room.opened(written(room)[0])
    assert (found.kind, found.erase) == ("burn", True)


@pytest.mark.parametrize("kind", ["withdraw", "appeal"])
@pytest.mark.parametrize("named", [True, False], ids=["in the command", "asked for"])
def test_a_command_on_a_terminal_never_names_the_writers_own_letter(
    room: Room, kind: str, named: bool
) -> None:
    given = ["--kind", kind] if named else []
    terminal = Terminal("letter", room.edition, *given, "--parent", ID, "--pen", "once")
    if not named:
        answers(terminal, ("[letter]: ", kind))
    assert terminal.ends() == 2, terminal.seen
    assert "--parent" in terminal.seen
    assert "leave it out" in terminal.seen
    assert written(room) == []


def test_a_line_that_the_terminal_would_cut_is_refused(room: Room) -> None:
    terminal = Terminal(
        "letter", room.edition, "--kind", "letter", "--story", "welcome", "--language", "en"
    )
    terminal.until("ends it.")
    for _ in range(10):
        terminal.type("word " * 100)
        time.sleep(0.05)
    terminal.type("\n.\n")
    assert terminal.ends() == 2, terminal.seen
    assert "no longer line" in terminal.seen
    assert written(room) == []


@pytest.mark.parametrize("way", ["new", "own"])
def test_a_new_phrase_is_shown_once_and_goes_from_the_screen(room: Room, way: str) -> None:
    terminal = Terminal("letter", room.edition, "--kind", "burn", "--pen", way, "--words-of", "en")
    own = "my grandmother's blue door" if way == "own" else ""
    if own:
        terminal.until("Your own words")
        terminal.type(f"{own}\n")
    shown = terminal.until("Press Enter")
    phrase = re.search(r"\n    (.+?)\r?\n", shown)
    assert phrase
    assert phrase[1].startswith(own)
    terminal.type("\n")
    terminal.until("\x1b[2J\x1b[3J\x1b[?1049l")  # the other screen goes, and what was on it
    terminal.until("Type it now")
    terminal.type("something else\n")
    terminal.until("shown once more")
    terminal.until("Press Enter")
    terminal.type("\n")
    terminal.until("Type it now")
    terminal.type(f"{phrase[1]}\n")
    assert terminal.ends() == 0, terminal.seen
    assert ("33 bits" if own else "66 bits") in terminal.seen
    assert terminal.seen.count(phrase[1]) == 2
    assert room.opened(written(room)[0]).key == derive(canonical(phrase[1]), room.id).public


def test_a_phrase_is_wiped_also_when_somebody_stops(room: Room) -> None:
    terminal = Terminal(
        "letter", room.edition, "--kind", "burn", "--pen", "new", "--words-of", "ko"
    )
    terminal.until("Press Enter")
    terminal.type("\x03")
    assert terminal.ends() == 130
    assert "\x1b[2J\x1b[3J\x1b[?1049l" in terminal.seen
    assert written(room) == []


@pytest.mark.parametrize("way", ["phrase", "new", "own"])
def test_without_a_terminal_no_phrase_is_asked_for(room: Room, way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handbill", "letter", room.edition, "--kind", "burn", "--pen", way,
         "--words-of", "en"],
        input=f"{PHRASE}\n{PHRASE}\n",
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 2, done
    assert "no terminal" in done.stderr
    assert written(room) == []


def test_a_language_without_a_list_draws_six_numbers(room: Room) -> None:
    terminal = Terminal(
        "letter", room.edition, "--kind", "burn", "--pen", "new", "--language", "fa"
    )
    shown = terminal.until("Press Enter")
    phrase = re.search(r"\n    ((?:[0-9]{4} ){5}[0-9]{4})\r?\n", shown)
    assert phrase
    terminal.type("\n")
    terminal.until("Type it now")
    terminal.type(phrase[1].translate({ord(str(n)): chr(0x6F0 + n) for n in range(10)}) + "\n")
    assert terminal.ends() == 0, terminal.seen
    assert "66 bits" in terminal.seen
    assert room.opened(written(room)[0]).key == derive(canonical(phrase[1]), room.id).public
