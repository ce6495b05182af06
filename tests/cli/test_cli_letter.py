"""Letters from the terminal: sealed to a verified edition, by a phrase that nothing shows."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handbill.carrier import drive as drives
from handbill.cli.main import group
from handbill.edition import stated
from handbill.errors import (
    DriveFailed,
    FormatError,
    HandbillError,
    NeedsNewer,
    TooLarge,
    UsageError,
)
from handbill.keys import roots, store
from handbill.keys.ring import KeyRing
from handbill.letters import receipts
from handbill.letters.letter import Letter, parse, verify
from handbill.letters.pen import canonical, derive
from handbill.letters.receipts import Row, Status
from handbill.letters.seal import unseal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from samples import ROOT_1, ROOT_2, Newsroom

PHRASE = "legal winner thank year wave sausage"
OTHER = "zoo zoo zoo zoo zoo wrong"
WORDS = "첫 번째 편지입니다. 우리 마을의 배는 아직 돌아오지 않았습니다.\n\n두 번째 문단."
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


@pytest.fixture(scope="session")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    root = tmp_path_factory.mktemp("letters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDBILL_STATE", str(root / "state"))
        patch.setenv("HANDBILL_CACHE", str(root / "cache"))
        patch.setenv("HANDBILL_PASSPHRASE", SECRET)
        patch.setattr(store.Cost.__init__, "__defaults__", (1, 8192))
        made = CliRunner().invoke(
            group, ["new", str(root / "room"), "--name", "Far Shore", "--policy", "solo", "--json"]
        )
        done = CliRunner().invoke(group, ["press", str(root / "room"), "--out", str(root / "e")])
        assert done.exit_code == 0, (made.output, done.output, done.exception)
        yield Room(json.loads(made.output)["newsroom"], root / "state", root / "e")


@pytest.fixture
def room(pressed: Room, tmp_path: Path) -> Room:
    shutil.copytree(pressed.edition, tmp_path / "drive/Far Shore")
    return Room(pressed.id, pressed.state, tmp_path / "drive/Far Shore")


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


def test_one_sealed_file_and_nothing_else_is_left(room: Room, tmp_path: Path) -> None:
    before = tree(tmp_path)
    result = letter(room, "--mark", "welcome", "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    (file,) = written(room)
    assert tree(tmp_path) - before == {file}
    assert re.fullmatch(r"[a-z2-7]{16}\.bin", file.name)
    assert (file.stat().st_size, file.stat().st_mtime) == (4096, 1_577_836_800)
    assert PHRASE.split(maxsplit=1)[0] not in result.output
    found = room.opened(file)
    assert found.key == derive(canonical(PHRASE), room.id).public
    assert (found.name, found.body, found.words) == (
        "김철수",
        WORDS,
        json.loads(result.stdout)["words"],
    )
    assert (found.story, found.marks, found.language, found.kind) == (
        "welcome",
        ("welcome",),
        "ko",
        "letter",
    )
    said = stated.parse((room.edition / stated.PATH).read_bytes())
    assert (found.to, found.edition_number, found.seal) == (room.id, 1, said.seal)
    assert (found.rules_version, found.rules_hash) == (said.rules_version, said.rules_hash)


def test_two_letters_of_one_phrase_are_one_pens_and_look_unlike(room: Room) -> None:
    for text in ("one", "one", "two"):
        assert letter(room, body=text).exit_code == 0
    files = written(room)
    assert len({f.read_bytes() for f in files}) == 3
    assert len({room.opened(f).key for f in files}) == 1
    assert len({room.opened(f).id for f in files}) == 3


def test_a_pen_for_one_letter_has_no_receipt(room: Room) -> None:
    assert letter(room, "--pen", "once", phrase=None).exit_code == 0
    assert letter(room, "--pen", "once", phrase=None).exit_code == 0
    one, two = (room.opened(f) for f in written(room))
    assert one.receipt == ""
    assert one.key != two.key


ID = "ab" * 32


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (
            [
                "--kind",
                "reply",
                "--story",
                "welcome",
                "--parent",
                ID,
                "--language",
                "en",
                "--name",
                "A",
            ],
            "yes",
        ),
        (["--kind", "appeal", "--parent", ID, "--language", "en", "--name", "A"], "yes"),
        (["--kind", "request", "--language", "fa"], "لطفاً"),
        (["--kind", "withdraw", "--parent", ID], ""),
        (["--kind", "burn"], ""),
        (["--kind", "burn", "--erase"], ""),
    ],
    ids=["reply", "appeal", "request", "withdraw", "burn", "burn and erase"],
)
def test_every_kind(room: Room, words: list[str], body: str) -> None:
    result = run(room.edition, *words, "--agree", "--show-id", "--json", stdin=body)
    assert result.exit_code == 0, (result.output, result.exception)
    found = room.opened(written(room)[0])
    assert (found.kind, found.body) == (words[1], body)
    assert found.erase == ("--erase" in words)
    assert bool(found.rules_hash) == (found.kind not in ("withdraw", "burn"))
    assert json.loads(result.stdout)["id"] == found.id


@pytest.mark.parametrize(
    ("more", "body", "error", "said"),
    [
        (["--story", "welcom"], "x", UsageError, "no such story"),
        (["--story", ""], "x", FormatError, "story"),
        (["--mark", "nowhere"], "x", UsageError, "no such story"),
        (["--language", ""], "x", UsageError, "language"),
        (["--language", "k o"], "x", FormatError, "language"),
        (["--kind", "reply"], "x", FormatError, "parent"),
        (["--parent", ID], "x", FormatError, "parent"),
        (["--erase"], "x", FormatError, "erase"),
        (["--name", "x" * 61], "x", FormatError, "name"),
        (["--name", "\n \u200b"[:2]], "x", FormatError, "name"),
        ([], "", FormatError, "body"),
        ([], " \n\t ", FormatError, "body"),
        ([], "x" * 40_000, UsageError, "32768"),
        ([], "".join(chr(0x4E00 + i * 7 % 20000) for i in range(3000)), TooLarge, "compressed"),
        (["--newsroom", "cd" * 32], "x", UsageError, "another newsroom"),
        (["--newsroom", "zoo " * 7], "x", UsageError, "another newsroom"),
        (["--out", "/nowhere/at/all"], "x", UsageError, "no folder"),
        (["--text", "/dev/zero"], "x", HandbillError, ""),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(
    room: Room, more: list[str], body: str, error: type[Exception], said: str
) -> None:
    result = letter(room, *more, body=body)
    assert isinstance(result.exception, error), (result.output, result.exception)
    assert said in str(result.exception)
    assert written(room) == []


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "five words are not enough",
        "legal winner thank year wave sazsage",
        "x" * 5000,
        OTHER[:-6],
    ],
)
def test_phrases_that_are_none(room: Room, phrase: str) -> None:
    result = letter(room, phrase=phrase)
    assert isinstance(result.exception, UsageError)
    assert str(result.exception).startswith("phrase")
    assert written(room) == []


def test_a_phrase_comes_by_no_other_way(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBILL_PHRASE", PHRASE)
    assert letter(room, "--phrase", PHRASE, phrase=None).exit_code == 2
    result = CliRunner().invoke(
        group, ["letter", str(room.edition), "--phrase-fd", "99", "--kind", "burn"]
    )
    assert isinstance(result.exception, UsageError)


def test_text_that_is_not_text(room: Room, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    assert isinstance(letter(room, "--text", tmp_path / "latin").exception, UsageError)
    (tmp_path / "windows").write_bytes("\ufeffline one\r\nline two\r\n".encode())
    assert letter(room, "--text", tmp_path / "windows").exit_code == 0
    assert room.opened(written(room)[0]).body == "line one\nline two"


def test_the_rules_are_shown_and_must_be_agreed_to(room: Room, tmp_path: Path) -> None:
    (tmp_path / "t").write_text(WORDS)
    given = ["--story", "welcome", "--language", "fa", "--name", "A", "--text", tmp_path / "t"]
    no = run(room.edition, *given, stdin="n\n")
    assert isinstance(no.exception, UsageError)
    assert written(room) == []
    yes = run(room.edition, *given, stdin="y\n")
    assert yes.exit_code == 0
    assert "می‌پذیرم" in yes.output
    assert "قواعد نامه‌ها" in yes.output
    assert run(room.edition, *given, stdin="").exit_code != 0
    assert len(written(room)) == 1


def test_a_long_letter_is_told_so_and_written(room: Room) -> None:
    result = letter(room, body="word " * 401)
    assert result.exit_code == 0
    assert "401 words" in result.output


def tampered(room: Room, change: dict[str, object]) -> None:
    path = room.edition / stated.PATH
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))


def test_an_edition_that_somebody_changed_gets_no_letter(room: Room) -> None:
    """The attack that matters: another sealing key, so that somebody else reads the letter."""
    held = KeyRing.open(room.id, SECRET, state=room.state)
    public = "11" * 32
    tampered(room, {"seal": {"id": stated.seal_id(bytes.fromhex(public)), "key": public}})
    result = letter(room)
    assert isinstance(result.exception, HandbillError)
    assert written(room) == []
    insisting = letter(room, "--unverified")
    assert insisting.exit_code == 0
    assert "WARNING" in insisting.output
    with pytest.raises(HandbillError):
        unseal(written(room)[0].read_bytes(), held.seals()[0].private)


@pytest.mark.parametrize(
    "gone", ["_edition/targets/chunks.bin", "_edition/metadata/timestamp.json"]
)
def test_an_edition_that_is_not_whole_is_only_believed_by_who_insists(
    room: Room, gone: str
) -> None:
    (room.edition / gone).unlink()
    refused = letter(room)
    assert isinstance(refused.exception, FormatError)
    assert refused.exception.hint
    assert letter(room, "--unverified").exit_code == 0
    assert room.opened(written(room)[0]).body == WORDS


@pytest.mark.parametrize("damage", [b"", b"handbill rules 1\n{}", None])
def test_rules_that_are_not_those_signed_are_not_agreed_to(
    room: Room, damage: bytes | None
) -> None:
    path = room.edition / "pages/rules.txt"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    for more in ([], ["--unverified"]):
        assert isinstance(letter(room, *more).exception, FormatError)
    assert written(room) == []


def test_a_newsroom_without_rules_takes_no_letters(tmp_path: Path) -> None:
    Newsroom().press(tmp_path / "e")
    result = run(tmp_path / "e", "--story", "a", "--language", "en", "--name", "A", stdin="x")
    assert isinstance(result.exception, UsageError)
    assert "no house rules" in str(result.exception)
    assert run(tmp_path / "e", "--kind", "burn").exit_code == 0


def test_a_withdrawn_newsroom_key_gets_no_letter(tmp_path: Path) -> None:
    out = tmp_path / "e"
    Newsroom(chain=(ROOT_1,)).press(out)
    (out / "_edition/metadata/2.root.json").write_bytes(ROOT_2)
    assert isinstance(run(out, "--kind", "burn").exception, HandbillError)
    assert not (out / "letters").exists()


def test_a_drive_with_one_edition_or_with_several(room: Room, tmp_path: Path) -> None:
    assert run(tmp_path / "drive", "--kind", "burn").exit_code == 0
    shutil.copytree(room.edition, tmp_path / "drive/Another")
    several = run(tmp_path / "drive", "--kind", "burn")
    assert isinstance(several.exception, UsageError)
    assert "Another" in str(several.exception)
    (tmp_path / "empty").mkdir()
    assert isinstance(run(tmp_path / "empty", "--kind", "burn").exception, UsageError)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_drive_that_takes_nothing(
    room: Room, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(fd: int, data: bytes) -> None:
        os.write(fd, data[:100])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(drives, "write_all", fails)
    result = letter(room)
    assert isinstance(result.exception, DriveFailed)
    assert result.exception.hint
    assert written(room) == []


def test_a_mailbag_that_is_a_link_is_not_followed(room: Room, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (room.edition / "letters").symlink_to(tmp_path / "elsewhere")
    result = letter(room)
    assert isinstance(result.exception, HandbillError)
    assert list((tmp_path / "elsewhere").iterdir()) == []


class Answering(Newsroom):
    """An edition that carries receipts."""

    def payload(self) -> dict[str, bytes]:
        key = derive(canonical(PHRASE), roots.newsroom_id(self.chain[0])).receipt_key
        rows = [
            Row("ab" * 8, Status.PUBLISHED, 0, 1),
            Row("cd" * 8, Status.REMOVED, 9, 2),
            Row("ef" * 8, 77, 0, 2),
        ]
        return {
            **super().payload(),
            "receipts.bin": receipts.build(f"{1:032x}", {key: rows}, os.urandom),
        }


def test_receipts_are_read_by_the_phrase_alone(tmp_path: Path) -> None:
    out = tmp_path / "e"
    Answering().press(out)
    mine = json.loads(run("receipts", out, "--json").stdout)["receipts"]
    assert [(r["letter"], r["status"], r["rule"]) for r in mine] == [
        ("ab" * 8, "published", 0),
        ("cd" * 8, "removed", 9),
        ("ef" * 8, "newer-77", 0),
    ]
    said = run("receipts", out).output
    assert "removed, rule 9" in said
    assert "newer than this program" in said
    assert "Nothing for this phrase" in run("receipts", out, phrase=OTHER).output
    data = bytearray((out / "receipts.bin").read_bytes())
    data[-1] ^= 1
    (out / "receipts.bin").write_bytes(data)
    assert isinstance(run("receipts", out).exception, FormatError)
    (out / "receipts.bin").unlink()
    assert "no receipts" in run("receipts", out).output


def good() -> dict[str, object]:
    return {
        "format": "handbill newsroom 1",
        "needs": [],
        "newsroom": "ab" * 32,
        "name": "N",
        "languages": ["en"],
        "edition": 3,
        "seal": {"id": stated.seal_id(b"\1" * 32), "key": "01" * 32},
        "desk": None,
        "rules": {"version": 2, "sha256": "cd" * 32},
        "kdf": 1,
        "counting": 1,
    }


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"format": "handbill newsroom 2"}, NeedsNewer),
        ({"needs": ["x"]}, NeedsNewer),
        ({"kdf": 2}, NeedsNewer),
        ({"counting": 2}, NeedsNewer),
        ({"seal": {"id": "00" * 8, "key": "01" * 32}}, FormatError),
        ({"seal": {"id": stated.seal_id(b"\1" * 32), "key": "01" * 31}}, FormatError),
        ({"seal": None}, FormatError),
        ({"newsroom": "AB" * 32}, FormatError),
        ({"edition": 0}, FormatError),
        ({"edition": True}, FormatError),
        ({"edition": "3"}, FormatError),
        ({"rules": {"version": -1, "sha256": "cd" * 32}}, FormatError),
        ({"rules": []}, None),
        ({"rules": 7}, FormatError),
        ({"desk": "x"}, FormatError),
        ({"languages": None}, FormatError),
    ],
)
def test_newsroom_json_is_read_strictly(
    change: dict[str, object], error: type[Exception] | None
) -> None:
    assert stated.parse(json.dumps(good()).encode()).rules_version == 2
    data = json.dumps({**good(), **change}).encode()
    if error is None:
        assert stated.parse(data).rules_hash == ""
    else:
        with pytest.raises(error):
            stated.parse(data)


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *words: object) -> None:
        self.seen, self.at = "", 0
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.execv(sys.executable, [sys.executable, "-m", "handbill", *map(str, words)])

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


def test_a_phrase_typed_on_a_terminal_is_never_shown(room: Room) -> None:
    terminal = Terminal("letter", room.edition, "--story", "welcome", "--language", "ko")
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
    assert room.opened(written(room)[0]).key == derive(canonical(PHRASE), room.id).public


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


def test_a_language_without_a_list_is_told_what_to_do(room: Room) -> None:
    given = ["--story", "welcome", "--language", "fa", "--name", "A", "--text", "-", "--agree"]
    result = run(room.edition, *given, "--pen", "new", phrase=None, stdin="x")
    assert isinstance(result.exception, UsageError)
    assert "own" in str(result.exception.hint)
