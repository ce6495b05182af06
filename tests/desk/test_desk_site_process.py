"""The public process itself: floods, slow clients, kill -9, restarts, and nginx before its files."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desk.desk_server import Desk, free_port, handbill
from desk.site_world import ADDRESS, HOST, Server, SiteWorld
from handbill.carrier.tray import letter_name
from handbill.desk import secrets
from handbill.letters.seal import SEALED_BYTES

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteWorld]:
    kept = {name: os.environ.get(name) for name in ("HANDBILL_CACHE", "HANDBILL_STATE")}
    made = SiteWorld(tmp_path_factory.mktemp("site"))
    made.published("orchard-gate", "A letter.")
    made.publish(minute=1_000_000, tray=1_000_000, plain=1000)
    yield made
    made.close()
    secrets.set_current(None)
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def clear(world: SiteWorld) -> None:
    shutil.rmtree(world.newsroom / "tray", ignore_errors=True)


def letter(n: int) -> bytes:
    return b"\x01" + n.to_bytes(8, "big") + os.urandom(SEALED_BYTES - 9)


def name(sealed: bytes) -> str:
    return letter_name(sealed)


class Poster:
    """Posts letters over one connection and remembers which were acknowledged."""

    def __init__(self, port: int) -> None:
        self.port, self.acknowledged, self.refused = port, [], []  # type: ignore[var-annotated]

    def run(self, count: int, begin: int = 0) -> Poster:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for n in range(begin, begin + count):
            sealed = letter(n)
            try:
                connection.request("POST", "/send", sealed)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                time.sleep(0.02)
                continue
            if answer.status == 201:
                self.acknowledged.append(name(sealed))
            else:
                assert body, answer.status
                self.refused.append(answer.status)
        connection.close()
        return self


def post_all(port: int, writers: int, count: int) -> list[Poster]:
    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(lambda n: Poster(port).run(count, n * count), range(writers)))


def in_tray(world: SiteWorld) -> set[str]:
    return {p.name for p in world.tray() if p.stat().st_size == SEALED_BYTES}


def test_a_flood_loses_nothing_that_was_acknowledged(world: SiteWorld) -> None:
    clear(world)
    server = Server(world, "--workers", "2")
    try:
        posters = post_all(server.port, 16, 60)
    finally:
        assert server.stop() == 0
    acknowledged = {n for p in posters for n in p.acknowledged}
    assert len(acknowledged) == 16 * 60 - sum(len(p.refused) for p in posters)
    assert {s for p in posters for s in p.refused} <= {503, 429}
    assert acknowledged <= in_tray(world)
    assert server.err.read_text() == ""


def test_kill_9_while_letters_arrive_loses_none_that_was_acknowledged(world: SiteWorld) -> None:
    clear(world)
    for turn in range(4):
        server = Server(world)
        posters = [Poster(server.port) for _ in range(6)]
        threads = [
            threading.Thread(target=p.run, args=(150, 1000 * n)) for n, p in enumerate(posters)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.15 + 0.1 * turn)
        workers = server.workers()
        server.process.kill()
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        for poster in posters:
            poster.port = 1  # nobody answers there
        for thread in threads:
            thread.join()
        server.process.wait()
        acknowledged = {n for p in posters for n in p.acknowledged}
        assert acknowledged
        assert acknowledged <= in_tray(world)
        assert {p.stat().st_size for p in world.tray()} == {SEALED_BYTES}


def test_workers_are_replaced_while_letters_arrive(world: SiteWorld) -> None:
    clear(world)
    server = Server(world)
    before = server.workers()
    posters = [Poster(server.port) for _ in range(4)]
    threads = [threading.Thread(target=p.run, args=(200, 1000 * n)) for n, p in enumerate(posters)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    server.process.send_signal(signal.SIGHUP)
    for thread in threads:
        thread.join()
    for _ in range(100):
        if server.workers() != before and not set(server.workers()) & set(before):
            break
        time.sleep(0.1)
    assert not set(server.workers()) & set(before)
    assert server.stop() == 0
    acknowledged = {n for p in posters for n in p.acknowledged}
    assert acknowledged <= in_tray(world)
    assert len(acknowledged) >= 700


def raw(port: int, data: bytes, *, wait: float = 15) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as client:
        client.sendall(data)
        found = b""
        try:
            while part := client.recv(65536):
                found += part
                if b"\r\n\r\n" in found and b"connection: close" not in found.lower():
                    break
        except (TimeoutError, ConnectionError):
            pass
        return found


def test_large_and_slow_clients(world: SiteWorld) -> None:
    clear(world)
    server = Server(world)
    try:
        head = b"POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n"
        assert raw(server.port, head).split(b"\r\n")[0].split()[1] == b"413"
        chunked = (
            b"POST /send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        )
        assert raw(server.port, chunked).split(b"\r\n")[0].split()[1] == b"411"
        slow = []
        for _ in range(450):  # each would hold its body back for ever
            client = socket.create_connection(("127.0.0.1", server.port))
            client.sendall(b"POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n\x01")
            slow.append(client)
        time.sleep(0.5)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/index.html")
        assert connection.getresponse().status == 200
        connection.close()
        busy = Poster(server.port).run(1)
        assert (busy.acknowledged, busy.refused) == ([], [503])
        for client in slow:
            client.close()
        time.sleep(0.5)
        assert len(Poster(server.port).run(1).acknowledged) == 1
    finally:
        assert server.stop() == 0
    assert server.err.read_text() == ""


def test_paths_as_they_come_over_the_wire(world: SiteWorld) -> None:
    server = Server(world)
    try:
        for path in (
            *("/%2e%2e/site.json", "/..%2fsite.json", "/stories/%2e%2e/%2e%2e/site.json", "/%00"),
            *(
                "/%5c..%5csite.json",
                "/%ff%fe",
                "/%C0%AE%C0%AE/site.json",
                "/..;/site.json",
                "/" + "a" * 3000,
            ),
            *("/%252e%252e/site.json", "/.%2e/.%2e/etc/passwd", "/letters%2fx.bin", "//etc/passwd"),
        ):
            answer = raw(
                server.port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            )
            assert answer.split()[1] in (b"404", b"400"), path
            assert b"handbill site 1" not in answer
        head = raw(
            server.port, b"HEAD /index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert b"content-length: " in head.lower()
        assert head.endswith(b"\r\n\r\n")
        for odd in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
            raw(server.port, odd, wait=2)
        assert Poster(server.port).run(1).acknowledged
    finally:
        assert server.stop() == 0
    assert server.err.read_text() == ""


def test_it_needs_something_published(world: SiteWorld, tmp_path: Path) -> None:
    import sys

    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-m", "handbill", "desk", str(tmp_path / "empty")]
    command += ["--public", str(world.edition), "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "handbill desk publish" in done.stderr


def test_publishing_from_the_terminal(world: SiteWorld) -> None:
    secret = ("--passphrase-file", str(world.folder / "passphrase"))
    room, limits = (
        str(world.newsroom),
        ("--minute", "1000000", "--tray", "1000000", "--plain", "1000"),
    )
    for bad in (
        ("--host", "https://a.b/path"),
        ("--host", "x"),
        ("--address", "ftp://x"),
        ("--address", "https://a;b"),
    ):
        done = handbill(world.folder, "desk", "publish", room, *secret, *bad, check=False)
        assert done.returncode == 2, bad
        assert "expected" in done.stderr
    # The edition was named before, so it need not be again.
    made = handbill(
        world.folder, "desk", "publish", room, "--host", HOST, *limits, *secret, "--json"
    )
    assert json.loads(made.stdout)["discussions"] == len(world.shown.pieces)
    assert handbill(world.folder, "desk", "publish", room, *secret).stdout.startswith(
        "5 stories and films looked at, 0 files changed"
    )
    told = json.loads((world.newsroom / "site/site.json").read_text())
    assert (told["hosts"], told["address"], told["limits"]["minute"]) == (
        [HOST],
        ADDRESS,
        1_000_000,
    )


def test_an_open_desk_follows_what_any_process_decides(world: SiteWorld) -> None:
    desk = Desk(world.folder, world.newsroom)
    try:
        world.published("mercado", "Decidido en otro proceso.", language="es")
        path = world.pages / "stories/mercado/index.html"
        for _ in range(150):
            if "Decidido en otro proceso." in path.read_text():
                break
            time.sleep(0.1)
        assert "Decidido en otro proceso." in path.read_text()
    finally:
        assert desk.stop() == 0
    assert desk.err.read_text() == ""


def nginx_missing() -> str:
    return (
        ""
        if shutil.which("nginx") or Path("/usr/sbin/nginx").exists()
        else "nginx is not installed"
    )


def test_nginx_serves_the_files_and_python_only_takes_letters(
    world: SiteWorld, tmp_path: Path
) -> None:
    if nginx_missing():
        pytest.skip(nginx_missing())
    clear(world)
    server, port = Server(world), free_port()
    folder = Path(tempfile.mkdtemp(prefix="nginx-"))  # where a user who owns nothing may read
    shown, edition = folder / "site", folder / "edition"
    shutil.copytree(world.newsroom / "site", shown)
    shutil.copytree(world.edition, edition)
    folder.chmod(0o755)
    guide = (ROOT / "docs/guide/site.md").read_text("utf-8")
    block = guide.split("```nginx\n")[1].split("```")[0]
    block = block.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    block = block.replace("/srv/newsroom/site", str(shown))
    block = block.replace("/srv/edition", str(edition)).replace(
        "127.0.0.1:8710", f"127.0.0.1:{server.port}"
    )
    block = "\n".join(line for line in block.splitlines() if "ssl_certificate" not in line)
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temp = "\n".join(f"{p}_temp_path {folder}/{p};" for p in places)
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nworker_processes 1;\n"
        f"events {{ worker_connections 64; }}\nhttp {{ include /etc/nginx/mime.types;\n{temp}\n{block}\n}}\n"
    )
    command = [
        shutil.which("nginx") or "/usr/sbin/nginx",
        "-c",
        str(conf),
        "-e",
        str(folder / "error.log"),
    ]
    if os.getuid() == 0:  # as in life: a user who owns nothing
        shutil.chown(folder, "nobody")
        for place in (folder, *folder.rglob("*")):
            place.chmod(0o755 if place.is_dir() else 0o644)
        command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _through_nginx(world, server, port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder)
        if server.process.poll() is None:
            server.stop()


def _through_nginx(
    world: SiteWorld, server: Server, port: int, process: subprocess.Popen[bytes]
) -> None:
    def ask(
        method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        found = (answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()})
        connection.close()
        return found

    for _ in range(100):
        try:
            ask("GET", "/health")
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.05)
    sealed = letter(1)
    assert ask("POST", "/send", sealed)[0] == 201
    assert in_tray(world) == {name(sealed)}
    assert ask("POST", "/send", b"x" * 100_000)[0] == 413
    form = b"text=Words&name=Mina&agree=yes&language=en"
    kind = "application/x-www-form-urlencoded"
    assert ask("POST", "/write/orchard-gate", form, Content_Type=kind)[0] == 303
    key = (world.pages / "stories/orchard-gate/keys.txt").read_text().split()[0]
    assert ask("GET", f"/l/orchard-gate/{key}")[0] == 302
    assert server.stop() == 0
    # Reading needs no Python from here on.
    live = (world.pages / "stories/orchard-gate/index.html").read_bytes()
    for path, expected in (
        ("/stories/orchard-gate/index.html", live),
        ("/stories/orchard-gate/", live),
        ("/letters.atom", (world.pages / "letters.atom").read_bytes()),
        ("/assets/handbill.css", (world.edition / "assets/handbill.css").read_bytes()),
        ("/verify.html", (world.edition / "verify.html").read_bytes()),
    ):
        status, body, headers = ask("GET", path)
        assert (status, body) == (200, expected), path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert ask("GET", path, If_None_Match=headers["etag"])[0] == 304
    packed = ask("GET", "/stories/orchard-gate/index.html", Accept_Encoding="gzip")
    assert packed[2].get("content-encoding") == "gzip"
    framed = ask("GET", "/embed/en/orchard-gate/index.html")
    assert "frame-ancestors https://blog.example.org" in framed[2]["content-security-policy"]
    for path in ("/letters/x.bin", "/../site.json", "/.lock", "/stories/.new-x", "/site.json"):
        assert ask("GET", path)[0] in (403, 404, 400), path
    assert ask("POST", "/send", letter(2))[0] in (502, 503)
