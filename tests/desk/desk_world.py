"""A desk as its staff sees it, for tests of every room: database, keys, people, logged-in clients.

world = make_world(tmp_path)
world.client(Role.MODERATOR).get("/account/")
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.signals import setting_changed
from django.test import Client

from desk import world as readers
from handbill.desk import secrets
from handbill.desk.database import connect
from handbill.desk.decisions import demand
from handbill.desk.secrets import DeskSecrets
from handbill.desk.serving import site
from handbill.desk.staff.roles import Role

ADDRESS = "http://testserver"
SECRET = b"\x11" * 32
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "seven rusty boats at noon"


@dataclass
class World:
    """What ``make_world`` made."""

    folder: Path
    secrets: DeskSecrets
    people: dict[str, object] = field(default_factory=dict)

    def person(self, role: Role = Role.MODERATOR, name: str = "", *, second: bool = True):  # type: ignore[no-untyped-def]
        """The person of this role and name, complete with own password and second factor."""
        from allauth.mfa.totp.internal.auth import TOTP

        from handbill.desk.staff.models import Person

        name = name or f"one-{role}"
        found = Person.objects.filter(name=name).first()
        if found is None:
            found = Person(name=name, role=role.value)
            found.set_password(PASSWORD)
            found.save()
            if second:
                TOTP.activate(found, TOTP_SECRET)
        return found

    def client(self, role: Role | None = Role.MODERATOR, name: str = "", **checks: bool) -> Client:
        """A browser in which that person is logged in; with ``None`` nobody is.

        ``enforce_csrf_checks=True`` makes it as strict as a real one.
        """
        client = Client(**checks)
        if role is not None:
            client.force_login(self.person(role, name))
            session = client.session
            session["began"] = int(time.time())
            session.save()
        return client


def known_keys(newsroom: Path) -> DeskSecrets:
    """The keys of a desk that everybody knows."""
    return DeskSecrets(
        newsroom_folder=newsroom,
        newsroom_id=readers.NEWSROOM,
        signer=readers.DESK_KEY,
        secret=SECRET,
        seals=readers.SEALS,
        newest_edition=5,
        editions={number: edition.id for number, edition in readers.EDITIONS.items()},
        book=readers.book(),
    )


def make_world(tmp_path: Path, where: Path | str = "") -> World:
    """An empty desk on SQLite (or on the database ``where``), with keys that everybody knows."""
    demand.count_views_by(dict)  # not by the site of an earlier test
    newsroom = tmp_path / "newsroom"
    newsroom.mkdir(exist_ok=True)
    connect(where or tmp_path / "desk.sqlite3")
    made = known_keys(newsroom)
    secrets.set_current(made)
    site.apply(site.of_secrets(made, ADDRESS, "Somewhere Weekly"))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setting_changed.send(sender=None, setting="PASSWORD_HASHERS", value=None, enter=True)
    return World(tmp_path, made)
