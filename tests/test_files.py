"""Reading files whose size is not what the system said."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from handbill import files
from handbill.errors import UnsafePath
from handbill.files import hash_inside, pieces, read_inside
from handbill.paths import CHUNK_BYTES, fold


@pytest.mark.parametrize("size", [0, 1, 5, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 3])
@pytest.mark.parametrize("said", [0, 4, CHUNK_BYTES - 1, 3 * CHUNK_BYTES])
def test_what_is_read_does_not_depend_on_the_size_that_was_said(
    tmp_path: Path, size: int, said: int
) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    with open(tmp_path / "file", "rb", buffering=0) as file:
        assert b"".join(map(bytes, pieces(file.fileno(), said))) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 3])
def test_a_file_is_hashed_whole_and_by_chunks(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    found = hash_inside(tmp_path, "file")
    parts = [data[i : i + CHUNK_BYTES] for i in range(0, size, CHUNK_BYTES)]
    assert found.length == size
    assert found.sha256 == sha256(data).hexdigest()
    assert found.chunks == b"".join(sha256(part).digest() for part in parts)


def test_names_that_some_drive_takes_for_one_are_folded_alike() -> None:
    """The verifier's page folds by upper case: no name that the press lets pass may be two there."""
    for names in ("Iiı", "Kk\u212a", "ſsS", "ςσΣ", "ÅåÅ", ("ß", "ss", "SS"), ("é", "e\u0301", "É")):
        assert len({fold(name) for name in names}) == 1, names


@pytest.mark.parametrize("flag", [files._NOFOLLOW, 0], ids=["system", "no flag"])
def test_a_link_at_the_end_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: int
) -> None:
    monkeypatch.setattr(files, "_NOFOLLOW", flag)
    (tmp_path / "inside.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    assert read_inside(tmp_path, "inside.txt", 9) == b"x"
    with pytest.raises(UnsafePath, match="is a link"):
        read_inside(tmp_path, "link.txt", 1000)
