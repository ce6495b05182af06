"""Every address of the desk, as every kind of person: the list is the URL list itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from desk.desk_world import World, make_world
from handbill.desk.staff.needs import Open, need_of
from handbill.desk.staff.roles import Role

SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "0" * 8}
KINDS = (None, *Role)


def views(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, route)
        else:
            yield route, pattern


def example(pattern: URLPattern, route: str) -> str:
    """An address that the route matches."""
    path = route
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            path = path.replace(written, getattr(converter, "example", None) or SAMPLES[kind])
    return "/" + path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("permissions"))


ALL = [
    (route, pattern) for route, pattern in views(get_resolver("handbill.desk.urls").url_patterns)
]


def test_there_are_addresses() -> None:
    assert len(ALL) > 25


@pytest.mark.parametrize(("route", "pattern"), ALL, ids=[route or "/" for route, _ in ALL])
def test_every_view_declares_whom_it_is_for(route: str, pattern: URLPattern) -> None:
    assert need_of(pattern.callback) is not None, f"{route}: declare @needs(Role.…) or @open_to_all"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind or "anonymous"))
@pytest.mark.parametrize(("route", "pattern"), ALL, ids=[route or "/" for route, _ in ALL])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_answer_is_as_declared(
    world: World, route: str, pattern: URLPattern, kind: Role | None, method: str
) -> None:
    need, path = need_of(pattern.callback), example(pattern, route)
    response = getattr(world.client(kind), method)(path)
    to_the_door = response.status_code == 302 and response["Location"].startswith(
        "/account/login/?"
    )
    if need is Open.TO_ALL:
        assert response.status_code != 403
    elif kind is None:
        assert to_the_door
    elif isinstance(need, Role) and not kind.includes(need):
        assert response.status_code == 403
    else:
        assert response.status_code != 403
        assert not to_the_door


def test_a_view_that_declares_nothing_answers_nobody(world: World, settings_urls: None) -> None:
    for kind in KINDS:
        assert world.client(kind).get("/forgotten/").status_code == 403


@pytest.fixture
def settings_urls() -> Iterator[None]:
    from django.http import HttpResponse
    from django.urls import clear_url_caches, path

    from handbill.desk import urls

    added = path("forgotten/", lambda request: HttpResponse("secret"))
    urls.urlpatterns.append(added)
    clear_url_caches()
    yield
    urls.urlpatterns.remove(added)
    clear_url_caches()


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("one_time_until", "2999-01-01", "/account/password/"),
        ("second", False, "/account/second/"),
    ],
)
def test_an_incomplete_account_opens_nothing_else(
    tmp_path: Path, field: str, value: object, where: str
) -> None:
    world = make_world(tmp_path)
    person = world.person(Role.ADMIN, second=field != "second")
    if field != "second":
        setattr(person, field, value)
        person.save()
    client: Client = world.client(Role.ADMIN)
    for path in ("/", "/people/", "/account/", "/account/sessions/"):
        assert client.get(path)["Location"] == where
    assert client.get(where).status_code == 200
