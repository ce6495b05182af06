"""Style sheets and scripts of ours: read once, named exactly, nothing else is served."""

import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified

from handbill.desk.staff.needs import open_to_all

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.(?:css|js|svg)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; ``digest`` changes with its bytes."""

    kind: str
    data: bytes = field(repr=False)
    digest: str


@cache
def _all() -> dict[str, Asset]:
    folders = [Path(app.path) / "assets" for app in apps.get_app_configs() if _ours(app.name)]
    return {p.name: _read(p) for f in folders for p in sorted(f.glob("*")) if _fits(p)}


def _ours(name: str) -> bool:
    return name.startswith("handbill.desk.")


def _fits(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and path.is_file()


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    return Asset(_TYPES[path.suffix], data, sha256(data).hexdigest()[:16])


def asset(name: str) -> Asset:
    """Return a file by its name.

    Raises:
        KeyError: no room has it.
    """
    return _all()[name]


@open_to_all  # the login page is styled too; these files say nothing about a newsroom
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a file of ours."""
    try:
        found = asset(name)
    except KeyError:
        raise Http404 from None
    tag = f'"{found.digest}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(found.data, content_type=f"{found.kind}; charset=utf-8")
    response["ETag"] = tag
    exact = request.META.get("QUERY_STRING") == found.digest
    response["Cache-Control"] = f"public, max-age={31_536_000 if exact else 0}"
    return response
