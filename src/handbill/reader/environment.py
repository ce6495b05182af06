"""The one place where templates are loaded and rendered: escaping is on for every one of them.

Nothing here or in a template marks text as safe, except :func:`markup` at the places in Python
where HTML was just made from checked parts.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from minijinja import Environment, safe

from handbill import __version__

_PACKAGE = "handbill.reader"


def _load(name: str) -> str | None:
    source = files(_PACKAGE) / "templates" / name
    return source.read_text("utf-8") if source.is_file() else None


def _escape(_name: str) -> str:
    # By default minijinja escapes only where the template's name ends in .html.
    return "html"


@cache
def environment() -> Environment:
    """Return the shared environment: every value is escaped, a missing one is an error."""
    return Environment(
        loader=_load,
        undefined_behavior="strict",
        auto_escape_callback=_escape,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, context: Mapping[str, object]) -> str:
    """Render a template of this package, for example ``story.html``."""
    # Escaped slashes make addresses unreadable and protect nothing in text and between quotes, the
    # only places of values. A value cannot hold this reference itself: its ``&`` is escaped.
    return str(environment().render_template(template, **context)).replace("&#x2f;", "/")


def markup(html: str) -> str:
    """Mark ``html`` as finished, so that it is not escaped again. Only for what we built."""
    return safe(html)


@cache
def asset(name: str) -> bytes:
    """Return the bytes of a file in ``assets/``."""
    return (files(_PACKAGE) / "assets" / name).read_bytes()


@cache
def design_hash() -> str:
    """Hash all templates, assets and catalogues, and the release, whose code may make other pages
    of them: pages made by another design are made again.
    """
    digest = blake2b(f"{__version__}\n".encode(), digest_size=16)
    for folder in ("templates", "assets", "locale"):
        found = (files(_PACKAGE) / folder).iterdir()
        for entry in sorted((e for e in found if e.is_file()), key=lambda e: e.name):
            data = entry.read_bytes()
            digest.update(f"{folder}/{entry.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()
