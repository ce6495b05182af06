"""The live site's CPU for reading, approving and posting, its memory and a flood; Isso beside it.

CPU milliseconds a request are the server processes' own, so a busy machine changes little. Give
--isso the python of an environment where Isso is installed (pip install isso) for the peer.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests")]
from desk.desk_server import free_port  # noqa: E402
from handbill.carrier.tray import letter_name  # noqa: E402
from handbill.desk.database import start  # noqa: E402

start()  # before the models are imported
from desk.site_world import Server, SiteWorld  # noqa: E402
from desk_staff import children, pss_mb  # noqa: E402
from desk_staff import cpu_s as ticks  # noqa: E402  (counts threads that have ended, too)
from handbill.desk.decisions.threads import thread  # noqa: E402
from handbill.desk.store.models import Letter  # noqa: E402
from handbill.letters.decision import Action  # noqa: E402
from handbill.reader.discussing import Around, cut, thread_html  # noqa: E402
from handbill.reader.words import words  # noqa: E402
from measure import machine  # noqa: E402

CONNECTIONS = 8


def cpu_s(pids: list[int]) -> float:
    """Return the CPU seconds of processes, to the nanosecond where the system tells (Linux)."""
    tasks = [t for pid in pids for t in Path(f"/proc/{pid}/task").iterdir()]
    return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9


Request = Callable[[int], tuple[str, str, bytes | None, dict[str, str]]]


@dataclass
class Load:
    """What a burst cost: CPU-ms a request, requests a second, statuses, bytes of one answer."""

    cpu_ms: float
    rate: float
    statuses: dict[int, int]
    size: int


def load(
    port: int,
    pids: list[int],
    request: Request,
    count: int,
    writers: int = CONNECTIONS,
    cpu: Callable[[list[int]], float] = cpu_s,
) -> Load:
    """Send ``count`` requests over a few connections that stay open."""
    statuses: dict[int, int] = {}
    sizes: list[int] = []

    def some(number: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for at in range(number, count, writers):
            method, path, body, headers = request(at)
            client.request(method, path, body, headers)
            answer = client.getresponse()
            sizes.append(len(answer.read()))
            statuses[answer.status] = statuses.get(answer.status, 0) + 1

    began, clock = cpu(pids), time.monotonic()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(some, range(writers)))
    took = time.monotonic() - clock
    return Load((cpu(pids) - began) / count * 1000, count / took, statuses, max(sizes))


def get(path: str, **headers: str) -> Request:
    """Ask for a path."""
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda _: ("GET", path, None, named)


def letter(number: int) -> bytes:
    """Return what looks like a sealed letter from outside."""
    return b"\x01" + number.to_bytes(8, "big") + os.urandom(4087)


def row(what: str, value: float, target: str, more: str = "") -> None:
    """Print one figure."""
    print(f"{what:52} {value:9.3f}  {target:18} {more}", flush=True)


def reading(server: Server, count: int) -> None:
    """Pages as they are asked for, over and over."""
    pids = server.workers()
    for what, path, target in (
        ("100 letters, a page", "/stories/orchard-gate/index.html", "CPU-ms, <= 0.35"),
        ("10,000 letters, a page", "/stories/mercado/index.html", "CPU-ms, <= 8"),
        ("10,000 letters, page 25", "/stories/mercado/letters-25.html", "CPU-ms, <= 8"),
    ):
        load(server.port, pids, get(path), 50)
        plain, packed = (
            load(server.port, pids, get(path), count),
            load(server.port, pids, get(path, Accept_Encoding="gzip"), count),
        )
        row(what, plain.cpu_ms, target, f"{plain.size:,} bytes")
        row(f"{what}, packed", packed.cpu_ms, target, f"{packed.size:,} bytes")


def first_paint(server: Server) -> None:
    """Bytes until the first page of 10,000 letters is seen: page and style sheets."""
    total = 0
    for path in ("/stories/mercado/index.html", "/assets/handbill.css", "/assets/live.css"):
        asked = urllib.request.Request(
            f"{server.address}{path}", headers={"Accept-Encoding": "gzip"}
        )
        total += len(urllib.request.urlopen(asked).read())
    row("first paint of 10,000 letters", total / 1000, "kB, <= 100")


def approving(world: SiteWorld, server: Server) -> None:
    """What a decision costs: the page drawn anew, all that the desk writes, and the next reader."""
    for story, rounds in (("orchard-gate", 20), ("mercado", 3)):
        pages = len(list((world.pages / "stories" / story).glob("*.html")))
        drawn = written = read = 0.0
        for letter_row in Letter.objects.filter(story=story)[:rounds]:
            world.approve(letter_row.id, Action.PICK)
            began = time.process_time()
            found = thread(story)
            around = Around(words("en"), {}, "rules.html", "letters-{}.html".format)
            parts = cut(found)
            for number in range(1, len(parts.pages) + 1):
                thread_html(found, around, number, parts=parts)
            drawn += time.process_time() - began
            began = time.process_time()
            world.publish(hosts=())
            written += time.process_time() - began
            asked = get(f"/stories/{story}/index.html")
            read += load(server.port, server.workers(), asked, 1, 1).cpu_ms
        name = f"{Letter.objects.filter(story=story).count():,} letters, after a decision"
        target = "CPU-ms, <= 5" if rounds == 20 else "CPU-ms, <= 8"
        each = drawn / rounds / len(parts.pages) * 1000
        row(
            f"{name}: a page drawn", each, target, f"query and all {len(parts.pages)} pages, a page"
        )
        row(f"{name}: its first reader", read / rounds, target)
        more = f"{pages} pages, feed, JSON, decisions, packed, synced"
        row(f"{name}: all written", written / rounds * 1000, "CPU-ms, at the desk", more)


def posting(server: Server, count: int) -> None:
    """Letters posted at once, every one acknowledged and on the disk."""
    kept: dict[int, bytes] = {}

    def request(number: int) -> tuple[str, str, bytes, dict[str, str]]:
        kept[number] = letter(number)
        return "POST", "/send", kept[number], {"Content-Type": "application/octet-stream"}

    found = load(server.port, server.workers(), request, count)
    row("a post", found.cpu_ms, "CPU-ms, <= 1.5", f"{found.rate:,.0f} a second, {found.statuses}")
    row("a worker after all this", max(map(pss_mb, server.workers())), "MB PSS, <= 80")


def exhausting(world: SiteWorld, server: Server, tray: int) -> None:
    """More letters than the tray takes: what was acknowledged must lie there, the rest be told."""
    for path in world.tray():
        path.unlink()
    world.publish(hosts=(), tray=tray, minute=1_000_000)
    time.sleep(6)  # until the process looks at its settings and counts the tray
    acknowledged: list[str] = []

    def some(number: int) -> dict[int, int]:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        told: dict[int, int] = {}
        for at in range(tray // 20):
            sealed = letter(number * 1_000_000 + at)
            client.request("POST", "/send", sealed)
            answer = client.getresponse()
            answer.read()
            told[answer.status] = told.get(answer.status, 0) + 1
            if answer.status == 201:
                acknowledged.append(letter_name(sealed))
        return told

    clock = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        told: dict[int, int] = {}
        for part in pool.map(some, range(32)):
            for status, number in part.items():
                told[status] = told.get(status, 0) + number
    took = time.monotonic() - clock
    lost = set(acknowledged) - {p.name for p in world.tray()}
    total = sum(told.values())
    row(
        "flood into a tray of " + f"{tray:,}",
        len(lost),
        "lost, 0",
        f"{told}, {total / took:,.0f}/s",
    )


def ours(quick: bool) -> None:
    """Measure the live site."""
    count = 300 if quick else 3000
    with tempfile.TemporaryDirectory() as folder:
        world = SiteWorld(Path(folder))
        world.rows("orchard-gate", 100)
        world.rows("mercado", 1000 if quick else 10_000)
        world.publish(hosts=(), minute=1_000_000, tray=1_000_000)
        server = Server(world)
        try:
            reading(server, count)
            first_paint(server)
            approving(world, server)
            world.publish(hosts=(), minute=1_000_000, tray=1_000_000)
            time.sleep(1.5)
            posting(server, count)
            exhausting(world, server, 400 if quick else 4000)
        finally:
            server.stop()
            world.close()


SEED = """
import sys, sqlite3
from isso import config
from isso.db import SQLite3
from isso.utils import Bloomfilter
conf, db = sys.argv[1:3]
SQLite3(db, config.load(config.default_file(), conf)) if SQLite3.__init__.__code__.co_argcount == 3 else None
con = sqlite3.connect(db)
voters = memoryview(bytes(Bloomfilter(iterable=["127.0.0.0"]).array))
at = 0
for tid, (uri, n) in enumerate((("/t100/", 100), ("/t10000/", int(sys.argv[3])), ("/post/", 1)), 1):
    con.execute("insert into threads(id, uri, title) values(?,?,?)", (tid, uri, uri))
    for i in range(n):
        at += 1
        parent = at - 1 if i % 3 == 1 else None
        con.execute("insert into comments(tid,id,parent,created,mode,remote_addr,text,author,voters,"
            "notification) values(?,?,?,?,1,'127.0.0.0',?,?,?,0)", (tid, at, parent, 1.7e9 + i,
            "word another river gate winter " * 4, "Reader", voters))
