"""Drafts: what a server without keys seals, and what the desk makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.errors import FormatError, HandbillError, NeedsNewer, TooLarge
from handbill.keys.held import HeldKey
from handbill.letters import draft as drafts
from handbill.letters.letter import Draft, Kind, parse, tidy_body, tidy_name, verify

DESK = HeldKey("desk", b"\x07" * 32)
GOOD = Draft(
    to="5f" * 32,
    edition_number=42,
    edition_id="8c" * 16,
    seal="0123456789abcdef",
    kind=Kind.TRANSCRIPT,
    story="last-crossing",
    parent="",
    rules_version=3,
    rules_hash="9f" * 32,
    language="ko",
    name="김철수",
    body="First.\n\nSecond.",
)


def test_a_draft_becomes_one_transcript_however_often() -> None:
    data = drafts.write(GOOD)
    assert drafts.is_draft(data)
    note = drafts.signed(data, DESK)
    assert note == drafts.signed(drafts.write(GOOD), DESK)
    letter = parse(note)
    verify(letter, DESK.public)
    assert letter.kind is Kind.TRANSCRIPT
    kept = ("to", "edition_number", "edition_id", "seal", "story", "rules_version", "language")
    for name in (*kept, "rules_hash", "name", "body", "parent"):
        assert getattr(letter, name) == getattr(GOOD, name)
    assert not drafts.is_draft(note)
    other = parse(drafts.signed(drafts.write(replace(GOOD, body="Other.")), DESK))
    assert other.id != letter.id


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": ""}, FormatError),
        ({"name": "a\nb"}, FormatError),
        ({"name": " a"}, FormatError),
        ({"name": "x" * 61}, FormatError),
        ({"body": ""}, FormatError),
        ({"body": " a"}, FormatError),
        ({"body": "a\x07"}, FormatError),
        ({"body": "e\u0301"}, FormatError),
        ({"body": "\ud800"}, FormatError),
        ({"body": "x" * 40_000}, TooLarge),
        ({"story": ""}, FormatError),
        ({"story": "../x"}, FormatError),
        ({"parent": "xyz"}, FormatError),
        ({"to": "5f"}, FormatError),
        ({"rules_hash": ""}, FormatError),
        ({"language": "<b>"}, FormatError),
    ],
)
def test_what_the_desk_could_not_sign_is_never_written(
    change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        drafts.write(replace(GOOD, **change))  # type: ignore[arg-type]


WHOLE = drafts.write(GOOD).decode()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (WHOLE.replace("draft 1", "draft 2"), NeedsNewer),
        (WHOLE.replace("needs:", "needs: colour"), NeedsNewer),
        (WHOLE.replace("story: last-crossing\n", ""), FormatError),
        (WHOLE.replace("story:", "kind: letter\nstory:"), FormatError),
        (WHOLE.replace("seal: ", "seal:"), FormatError),
        (WHOLE.replace("edition: 42", "edition: 042"), FormatError),
        (WHOLE.replace("edition: 42 ", "edition: 42"), FormatError),
        (WHOLE.replace("rules: 3 ", "rules: "), FormatError),
        (WHOLE.partition("\n\n")[0] + "\n", FormatError),
        (WHOLE.removesuffix("\n"), FormatError),
        (WHOLE + "\n", FormatError),
        ("\ufeff" + WHOLE, FormatError),
        (WHOLE.replace("\n", "\r\n"), FormatError),
        ("handbill draft \n", FormatError),
        ("handbill draft 1\n", FormatError),
    ],
)
def test_odd_drafts_are_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        drafts.signed(text.encode(), DESK)


def test_a_draft_that_is_too_long_is_not_read() -> None:
    with pytest.raises(TooLarge):
        drafts.signed(b"handbill draft 1\n" + b"x" * 40_000, DESK)


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_beginning_are_a_draft_or_refused(rest: bytes) -> None:
    try:
        drafts.signed(drafts.BEGIN + rest, DESK)
    except HandbillError:
        return


@given(st.text(max_size=200), st.text(max_size=80))
def test_what_was_typed_is_signed_as_it_was_tidied(body: str, name: str) -> None:
    body, name = tidy_body(body), tidy_name(name)
    try:
        data = drafts.write(replace(GOOD, body=body, name=name))
    except FormatError:
        assert not body or not name or len(name) > 60 or "\ufeff" in name + body
        return
    letter = parse(drafts.signed(data, DESK))
    assert (letter.body, letter.name) == (body, name)
