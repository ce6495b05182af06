"""Two people at one account at once: what an admin took away does not come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.desk_world import PASSWORD, World, make_world
from handbill.desk.staff import staffing
from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role

OWN = "nine slow rivers to the sea"
NEW = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.mark.parametrize("taken", ["the role", "the account"])
def test_a_new_password_brings_back_nothing_that_an_admin_took_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    """Hashing a password takes a while; the admin's click comes in between."""
    client = world.client(Role.EDITOR, "sima")
    sima = world.person(Role.EDITOR, "sima")
    set_password = Person.set_password

    def meanwhile(self: Person, raw: str | None) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Person, "set_password", set_password)
            other = Person.objects.get(pk=sima.pk)
            if taken == "the role":
                staffing.change_role(other, Role.MODERATOR)
            else:
                staffing.close(other)
        set_password(self, raw)

    with monkeypatch.context() as patched:
        patched.setattr(Person, "set_password", meanwhile)
        client.post("/account/password/", NEW)
    now = Person.objects.get(pk=sima.pk)
    if taken == "the role":
        assert now.role == Role.MODERATOR
    else:
        assert not now.is_active
        assert not now.check_password(OWN)


def test_a_one_time_password_changes_no_role(world: World) -> None:
    world.person(Role.ADMIN, "root")
    page = world.person(Role.ADMIN, "sima")  # as another admin's request has read it
    assert staffing.change_role(Person.objects.get(name="sima"), Role.MODERATOR)
    staffing.new_password(page)
    assert Person.objects.get(name="sima").role == Role.MODERATOR


def test_a_one_time_password_opens_no_account_that_was_closed_meanwhile(world: World) -> None:
    page = world.person(Role.MODERATOR, "sima")
    assert staffing.close(Person.objects.get(name="sima"))
    staffing.new_password(page)
    assert not Person.objects.get(name="sima").is_active
