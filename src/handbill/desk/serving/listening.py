"""Where a process listens, and how long it waits. Known to the desk and the public site."""

from dataclasses import dataclass

HEADER_TIMEOUT_MS = 10_000
END_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a process listens, and with how many processes."""

    host: str
    port: int
    workers: int
