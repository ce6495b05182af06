"""How long work tells its caller how far it is. The library never prints."""

from typing import Literal, Protocol

Unit = Literal["bytes", "files", "seconds", "steps"]


class Progress(Protocol):
    """One bar at a time: ``start``, any number of ``advance``, ``done``."""

    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        """Begin a task of ``total`` units (``None``: unknown)."""

    def advance(self, n: int = 1, note: str = "") -> None:
        """Move on by ``n`` units; ``note`` names what is being worked on."""

    def done(self) -> None:
        """End the task that was started last."""


class _Silent:
    def start(self, label: str, total: int | None, unit: Unit = "files") -> None:
        return None

    def advance(self, n: int = 1, note: str = "") -> None:
        return None

    def done(self) -> None:
        return None


SILENT: Progress = _Silent()
