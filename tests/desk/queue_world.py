"""A desk with letters on its piles, for tests of the pages where they are judged."""

from __future__ import annotations

import random
from pathlib import Path

from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from desk.desk_world import World, make_world
from desk.world import WORDS, Writers, desk, identity, put, sealed
from handbill.desk.decisions.deciding import Ruling, judge, seen
from handbill.desk.decisions.models import Entry
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.queue import stories
from handbill.desk.staff.roles import Role
from handbill.desk.store import piles
from handbill.desk.store.models import Finding, Letter, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind

STORY = "last-crossing"


def name_of(pen: str) -> str:
    """Return a name unlike any other: names that look alike would be held."""
    chance = random.Random(pen)
    return " ".join(chance.choice(WORDS).title() for _ in range(3))


class Room:
    """A desk; ``file`` files a letter as a bag brings it."""

    def __init__(self, folder: Path, where: Path | str = "") -> None:
        self.world: World = make_world(folder, where)
        self.folder = folder
        self.writers = Writers()
        stories.forget()

    def file(self, kind: Kind = Kind.LETTER, pen: str = "a", **changed: object) -> str:
        return self.file_all([(kind, pen, changed)])[0]

    def file_all(self, wanted: list[tuple[Kind, str, dict[str, object]]]) -> list[str]:
        """File several letters in one take-in."""
        ids = []
        for kind, pen, changed in wanted:
            name = "" if kind in (Kind.WITHDRAW, Kind.BURN) else name_of(pen)
            note = self.writers.write(self.writers.draft(kind, **{"name": name, **changed}), pen)
            put(self.folder / "newsroom/tray", sealed(note))
            ids.append(identity(note))
        take_in(Tray(self.folder / "newsroom/tray", self.folder / "aside"), desk())
        return ids

    def letter(self, letter: str) -> Letter:
        return Letter.objects.get(id=letter)

    def point(self, letter: str, rule: str, **changed: object) -> None:
        """Let a screen find something in a letter."""
        number = Finding.objects.filter(letter=letter, screen="test").count()
        row = {
            "rule": rule, "where": "body", "start": 0, "end": 4, "reason": "private-phone",
            "words": "0555", "confidence": 0.9, "version": 3, "holds": True, **changed,
        }  # fmt: skip
        Finding.objects.create(letter_id=letter, screen="test", number=number, **row)
        held = Finding.objects.filter(letter=letter, holds=True).exists()
        Letter.objects.filter(id=letter).update(state=State.HELD if held else State.WAITING)
        piles.lay([letter])

    def judge(
        self,
        letter: str,
        action: Action,
        role: Role = Role.MODERATOR,
        name: str = "",
        **ruling: object,
    ) -> Entry:
        made = judge(
            letter,
            action,
            person=self.world.person(role, name),
            ruling=Ruling(**ruling),  # type: ignore[arg-type]
            looked_at=seen(self.letter(letter)),
        )
        assert made
        return made

    def browser(self, name: str = "mina", role: Role = Role.MODERATOR, **checks: bool) -> Client:
        return self.world.client(role, name, **checks)


def send(client: Client, letter: str, what: str, **fields: object) -> HttpResponse:
    """Send one of the forms of a letter's page as it stands now, unless ``seen`` is given."""
    given = {"seen": seen(Letter.objects.get(id=letter)), **fields}
    return client.post(f"{at(letter)}{what}/", given)


def at(letter: str) -> str:
    """Return the address of a letter's page."""
    return reverse("letter", kwargs={"letter": letter})


def at_pen(pen: str) -> str:
    """Return the address of a pen's page."""
    return reverse("pen", kwargs={"pen": pen})


def letter_at(address: str) -> str:
    """Return the letter whose page an address is."""
    return str(resolve(address.partition("?")[0]).kwargs["letter"])


def search(client: Client, **wanted: str) -> HttpResponse:
    """Send the form of the search page and go where it leads."""
    return client.post("/search/", wanted, follow=True)


def text(response: HttpResponse) -> str:
    return response.content.decode()
