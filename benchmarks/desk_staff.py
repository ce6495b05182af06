"""A staff page's CPU and a worker's memory, under a real `handbill desk`; the floor is bare granian.

CPU milliseconds a request come from the worker's own clock, so that a busy machine changes little.
Memory is the proportional set size (PSS) of one worker after all of this.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests")]
from desk.desk_server import Desk, free_port, newsroom  # noqa: E402

BARE = """
from granian import Granian
from granian.constants import HTTPModes, Interfaces
def app(environ, start):
    start("200 OK", [("content-type", "text/plain")])
    return [b"ok"]
def load():
    return app
Granian("bare", port={port}, interface=Interfaces.WSGI, http=HTTPModes.http1, websockets=False,
        log_enabled=False).serve(target_loader=load, wrap_loader=False)
"""


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_s(pids: list[int]) -> float:
    """Return the CPU seconds that processes have used."""
    fields = [Path(f"/proc/{p}/stat").read_text().rpartition(")")[2].split() for p in pids]
    return sum(int(f[11]) + int(f[12]) for f in fields) / os.sysconf("SC_CLK_TCK")


def pss_mb(pid: int) -> float:
    """Return the memory of a process, what it shares divided among those that share it."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    assert found
    return int(found[1]) / 1000


def cost_ms(port: int, pids: list[int], path: str, count: int, cookie: str = "") -> float:
    """Ask ``count`` times over one connection; CPU milliseconds a request."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Cookie": cookie} if cookie else {}
    began = 0.0
    for number in range(-20, count):
        if number == 0:
            began = cpu_s(pids)
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {answer.getheader('location')}")
    return (cpu_s(pids) - began) / count * 1000


def logged_in(port: int, one_time: str) -> str:
    """Log in with the one-time password; returns the cookies."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.request("GET", "/account/login/")
    answer = client.getresponse()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    assert token
    form = (answer.getheader("set-cookie") or "").strip().partition(";")[0]
    body = f"login=admin&password={one_time}&csrfmiddlewaretoken={token[1]}"
    kind = "application/x-www-form-urlencoded"
    client.request("POST", "/account/login/", body, {"Cookie": form, "Content-Type": kind})
    answer = client.getresponse()
    answer.read()
    cookies = [v.strip().partition(";")[0] for n, v in answer.getheaders() if n == "set-cookie"]
    return "; ".join([form, *cookies])


def bare(count: int) -> float:
    """Cost of an answer by granian without Django."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE.format(port=port)])
    try:
        time.sleep(2)
        return cost_ms(port, children(process.pid), "/", count)
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Print our figures beside the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    count = 200 if parser.parse_args().quick else 2000
    print(f"granian alone                    {bare(count):6.3f} CPU-ms")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), newsroom(Path(folder)))
        try:
            (worker,) = desk.workers()
            print(f"worker at start                  {pss_mb(worker):6.1f} MB PSS")
            for path in ("/assets/staff.css", "/health", "/account/login/"):
                print(f"{path:32} {cost_ms(desk.port, [worker], path, count):6.3f} CPU-ms")
            cookie = logged_in(desk.port, desk.one_time)
            path = "/account/password/"
            cost = cost_ms(desk.port, [worker], path, count, cookie)
            print(f"{path + ' logged in':32} {cost:6.3f} CPU-ms")
            print(f"worker after all this            {pss_mb(worker):6.1f} MB PSS, target ≤ 80")
        finally:
            desk.stop()


if __name__ == "__main__":
    main()
