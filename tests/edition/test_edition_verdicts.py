"""Every verdict on drives and single films, tampered with in every way that we could name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from samples import FILM, ROOT_2, Newsroom

from handbill.edition.judge import Verdict
from handbill.edition.single import verify_film
from handbill.edition.verify import editions_below, open_edition, verify_edition
from handbill.paths import CHUNK_BYTES

FILM_PATH = "films/The film 1.mp4"


def flip(path: Path, at: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_an_untouched_edition_is_genuine_and_whole(edition: Path) -> None:
    report = verify_edition(edition)
    assert (report.verdict, report.findings, report.foreign_count) == (Verdict.GENUINE, (), 0)
    assert report.whole == ("film f", "pages site", "story a")


def test_an_absent_file_makes_it_partial(edition: Path) -> None:
    (edition / FILM_PATH).unlink()
    report = verify_edition(edition)
    assert report.verdict is Verdict.GENUINE
    assert report.partial
    assert report.absent == ("film f",)


def test_damage_is_named_by_bytes(edition: Path) -> None:
    flip(edition / FILM_PATH, CHUNK_BYTES + 5)
    report = verify_edition(edition)
    assert report.verdict is Verdict.DAMAGED
    assert report.findings[0].ranges == ((CHUNK_BYTES, 2 * CHUNK_BYTES),)
    assert verify_edition(edition, quick=True).verdict is Verdict.GENUINE


def test_a_file_cut_short_is_damage_by_either_way(edition: Path) -> None:
    (edition / FILM_PATH).write_bytes(FILM[:100])
    assert verify_edition(edition).findings[0].ranges == ((0, len(FILM)),)
    assert verify_edition(edition, quick=True).findings[0].ranges == ((100, len(FILM)),)


def test_appended_bytes_are_a_mark(edition: Path) -> None:
    with (edition / FILM_PATH).open("ab") as file:
        file.write(b"who watched this")
    report = verify_edition(edition)
    assert report.verdict is Verdict.MARKED
    assert report.findings[0].extra == 16


def test_foreign_files_change_nothing_and_are_counted(edition: Path) -> None:
    for number in range(150):
        (edition / f"advert {number}.exe").write_bytes(b"")
    report = verify_edition(edition)
    assert report.verdict is Verdict.GENUINE
    assert report.foreign_count == 150
    assert len(report.foreign) == 100


@pytest.mark.parametrize(
    "path",
    [
        "_edition/metadata/1.root.json",
        "_edition/metadata/targets.json",
        "_edition/metadata/snapshot.json",
        "_edition/metadata/timestamp.json",
        "_edition/targets/edition.json",
        "_edition/targets/chunks.bin",
        "_edition/targets/history.json",
        "_edition/targets/newsroom.json",
        "_edition/targets/head.txt",
    ],
)
def test_no_bit_of_what_proves_can_change(edition: Path, path: str) -> None:
    size = (edition / path).stat().st_size
    for at in range(0, size, max(1, size // 12)):
        before = (edition / path).read_bytes()
        flip(edition / path, at)
        verdict = verify_edition(edition).verdict
        assert verdict in (Verdict.FORGED, Verdict.NEWER), (path, at, verdict)
        (edition / path).write_bytes(before)


@pytest.mark.parametrize("size", [0, 1, 100])
def test_truncated_metadata_is_never_genuine(edition: Path, size: int) -> None:
    for path in sorted((edition / "_edition").rglob("*.json")):
        before = path.read_bytes()
        path.write_bytes(before[:size])
        assert verify_edition(edition).verdict is Verdict.FORGED, path
        path.write_bytes(before)


def test_metadata_of_another_edition_is_forged(
    newsroom: Newsroom, edition: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    newsroom.press(second, 2)
    for path in ("_edition/targets/head.txt", "_edition/metadata/timestamp.json"):
        mixed = tmp_path / "mixed"
        shutil.copytree(second, mixed)
        shutil.copy(edition / path, mixed / path)
        assert verify_edition(mixed).verdict is Verdict.FORGED, path
        shutil.rmtree(mixed)


def test_links_and_pipes_are_never_followed(edition: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(FILM)
    (edition / FILM_PATH).unlink()
    (edition / FILM_PATH).symlink_to(secret)
    (edition / "films/The film 1.srt").unlink()
    os.mkfifo(edition / "films/The film 1.srt")
    report = verify_edition(edition)
    assert report.verdict is Verdict.DAMAGED
    assert {f.state for f in report.findings} == {"unsafe"}


class Korean(Newsroom):
    """Subtitles whose path a Mac takes apart."""

    def payload(self) -> dict[str, bytes]:
        return {**super().payload(), "films/바다/é.srt": b"1\n"}


def test_names_that_a_mac_took_apart_are_the_same_names(tmp_path: Path) -> None:
    edition = tmp_path / "edition"
    Korean().press(edition)
    kept, apart = edition / "films/바다", edition / "films" / normalize("NFD", "바다")
    kept.rename(apart)
    (apart / "é.srt").rename(apart / normalize("NFD", "é.srt"))
    report = verify_edition(edition)
    assert (report.verdict, report.absent, report.foreign) == (Verdict.GENUINE, (), ())
    flip(apart / normalize("NFD", "é.srt"))
    assert [f.path for f in verify_edition(edition).findings] == ["films/바다/é.srt"]
    shutil.copytree(apart, kept)
    (kept / normalize("NFD", "é.srt")).rename(kept / "é.srt")
    flip(kept / "é.srt")
    assert verify_edition(edition).verdict is Verdict.GENUINE, "the exact name comes first"


def test_another_newsroom_is_foreign(edition: Path, tmp_path: Path) -> None:
    assert verify_edition(edition, newsroom="0" * 64).verdict is Verdict.FOREIGN
    assert editions_below(tmp_path) == [edition]


def test_an_older_edition_is_shown_as_older(
    newsroom: Newsroom, edition: Path, tmp_path: Path
) -> None:
    newsroom.press(tmp_path / "second", 2)
    known = [open_edition(tmp_path / "second")]
    assert verify_edition(edition, known=known).age == "older"
    assert verify_edition(edition, known=known).verdict is Verdict.GENUINE


def _rotated(tmp_path: Path, first: Newsroom) -> Path:
    later = Newsroom((*first.chain, ROOT_2), 2, list(first.past))
    later.press(tmp_path / "later", 3)
    return tmp_path / "later"


def test_a_withdrawn_key_speaks_only_for_what_history_names(
    newsroom: Newsroom, edition: Path, tmp_path: Path
) -> None:
    stolen = Newsroom(newsroom.chain, 1, list(newsroom.past))
    stolen.press(tmp_path / "forged", 2, record=False)
    known = [open_edition(_rotated(tmp_path, newsroom))]
    assert verify_edition(edition, known=known).verdict is Verdict.GENUINE
    assert verify_edition(tmp_path / "forged", known=known).verdict is Verdict.UNVOUCHED
    assert verify_edition(tmp_path / "forged").verdict is Verdict.GENUINE, (
        "nothing known beforehand"
    )


def test_the_new_editor_is_trusted_and_the_old_one_not(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.press(tmp_path / "first")
    assert verify_edition(_rotated(tmp_path, newsroom)).verdict is Verdict.GENUINE


class Lying(Newsroom):
    """What a thief of keys that nobody has withdrawn yet would sign."""

    def payload(self) -> dict[str, bytes]:
        return {**super().payload(), "index.html": b"<!doctype html><title>a lie</title>"}


@pytest.mark.parametrize(("forged", "known"), [(1, 1), (1, 2), (2, 2), (2, 1)])
def test_the_history_known_decides_between_two_editions_of_one_number(
    newsroom: Newsroom, edition: Path, tmp_path: Path, forged: int, known: int
) -> None:
    thief = Lying()
    thief.press(tmp_path / "lie 1", 1)
    thief.press(tmp_path / "lie 2", 2)
    newsroom.press(tmp_path / "second", 2)
    ours = [open_edition(edition if known == 1 else tmp_path / "second")]
    report = verify_edition(tmp_path / f"lie {forged}", known=ours)
    assert report.verdict is Verdict.FORGED
    assert "number" in report.reason
    for good in (edition, tmp_path / "second"):
        assert verify_edition(good, known=ours).verdict is Verdict.GENUINE


def test_newer_keys_decide_over_what_was_known(
    newsroom: Newsroom, edition: Path, tmp_path: Path
) -> None:
    Lying().press(tmp_path / "lie", 1)
    known = [open_edition(tmp_path / "lie")]
    assert verify_edition(_rotated(tmp_path, newsroom), known=known).verdict is Verdict.GENUINE


def test_a_mark_in_a_root_is_a_mark_where_the_chain_is_known(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    known = [open_edition(_rotated(tmp_path, newsroom))]
    shutil.copytree(tmp_path / "later", tmp_path / "marked")
    with (tmp_path / "marked/_edition/metadata/2.root.json").open("ab") as file:
        file.write(b"\n")
    assert verify_edition(tmp_path / "marked").verdict is Verdict.MARKED
    assert verify_edition(tmp_path / "marked", known=known).verdict is Verdict.MARKED


@pytest.mark.parametrize("rename", [False, True])
def test_one_film_with_its_proof(edition: Path, tmp_path: Path, rename: bool) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    film = alone / ("renamed.mp4" if rename else "The film 1.mp4")
    shutil.copy(edition / FILM_PATH, film)
    shutil.copy(edition / "films/The film 1.proof.txt", alone)
    assert verify_film(film).verdict is Verdict.GENUINE


def _append(film: Path) -> None:
    film.write_bytes(film.read_bytes() + b"mark")


def _cut(film: Path) -> None:
    film.write_bytes(film.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("change", "verdict"),
    [(flip, Verdict.DAMAGED), (_append, Verdict.MARKED), (_cut, Verdict.DAMAGED)],
)
def test_one_film_changed(edition: Path, change: Callable[[Path], None], verdict: Verdict) -> None:
    change(edition / FILM_PATH)
    assert verify_film(edition / FILM_PATH).verdict is verdict


def test_one_film_without_proof_against_a_known_edition(edition: Path, tmp_path: Path) -> None:
    film = tmp_path / "anything.bin"
    film.write_bytes(FILM)
    assert verify_film(film).verdict is Verdict.FOREIGN
    assert verify_film(film, known=[open_edition(edition)]).verdict is Verdict.GENUINE
    film.write_bytes(b"something else")
    assert verify_film(film, known=[open_edition(edition)]).verdict is Verdict.FOREIGN


def test_no_byte_of_a_proof_can_change(edition: Path) -> None:
    proof = edition / "films/The film 1.proof.txt"
    before = proof.read_bytes()
    for at in range(0, len(before), 61):
        flip(proof, at)
        verdict = verify_film(edition / FILM_PATH).verdict
        assert verdict in (Verdict.FORGED, Verdict.NEWER), at
        proof.write_bytes(before)
