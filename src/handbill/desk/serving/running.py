"""Run the desk's workers under granian until somebody stops them.

SIGTERM and Ctrl-C let requests end; SIGHUP replaces the workers one by one and drops nothing.
A worker that dies is replaced.
"""

from handbill.desk.serving.handover import Handover
from handbill.desk.serving.listening import END_TIMEOUT_S, HEADER_TIMEOUT_MS, Listening


def run(handover: Handover, listening: Listening) -> None:
    """Serve until a signal ends it; to be called with no database connection open."""
    from granian import Granian  # noqa: PLC0415  (start-up time)
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    server = Granian(
        "handbill.desk",
        address=listening.host,
        port=listening.port,
        interface=Interfaces.RSGI,
        workers=listening.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MS, max_buffer_size=64 << 10
        ),
        websockets=False,
        backlog=512,
        backpressure=512,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=END_TIMEOUT_S,
    )
    server.serve(target_loader=handover, wrap_loader=False)
