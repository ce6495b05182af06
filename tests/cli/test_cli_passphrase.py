"""How a passphrase is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbill.cli.asking import passphrase
from handbill.errors import UsageError

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
    with pytest.raises(UsageError, match="HANDBILL_PASSPHRASE"):
        passphrase(None)
