"""A desk's tables as rows that either database takes.

Which tables and columns there are is read from the migrations that the database has seen, not from
this release's models: a backup of an older release is restored as it was, then brought up to date.
Sessions and counts of failed logins are left behind.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from handbill.errors import DatabaseFailed, FormatError, NeedsNewer
from handbill.letters.decision import START, link

Migration = tuple[str, str]
LEFT_BEHIND = frozenset({"staff.session", "staff.remembered"})
_BATCH = 1000
_ROWS = 2000
_SUMS = 1 << 256
_PLAIN: dict["type[models.Field[Any, Any]]", tuple[type, ...]] = {
    models.CharField: (str,),
    models.TextField: (str,),
    models.BooleanField: (bool,),
    models.IntegerField: (int,),
    models.FloatField: (float, int),
}
"""Fields whose values go into a statement as they are."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table as the migrations made it."""

    name: str
    model: type[models.Model]

    @property
    def fields(self) -> list["models.Field[Any, Any]"]:
        """Its columns, in their order."""
        return [f for f in self.model._meta.concrete_fields if f.column]

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        return [str(f.column) for f in self.fields]

    def rows(self) -> Iterator[list[Any]]:
        """Yield its rows, ordered by their keys and not by when they were written."""
        names = [f.attname for f in self.fields]
        found = self.model._base_manager.order_by("pk").values_list(*names)
        for row in found.iterator(chunk_size=_ROWS):
            yield [_plain(value) for value in row]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def written(row: Sequence[Any] | Mapping[str, Any]) -> bytes:
    """Return a row or a heading as one line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


class Sum:
    """Counts rows and adds their hashes, so that the same rows in any order give the same."""

    def __init__(self, rows: int = 0) -> None:
        self.rows, self._sum = rows, 0

    def add(self, line: bytes) -> None:
        """Count one row."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(sha256(line).digest())) % _SUMS

    @property
    def state(self) -> tuple[int, int]:
        """What two sets of rows must have in common."""
        return self.rows, self._sum


def migrations() -> list[Migration]:
    """Return the newest migration of each room that the database has seen.

    Raises:
        NeedsNewer: one that this release does not know.
    """
    loader = MigrationLoader(connection)
    return newest(set(loader.applied_migrations))


def newest(seen: set[Migration]) -> list[Migration]:
    """Return the last of each room; what stands before it follows from it.

    Raises:
        NeedsNewer: one that this release does not know.
    """
    graph = MigrationLoader(None).graph
    unknown = seen - set(graph.node_map)
    if unknown:
        app, name = min(unknown)
        raise NeedsNewer(f"backup: a newer release has made its tables ({app} {name})"[:200])
    return sorted(key for key in seen if not _followed(graph.node_map[key], seen))


def _followed(node: Any, seen: set[Migration]) -> bool:
    return any(child.key[0] == node.key[0] and child.key in seen for child in node.children)


def tables(seen: Sequence[Migration]) -> list[Table]:
    """Return the tables that these migrations make, in the order of their names."""
    loader = MigrationLoader(None)
    state = loader.project_state(list(seen)).apps
    rooms = {app for app, _ in seen}
    found = [
        Table(model._meta.label_lower, model)
        for model in state.get_models(include_auto_created=True)
        if model._meta.app_label in rooms and model._meta.managed and not model._meta.proxy
    ]
    kept = (t for t in found if t.name not in LEFT_BEHIND)
    return sorted(kept, key=lambda table: table.name)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read inside as of one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        # Django would begin as a writer and make others wait.
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def is_empty() -> bool:
    """Whether the database holds nothing: no tables, or the desk's without a row in them."""
    names = set(connection.introspection.table_names())
    if not names:
        return True
    if "django_migrations" not in names:
        return False
    seen = migrations()
    there = [t for t in tables(seen) if t.model._meta.db_table in names]
    return not any(t.model._base_manager.exists() for t in there)


def make(seen: Sequence[Migration]) -> None:
    """Make the tables that these migrations make, in a database without any or with just these.

    Raises:
        DatabaseFailed: it has other tables.
    """
    executor = MigrationExecutor(connection)
    there = set(executor.loader.applied_migrations)
    if there and newest(there) != sorted(seen):
        raise DatabaseFailed(
            "database: has the tables of another release",
            hint="restore into a database that was just made",
        )
    if not there:
        executor.migrate(list(seen))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Migrations leave checks immediate; rows may come before those that they name.
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def insert(table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as :meth:`Table.rows` gave them.

    Raises:
        FormatError: other columns, or a value that its column does not take.
    """
    by_name = {str(f.column): f for f in table.fields}
    if sorted(columns) != sorted(by_name):
        raise FormatError(f"backup: {table.name} has other columns than its release made")
    fields = [by_name[name] for name in columns]
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    marks = ", ".join(["%s"] * len(columns))
    query = f"INSERT INTO {connection.ops.quote_name(table.model._meta.db_table)} ({quoted})"
    query += f" VALUES ({marks})"
    with connection.cursor() as cursor:
        batch: list[list[Any]] = []
        for row in rows:
            batch.append(_taken(table, fields, row))
            if len(batch) == _BATCH:
                cursor.executemany(query, batch)
                batch.clear()
        if batch:
            cursor.executemany(query, batch)


def _taken(
    table: Table, fields: Sequence["models.Field[Any, Any]"], row: Sequence[Any]
) -> list[Any]:
    if len(row) != len(fields):
        raise FormatError(f"backup: a row of {table.name} has {len(row)} values")
    return [_value(table, field, value) for field, value in zip(fields, row, strict=True)]


def _value(table: Table, field: "models.Field[Any, Any]", value: Any) -> Any:
    target: Any = field.target_field if isinstance(field, models.ForeignKey) else field
    for kind, takes in _PLAIN.items():
        if isinstance(target, kind):
            if (value is None and field.null) or type(value) in takes:
                return value
            break
    else:
        try:
            return target.get_db_prep_save(target.to_python(value), connection)
        except (ValueError, TypeError, ValidationError) as error:
            said = f"backup: {table.name}.{field.column}: cannot be read"
            raise FormatError(said) from error
    raise FormatError(f"backup: {table.name}.{field.column}: is of another kind")


def settle(found: Sequence[Table]) -> None:
    """Look whether rows that name each other are all there, and go on counting where they end."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Checks that wait would forbid the changes of tables that come next.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in connection.ops.sequence_reset_sql(no_style(), [t.model for t in found]):
            cursor.execute(statement)


def chain_break() -> int:
    """Return the first entry of the log at which its chain does not hold, 0 where it holds."""
    from handbill.desk.decisions.models import Entry  # noqa: PLC0415  (after migrations)

    chain, expected = START, 1
    entries = Entry.objects.order_by("sequence").values_list("sequence", "commitment", "chain")
    for sequence, commitment, stated in entries.iterator(chunk_size=_ROWS):
        chain = link(chain, bytes(commitment))
        if sequence != expected or chain != bytes(stated):
            return expected
        expected += 1
    return 0
