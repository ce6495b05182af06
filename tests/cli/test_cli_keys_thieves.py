"""Keys through the command line where somebody tampers, steals or forgets."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handbill.cli.cmd_keys import opened
from handbill.cli.main import group
from handbill.errors import HandbillError, UsageError
from handbill.keys.ring import KeyRing


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(w) for w in words])


def ok(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output


def press(newsroom: Path, out: Path) -> None:
    ok("press", newsroom, "--out", out)


@pytest.fixture
def newsroom(state: Path, tmp_path: Path) -> Path:
    ok("new", tmp_path / "room", "--name", "The Far Shore")
    return tmp_path / "room"


def _shown_otherwise(edition: Path) -> None:
    (edition / "index.html").write_bytes(b"<!doctype html><title>what the editor is shown</title>")


def _no_first_editor(edition: Path) -> None:
    head = edition / "_edition/targets/head.txt"
    text, _, lines = head.read_text().rpartition("\n\n")
    head.write_text(text.replace("items: ", "items: 1") + "\n\n" + lines)


def _other_targets(edition: Path) -> None:
    targets = edition / "_edition/metadata/targets.json"
    targets.write_bytes(targets.read_bytes().replace(b'"length":', b'"length":1'))


@pytest.mark.parametrize("tamper", [_shown_otherwise, _no_first_editor, _other_targets])
def test_an_editor_signs_only_what_lies_there(
    newsroom: Path, tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    key = json.loads(ok("keys", "new-editor", tmp_path / "second.key", "--json"))["key"]
    ok("keys", "add-editor", newsroom, key, "--threshold", 2)
    edition = tmp_path / "e"
    press(newsroom, edition)
    tamper(edition)
    before = {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}
    refused = run("keys", "cosign", edition, tmp_path / "second.key")
    assert isinstance(refused.exception, HandbillError), refused.output
    assert refused.exception.hint
    assert before == {p: p.read_bytes() for p in edition.rglob("*") if p.is_file()}


def test_a_backup_is_no_editors_key(newsroom: Path, tmp_path: Path) -> None:
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    refused = run("keys", "cosign", tmp_path / "e", tmp_path / "b.keys")
    assert isinstance(refused.exception, UsageError)


@pytest.mark.parametrize("role", ["root", "editor", "press"])
def test_every_rotation_draws_as_many_keys_as_the_first(newsroom: Path, role: str) -> None:
    before = len(_ring(newsroom).held(role))
    for _ in range(4):
        ok("keys", "rotate", newsroom, role)
    held = _ring(newsroom)
    assert len(held.held(role)) == 5 * before
    gone = [key for key, _ in held.withdrawn()]
    assert len(gone) == len(set(gone)) == 4 * before


def test_a_withdrawn_key_is_never_appointed_again(newsroom: Path) -> None:
    old = _ring(newsroom).held("editor")[0].public.hex()
    ok("keys", "rotate", newsroom, "editor")
    refused = run("keys", "add-editor", newsroom, old)
    assert isinstance(refused.exception, UsageError)
    assert "withdrawn" in str(refused.exception)


@pytest.mark.parametrize("key", ["00" * 32, "01" + "00" * 31, "ff" * 32])
def test_a_key_under_which_anybody_signs_is_not_appointed(newsroom: Path, key: str) -> None:
    assert isinstance(run("keys", "add-editor", newsroom, key).exception, UsageError)


def _ring(newsroom: Path) -> KeyRing:
    return opened(newsroom, os.environ["HANDBILL_PASSPHRASE"])


@pytest.mark.parametrize("words", [("backup", "ROOM"), ("new-editor",)])
def test_a_file_of_keys_is_written_as_on_a_drive_and_read_back(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A stick for backups is FAT: nothing is renamed there, and nothing written where it is not."""
    command = ["keys", *(newsroom if w == "ROOM" else w for w in words)]
    refused = run(*command, tmp_path / "not mounted/b.keys")
    assert isinstance(refused.exception, UsageError)
    assert not (tmp_path / "not mounted").exists()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert isinstance(run(*command, tmp_path / "link").exception, UsageError)
    assert not (tmp_path / "elsewhere").exists()
    renamed = []
    monkeypatch.setattr(Path, "replace", lambda *names: renamed.append(names))
    ok(*command, tmp_path / "b.keys")
    assert (tmp_path / "b.keys").stat().st_mode & 0o077 == 0
    assert not [names for names in renamed if names[1] == tmp_path / "b.keys"]
    torn = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: torn(fd, bytes(len(data))))
    bad = run(*command, tmp_path / "c.keys")
    assert isinstance(bad.exception, HandbillError)
    assert not (tmp_path / "c.keys").exists()


def test_an_edition_that_contradicts_a_backup_is_refused(
    newsroom: Path, tmp_path: Path, state: Path
) -> None:
    shutil.copytree(state, tmp_path / "stolen")
    press(newsroom, tmp_path / "e")
    ok("keys", "backup", newsroom, tmp_path / "b.keys")
    shutil.rmtree(state)
    shutil.copytree(tmp_path / "stolen", state)
    (newsroom / "stories/welcome.md").write_text(
        (newsroom / "stories/welcome.md").read_text() + "\nA lie.\n"
    )
    press(newsroom, tmp_path / "forged")
    shutil.rmtree(state)
    refused = run("keys", "restore", tmp_path / "b.keys", "--edition", tmp_path / "forged")
    assert isinstance(refused.exception, HandbillError)
    assert "edition 1" in str(refused.exception)
    assert not list(state.glob("*"))
