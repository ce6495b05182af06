"""Ways to number a drive in what proves it, for Python's verifier and the page's alike.

Each changes an edition that ``third`` pressed: its film and story keep the proofs of edition 1, its
pages were changed for edition 3.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from samples import ROOT_2, Newsroom, key, root

from handbill.edition import merkle, proof
from handbill.edition.proof import Proof
from handbill.edition.verify import open_edition
from handbill.keys import roots, sshsig

BESIDE = "films/The film 1.proof.txt"
PACKED = "_edition/proofs/0.proofs.txt"
SUMS = "_edition/SHA256SUMS"
SIG = f"{SUMS}.sig"
SIGNERS = "_edition/allowed_signers"
MARKED, DAMAGED, FOREIGN = "marked", "damaged", "foreign"


def third(out: Path) -> Newsroom:
    """Press editions 1 to 3; only the door changes."""
    room = Newsroom(kept={})
    for number in (1, 2, 3):
        room.door = f"door {number}"
        with tempfile.TemporaryDirectory() as other:
            room.press(out if number == 3 else Path(other), number)
    return room


def change(root: Path, path: str, by: Callable[[bytes], bytes]) -> None:
    before = (root / path).read_bytes()
    after = by(before)
    assert after != before
    (root / path).write_bytes(after)


def _behind(path: str, data: bytes) -> Callable[[Path], None]:
    return lambda root: change(root, path, lambda was: was + data)


def _before(path: str, data: bytes) -> Callable[[Path], None]:
    return lambda root: change(root, path, lambda was: data + was)


def _put(path: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    return lambda root: change(root, path, lambda was: was.replace(old, new, 1))


def _crlf(path: str) -> Callable[[Path], None]:
    return lambda root: change(root, path, lambda was: was.replace(b"\n", b"\r\n"))


def _beside(by: Callable[[Proof], Proof]) -> Callable[[Path], None]:
    """Change a part of the film's proof; lengths in its header follow."""
    return lambda root: change(root, BESIDE, lambda was: proof.render(by(proof.parse(was))))


def _packed(by: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[Path], None]:
    def packed(was: bytes) -> bytes:
        return proof.pack(list(by(proof.unpack(was)).items()))

    return lambda root: change(root, PACKED, packed)


def _in_pack(item: str, by: Callable[[Proof], Proof]) -> Callable[[Path], None]:
    return _packed(lambda was: was | {item: proof.render(by(proof.parse(was[item])))})


def _signed_too(was: Proof) -> Proof:
    return replace(was, head=was.head + f"— spy {'A' * 90}A=\n".encode())


def _spare_bits(was: Proof) -> Proof:
    """Set the two bits that the last character of 68 bytes in base64 leaves over."""
    at = was.head.rindex(b"=") - 1
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare = alphabet[alphabet.index(was.head[at]) + 1]
    return replace(was, head=was.head[:at] + bytes([spare]) + was.head[at + 1 :])


def of_this_edition(root: Path, item: int) -> bytes:
    """Write the proof that an item would have, had it come with this edition."""
    stated = open_edition(root).proofs
    roots = tuple(one.data for one in stated.chain)
    path = merkle.path(stated.tree, item)
    text = stated.texts[item]
    return proof.render(Proof(item, len(stated.texts), path, stated.head, roots, text))


def _newer_beside(root: Path) -> None:
    change(root, BESIDE, lambda _was: of_this_edition(root, 0))


def _newer_in_pack(root: Path) -> None:
    _packed(lambda was: was | {"story a": of_this_edition(root, 2)})(root)


def _older_in_pack(root: Path) -> None:
    """Put back the proof that the pages had in edition 1: they have changed since."""
    with tempfile.TemporaryDirectory() as other:
        room = Newsroom(door="door 1")
        old = room.press(Path(other)).proofs["pages site"]
    _packed(lambda was: was | {"pages site": old})(root)


def _between_beside(root: Path) -> None:
    """Put in the good proof that the film would have had from edition 2."""
    with tempfile.TemporaryDirectory() as other:
        room = Newsroom(door="door 1")
        room.press(Path(other), 1)
        room.door = "door 2"
        made = room.press(Path(other), 2).proofs["film f"]
    change(root, BESIDE, lambda _was: made)


def _signed_by_another(root: Path) -> None:
    """Sign the list with a key of one's own, and name that key."""
    other = key("ssh", 2)
    made = sshsig.sign((root / SUMS).read_bytes(), other, "handbill-edition")
    change(root, SIG, lambda _: sshsig.armoured(other.public, made, "handbill-edition"))
    change(root, SIGNERS, lambda _: sshsig.allowed_signers("newsroom", [other.public]))


