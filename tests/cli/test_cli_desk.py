"""handbill desk: from a tray to a list of what waits, as a person runs it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handbill import settings
from handbill.carrier.tray import letter_name
from handbill.cli.main import main
from handbill.desk.database import start

start()
from handbill.errors import UsageError  # noqa: E402
from handbill.keys.ring import KeyRing  # noqa: E402
from handbill.letters import letter as letters  # noqa: E402
from handbill.letters.letter import Draft, Kind  # noqa: E402
from handbill.letters.pen import one_letter  # noqa: E402
from handbill.letters.seal import seal  # noqa: E402
from handbill.rules.reading import parse as parse_book  # noqa: E402

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def newsroom(tmp_path: Path, state: Path) -> Path:
    folder = tmp_path / "paper"
    with pytest.raises(SystemExit) as left:
        main(["new", str(folder), "--name", "The Paper", "--policy", "solo"])
    assert left.value.code == 0
    return folder


def _run(*args: str) -> int:
    with pytest.raises(SystemExit) as left:
        main([*args])
    return int(left.value.code or 0)


def _ring(newsroom: Path) -> KeyRing:
    text = (newsroom / "newsroom.toml").read_text()
    return KeyRing.open(text.partition('newsroom_id = "')[2][:64], PASSPHRASE)


def _letter(newsroom: Path, seed: int = 1, **changed: Any) -> bytes:
    import datetime

    ring = _ring(newsroom)
    drawn = ring.reserve(today=datetime.date(2026, 1, 1))
    key = ring.seals()[0]
    book = parse_book((newsroom / "rules/book.toml").read_bytes())
    draft = Draft(
        ring.newsroom_id, drawn.number, drawn.edition_id, key.id, Kind.LETTER, "welcome", "",
        book.version, book.hash, "en", "Mara Ilven", "The boat left before the light did.",
    )  # fmt: skip
    note = letters.compose(replace(draft, **changed), one_letter(bytes([seed]) * 32), bytes(16))
    return seal(note, key.public)


def _put(newsroom: Path, *sealed: bytes) -> None:
    (newsroom / "tray").mkdir(exist_ok=True)
    for data in sealed:
        (newsroom / "tray" / letter_name(data)).write_bytes(data)


def test_take_in_and_list(
    newsroom: Path,
    state: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    bad = _letter(newsroom, 2, to="ab" * 32)
    phone = _letter(newsroom, 3, name="Orla", body="Ring me on +34 612 345 678 tonight.")
    _put(newsroom, _letter(newsroom), phone, bad)
    capsys.readouterr()
    assert _run("desk", "take-in", str(newsroom), "--dry-run", "--json") == 0
    rehearsed = json.loads(capsys.readouterr().out)
    assert (rehearsed["filed"], rehearsed["dry_run"]) == (2, True)
    assert len(list((newsroom / "tray").iterdir())) == 3
    assert not list(state.glob("*/desk"))
    assert not list((tmp_path / "here").iterdir())
    assert _run("desk", "take-in", str(newsroom)) == 0
    said = capsys.readouterr().out
    assert "2 letters filed" in said
    assert "page that was tampered with" in said
    assert not list((newsroom / "tray").iterdir())
    assert _run("desk", "letters", str(newsroom), "--text") == 0
    said = capsys.readouterr().out
    assert said.index("privacy") < said.index("The boat left before")
    assert "TAMPERED: 1 letters came from a changed page of edition 1" in said
    assert _run("desk", "letters", str(newsroom), "--json") == 0
    *listed, count = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["state"] for one in listed] == ["held", "waiting"]
    assert count["refused"] == {"other-newsroom": 1}
    desk = next(state.glob("*/desk"))
    assert desk.stat().st_mode & 0o077 == 0
    assert not list(newsroom.rglob("*.sqlite3"))
    assert not list(desk.glob("*-wal"))


def test_names_are_protected_from_standard_input(
    newsroom: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(newsroom, _letter(newsroom, body="I met Orla Venn at the school."))
    assert _run("desk", "take-in", str(newsroom)) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("Orla Venn\n"))
    assert _run("desk", "protect", str(newsroom)) == 0
    assert _run("desk", "take-in", str(newsroom), "--json") == 0
    capsys.readouterr()
    assert _run("desk", "letters", str(newsroom)) == 0
    assert "protected-name" in capsys.readouterr().out


def test_a_letter_steers_no_terminal(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _put(newsroom, _letter(newsroom, name="Ma\u202era \u200b", body="a\u2066b\u202ec"))
    _run("desk", "take-in", str(newsroom))
    _run("desk", "letters", str(newsroom), "--text")
    assert not set(capsys.readouterr().out) & set("\u202e\u2066\u200b\x1b")


def test_a_folder_alone_opens_the_desk_but_not_with_a_passphrase_in_the_environment(
    newsroom: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("desk", str(newsroom)) == UsageError.exit_status
    assert "HANDBILL_PASSPHRASE is set" in capsys.readouterr().err


def test_a_newsroom_without_keys(tmp_path: Path, state: Path) -> None:
    assert _run("new", str(tmp_path / "bare"), "--no-keys") == 0
    assert _run("desk", "letters", str(tmp_path / "bare")) == 20


def test_help_of_the_command_line_starts_no_django() -> None:
    import subprocess
    import sys

    code = (
        "import sys, handbill.cli.main as m\n"
        "try: m.main(['desk', '--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('django', 'psycopg', 'PIL')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]"


SETTINGS = {
    "nothing": ("", ""),
    "an address": (
        'database = "postgresql://desk@localhost/desk"',
        "postgresql://desk@localhost/desk",
    ),
    "a comment": ("# nothing is set", ""),
}
BAD_SETTINGS = {
    "a slip": ('databse = "x"', "'database'"),
    "another": ('colour = "x"', "'database'"),
    "a number": ("database = 5", "quotation marks"),
    "no toml": ("database postgresql", "cannot be read"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name: str, tmp_path: Path) -> None:
    text, expected = SETTINGS[name]
    (tmp_path / "desk.toml").write_text(text)
    assert settings.load(tmp_path, {}).database == expected
    assert (
        settings.load(tmp_path, {"HANDBILL_DATABASE": "postgresql://x/y"}).database
        == "postgresql://x/y"
    )
    assert settings.load(tmp_path / "none", {}).database == ""


@pytest.mark.parametrize("name", BAD_SETTINGS)
def test_bad_settings_say_what_was_meant(name: str, tmp_path: Path) -> None:
    text, expected = BAD_SETTINGS[name]
    (tmp_path / "desk.toml").write_text(text)
    with pytest.raises(UsageError) as raised:
        settings.load(tmp_path, {})
    assert expected in f"{raised.value} {raised.value.hint}"


@pytest.mark.parametrize("address", ["mysql://x/y", "postgresql://[", "desk.sqlite3"])
def test_an_address_that_is_none(address: str) -> None:
    from handbill.desk.database import connect

    with pytest.raises(UsageError, match="database"):
        connect(address)


def test_a_server_by_one_setting(
    newsroom: Path, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from desk import servers

    if servers.missing():
        pytest.skip(servers.missing())
    server = servers.Server()
    try:
        folder = next(state.iterdir())
        (folder / "desk.toml").write_text(f'database = "{server.create("paper")}"\n')
        _put(newsroom, _letter(newsroom))
        assert _run("desk", "take-in", str(newsroom), "--json") == 0
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["filed"] == 1
        assert not list(folder.rglob("*.sqlite3"))
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()


def test_taking_in_enters_what_writers_ask(
    newsroom: Path, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {"story": "", "rules_version": 0, "rules_hash": "", "name": "", "body": ""}
    _put(newsroom, _letter(newsroom), _letter(newsroom, 1, kind=Kind.BURN, **bare))
    for decisions in (1, 1):
        assert _run("desk", "take-in", str(newsroom)) == 0
        capsys.readouterr()
        assert _run("desk", "log", str(newsroom), "--check", "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["decisions"], told["problems"]) == (decisions, 0)
