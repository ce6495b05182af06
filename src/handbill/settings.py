"""What may be set on a computer beside what stands in a newsroom's folder. Only the cli reads it.

``desk.toml`` in the newsroom's state folder, beside its key store::

    # Where the desk's tables lie. Without this line: a SQLite file in this folder.
    database = "postgresql://desk@localhost/desk"
    # What people type to open the desk, where a proxy or an onion service stands before it.
    address = "https://desk.example.org"
    # Say so when the disk that holds this folder is encrypted: handbill desk --check asks.
    disk = "encrypted"
    # For how many editions `handbill desk tidy` keeps refused letters, and reasons in the log.
    keep_aside = 60
    keep_reasons = 200

``HANDBILL_DATABASE`` in the environment goes before it.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from handbill.errors import UsageError
from handbill.files import read_inside

NAME = "desk.toml"
_MOST_BYTES = 64 << 10
_NUMBERS = ("keep_aside", "keep_reasons")
LEAST_EDITIONS = 10
"""Nothing is thrown away sooner: decisions can be appealed for six editions."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``database`` is a PostgreSQL address, empty for a SQLite file."""

    database: str = ""
    address: str = ""
    disk: str = ""
    keep_aside: int = 60
    keep_reasons: int = 200


def load(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings of the newsroom whose state folder this is.

    Raises:
        UsageError: a file that cannot be read, an unknown key (the nearest is named), or a value
            of another kind.
    """
    found = _read(folder)
    known = [field.name for field in fields(Settings)]
    for key, value in found.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1) or known[:1]
            raise UsageError(f"{NAME}: {key!r} is not a setting", hint=f"did you mean {near[0]!r}?")
        if key not in _NUMBERS and not isinstance(value, str):
            raise UsageError(f"{NAME}: {key}: expected text between quotation marks")
    database = environment.get("HANDBILL_DATABASE") or found.get("database") or ""
    plain = Settings(str(database), str(found.get("address", "")), str(found.get("disk", "")))
    return replace(
        plain,
        keep_aside=_number(found, "keep_aside", plain.keep_aside),
        keep_reasons=_number(found, "keep_reasons", plain.keep_reasons),
    )


def _number(found: Mapping[str, object], key: str, otherwise: int) -> int:
    value = found.get(key, otherwise)
    if type(value) is not int or value < LEAST_EDITIONS:
        raise UsageError(f"{NAME}: {key}: expected a number from {LEAST_EDITIONS}")
    return value


def _read(folder: Path) -> dict[str, object]:
    try:
        return tomllib.loads(read_inside(folder, NAME, _MOST_BYTES).decode())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder / NAME}: cannot be read: {error}") from error
