"""One bag that holds every kind of thing that a mailbag may hold, good and bad."""

from __future__ import annotations

from dataclasses import replace

from desk.world import FOREIGN, GONE, NEWSROOM, SEALS, Writers, identity, raw_sealed, sealed
from handbill.letters.letter import Kind, parse


def scene() -> list[bytes]:
    """Return about sixty sealed files, several of them copies of one letter."""
    w = Writers(7)
    files: list[bytes] = []

    def give(note: bytes, copies: int = 1) -> str:
        files.extend(sealed(note) for _ in range(copies))
        return identity(note)

    # Two people with one name, a third whose name looks like theirs, and one of one jamo more.
    give(w.write(w.draft(name="Mara Ilven"), "a"), 3)
    give(w.write(w.draft(name="Mara Ilven", number=4), "b"))
    give(w.write(w.draft(name="Mara llven", number=3), "c"))
    give(w.write(w.draft(name="김철수", language="ko"), "d"))
    give(w.write(w.draft(name="김절수", language="ko"), "e"), 2)
    # One text under three pens; one of the three takes it back.
    text = w.words(80)
    give(w.write(w.draft(body=text, name="One"), "f"))
    give(w.write(w.draft(body=text + " amen", name="Two"), "g"))
    third = give(w.write(w.draft(body="So: " + text, name="Three"), "h"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=third), "h"), 2)
    # One pen cuts a text into three; one part is withdrawn, so that the rest are short enough.
    for _ in range(2):
        give(w.write(w.draft(body=w.words(150), name="Long"), "i"))
    cut = give(w.write(w.draft(body=w.words(390), name="Long"), "i"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=cut), "i"))
    # A thread, its parent among what comes later or not at all.
    first = give(w.write(w.draft(name="Thread"), "j"))
    reply = give(w.write(w.draft(Kind.REPLY, parent=first, name="Answer"), "k"))
    give(w.write(w.draft(Kind.REPLY, parent=reply, name="Answer two"), "l"), 2)
    give(w.write(w.draft(Kind.REPLY, parent="ee" * 32, name="Early"), "l"))
    give(w.write(w.draft(Kind.APPEAL, parent=first, name="Thread"), "j"))
    give(w.write(w.draft(Kind.REQUEST, marks=("the-last-ferry",)), "m"))
    give(w.write(w.draft(Kind.TRANSCRIPT, name="On paper"), "desk"))
    give(w.write(w.draft(marks=("last-crossing", "the-last-ferry"), name="Marks"), "n"))
    # Withdrawals that do not bind: another pen's, of a withdrawal, of what never came.
    give(w.write(w.draft(Kind.WITHDRAW, parent=first), "k"))
    again = give(w.write(w.draft(Kind.WITHDRAW, parent="dd" * 32), "o"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=again), "o"))
    # Burned pens: one with the wish to erase, one whose letter was withdrawn as well.
    give(w.write(w.draft(name="Burned", marks=("last-crossing",)), "p"))
    give(w.write(w.draft(Kind.REQUEST, marks=("last-crossing",)), "p"))
    give(w.write(w.draft(Kind.BURN), "p"))
    both = give(w.write(w.draft(name="Mara Ilven"), "q"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=both), "q"))
    give(w.write(w.draft(Kind.BURN, erase=True), "q"))
    give(w.write(w.draft(name="Other rules", rules_version=9, rules_hash="ab" * 32), "r"))
    give(w.write(w.draft(name="Other edition", edition_id="cd" * 16), "r"))
    return files + refused(w)


def refused(w: Writers) -> list[bytes]:
    """Return what must be refused, each for a reason of its own."""
    good = w.write(w.draft(name="Refused"), "s")
    key = SEALS[0]
    torn = good.replace(b"the", b"The", 1)
    elsewhere = w.write(w.draft(to="ab" * 32), "s")
    other_seal = w.write(w.draft(seal=SEALS[1].id), "s")
    gone = w.write(w.draft(number=4, seal=GONE.id), "s")
    newer = good.replace(b"needs:\n", b"needs: weather\n")
    fake = replace(parse(w.write(w.draft(Kind.TRANSCRIPT), "desk")))
    not_desk = fake.raw.replace(fake.key.hex().encode(), w.pen("s").public.hex().encode())
    return [
        *(sealed(torn, key) for _ in range(2)),
        sealed(elsewhere, key),
        *(sealed(other_seal, key) for _ in range(3)),
        sealed(gone, SEALS[1]),
        sealed(not_desk, key),
        sealed(newer, key),
        sealed(b"hello", key),
        sealed(good, FOREIGN),
        sealed(w.write(w.draft(number=5, seal=GONE.id), "s"), GONE),
        raw_sealed(b"\xff\xff" + bytes(4045), key),
        b"\x02" + sealed(good, key)[1:],
    ]


EXPECTED = {
    "forged": 2, "other-newsroom": 1, "other-seal": 1, "destroyed-seal": 1,
    "newer": 2, "malformed": 2, "unopened": 2,
}  # fmt: skip
assert len(NEWSROOM) == 64
