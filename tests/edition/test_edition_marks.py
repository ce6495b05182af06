"""Nothing that proves an edition carries a number unseen, and no genuine edition is accused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from marks import ALONE, BESIDE, BOTH, GENUINE, PACKED, PROOF_MARKS, SIG, SIGNERS, SUMS, third
from samples import Newsroom

from handbill.edition import proof
from handbill.edition.judge import Verdict
from handbill.edition.single import verify_film
from handbill.edition.verify import verify_edition

FILM = "films/The film 1.mp4"


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pressed") / "third"
    third(out)
    return out


@pytest.mark.parametrize("name", PROOF_MARKS)
def test_every_mark_is_told(pressed: Path, tmp_path: Path, name: str) -> None:
    tamper, said = PROOF_MARKS[name]
    root = tmp_path / "drive"
    shutil.copytree(pressed, root)
    tamper(root)
    report = verify_edition(root)
    if said == "foreign":
        assert (report.verdict, report.foreign_count) == (Verdict.GENUINE, 1)
    else:
        assert (report.verdict.value, {f.state for f in report.findings}) == (said, {said})


@pytest.mark.parametrize("path", [BESIDE, PACKED, SUMS, SIG, SIGNERS])
def test_no_byte_of_them_can_change_come_or_go(pressed: Path, tmp_path: Path, path: str) -> None:
    root = tmp_path / "drive"
    shutil.copytree(pressed, root)
    was = (root / path).read_bytes()
    for at in range(0, len(was), max(1, len(was) // 12)):
        flipped = was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :]
        for now in (flipped, was[:at] + b" " + was[at:], was[:at] + was[at + 1 :], was[:at]):
            (root / path).write_bytes(now)
            report = verify_edition(root)
            assert report.verdict in (Verdict.MARKED, Verdict.DAMAGED), (at, now[at : at + 9])
            assert [f.path for f in report.findings] == [path]


@pytest.mark.parametrize("name", GENUINE)
def test_no_genuine_edition_is_accused(tmp_path: Path, name: str) -> None:
    GENUINE[name](tmp_path)
    report = verify_edition(tmp_path)
    assert (report.verdict, report.findings, report.foreign_count) == (Verdict.GENUINE, (), 0)


def test_the_samples_keep_proofs_from_earlier_editions(pressed: Path) -> None:
    packed = proof.unpack((pressed / PACKED).read_bytes())
    kept = [(pressed / BESIDE).read_bytes(), packed["story a"], packed["pages site"]]
    assert [
        b"edition: %d " % n in proof.parse(one).head for n, one in zip((1, 1, 3), kept, strict=True)
    ]


@pytest.mark.parametrize("name", ALONE)
def test_a_film_alone_with_its_proof(pressed: Path, tmp_path: Path, name: str) -> None:
    tamper, said = ALONE[name]
    root = tmp_path / "drive"
    shutil.copytree(pressed, root)
    tamper(root)
    report = verify_film(root / FILM)
    assert report.verdict.value == said, report.reason
    if said == "marked":
        assert [(f.path, f.state) for f in report.findings] == [("The film 1.proof.txt", "marked")]


def test_a_quick_look_reads_no_proof(pressed: Path, tmp_path: Path) -> None:
    for path, said in ((BESIDE, Verdict.GENUINE), ("_edition/allowed_signers", Verdict.MARKED)):
        root = tmp_path / Path(path).name
        shutil.copytree(pressed, root)
        with (root / path).open("ab") as file:
            file.write(b"reader 7")
        assert verify_edition(root, quick=True).verdict is said


def test_of_an_older_edition_all_proofs_carry_one_head(tmp_path: Path) -> None:
    """Where more editors signed than must, a line less in one proof and not in another is a number."""
    room = Newsroom((BOTH,), kept={}, editors=(1, 2))
    room.press(tmp_path, 1)
    room.door = "door 2"
    room.press(tmp_path, 2)
    assert verify_edition(tmp_path).verdict is Verdict.GENUINE

    def unsigned(was: proof.Proof) -> proof.Proof:
        return replace(was, head=was.head[: was.head.rindex("— ".encode())])

    place = tmp_path / BESIDE
    place.write_bytes(proof.render(unsigned(proof.parse(place.read_bytes()))))
    assert verify_film(tmp_path / FILM).verdict is Verdict.GENUINE, "one is enough"
    assert verify_edition(tmp_path).verdict is Verdict.DAMAGED
