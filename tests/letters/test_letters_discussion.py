"""What the desk hands to the press: signed whole, read strictly, the same again."""

from __future__ import annotations

from hashlib import sha256

import pytest

from handbill.errors import FormatError, NeedsNewer, SignatureInvalid
from handbill.letters import discussion, receipts
from handbill.letters.thread import Entry, Label, Shown, Thread
from letters.test_letters_decision import DESK, OTHER, Named

SECRET = b"s" * 32
NEWSROOM = "ab" * 32
THREADS = [
    Thread("salt", False, "the witness asked for quiet", ()),
    Thread(
        "last-crossing",
        True,
        "",
        (
            Entry(
                "0" * 16,
                "",
                Shown.PUBLISHED,
                1,
                "김철수",
                "plum-otter",
                "ko",
                words=2,
                text="a\n\nb",
            ),
            Entry("1" * 16, "0" * 16, Shown.REMOVED, 2, rule="privacy"),
            Entry(
                "2" * 16, "", Shown.PUBLISHED, 2, "A", "x", "en", Label.TRANSCRIPT, True, text="<b>"
            ),
        ),
    ),
]


def test_threads_come_back() -> None:
    found = discussion.read_threads(discussion.write_threads(THREADS))
    assert found == {t.story: t for t in THREADS}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("no JSON", b"{"),
        ("no object", b"[]"),
        ("a story that is a path", b'{"story":"../x","open":true,"reason":"","letters":[]}'),
        (
            "a key in capitals",
            b'{"story":"x","open":true,"reason":"","letters":[{"key":"AAAAAAAAAAAAAAAA","parent":null}]}',
        ),
        ("a depth bomb", b"[" * 100_000),
    ],
)
def test_bad_threads_are_named_by_line(name: str, line: bytes) -> None:
    good = discussion.write_threads(THREADS[:1])
    with pytest.raises(FormatError, match="line 2"):
        discussion.read_threads(good + line + b"\n")


def test_one_story_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="twice"):
        discussion.read_threads(discussion.write_threads([THREADS[0], THREADS[0]]))


def note_of(files: dict[str, bytes]) -> discussion.Note:
    hashes = {name: sha256(files.get(name, b"")).hexdigest() for name in discussion.FILES}
    return discussion.Note(NEWSROOM, 43, 7, 118, "cd" * 32, hashes)


def test_the_note_vouches_for_each_file() -> None:
    summary = note_of({"threads": b"as signed"})
    data = discussion.write_note(summary, Named())
    read = discussion.read_note(data, DESK.public, NEWSROOM)
    assert read == summary
    discussion.check_file(read, "threads", b"as signed")
    with pytest.raises(SignatureInvalid, match="not what the desk signed"):
        discussion.check_file(read, "threads", b"edited on the disk")


def test_another_desk_or_newsroom_is_refused() -> None:
    data = discussion.write_note(note_of({}), Named())
    with pytest.raises(SignatureInvalid):
        discussion.read_note(data, OTHER.public, NEWSROOM)
    with pytest.raises(SignatureInvalid):
        discussion.read_note(data, DESK.public, "00" * 32)


def test_receipts_pass_through_and_nobody_else_opens_them() -> None:
    rows = {b"k" * 32: (receipts.Row("12" * 8, receipts.Status.REMOVED, 9, 42),)}
    sealed = discussion.seal_receipts(rows, SECRET, b"n" * 24)
    assert discussion.open_receipts(sealed, SECRET) == rows
    with pytest.raises(FormatError):
        discussion.open_receipts(sealed, b"t" * 32)
    edition = "34" * 16
    made = discussion.edition_receipts(edition, rows, SECRET)
    assert made == discussion.edition_receipts(edition, rows, SECRET)
    assert receipts.look_up(made, edition, b"k" * 32) == rows[b"k" * 32]


def test_small_numbers_of_hits_are_shown_to_nobody() -> None:
    record = {
        "items": [
            {"id": "a", "marks": 4, "views": 5},
            {"id": "b", "marks": 1},
            {"id": "../c", "marks": 9},
        ]
    }
    data = discussion.write_record("demand", record)
    assert discussion.demand_of(discussion.read_record("demand", data)) == {"a": {"views": 5}}


def test_a_newer_record_is_newer() -> None:
    data = discussion.write_record("decisions", {}).replace(b"decisions 1", b"decisions 2")
    with pytest.raises(NeedsNewer):
        discussion.read_record("decisions", data)