def _blob(by: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes within the armour, and armour them as ssh-keygen would."""

    def armoured(was: bytes) -> bytes:
        begin, *lines, end = was.decode().splitlines()
        text = base64.b64encode(by(base64.b64decode("".join(lines)))).decode()
        cut = [text[i : i + 70] for i in range(0, len(text), 70)]
        return "\n".join([begin, *cut, end, ""]).encode()

    return lambda root: change(root, SIG, armoured)


def _rewrapped(was: bytes) -> bytes:
    begin, *lines, end = was.decode().splitlines()
    text = "".join(lines)
    return "\n".join(
        [begin, *(text[i : i + 64] for i in range(0, len(text), 64)), end, ""]
    ).encode()


def _copied(source: str, to: str) -> Callable[[Path], None]:
    return lambda root: (root / to).write_bytes((root / source).read_bytes()) and None


PROOF_MARKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "sums: a byte behind the signature": (_behind(SIG, b"\n"), MARKED),
    "sums: a comment before the signature": (_before(SIG, b"reader 7\n"), MARKED),
    "sums: carriage returns in the signature": (_crlf(SIG), MARKED),
    "sums: the signature in other lines": (lambda r: change(r, SIG, _rewrapped), DAMAGED),
    "sums: bytes behind what is armoured": (_blob(lambda was: was + b"id7"), MARKED),
    "sums: another namespace": (_blob(lambda was: was.replace(b"edition", b"reader7")), DAMAGED),
    "sums: something reserved": (
        _blob(lambda was: was.replace(b"\0\0\0\0\0\0\0\6sha", b"\0\0\0\1x\0\0\0\6sha")),
        DAMAGED,
    ),
    "sums: another hash": (_blob(lambda was: was.replace(b"sha512", b"sha256")), DAMAGED),
    "sums: signed by somebody else": (_signed_by_another, DAMAGED),
    "sums: an empty signature": (lambda r: change(r, SIG, lambda _: b""), DAMAGED),
    "sums: a comment before them": (_before(SUMS, b"# reader 7\n"), MARKED),
    "signers: a comment": (_behind(SIGNERS, b"# reader 7\n"), MARKED),
    "signers: another one": (
        _behind(SIGNERS, sshsig.allowed_signers("newsroom", [key("ssh", 2).public])),
        MARKED,
    ),
    "signers: an option": (_put(SIGNERS, b" ssh", b' namespaces="reader7" ssh'), MARKED),
    "signers: a name behind the key": (_put(SIGNERS, b"\n", b" reader7\n"), MARKED),
    "signers: a tab": (_put(SIGNERS, b" ", b"\t"), DAMAGED),
    "signers: carriage returns": (_crlf(SIGNERS), MARKED),
    "proof: bytes behind it": (_behind(BESIDE, b"reader 7"), MARKED),
    "proof: a byte before it": (_before(BESIDE, b"\n"), DAMAGED),
    "proof: carriage returns": (_crlf(BESIDE), DAMAGED),
    "proof: a space in its header": (_put(BESIDE, b"index: ", b"index:  "), DAMAGED),
    "proof: a number with a zero": (_put(BESIDE, b"items: 3", b"items: 03"), DAMAGED),
    "proof: a line in its header": (_put(BESIDE, b"item: ", b"who: 7\nitem: "), DAMAGED),
    "proof: a line by nobody known in its head": (_beside(_signed_too), MARKED),
    "proof: spare bits of base64 in its head": (_beside(_spare_bits), DAMAGED),
    "proof: white space in its root": (
        _beside(lambda was: replace(was, roots=(was.roots[0] + b" ",))),
        MARKED,
    ),
    "proof: a root too many": (
        _beside(lambda was: replace(was, roots=(*was.roots, ROOT_2))),
        MARKED,
    ),
    "proof: of another item": (
        lambda r: change(r, BESIDE, lambda _: proof.unpack((r / PACKED).read_bytes())["story a"]),
        DAMAGED,
    ),
    "proof: of this edition, where an earlier one stands": (_newer_beside, DAMAGED),
    "proof: of an edition between": (_between_beside, DAMAGED),
    "proof: empty": (lambda r: change(r, BESIDE, lambda _: b""), DAMAGED),
    "proof: once more beside another file": (
        _copied(BESIDE, "films/The film 1.empty.proof.txt"),
        FOREIGN,
    ),
    "proof: one for another file": (_copied(BESIDE, "stories/a/index.proof.txt"), FOREIGN),
    "pack: bytes behind it": (_behind(PACKED, b"reader 7"), MARKED),
    "pack: carriage returns": (_crlf(PACKED), DAMAGED),
    "pack: bytes between": (_put(PACKED, b"handbill proof 1", b"\nhandbill proof 1"), DAMAGED),
    "pack: in another order": (
        _packed(lambda was: dict(reversed(was.items()))),
        DAMAGED,
    ),
    "pack: one left out": (_packed(lambda was: {"story a": was["story a"]}), DAMAGED),
    "pack: one more": (_packed(lambda was: was | {"story z": was["story a"]}), MARKED),
    "pack: two exchanged": (
        _packed(lambda w: {"pages site": w["story a"], "story a": w["pages site"]}),
        DAMAGED,
    ),
    "pack: a line by nobody known in this edition's head": (
        _in_pack("pages site", _signed_too),
        MARKED,
    ),
    "pack: a line by nobody known in an earlier head": (_in_pack("story a", _signed_too), MARKED),
    "pack: of this edition, where an earlier one stands": (_newer_in_pack, DAMAGED),
    "pack: of an edition when the pages were others": (_older_in_pack, DAMAGED),
    "pack: a second file": (_copied(PACKED, "_edition/proofs/1.proofs.txt"), FOREIGN),
}
"""By name: what is done to an edition, and what must be said of it."""


def _spaced_root(root: Path) -> None:
    _rotated(root, 4)
    _beside(lambda was: replace(was, roots=(was.roots[0], was.roots[1] + b"\n")))(root)


def _unknown_in_root(root: Path) -> None:
    _rotated(root, 4)
    spy = b'"signatures":[{"keyid":"%s","sig":"%s"},' % (b"f" * 64, b"ab" * 64)
    _beside(
        lambda was: replace(
            was, roots=(was.roots[0], was.roots[1].replace(b'"signatures":[', spy, 1))
        )
    )(root)


def _rotated(out: Path, *editions: int) -> None:
    """Press editions after a new editor took over: the first makes all proofs anew."""
    room = third(out)
    later = Newsroom((*room.chain, ROOT_2), 2, room.past, kept={})
    for number in editions:
        later.door = f"door {number}"
        later.press(out, number)


def _by_two(out: Path) -> None:
    """Press two editions, each with a second signature that need not be there."""
    room = Newsroom((BOTH,), kept={}, editors=(1, 2))
    room.press(out, 1)
    room.door = "door 2"
    room.press(out, 2)


def _without(*paths: str) -> Callable[[Path], None]:
    def pressed(out: Path) -> None:
        third(out)
        for path in paths:
            (out / path).unlink()

    return pressed


BOTH = roots.render(root(1, more=1), [key("root")])
GENUINE: dict[str, Callable[[Path], object]] = {
    "the third edition": third,
    "after a rotation": lambda out: _rotated(out, 4),
    "after a rotation, and once more": lambda out: _rotated(out, 4, 5),
    "signed by two where one is enough": _by_two,
    "no proofs": _without(BESIDE, PACKED),
    "nothing for stock tools": _without(SUMS, SIG, SIGNERS),
}
"""Editions of every kind that a newsroom makes, by name."""
ALONE: dict[str, tuple[Callable[[Path], object], str]] = {
    "as it was": (lambda _root: None, "genuine"),
    "as it was, after a rotation": (lambda root: _rotated(root, 4), "genuine"),
    "signed by two where one is enough": (_by_two, "genuine"),
    "bytes behind it": (_behind(BESIDE, b"reader 7"), MARKED),
    "a line by nobody known in its head": (_beside(_signed_too), MARKED),
    "white space in its second root": (_spaced_root, MARKED),
    "a signature by nobody known in its second root": (_unknown_in_root, MARKED),
    "white space in its first root": (
        _beside(lambda was: replace(was, roots=(was.roots[0] + b" ",))),
        "forged",
    ),
    "spare bits of base64 in its head": (_beside(_spare_bits), "forged"),
    "carriage returns": (_crlf(BESIDE), "forged"),
    "a space in its header": (_put(BESIDE, b"index: ", b"index:  "), "forged"),
    "of another item": (PROOF_MARKS["proof: of another item"][0], "foreign"),
}
"""What is done to the proof beside a film that is then judged alone, and the verdict."""