con.commit()
"""


def isso(python: str, quick: bool) -> None:
    """Measure Isso with the same sizes."""
    count = 40 if quick else 150
    with tempfile.TemporaryDirectory() as place:
        folder, port = Path(place), free_port()
        conf, db = folder / "isso.cfg", folder / "comments.db"
        conf.write_text(
            f"[general]\ndbpath = {db}\nhost = http://127.0.0.1:8800\n[server]\n"
            f"listen = http://127.0.0.1:{port}\n[guard]\nenabled = false\n[moderation]\nenabled = false\n"
        )
        subprocess.run(
            [python, "-c", SEED, str(conf), str(db), str(1000 if quick else 10_000)], check=True
        )
        command = [str(Path(python).parent / "isso"), "-c", str(conf), "run"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(4)
            pids = [process.pid, *children(process.pid)]
            found = load(port, pids, get("/?uri=%2Ft100%2F"), count, cpu=ticks)
            row(
                "Isso: 100 comments",
                found.cpu_ms,
                "CPU-ms",
                f"{found.size:,} bytes, {found.statuses}",
            )
            path = "/?uri=%2Ft10000%2F&limit=100&nested_limit=5"
            found = load(port, pids, get(path), max(4, count // 20), cpu=ticks)
            row("Isso: 10,000, the first 100", found.cpu_ms, "CPU-ms", f"{found.size:,} bytes")
            found = load(port, pids, get("/?uri=%2Ft10000%2F"), 1, 1, ticks)
            row("Isso: 10,000", found.cpu_ms, "CPU-ms", f"{found.size:,} bytes")
            found = load(port, pids, _comment, count * 2, cpu=ticks)
            row(
                "Isso: a post",
                found.cpu_ms,
                "CPU-ms",
                f"{found.rate:,.0f} a second, {found.statuses}",
            )
            row("Isso: memory", sum(map(pss_mb, pids)), "MB PSS")
        finally:
            process.terminate()
            process.wait()


def _comment(number: int) -> tuple[str, str, bytes, dict[str, str]]:
    text = f"number {number}: " + "word another river gate winter " * 4
    body = json.dumps({"author": "Reader", "text": text, "title": "T", "parent": None}).encode()
    headers = {"Content-Type": "application/json", "Origin": "http://127.0.0.1:8800"}
    return "POST", "/new?uri=%2Fpost%2F", body, headers


def main() -> None:
    """Print our figures, and the peer's where it is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--isso", default="", help="python of an environment with Isso")
    args = parser.parse_args()
    print(machine())
    ours(args.quick)
    if args.isso:
        isso(args.isso, args.quick)
    else:
        print("Isso: not measured; give --isso PYTHON")


if __name__ == "__main__":
    main()
