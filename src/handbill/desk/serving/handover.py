"""How a worker gets its keys: from memory, never by argument, file or environment.

Where the system forks (Linux), the worker has the main process's memory. Elsewhere multiprocessing
starts a new Python and sends this object through the pipe that it opens for that one child.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from handbill.desk.secrets import DeskSecrets, set_current
from handbill.desk.serving.site import Site

_OURS = "HANDBILL_"


@dataclass(frozen=True, slots=True)
class Handover:
    """Called in the worker, it returns the application.

    ``settings`` go before the desk's own; ``state`` is the desk's folder, for who also keeps the
    live site.
    """

    site: Site
    secrets: DeskSecrets | None = field(repr=False)
    database: Mapping[str, Any] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    state: Path | None = None

    def __call__(self) -> Any:
        """Make this process a worker."""
        for name in [n for n in os.environ if n.startswith(_OURS)]:
            del os.environ[name]  # an address of a database may hold a password
        set_current(self.secrets)
        made = application(self.site, self.database, self.settings)
        if self.state and self.secrets:
            from handbill.desk.site.keeping import keep  # noqa: PLC0415  (after Django)

            keep(self.state, self.secrets.newsroom_folder)
        return made


def application(site: Site, database: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
    """Start Django and return it behind its door."""
    from django.conf import settings as django_settings  # noqa: PLC0415
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    from handbill.desk.database import start  # noqa: PLC0415
    from handbill.desk.serving import logs  # noqa: PLC0415
    from handbill.desk.serving import site as sites  # noqa: PLC0415
    from handbill.desk.serving.door import Door, Wsgi  # noqa: PLC0415

    kept = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    start({**database, **kept})
    sites.apply(site)
    for name, value in settings.items():
        setattr(django_settings, name, value)
    logs.quiet()
    return Door(cast(Wsgi, WSGIHandler()), secure=site.secure)
