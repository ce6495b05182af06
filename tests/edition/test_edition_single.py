"""Single films: hostile sizes and proofs, and what is known beforehand."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from pathlib import Path

import pytest
from samples import FILM, ROOT_1, ROOT_2, Newsroom, key

from handbill.edition import proof, single
from handbill.edition.judge import Verdict
from handbill.edition.single import read_proof, verify_film
from handbill.edition.verify import open_edition
from handbill.keys import roots
from handbill.paths import CHUNK_BYTES

FILM_PATH = "films/The film 1.mp4"
PROOF_PATH = "films/The film 1.proof.txt"


@pytest.mark.parametrize("with_proof", [True, False])
def test_a_file_of_no_end_is_read_as_far_as_was_signed(
    edition: Path, monkeypatch: pytest.MonkeyPatch, with_proof: bool
) -> None:
    if not with_proof:
        (edition / PROOF_PATH).unlink()
    with (edition / FILM_PATH).open("r+b") as file:
        file.truncate(1 << 40)
    read, whole = [0], single.chunk_hashes

    def counted(file: object, length: int) -> list[bytes]:
        read[0] += length
        assert read[0] <= 8 * CHUNK_BYTES
        return list(whole(file, length))

    monkeypatch.setattr(single, "chunk_hashes", counted)
    report = verify_film(edition / FILM_PATH)
    assert report.verdict is (Verdict.MARKED if with_proof else Verdict.FOREIGN)
    assert [f.extra for f in report.findings] == [(1 << 40) - len(FILM)] * with_proof


def test_a_film_is_judged_by_all_that_is_known(
    newsroom: Newsroom, edition: Path, tmp_path: Path
) -> None:
    """A thief's edition was given as known, too: the newer keys decide."""

    class Lying(Newsroom):
        def payload(self) -> dict[str, bytes]:
            return {**super().payload(), FILM_PATH: b"a lie"}

    Lying(past=list(newsroom.past)).press(tmp_path / "lie", 2)
    Newsroom((ROOT_1, ROOT_2), 2, list(newsroom.past)).press(tmp_path / "later", 3)
    film = tmp_path / "film.mp4"
    known = [open_edition(tmp_path / "lie"), open_edition(tmp_path / "later")]
    film.write_bytes(b"a lie")
    assert verify_film(film, known=known).verdict is Verdict.UNVOUCHED
    film.write_bytes(FILM)
    for order in (known, known[::-1]):
        report = verify_film(film, known=order)
        assert (report.verdict, report.number) == (Verdict.GENUINE, 3)


def test_a_proof_of_another_edition_of_the_same_number_is_forged(
    newsroom: Newsroom, edition: Path, tmp_path: Path
) -> None:
    class Lying(Newsroom):
        def payload(self) -> dict[str, bytes]:
            return {**super().payload(), FILM_PATH: b"a lie"}

    Lying().press(tmp_path / "lie", 1)
    newsroom.press(tmp_path / "second", 2)
    for known in (edition, tmp_path / "second"):
        ours = [open_edition(known)]
        assert verify_film(tmp_path / "lie" / FILM_PATH, known=ours).verdict is Verdict.FORGED
        assert verify_film(edition / FILM_PATH, known=ours).verdict is Verdict.GENUINE
    newest = verify_film(tmp_path / "second" / FILM_PATH, known=[open_edition(edition)])
    assert newest.verdict is Verdict.GENUINE


def _fat(number: int, folder: Path) -> bytes:
    """Return a proof whose root, good in itself, weighs half a megabyte."""
    signed = {**json.loads(ROOT_1)["signed"], "x": str(number) * (400 << 10)}
    chain = (roots.sign(signed, [key("root")]),)
    return Newsroom(chain).press(folder / str(number)).proofs["film f"]


def test_proofs_of_strangers_do_not_fill_the_memory(tmp_path: Path) -> None:
    fat = [_fat(number, tmp_path) for number in range(9)]
    tracemalloc.start()
    for data in fat:
        assert proof.cut(data)
        read_proof(data)
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 2 << 20


def test_a_strangers_large_proof_beside_a_film_is_not_read(
    edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(edition / FILM_PATH, alone / "renamed.mp4")
    shutil.copy(edition / PROOF_PATH, alone)
    (alone / "A stranger's.proof.txt").write_bytes(bytes(3 << 20))
    seen, whole = [], single.read_inside

    def read(folder: Path, name: str, limit: int) -> bytes:
        seen.append(name)
        return whole(folder, name, limit)

    monkeypatch.setattr(single, "read_inside", read)
    assert verify_film(alone / "renamed.mp4").verdict is Verdict.GENUINE
    assert seen == ["The film 1.proof.txt"]
