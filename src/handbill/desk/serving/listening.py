"""Listen under granian until somebody stops it: the same for the desk and the public site.

SIGTERM and Ctrl-C let requests end; SIGHUP replaces the workers in turn and drops nothing.
A worker that dies is replaced. Nobody's visits are logged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HEADER_TIMEOUT_MS = 10_000
END_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a process listens, and with how many processes."""

    host: str
    port: int
    workers: int


def listen(
    name: str, load: Callable[[], Any], listening: Listening, *, backlog: int, open_at_once: int
) -> None:
    """Serve what ``load`` returns in each worker, until a signal ends it."""
    from granian import Granian  # noqa: PLC0415  (start-up time)
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    server = Granian(
        name,
        address=listening.host,
        port=listening.port,
        interface=Interfaces.RSGI,
        workers=listening.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=64 << 10
        ),
        websockets=False,
        backlog=backlog,
        backpressure=open_at_once,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=END_TIMEOUT_S,
    )
    server.serve(target_loader=load, wrap_loader=False)
