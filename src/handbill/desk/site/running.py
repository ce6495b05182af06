"""Run the public process under granian until somebody stops it.

SIGTERM and Ctrl-C let requests end and write what was taken; SIGHUP replaces the workers in turn.
"""

import os
from dataclasses import dataclass
from typing import Any

from handbill.desk.serving.listening import Listening, listen
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
    load = Opening(place)
    listen("handbill.desk.site", load, listening, backlog=1024, open_at_once=MOST_OPEN)
