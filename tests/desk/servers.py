"""A PostgreSQL server of our own: unprivileged, in a folder of its own, on a random loopback port."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PLACES = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin")


def programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next((Path(p) for p in PLACES if (Path(p) / "initdb").exists()), None)


def missing() -> str:
    if programs() is None:
        return "PostgreSQL's server is not installed (Debian: postgresql)"
    if os.name != "posix" or (os.getuid() == 0 and not shutil.which("setpriv")):
        return "nobody unprivileged to run PostgreSQL as (setpriv is missing)"
    return ""


class Server:
    """Starts with ``Server()``, ends with ``stop()``; ``kill()`` pulls its plug."""

    def __init__(self) -> None:
        place = programs()
        assert place is not None
        self._bin = place
        self.folder = Path(tempfile.mkdtemp(prefix="hb-pg-"))
        self._as = self._unprivileged()
        self._password = secrets.token_hex(8)
        self._port = self._free_port()
        word = self.folder / "password"
        word.write_text(self._password)
        self._own(word)
        data = str(self.folder / "data")
        args = [
            "-D",
            data,
            "-U",
            "desk",
            "--pwfile",
            str(word),
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
        ]
        self._run([str(self._bin / "initdb"), *args, "--locale=C.UTF-8", "--no-sync"])
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def _unprivileged(self) -> list[str]:
        if os.getuid() != 0:
            return []
        user = pwd.getpwnam("nobody")
        self._ids = (user.pw_uid, user.pw_gid)
        os.chown(self.folder, *self._ids)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]

    def _own(self, path: Path) -> None:
        if self._as:
            os.chown(path, *self._ids)
        path.chmod(0o600)

    @staticmethod
    def _free_port() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    def _run(self, argv: list[str]) -> None:
        subprocess.run([*self._as, *argv], check=True, capture_output=True, cwd=self.folder)

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "full_page_writes": "off",
        }
        argv = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(self._port)]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [*self._as, *argv], cwd=self.folder, stdout=log, stderr=log
        )
        log.close()
        self._wait()

    def _wait(self) -> None:
        import psycopg

        for _ in range(300):
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def address(self, name: str) -> str:
        return f"postgresql://desk:{self._password}@127.0.0.1:{self._port}/{name}"

    def create(self, name: str) -> str:
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGQUIT)  # immediate shutdown, as a crash
            self._process.wait()

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
