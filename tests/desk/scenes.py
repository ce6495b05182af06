"""One bag that holds every kind of thing that a mailbag may hold, good and bad."""

from __future__ import annotations

from dataclasses import replace

from desk.world import (
    FOREIGN,
    GONE,
    NEWSROOM,
    SEALS,
    Writers,
    identity,
    public,
    raw_sealed,
    sealed,
    short,
)
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
    # The only other bearer of a name, and the only one of a name near it, take their letters back.
    for name, near in (("Solo Vant", "Solo Vant"), ("박민준", "박빈준")):
        give(w.write(w.draft(name=name), "t" + name))
        gone = give(w.write(w.draft(name=near), "u" + near))
        give(w.write(w.draft(Kind.WITHDRAW, parent=short(gone)), "u" + near))
    # One text under three pens; one of the three takes it back.
    text = w.words(80)
    give(w.write(w.draft(body=text, name="One"), "f"))
    give(w.write(w.draft(body=text + " amen", name="Two"), "g"))
    third = give(w.write(w.draft(body="So: " + text, name="Three"), "h"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=short(third)), "h"), 2)
    # One pen cuts a text into three; one part is withdrawn, so that the rest are short enough.
    for _ in range(2):
        give(w.write(w.draft(body=w.words(150), name="Long"), "i"))
    cut = give(w.write(w.draft(body=w.words(390), name="Long"), "i"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=short(cut)), "i"))
    # A thread, its parent among what comes later or not at all.
    first = give(w.write(w.draft(name="Thread"), "j"))
    reply = give(w.write(w.draft(Kind.REPLY, parent=public(first), name="Answer"), "k"))
    give(w.write(w.draft(Kind.REPLY, parent=public(reply), name="Answer two"), "l"), 2)
    give(w.write(w.draft(Kind.REPLY, parent="ee" * 8, name="Early"), "l"))
    give(w.write(w.draft(Kind.APPEAL, parent=short(first), name="Thread"), "j"))
    give(w.write(w.draft(Kind.REQUEST, marks=("the-last-ferry",)), "m"))
    give(w.write(w.draft(Kind.TRANSCRIPT, name="On paper"), "desk"))
    give(w.write(w.draft(marks=("last-crossing", "the-last-ferry"), name="Marks"), "n"))
    # Withdrawals that do not bind: another pen's, of a withdrawal, of what never came.
    give(w.write(w.draft(Kind.WITHDRAW, parent=short(first)), "k"))
    again = give(w.write(w.draft(Kind.WITHDRAW, parent="dd" * 8), "o"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=short(again)), "o"))
    # Burned pens: one with the wish to erase, one whose letter was withdrawn as well.
    give(w.write(w.draft(name="Burned", marks=("last-crossing",)), "p"))
    give(w.write(w.draft(Kind.REQUEST, marks=("last-crossing",)), "p"))
    give(w.write(w.draft(Kind.BURN), "p"))
    both = give(w.write(w.draft(name="Mara Ilven"), "q"))
    give(w.write(w.draft(Kind.WITHDRAW, parent=short(both)), "q"))
    give(w.write(w.draft(Kind.BURN, erase=True), "q"))
    give(w.write(w.draft(name="Other rules", rules_version=9, rules_hash="ab" * 32), "r"))
    give(w.write(w.draft(name="Other edition", edition_id="cd" * 16), "r"))
    return files + refused(w)


def refused(w: Writers) -> list[bytes]:
    """Return what must be refused, each for a reason of its own."""
    good = w.write(w.draft(name="Refused"), "s")
    key = SEALS[0]
    torn = good.replace(b"name: Refused", b"name: Refuser")
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


def random_scene(seed: int) -> list[bytes]:
    """Return a bag of few pens, names and texts, so that nearly everything touches something."""
    w = Writers(seed)
    chance = w.random
    pens = ["a", "b", "c", "d"]
    names = ["김철수", "김절수", "김철", "Mara Ilven", "Mara llven", "M\u0430ra Ilven", "\u3164"]
    texts = [w.words(70), w.words(120)]
    written: list[tuple[str, str]] = []
    notes: list[bytes] = []
    for _ in range(26):
        pen, act = chance.choice(pens), chance.random()
        if act < 0.25 and written:
            letter_id, author = chance.choice(written)
            pen = author if chance.random() < 0.8 else pen
            draft = w.draft(Kind.WITHDRAW, parent=short(letter_id))
        elif act < 0.3:
            draft = w.draft(Kind.BURN, erase=chance.random() < 0.5)
        else:
            kinds = [Kind.LETTER, Kind.LETTER, Kind.APPEAL, Kind.REPLY]
            kind = chance.choice(kinds) if written else Kind.LETTER
            named = written[-1][0] if written else ""
            parents = {Kind.APPEAL: short(named), Kind.REPLY: public(named) if named else ""}
            body = chance.choice(texts) + " " + w.words(chance.randrange(1, 60))
            draft = w.draft(
                kind,
                number=chance.choice(SEALS).number,
                parent=parents.get(kind, ""),
                name=chance.choice(names),
                body=body,
            )
        notes.append(w.write(draft, pen))
        if draft.body:
            written.append((identity(notes[-1]), pen))
    return [sealed(note) for note in [*notes, *chance.choices(notes, k=4)]]


def flood() -> list[bytes]:
    """Return one text under 45 pens of one name, more than the answers to screens hold."""
    w = Writers(5)
    text = w.words(90)
    notes = [w.write(w.draft(body=f"{text} {n}", name="Anonymous"), f"f{n}") for n in range(45)]
    taken_back = [
        w.write(w.draft(Kind.WITHDRAW, parent=short(identity(note))), f"f{n}")
        for n, note in enumerate(notes[:24])
    ]
    return [sealed(note) for note in (*notes, *taken_back)]
