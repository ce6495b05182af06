"""A desk with something in every table that a backup must bring back."""

from __future__ import annotations

from pathlib import Path

from desk.desk_world import World, make_world
from desk.scenes import scene
from desk.world import Writers, desk, put, sealed
from handbill.desk.decisions.deciding import Ruling, act_on_pen, close, judge, seen
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.decisions.recording import record
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.place import Place
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import UNJUDGED, Letter, Mark, Pen
from handbill.letters.decision import Action
from handbill.letters.letter import Kind


def full_desk(folder: Path, where: Path | str) -> tuple[World, Place]:
    """Letters, decisions, people, a tray and something put aside, in the database ``where``."""
    folder.mkdir(exist_ok=True)
    world = make_world(folder, where)
    place = Place(folder / "newsroom/tray", folder / "state/desk")
    place.make()
    put(place.tray, *scene())
    take_in(Tray(place.tray, place.aside), desk())
    record()
    one, editor = world.person(Role.MODERATOR, "one"), world.person(Role.EDITOR, "ed")
    world.client(Role.MODERATOR)  # a session
    letters = Letter.objects.filter(state__in=UNJUDGED, kind=Kind.LETTER).order_by("id")
    for number, letter in enumerate(letters[:6]):
        action = Action.REMOVE if number % 3 == 0 else Action.APPROVE
        ruling = Ruling(rule="privacy" if number % 3 == 0 else "", reason="ünlike\n'words'")
        judge(letter.id, action, person=editor, ruling=ruling, looked_at=seen(letter))
    close("last-crossing", reason="tired", person=editor)
    pen = Pen.objects.order_by("fingerprint").first()
    assert pen
    act_on_pen(pen.fingerprint, Action.WARN, person=editor, ruling=Ruling(rule="repeat"))
    FirstYes.objects.get_or_create(letter=letters.last().id, defaults={"person": one})
    Mark.objects.get_or_create(item="the-last-ferry", letter=letters.first())
    w = Writers(3)
    put(place.tray, *(sealed(w.write(w.draft(), f"late {n}")) for n in range(20)))
    assert Entry.objects.count() >= 7
    assert list(place.aside.glob("*/*.bin"))
    return world, place


def sealed_files(place: Place) -> dict[str, bytes]:
    """What lies in tray and aside."""
    found = {f"tray/{p.name}": p.read_bytes() for p in place.tray.glob("*.bin")}
    return found | {
        f"aside/{p.parent.name}/{p.name}": p.read_bytes() for p in place.aside.glob("*/*.bin")
    }
