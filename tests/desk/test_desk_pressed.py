"""A desk that stays open while the press makes another edition takes its letters in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.site_world import SiteWorld
from desk.world import put
from handbill.desk import secrets
from handbill.desk.queue import taking
from handbill.desk.site import keeping
from handbill.desk.store.models import Letter
from handbill.keys import fresh


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SiteWorld]:
    made = SiteWorld(tmp_path)
    yield made
    made.close()


def press_again(world: SiteWorld, text: str) -> None:
    """Press another edition while the desk is open; a reader of it writes."""
    known = secrets.current()
    world.write_story("last-crossing", "en", f"The last crossing, {text}")
    world.press()
    put(world.place.tray, world.sealed("last-crossing", text))
    secrets.set_current(known)


def test_letters_of_an_edition_pressed_meanwhile_are_taken_in(world: SiteWorld) -> None:
    put(world.place.tray, world.sealed("last-crossing", "I was there, at the first."))
    for text in ("And at the second.", "And at the third."):
        press_again(world, text)
    assert secrets.current().newest_edition == 1
    taking.run()
    assert taking.state().failed == ""
    assert sorted(Letter.objects.values_list("edition_number", flat=True)) == [1, 2, 3]
    assert not Letter.objects.filter(finding__reason="other-edition").exists()
    assert secrets.current().newest_edition == 3
    assert not list(world.place.tray.glob("*.bin"))


@pytest.mark.parametrize("broken", ["missing", "changed", "of another desk"])
def test_without_the_new_key_the_desk_says_so_and_touches_nothing(
    world: SiteWorld, broken: str
) -> None:
    press_again(world, "At the second.")
    path = world.state / world.id / fresh.NAME
    if broken == "missing":
        path.unlink()
    elif broken == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    else:
        fresh.write(path.parent, {"desk_secret": "22" * 32, "seals": [], "reservations": []})
    taking.run()
    assert "its sealing key is not here" in taking.state().failed
    assert len(list(world.place.tray.glob("*.bin"))) == 1
    assert not Letter.objects.exists()
    assert secrets.current().newest_edition == 1


def test_the_site_shows_the_edition_that_was_pressed_meanwhile(world: SiteWorld) -> None:
    assert world.shown
    press_again(world, "At the second.")
    keeping._read.clear()
    assert world.shown
    assert secrets.current().newest_edition == 2


def test_a_take_in_that_is_asked_for_meanwhile_is_done_afterwards(
    world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[bool] = []

    def renew() -> None:
        runs.append(taking.begin(again=len(runs) == 0))

    monkeypatch.setattr(taking, "renew", renew)
    taking.state().running = True
    taking.run()
    assert runs == [False, False]
    assert not taking.state().running
    assert taking.state().failed == ""
