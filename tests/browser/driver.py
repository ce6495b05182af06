"""Real browsers for the tests: opens pages at file:// and watches what they do."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXECUTABLES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "firefox": ("firefox-esr", "firefox"),
}


def missing(kind: str) -> str | None:
    """Say what is missing to drive a browser of this kind, or None."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if not (HERE / "node_modules" / "puppeteer-core").is_dir():
        return "the browser driver is not installed (run: sh tools/node.sh)"
    if not any(map(shutil.which, EXECUTABLES[kind])):
        return f"{kind} is not installed"
    return None


class BrowserError(Exception):
    """The driver could not do what was asked."""


class Browser:
    """One running browser; each ``open`` gives a fresh page with empty stores.

    Firefox takes no ``scheme``, and ``javascript=False`` only where it was started with
    ``safest``: as Tor Browser's Safest mode, without scripts, SVG, MathML and Graphite fonts.
    With ``profile``, a folder, it keeps what a person's browser would; what pages save goes to
    ``downloads``.
    """

    def __init__(
        self,
        kind: str,
        *,
        profile: Path | None = None,
        downloads: Path | None = None,
        safest: bool = False,
    ) -> None:
        self.kind = kind
        folders = {"profile": profile, "downloads": downloads}
        given = {name: str(path.resolve()) for name, path in folders.items() if path}
        self._node = subprocess.Popen(
            ["node", str(HERE / "driver.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        executable = next(p for p in map(shutil.which, EXECUTABLES[kind]) if p)
        self.safest = safest
        self.version = self._ask("launch", kind=kind, executable=executable, safest=safest, **given)

    @property
    def pid(self) -> int:
        """Return the process that the browser's own processes are below."""
        return self._node.pid

    def _ask(self, method: str, **params: Any) -> Any:
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps({"method": method, "params": params}) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        if not line:
            raise BrowserError(f"{self.kind}: the driver stopped at {method}")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(f"{self.kind}: {method}: {answer['error']}")
        return answer["result"]

    def open(self, path: Path, **options: Any) -> None:
        """Open a file: ``width``, ``height``, ``javascript``, ``scheme``, ``language``, ``hash``,
        ``before`` (a script that runs before the page's).
        """
        if self.safest and options.pop("javascript", True):
            raise BrowserError(f"{self.kind}: was started without scripts")
        self._ask("open", path=str(path.resolve()), **options)

    def visit(self, url: str) -> int:
        """Go to a page of a server on this computer, in the tab that ``open`` made; its status."""
        return int(self._ask("visit", url=url))

    def authenticator(self) -> None:
        """Give the tab a key for passkeys, as a telephone or laptop has one (Chromium)."""
        self._ask("authenticator")

    def follow(self, selector: str) -> int:
        """Click a link or button, wait for the page that it leads to, and return its status."""
        return int(self._ask("follow", selector=selector))

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression (a promise is awaited)."""
        return self._ask("evaluate", script=script)

    def wait(self, script: str, timeout_s: float = 60) -> None:
        """Wait until an expression is true."""
        self._ask("wait", script=script, timeout_s=timeout_s)

    def wait_for(self, true: Callable[[], bool], timeout_s: float = 60) -> None:
        """Wait until something outside the page is true, such as a file that was saved."""
        until = time.monotonic() + timeout_s
        while not true():
            if time.monotonic() > until:
                raise BrowserError(f"{self.kind}: waited {timeout_s} s")
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        self._ask("click", selector=selector)

    def type(self, selector: str, text: str) -> None:
        self._ask("type", selector=selector, text=text)

    def leave(self) -> None:
        """Leave the page for an empty one."""
        self._ask("leave")

    def press(self, key: str) -> None:
        """Press one key, by its DOM name (``Tab``, ``Enter``)."""
        self._ask("press", key=key)

    def upload(self, selector: str, *files: Path) -> None:
        """Choose files in an input."""
        self._ask("upload", selector=selector, files=[str(f.resolve()) for f in files])

    def upload_folder(self, selector: str, folder: Path) -> None:
        """Choose a folder in an input that takes one.

        Firefox's driver cannot, so it gets the files and is told where in the folder each lies.
        """
        if self.kind == "chromium":
            self.upload(selector, folder)
            return
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        paths = [f"{folder.name}/{p.relative_to(folder).as_posix()}" for p in files]
        self._ask("upload", selector=selector, files=[str(f.resolve()) for f in files], paths=paths)

    def screenshot(self, path: Path, *, full_page: bool = True) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ask("screenshot", path=str(path.resolve()), full_page=full_page)

    def requests(self) -> list[str]:
        """Return every address outside this computer's files that the page asked for."""
        return list(self._ask("requests"))

    def console_errors(self) -> list[str]:
        return list(self._ask("console"))

    def violations(self) -> list[str]:
        """Return what the page's content security policy refused."""
        return list(self._ask("violations"))

    def storage_written(self) -> list[str]:
        """Return the names of the stores that the page wrote to."""
        return list(self._ask("storage"))

    def axe(self) -> list[dict[str, Any]]:
        """Return axe-core's violations of WCAG 2.2 A and AA and of its best practices."""
        return list(self._ask("axe"))

    def close(self) -> None:
        try:
            self._ask("close")
        except (BrowserError, OSError):
            pass
        finally:
            self._node.terminate()
            self._node.wait(timeout=20)
