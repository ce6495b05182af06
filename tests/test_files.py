"""Reading files whose size is not what the system said."""

from __future__ import annotations

import io
import os
from hashlib import sha256
from pathlib import Path

import pytest

from handbill.files import hash_open
from handbill.paths import CHUNK_BYTES


class Said(io.FileIO):
    """A file of which the system says another size."""

    def fileno(self) -> int:
        return self.other


@pytest.mark.parametrize("size", [0, 1, 5, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 3])
@pytest.mark.parametrize("said", [0, 4, CHUNK_BYTES - 1, 3 * CHUNK_BYTES])
def test_hashes_do_not_depend_on_the_size_that_was_said(
    tmp_path: Path, size: int, said: int
) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    (tmp_path / "other").write_bytes(b"")
    os.truncate(tmp_path / "other", said)
    with open(tmp_path / "other", "rb") as other, Said(tmp_path / "file") as file:
        file.other = other.fileno()
        found = hash_open(file)
    parts = [data[i : i + CHUNK_BYTES] for i in range(0, size, CHUNK_BYTES)]
    assert found.length == size
    assert found.sha256 == sha256(data).hexdigest()
    assert found.chunks == b"".join(sha256(part).digest() for part in parts)
