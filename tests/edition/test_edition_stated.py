"""What an edition states of its newsroom is read strictly."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.edition import stated
from handbill.errors import FormatError, NeedsNewer


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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(good())), VALUES)
def test_whatever_a_field_holds_it_is_read_or_refused(name: str, value: object) -> None:
    data = json.dumps({**good(), name: value}).encode("utf-8", "surrogatepass")
    with contextlib.suppress(FormatError):
        assert 1 <= stated.parse(data).edition < 10**9


@given(st.binary(max_size=200))
def test_whatever_the_file_holds_it_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        stated.parse(data)
