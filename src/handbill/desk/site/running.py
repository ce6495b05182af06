"""Run the public process under granian until somebody stops it.

SIGTERM and Ctrl-C let requests end and write what was taken; SIGHUP replaces the workers in turn.
"""

import os
from dataclasses import dataclass
from typing import Any

from handbill.desk.serving.listening import END_TIMEOUT_S, HEADER_TIMEOUT_MS, Listening
from handbill.desk.site.serving import Place, Site

MOST_OPEN = 4096


@dataclass(frozen=True, slots=True)
class Opening:
    """Called in a worker, it returns the application."""

    place: Place

    def __call__(self) -> Any:
        """Make this process a worker of the public site."""
        for name in [n for n in os.environ if n.startswith("HANDBILL_")]:
            del os.environ[name]
        return Site(self.place)


def run(place: Place, listening: Listening) -> None:
    """Serve until a signal ends it."""
    from granian import Granian  # noqa: PLC0415  (start-up time)
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    server = Granian(
        "handbill.desk.site",
        address=listening.host,
        port=listening.port,
        interface=Interfaces.RSGI,
        workers=listening.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=64 << 10
        ),
        websockets=False,
        backlog=1024,
        backpressure=MOST_OPEN,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=END_TIMEOUT_S,
    )
    server.serve(target_loader=Opening(place), wrap_loader=False)
