"""Logging in, the second step, passwords, sessions: by forms alone, as a browser without scripts sends them."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from desk.desk_world import PASSWORD, TOTP_SECRET, World, make_world
from handbill.desk.staff import staffing
from handbill.desk.staff.models import Person, Remembered, Session
from handbill.desk.staff.roles import Role

LOGIN, CODE = "/account/login/", "/account/login/code/"
OWN = "nine slow rivers to the sea"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def code(secret: str = TOTP_SECRET, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def log_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def said(response: Any) -> str:
    text = response.content.decode()
    found = re.search(r'class="errors"[^>]*>(.*?)</div>', text, re.S)
    return found[1] if found else ""


def test_first_login_to_complete_account(world: World) -> None:
    person, one_time = staffing.invite("Sima", Role.MODERATOR)
    client = Client(enforce_csrf_checks=False)
    assert log_in(client, "sima", one_time)["Location"] == "/"
    assert client.get("/")["Location"] == "/account/password/"
    page = client.get("/account/password/")
    assert "Somebody else has seen this password" in page.content.decode()
    same = {"oldpassword": one_time, "password1": one_time, "password2": one_time}
    assert client.post("/account/password/", same).status_code == 200
    new = {"oldpassword": one_time, "password1": OWN, "password2": OWN}
    assert client.post("/account/password/", new)["Location"] == "/"
    assert client.get("/")["Location"] == "/account/second/"
    page = client.get("/account/second/app/").content.decode()
    secret = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)
    assert secret
    assert client.get("/account/second/app/picture.png").content.startswith(b"\x89PNG")
    key = secret[1].replace(" ", "")
    done = client.post("/account/second/app/", {"code": code(key)})
    assert done["Location"] == "/account/second/codes/"
    shown = client.get("/account/second/codes/").content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", shown)) == 10
    assert "<code>" not in client.get("/account/second/codes/").content.decode()  # shown once
    assert client.get("/account/").status_code == 200
    row = Authenticator.objects.get(user=person, type="totp")
    assert key not in str(row.data)  # encrypted


def test_the_picture_says_what_the_secret_says(world: World) -> None:
    zxing = pytest.importorskip("zxingcpp")
    from io import BytesIO

    from PIL import Image

    person = world.person(Role.MODERATOR, "fresh", second=False)
    client = world.client(Role.MODERATOR, "fresh")
    assert client.get("/account/second/app/picture.png").status_code == 404
    log_in(client, person.name)
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/second/app/").content.decode()
    secret = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)
    assert secret
    data = client.get("/account/second/app/picture.png").content
    text = zxing.read_barcodes(Image.open(BytesIO(data)).convert("L"))[0].text
    assert text == f"otpauth://totp/fresh?secret={secret[1].replace(' ', '')}&issuer=desk"


def test_a_code_counts_once_even_when_the_cache_forgets(world: World) -> None:
    person = world.person()
    used = code()
    first, second = Client(), Client()
    for client in (first, second):
        assert log_in(client, person.name)["Location"] == CODE
    assert first.post(CODE, {"code": used})["Location"] == "/"
    Remembered.objects.all().delete()
    again = second.post(CODE, {"code": used})
    assert again.status_code == 200
    assert "wrong, or was used before" in said(again)
    earlier = second.post(CODE, {"code": code(step=-1)})
    assert "wrong, or was used before" in said(earlier)
    assert second.get("/account/")["Location"].startswith(LOGIN)


def test_a_recovery_code_counts_once(world: World) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    person = world.person()
    given = RecoveryCodes.activate(person).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client, person.name)
    assert first.post(CODE, {"code": given})["Location"] == "/"
    assert second.post(CODE, {"code": given}).status_code == 200


@pytest.mark.parametrize("name", ["nobody", "closed", "late", "one-moderator"])
def test_a_failed_login_says_the_same_for_everybody(world: World, name: str) -> None:
    import datetime

    world.person()
    closed = world.person(name="closed")
    closed.is_active = False
    closed.save()
    late = world.person(name="late")
    late.one_time_until = datetime.date(2020, 1, 1)
    late.save()
    right = PASSWORD if name in ("closed", "late") else "wrong"
    response = log_in(Client(), name, right)
    assert response.status_code == 200
    assert "Name or password is wrong, or there were too many attempts" in said(response)


@pytest.mark.parametrize("name", ["nobody", "one-moderator"])
def test_guessing_is_stopped_by_name_whoever_asks(world: World, name: str) -> None:
    world.person()
    for number in range(5):
        log_in(Client(REMOTE_ADDR=f"10.0.0.{number}"), name, "wrong")
    response = log_in(Client(HTTP_X_FORWARDED_FOR="192.0.2.1"), name, PASSWORD)
    assert response.status_code == 200
    assert "too many attempts" in said(response)


def test_guessing_is_stopped_for_the_whole_desk(world: World) -> None:
    world.person()
    answers = [log_in(Client(), f"name{n}", "wrong").status_code for n in range(125)]
    assert answers[119] == 200
    assert answers[-1] == 429
    assert log_in(Client(), "one-moderator").status_code == 429


def test_codes_cannot_be_guessed(world: World) -> None:
    person = world.person()
    client = Client()
    log_in(client, person.name)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": code()}).status_code == 200


def test_the_table_of_limits_is_bounded(world: World) -> None:
    from django.conf import settings

    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] <= 100_000
    log_in(Client(), "somebody", "wrong")
    assert not Remembered.objects.filter(value__contains="somebody").exists()
    assert not Remembered.objects.filter(cache_key__contains="somebody").exists()


def test_a_session_gets_another_key_at_login(world: World) -> None:
    person = world.person()
    client = Client()
    client.cookies["desk"] = "chosenbytheenemy0123456789abcdef"
    log_in(client, person.name)
    between = client.cookies["desk"].value
    assert between != "chosenbytheenemy0123456789abcdef"
    client.post(CODE, {"code": code()})
    after = client.cookies["desk"].value
    assert after not in (between, "chosenbytheenemy0123456789abcdef")
    stale = Client()
    stale.cookies["desk"] = between
    assert stale.get("/account/").status_code == 302


def test_the_database_gives_no_session_away(world: World) -> None:
    client = world.client()
    cookie = client.cookies["desk"].value
    row = Session.objects.get()
    assert cookie not in (row.session_key, row.session_data)
    stolen = Client()
    stolen.cookies["desk"] = row.session_key
    assert stolen.get("/account/").status_code == 302
    assert "_auth" not in row.session_data


def test_sessions_end_when_idle_and_when_old(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    client = world.client()
    assert client.get("/account/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/account/").status_code == 302
    old = world.client()
    session = old.session
    session["began"] = int(time.time()) - 12 * 3600 - 5
    session.save()
    assert old.get("/account/").status_code == 302


def test_a_session_in_use_moves_its_limit_but_not_with_every_request(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    client = world.client()
    client.get("/account/")
    before = Session.objects.get().expire_date
    client.get("/account/")
    assert Session.objects.get().expire_date == before
    Session.objects.update(seen=timezone.now() - timedelta(seconds=400))
    client.get("/account/")
    assert Session.objects.get().expire_date > before


def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, there = world.client(), world.client()
    new = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}
    assert here.post("/account/password/", new).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_sessions_are_listed_and_ended_one_by_one_or_all(world: World) -> None:
    here, there, third = world.client(), world.client(), world.client()
    other = world.client(Role.ADMIN)
    page = here.get("/account/sessions/").content.decode()
    keys = re.findall(r'name="session" value="([0-9a-f]{40})"', page)
    assert len(keys) == 2
    here.post("/account/sessions/end/", {"session": keys[0]})
    assert sorted(c.get("/account/").status_code for c in (there, third)) == [200, 302]
    strange = Session.objects.get(person=world.person(Role.ADMIN)).session_key
    here.post("/account/sessions/end/", {"session": strange})
    assert other.get("/account/").status_code == 200
    here.post("/account/sessions/end/", {})
    assert [c.get("/account/").status_code for c in (there, third)] == [302, 302]
    assert here.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "///evil.example",
        "http:evil",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "https://testserver@evil.example/",
        "http://testserver/account/",
    ],
)
def test_next_leads_nowhere_else(world: World, target: str) -> None:
    person = world.person()
    client = Client()
    log_in(client, person.name, next=target)
    assert client.post(CODE, {"code": code()})["Location"] == "/"
    assert client.post("/language/", {"language": "ko", "next": target})["Location"] == "/"


def test_next_leads_back_on_this_desk(world: World) -> None:
    person = world.person()
    client = Client()
    asked = client.get("/account/sessions/?page=2")["Location"]
    assert asked == "/account/login/?next=/account/sessions/%3Fpage%3D2"
    log_in(client, person.name, next="/account/sessions/?page=2")
    assert client.post(CODE, {"code": code()})["Location"] == "/account/sessions/?page=2"


def test_forms_of_strangers_are_refused(world: World) -> None:
    client = world.client(Role.ADMIN, enforce_csrf_checks=True)
    before = Person.objects.count()
    response = client.post("/people/invite/", {"name": "evil", "role": "admin"})
    assert response.status_code == 403
    assert "too old" in response.content.decode()
    page = client.get("/account/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    evil = {"csrfmiddlewaretoken": token[1], "language": "ko"}
    assert client.post("/language/", evil, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert client.post("/language/", evil, HTTP_ORIGIN="http://testserver").status_code == 302
    assert Person.objects.count() == before


def test_people_are_invited_changed_closed_and_opened_again(world: World) -> None:
    admin = world.client(Role.ADMIN)
    assert admin.get("/people/invite/")["Location"].startswith("/account/confirm/?next=")
    admin.post("/account/confirm/", {"password": PASSWORD})
    page = admin.post("/people/invite/", {"name": "김서연", "role": "moderator"}).content.decode()
    given = re.search(r"<code>([a-z2-9-]{23})</code>", page)
    assert given
    made = Person.objects.get(name="김서연")
    assert log_in(Client(), "김서연", given[1])["Location"] == "/"
    again = admin.post("/people/invite/", {"name": "김서연", "role": "moderator"})
    assert "Somebody has or had this name" in again.content.decode()
    where = f"/people/{made.number}"
    admin.post(f"{where}/role/", {"role": "editor"})
    made.refresh_from_db()
    assert made.role == Role.EDITOR
    admin.post(f"{where}/close/")
    assert "too many" in said(log_in(Client(), "김서연", given[1]))
    assert admin.post(f"{where}/password/").status_code == 404
    page = admin.post(f"{where}/open/").content.decode()
    given = re.search(r"<code>([a-z2-9-]{23})</code>", page)
    assert given
    assert log_in(Client(), "김서연", given[1])["Location"] == "/"


def test_the_last_admin_stays(world: World) -> None:
    admin = world.client(Role.ADMIN)
    admin.post("/account/confirm/", {"password": PASSWORD})
    me = world.person(Role.ADMIN)
    for path, data in (("role", {"role": "moderator"}), ("close", {})):
        answer = admin.post(f"/people/{me.number}/{path}/", data, follow=True).content.decode()
        assert "There must be another admin" in answer
    me.refresh_from_db()
    assert (me.is_active, me.role) == (True, Role.ADMIN)


def test_a_number_is_never_given_again(world: World) -> None:
    numbers = [staffing.invite(f"name{n}", Role.MODERATOR)[0].number for n in range(3)]
    Person.objects.filter(number=numbers[-1]).delete()
    assert staffing.invite("another", Role.MODERATOR)[0].number > numbers[-1]


def test_only_the_first_start_makes_an_admin(world: World) -> None:
    made = staffing.first_admin()
    assert made
    assert re.fullmatch(r"(?:[a-km-z2-9]{5}-){3}[a-km-z2-9]{5}", made[1])
    assert made[1] not in str(Person.objects.values())
    assert staffing.first_admin() is None


@pytest.mark.parametrize("name", ["", "a b", "<script>", "../x", "a" * 33, "-x", "x\u202ey", "a/b"])
def test_names_that_are_refused(world: World, name: str) -> None:
    admin = world.client(Role.ADMIN)
    admin.post("/account/confirm/", {"password": PASSWORD})
    page = admin.post("/people/invite/", {"name": name, "role": "moderator"})
    assert 'class="field wrong"' in page.content.decode()
    assert Person.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234", "one-moderator1"])
def test_passwords_that_are_refused(world: World, password: str) -> None:
    client = world.client()
    new = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post("/account/password/", new).status_code == 200


def test_the_language_is_kept_with_the_person_or_in_a_cookie(world: World) -> None:
    anonymous = Client(HTTP_ACCEPT_LANGUAGE="es")
    assert 'lang="es"' in anonymous.get(LOGIN).content.decode()
    anonymous.post("/language/", {"language": "fa", "next": LOGIN})
    page = anonymous.get(LOGIN).content.decode()
    assert 'lang="fa" dir="rtl"' in page
    assert Session.objects.count() == 0
    client = world.client()
    client.post("/language/", {"language": "ko", "next": "/account/"})
    assert 'lang="ko"' in client.get("/account/").content.decode()
    assert Person.objects.get(name="one-moderator").language == "ko"
    client.post("/language/", {"language": "xx"})
    assert Person.objects.get(name="one-moderator").language == "ko"
