"""A headless Chromium that a script drives through two pipes: no port, no package, no network.

Chrome DevTools Protocol over ``--remote-debugging-pipe``: JSON messages, a zero byte behind each.
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 60
_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
)


class ChromiumFailed(Exception):
    """The browser did not do what was asked."""


def executable() -> str | None:
    """Return where Chromium is, if it is installed and pipes can be given to it."""
    if os.name != "posix":
        return None
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One browser with a profile that is deleted in the end."""

    def __init__(self) -> None:
        program = executable()
        if program is None:
            raise ChromiumFailed("is not installed")
        self._profile = tempfile.TemporaryDirectory(prefix="demo-chromium-")
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        # The browser wants its pipes as descriptors 3 and 4, which only a shell can promise.
        shell = f'exec "$0" "$@" 3<&{commands} 4>&{answers}'
        argv = [program, *_FLAGS, *root, f"--user-data-dir={self._profile.name}"]
        self._process = subprocess.Popen(
            ["sh", "-c", shell, *argv, "about:blank"],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._number, self._rest = 0, b""

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=_SECONDS)
        os.close(self._read)
        os.close(self._write)
        self._profile.cleanup()

    def open(self, page: Path, downloads: Path) -> "Tab":
        """Open a page from the disk, alone: nothing is shared with pages opened before."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        self.ask(
            "Browser.setDownloadBehavior",
            behavior="allow",
            browserContextId=context,
            downloadPath=str(downloads),
        )
        target = self.ask("Target.createTarget", url=page.as_uri(), browserContextId=context)
        session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = Tab(self, session["sessionId"])
        tab.wait("location.protocol === 'file:' && document.readyState === 'complete'")
        return tab

    def ask(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """Send one command and wait for its answer.

        Raises:
            ChromiumFailed
        """
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            answer = self._next(end)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise ChromiumFailed(f"{method}: {answer['error']}")
                return dict(answer["result"])
        raise ChromiumFailed(f"{method}: no answer in {_SECONDS} s")

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], max(0, end - time.monotonic()))[0]:
                return {}
            more = os.read(self._read, 1 << 16)
            if not more:
                raise ChromiumFailed("the browser has gone")
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))


class Tab:
    """One open page."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser, self._session = browser, session

    def run(self, script: str) -> Any:
        """Return what a script gives.

        Raises:
            ChromiumFailed: it threw.
        """
        answer = self._browser.ask(
            "Runtime.evaluate",
            self._session,
            expression=script,
            userGesture=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise ChromiumFailed(f"{script[:80]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until a script gives something true.

        Raises:
            ChromiumFailed: it never does.
        """
        end = time.monotonic() + _SECONDS
        while not self.run(condition):
            if time.monotonic() > end:
                raise ChromiumFailed(f"waited {_SECONDS} s for: {condition}")
            time.sleep(0.05)

    def put(self, field: str, text: str) -> None:
        """Put a text into the field with this id, as if it were typed."""
        self.run(
            f"(function (f) {{ f.value = {json.dumps(text)}; ['input', 'change'].forEach("
            "function (n) { f.dispatchEvent(new Event(n, { bubbles: true })); }); }("
            f"document.getElementById({json.dumps(field)})))"
        )

    def click(self, selector: str) -> None:
        """Click what a selector finds."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
