"""An edition that was pressed with letters is served without those that were taken back since."""

from __future__ import annotations

import pytest

from desk.site_world import SiteWorld
from handbill.desk.decisions import handover
from handbill.desk.decisions.deciding import erase
from handbill.desk.site.found import Files
from handbill.desk.store.discussions import changed
from handbill.desk.store.models import Letter
from handbill.errors import FormatError
from handbill.reader import live

SECRET = "zanzibarquux"
FOLDER = "stories/orchard-gate"
SINGLE = f"{FOLDER}/orchard-gate.single.html"


def press(world: SiteWorld) -> None:
    handover.hand_over()
    world.press()
    world.open()


def served(world: SiteWorld, path: str) -> str:
    """What a visitor reads under a path."""
    found = Files((world.pages, world.edition)).find(path)
    return (found.data or b"").decode() if found else ""


def told(world: SiteWorld) -> list[str]:
    """The paths under which a visitor still reads the letter."""
    below = (p for root in (world.edition, world.pages) for p in root.rglob("*.html"))
    names = {p.relative_to(world.edition if world.edition in p.parents else world.pages)
             for p in below}  # fmt: skip
    return sorted(name.as_posix() for name in names if SECRET in served(world, name.as_posix()))


def test_the_story_in_one_file_keeps_no_letter_that_was_taken_back(world: SiteWorld) -> None:
    letter = world.letter("orchard-gate", f"The word is {SECRET}.", name=SECRET)
    world.approve(letter)
    press(world)
    assert SECRET in (world.edition / SINGLE).read_text()
    world.publish()
    assert "The gate stood open all night." in served(world, SINGLE)
    erase(letter, person=world.person())
    world.publish()
    assert told(world) == []
    assert "The gate stood open all night." in served(world, SINGLE)
    files = world.publish(everything=True).files
    assert files == 0
    other = "stories/mercado/mercado.single.html"
    assert not (world.pages / other).exists(), "it never held a letter"
    assert "El mercado" in served(world, other)


def test_a_further_page_of_the_edition_is_not_shown_once_there_is_none(world: SiteWorld) -> None:
    world.rows("orchard-gate", 205)
    rows = Letter.objects.filter(story="orchard-gate").order_by("edition_number", "public")
    last = list(rows.values_list("id", flat=True))[150:]
    Letter.objects.filter(id__in=last).update(body=SECRET)
    press(world)
    page = f"{FOLDER}/letters-2.html"
    assert SECRET in (world.edition / page).read_text()
    world.publish()
    Letter.objects.filter(id__in=last).delete()
    changed(["orchard-gate"])
    world.publish()
    assert told(world) == []
    assert 'href="index.html"' in served(world, page)
    assert "The orchard gate" in served(world, page)
    world.rows("winter-market", 205)
    world.publish()
    assert (world.pages / "stories/winter-market/letters-2.html").is_file()


def test_a_new_edition_without_letters_is_served_as_it_is(world: SiteWorld) -> None:
    letter = world.letter("orchard-gate", SECRET)
    world.approve(letter)
    press(world)
    world.publish()
    assert (world.pages / SINGLE).is_file()
    erase(letter, person=world.person())
    press(world)
    world.publish()
    assert not (world.pages / SINGLE).exists() or SECRET not in served(world, SINGLE)
    assert told(world) == []


def test_a_page_that_this_release_does_not_know_is_shown_without_its_letters(
    world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = world.letter("orchard-gate", SECRET)
    world.approve(letter)
    press(world)
    erase(letter, person=world.person())

    def unknown(_page: str) -> object:
        raise FormatError("page: is no story's page as this release makes them")

    monkeypatch.setattr(live, "frame", unknown)
    report = world.publish()
    assert f"{FOLDER}/index.html" in report.odd
    assert told(world) == []
    assert "The gate stood open all night." in served(world, f"{FOLDER}/index.html")
    assert not (world.pages / "stories/mercado/index.html").exists()
