"""What a killed or failing run left of a letter goes with the letter."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.site_world import SiteWorld
from handbill.desk.decisions.deciding import erase
from handbill.desk.keeping import backup, restoring
from handbill.desk.site import keeping
from handbill.desk.site.publishing import Publisher

SECRET = "zanzibarquux"


def said(world: SiteWorld) -> list[str]:
    """The files below the site's folder in which the letter stands."""
    found = []
    for path in sorted(world.pages.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            if SECRET in data.decode("utf-8", "replace"):
                found.append(path.relative_to(world.pages).as_posix())
    return found


def killed_before_it_noted(world: SiteWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_publisher: Publisher) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Publisher, "_save", killed)
        with pytest.raises(KeyboardInterrupt):
            world.publish()


def its_notes_were_lost(world: SiteWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish()
    (world.newsroom / "site/written.json").write_bytes(b"")


def killed_while_it_wrote_one(world: SiteWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_before_it_noted(world, monkeypatch)
    (world.pages / "stories/orchard-gate/.new-abc").write_text(SECRET)


@pytest.mark.parametrize("begun", [True, False], ids=["a site", "no site yet"])
@pytest.mark.parametrize(
    "ends", [killed_before_it_noted, its_notes_were_lost, killed_while_it_wrote_one]
)
def test_a_letter_that_is_erased_later_is_gone_from_every_file(
    world: SiteWorld,
    monkeypatch: pytest.MonkeyPatch,
    ends: Callable[[SiteWorld, pytest.MonkeyPatch], None],
    begun: bool,
) -> None:
    if begun:
        world.publish()
    letter = world.letter("orchard-gate", f"The word is {SECRET}.", name=SECRET)
    world.approve(letter)
    ends(world, monkeypatch)
    assert said(world)
    erase(letter, person=world.person())
    world.publish()
    assert said(world) == []


def test_what_is_shown_stays_where_others_files_are_swept_away(
    world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.published("winter-market", "눈이 내렸다.")
    world.publish()
    before = {p for p in world.pages.rglob("*") if p.is_file()}
    world.published("orchard-gate", SECRET)
    killed_before_it_noted(world, monkeypatch)
    world.publish()
    after = {p for p in world.pages.rglob("*") if p.is_file()}
    assert before <= after
    assert said(world)
    assert world.publish().files == 0


def test_the_keeper_outlives_what_nobody_expected(
    world: SiteWorld, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A thread that ended would leave removed letters on the site, and nobody would be told."""

    def broken(*_args: object, **_named: object) -> None:
        raise ValueError("a body of somebody's letter")

    world.publish()
    keeper = keeping.Keeper(world.place.folder)
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "publish", broken)
        assert keeper.once() is None
    told = capfd.readouterr().err
    assert "could not be written: ValueError" in told
    assert "somebody" not in told
    world.published("orchard-gate", SECRET)
    assert keeper.once()
    assert said(world)


def test_a_restored_desk_writes_its_site_anew(world: SiteWorld, tmp_path: Path) -> None:
    """Versions count on from the backup, and meet numbers that were written already."""
    key, file = bytes(32), tmp_path / "stick.backup"
    world.published("orchard-gate", "The first.")
    world.publish()
    backup.write(file, world.place, world.id, key)
    world.published("orchard-gate", SECRET)
    world.publish()
    world.close()
    world.place.database.unlink()
    restoring.restore(file, world.place.database, world.place, key)
    world.open()
    world.published("orchard-gate", "Another second.")
    world.publish()
    assert said(world) == []
    page = world.page("stories/orchard-gate/index.html")
    assert "The first." in page
    assert "Another second." in page
