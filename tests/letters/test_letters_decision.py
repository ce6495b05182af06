"""Entries of the log: form, signature, and a chain that outlives what is erased."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.errors import FormatError, HandbillError, NeedsNewer, SignatureInvalid
from handbill.keys.held import HeldKey
from handbill.letters.decision import (
    START,
    Action,
    Decision,
    Origin,
    commitment,
    link,
    read,
    verify,
    write,
)

DESK = HeldKey("desk", bytes(range(32)))
OTHER = HeldKey("desk", bytes(32))


class Named:
    """The desk's key under the name that notes of the desk use."""

    name, public = "desk", DESK.public

    def sign(self, message: bytes) -> bytes:
        return DESK.sign(message)


REMOVAL = Decision(
    newsroom="ab" * 32,
    sequence=118,
    edition=43,
    salt="0f" * 16,
    action=Action.REMOVE,
    origin=Origin.SCREEN,
    moderator="m4",
    letter="cd" * 32,
    pen="ef" * 32,
    rule="privacy",
    rules_version=3,
    rules_hash="9f" * 32,
    fact="names-a-place",
    automation=(("lexicon", 3), ("privacy", 2)),
    appeal=49,
)


def test_an_entry_is_read_as_it_was_written() -> None:
    data = write(REMOVAL, Named())
    assert read(data) == REMOVAL
    verify(data, DESK.public)


@pytest.mark.parametrize("action", [Action.WITHDRAW, Action.BURN])
def test_what_a_writer_asked_names_no_moderator(action: Action) -> None:
    asked = replace(
        REMOVAL, action=action, origin=Origin.WRITER, moderator="", rule="", automation=()
    )
    assert b"\nmoderator:\n" in write(asked, Named())
    assert read(write(asked, Named())) == asked


def test_another_key_is_not_the_desk() -> None:
    with pytest.raises(SignatureInvalid):
        verify(write(REMOVAL, Named()), OTHER.public)


def test_a_changed_word_breaks_the_signature() -> None:
    data = write(REMOVAL, Named()).replace(b"rule: privacy", b"rule: signed0")
    with pytest.raises(SignatureInvalid):
        verify(data, DESK.public)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a removal without a rule", {"rule": ""}),
        ("about nobody", {"letter": "", "pen": ""}),
        ("by nobody", {"moderator": ""}),
        ("a removal that a writer asked for", {"origin": Origin.WRITER}),
        ("a withdrawal by a moderator", {"action": Action.WITHDRAW, "origin": Origin.WRITER}),
        ("a burning by the desk", {"action": Action.BURN, "moderator": ""}),
        (
            "a withdrawal of no letter",
            {"action": Action.WITHDRAW, "origin": Origin.WRITER, "moderator": "", "letter": ""},
        ),
        ("about a decision to come", {"about": 118}),
        ("an appeal decided about nothing", {"action": Action.UPHOLD, "about": 0}),
        ("a moderator by name", {"moderator": "min-ji"}),
        ("free words as a fact", {"fact": "he lives in"}),
        ("an id in capitals", {"letter": "CD" * 32}),
        ("sequence 0", {"sequence": 0}),
    ],
)
def test_what_is_never_written(name: str, change: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        write(replace(REMOVAL, **change), Named())  # type: ignore[arg-type]


def test_another_version_is_newer_not_wrong() -> None:
    data = write(REMOVAL, Named()).replace(b"handbill decision 1", b"handbill decision 2")
    with pytest.raises(NeedsNewer):
        read(data)


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(HandbillError):
        read(noise)


def test_the_chain_holds_when_an_entry_is_erased_and_breaks_when_one_is_changed() -> None:
    entries = [write(replace(REMOVAL, sequence=n, salt=f"{n:032x}"), Named()) for n in (1, 2, 3)]
    kept = [commitment(f"{n:032x}", e) for n, e in enumerate(entries, 1)]
    chain = START
    for committed in kept:
        chain = link(chain, committed)
    # The second entry and its salt are gone; what was kept of it still leads to the same end.
    again = link(link(link(START, commitment(f"{1:032x}", entries[0])), kept[1]), kept[2])
    assert again == chain
    forged = commitment(f"{2:032x}", write(replace(REMOVAL, sequence=2, rule="signed"), Named()))
    assert link(link(link(START, kept[0]), forged), kept[2]) != chain
