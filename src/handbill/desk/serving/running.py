"""Run the desk's workers under granian until somebody stops them.

SIGTERM and Ctrl-C let requests end; SIGHUP replaces the workers one by one and drops nothing.
A worker that dies is replaced.
"""

from handbill.desk.serving.handover import Handover
from handbill.desk.serving.listening import Listening, listen


def run(handover: Handover, listening: Listening) -> None:
    """Serve until a signal ends it; to be called with no database connection open."""
    listen("handbill.desk", handover, listening, backlog=512, open_at_once=512)
