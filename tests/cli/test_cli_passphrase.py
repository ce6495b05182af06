"""How a passphrase is read, and what is said where it opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from handbill.cli.asking import passphrase
from handbill.cli.main import group
from handbill.errors import HandbillError, UsageError
from handbill.keys import store

WORDS = "여섯 낱말이면 외우기 쉽다"


@pytest.mark.parametrize(
    "data",
    [
        WORDS.encode(),
        WORDS.encode() + b"\n",
        WORDS.encode() + b"\r\nmore\r\n",
    ],
)
def test_it_is_a_files_first_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "p").write_bytes(data)
    assert passphrase(tmp_path / "p") == WORDS


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_letters_that_cannot_be_read_are_never_replaced_by_ones_to_guess(
    tmp_path: Path, encoding: str
) -> None:
    """Each syllable would become the same sign: a dozen of them open the store."""
    (tmp_path / "p").write_bytes(WORDS.encode(encoding) + b"\n")
    with pytest.raises(UsageError, match="UTF-8") as refused:
        passphrase(tmp_path / "p")
    assert refused.value.hint


def test_an_environment_that_is_no_text_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "correct horse \udcff battery")
    with pytest.raises(UsageError, match="UTF-8"):
        passphrase(None)


def _refused(*words: object) -> HandbillError:
    result = CliRunner().invoke(group, [str(w) for w in words])
    assert isinstance(result.exception, HandbillError), result.output
    return result.exception


@pytest.fixture
def without_keys(tmp_path: Path, state: Path) -> Path:
    state.mkdir()
    (tmp_path / "room").mkdir()
    (tmp_path / "room/newsroom.toml").write_text('name = "Far Shore"\n')
    return tmp_path / "room"


@pytest.mark.parametrize("command", ["show", "backup", "reserve", "seals"])
def test_a_newsroom_that_never_had_keys_is_told_to_make_them(
    without_keys: Path, command: str
) -> None:
    more = [without_keys / "b.keys"] if command == "backup" else []
    refused = _refused("keys", command, without_keys, *more)
    assert "keys make" in str(refused.hint)


def test_a_passphrase_too_short_leaves_nothing_behind(
    without_keys: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBILL_PASSPHRASE", "short")
    assert "12" in str(_refused("keys", "make", without_keys))
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("data", [b"a text\n", b"", b"handbill keys 1\n{}\n"])
def test_a_file_that_holds_no_keys_is_named(state: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "photo.jpg").write_bytes(data)
    refused = _refused("keys", "restore", tmp_path / "photo.jpg")
    assert "photo.jpg" in str(refused)
    assert refused.hint


def test_a_backup_that_does_not_open_is_not_mended_by_itself(state: Path, tmp_path: Path) -> None:
    (tmp_path / "b.keys").write_bytes(store.seal({}, "another passphrase", store.Cost()))
    refused = _refused("keys", "restore", tmp_path / "b.keys")
    assert "b.keys" in str(refused)
    assert "keys restore" not in str(refused.hint)
