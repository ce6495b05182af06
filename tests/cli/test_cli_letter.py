"""Letters from the terminal: sealed to a verified edition, by a phrase that nothing shows."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from letter_rooms import ID, OTHER, PHRASE, SECRET, WORDS, Room, letter, run, tree, written

from handbill.carrier import drive as drives
from handbill.cli.main import group
from handbill.edition import stated
from handbill.errors import (
    DriveFailed,
    FormatError,
    HandbillError,
    TooLarge,
    UsageError,
)
from handbill.keys import roots
from handbill.keys.ring import KeyRing
from handbill.letters import receipts
from handbill.letters.pen import canonical, derive
from handbill.letters.receipts import Row, Status
from handbill.letters.seal import unseal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "edition"))
from samples import ROOT_1, ROOT_2, Newsroom


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
    assert json.loads(result.stdout)["id"] == found.id[:16]


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
    both = letter(room, "--unverified", "--newsroom", room.id)
    assert isinstance(both.exception, UsageError)
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


BOOK = {
    "languages": ["ko"],
    "title": {"ko": "t"},
    "introduction": {},
    "consent": {"ko": "c"},
    "words": 400,
    "rules": [{"number": 1, "title": {"ko": "t"}, "text": {"ko": "x"}}],
}


@pytest.mark.parametrize(
    "change",
    [
        {"languages": []},
        {"languages": 7},
        {"title": "t"},
        {"introduction": []},
        {"consent": None},
        {"words": float("inf")},
        {"words": None},
        {"rules": [[]]},
        {"rules": [{"number": "x", "title": {}, "text": {}}]},
        {"rules": {"a": 1}},
    ],
)
def test_rules_of_an_edition_that_nobody_vouches_for(room: Room, change: dict[str, object]) -> None:
    for doc, fine in ((BOOK, True), ({**BOOK, **change}, False)):
        data = b"handbill rules 1\n" + json.dumps(doc).encode()
        (room.edition / "pages/rules.txt").write_bytes(data)
        tampered(room, {"rules": {"version": 1, "sha256": sha256(data).hexdigest()}})
        result = letter(room, "--unverified")
        assert (result.exit_code == 0) is fine, result.exception
        assert fine or isinstance(result.exception, FormatError)


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
