"""``handbill desk NEWSROOM`` in processes of its own: keys, signals, floods, and what it prints."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.desk_server import PASSPHRASE, Desk, environment, handbill, newsroom

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    return newsroom(folder)


@pytest.fixture(scope="module")
def desk(folder: Path, made: Path) -> Iterator[Desk]:
    desk = Desk(folder, made, "--workers", "2")
    yield desk
    assert desk.stop() == 0
    assert desk.err.read_text() == ""


def ask(desk: Desk, path: str = "/health", *, timeout: float = 20) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=timeout)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_first_start_prints_a_password_once(folder: Path, made: Path, desk: Desk) -> None:
    assert desk.out.read_text().count(desk.one_time) == 1
    again = folder / "again"
    again.mkdir()
    (again / "passphrase").write_text(PASSPHRASE)
    (again / "state").symlink_to(folder / "state")
    second = Desk(again, made)
    try:
        assert "one-time" not in second.out.read_text()
    finally:
        second.stop()
    everything = [p for p in (folder / "state").rglob("*") if p.is_file()]
    assert everything
    assert not any(desk.one_time.encode() in p.read_bytes() for p in everything)


def test_no_process_shows_passphrase_or_keys(desk: Desk) -> None:
    workers = desk.workers()
    assert len(workers) >= 2
    for pid in (desk.process.pid, *workers):
        place = Path(f"/proc/{pid}")
        shown = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        assert PASSPHRASE.encode() not in shown
        assert b"HANDBILL_PASSPHRASE" not in shown


def test_what_it_makes_is_for_its_owner_alone(folder: Path, desk: Desk) -> None:
    for path in (folder / "state").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_ten_megabytes_are_refused_by_their_length(desk: Desk) -> None:
    with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as client:
        client.sendall(
            b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10000000\r\n\r\n"
        )
        assert b" 413 " in client.recv(4096)


def test_slow_clients_hold_nobody_up(desk: Desk) -> None:
    clients = [socket.create_connection(("127.0.0.1", desk.port)) for _ in range(200)]
    for number, client in enumerate(clients):
        begun = b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        if number % 2:
            begun += b"Content-Length: 1000\r\n\r\na="
        client.sendall(begun)
    try:
        assert [ask(desk, timeout=10) for _ in range(5)] == [200] * 5
    finally:
        for client in clients:
            client.close()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /account/../../../etc/passwd HTTP/1.1",
        b"GET /assets/..%2f..%2fmodels.py HTTP/1.1",
        b"GET //evil.example/ HTTP/1.1",
        b"GET http://evil.example/ HTTP/1.1",
        b"GET /%00 HTTP/1.1",
        b"GET /%ff%fe HTTP/1.1",
        b"FOO / HTTP/1.1",
        b"TRACE /account/ HTTP/1.1",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1",
    ],
)
def test_odd_requests_find_nothing(desk: Desk, request_line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as client:
        client.sendall(request_line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := client.recv(65536):
            answer += part
    status = int(answer.split(b" ", 2)[1])
    assert status in (302, 400, 403, 404, 405, 414)
    assert b"root:" not in answer
    if status == 302:
        assert b"location: /account/login/" in answer.lower()


def test_reloading_drops_no_request(desk: Desk) -> None:
    before = set(desk.workers())
    answers: list[int | str] = []
    going = threading.Event()

    def go_on() -> None:
        while not going.is_set():
            try:
                answers.append(ask(desk))
            except OSError as error:
                answers.append(repr(error))

    threads = [threading.Thread(target=go_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    desk.signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    while set(desk.workers()) & before and time.monotonic() < deadline:
        time.sleep(0.1)
    going.set()
    for thread in threads:
        thread.join()
    assert not set(desk.workers()) & before
    assert answers
    assert set(answers) == {200}


def test_a_worker_that_dies_is_replaced(desk: Desk) -> None:
    time.sleep(6)  # granian takes deaths soon after a reload for a loop
    victim = desk.workers()[0]
    os.kill(victim, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while (len(desk.workers()) < 2 or victim in desk.workers()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(desk.workers()) >= 2
    assert ask(desk) == 200


def test_check_names_what_is_unsafe(folder: Path, made: Path, desk: Desk) -> None:
    done = handbill(folder, "desk", str(made), "--check", "--json", check=False)
    assert done.returncode == 1
    codes = [json.loads(line).get("code") for line in done.stdout.splitlines()]
    assert codes[:-1] == ["tray-mode", "disk", "one-time-password"] or codes[:-1] == [
        "disk",
        "one-time-password",
    ]
    state = next((folder / "state").iterdir())
    (state / "desk.toml").write_text('disk = "encrypted"\naddress = "http://desk.example.org"\n')
    done = handbill(
        folder, "desk", str(made), "--check", check=False, HANDBILL_PASSPHRASE="x y z a b c"
    )
    (state / "desk.toml").unlink()
    assert "no-tls:" in done.stdout
    assert "passphrase:" in done.stdout
    assert "disk:" not in done.stdout
    assert "x y z" not in done.stdout


def test_a_lost_password_is_drawn_anew_on_the_terminal(
    folder: Path, made: Path, desk: Desk
) -> None:
    word = str(folder / "passphrase")
    done = handbill(folder, "desk", str(made), "--new-password", "Admin", "--passphrase-file", word)
    assert "Log in as admin" in done.stdout
    assert desk.one_time not in done.stdout
    done = handbill(
        folder,
        *("desk", str(made), "--new-password", "nobody", "--passphrase-file", word),
        check=False,
    )
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("options", "variables", "said"),
    [
        (("--host", "0.0.0.0"), {}, "passwords would travel in the clear"),
        (("--address", "desk.example.org"), {}, "expected http(s)://"),
        ((), {"HANDBILL_PASSPHRASE": PASSPHRASE}, "every program of this user can read it"),
        (("--passphrase-file", "WRONG"), {}, "passphrase"),
    ],
)
def test_what_is_careless_is_refused(
    folder: Path, made: Path, options: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    wrong = folder / "wrong"
    wrong.write_text("quite another passphrase\n")
    word = ("--passphrase-file", str(folder / "passphrase"))
    options = tuple(o.replace("WRONG", str(wrong)) for o in options)
    given = options if "--passphrase-file" in options else (*options, *word)
    done = handbill(folder, "desk", str(made), *given, check=False, **variables)
    assert done.returncode != 0
    assert said in done.stderr
    assert environment(folder)["HANDBILL_STATE"]


def test_a_taken_port_is_told(folder: Path, made: Path, desk: Desk) -> None:
    word = str(folder / "passphrase")
    port = str(desk.port)
    done = handbill(
        folder, "desk", str(made), "--port", port, "--passphrase-file", word, check=False
    )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr


def test_what_was_begun_is_finished_when_the_desk_is_stopped(folder: Path, made: Path) -> None:
    import re

    apart = folder / "stopping"
    apart.mkdir()
    (apart / "passphrase").write_text(PASSPHRASE)
    (apart / "state").symlink_to(folder / "state")
    desk = Desk(apart, made)
    first = http.client.HTTPConnection("127.0.0.1", desk.port)
    first.request("GET", "/account/login/")
    answer = first.getresponse()
    token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', answer.read())
    assert token
    cookie = (answer.getheader("set-cookie") or "").strip().partition(";")[0]
    body = b"login=somebody&password=wrong&csrfmiddlewaretoken=" + token[1]
    head = f"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
    head += (
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    clients = [socket.create_connection(("127.0.0.1", desk.port)) for _ in range(6)]
    for client in clients:
        client.settimeout(60)
        client.sendall(head.encode() + body)
    time.sleep(0.05)
    desk.signal(signal.SIGTERM)
    for client in clients:
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    assert desk.process.wait(timeout=60) == 0
