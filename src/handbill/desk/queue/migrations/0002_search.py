"""An index for words, where the server is PostgreSQL: SQLite reads every letter instead."""

from typing import Any

from django.db import migrations

MAKE = """
CREATE INDEX IF NOT EXISTS queue_words ON store_letter
USING gin (to_tsvector('simple', "name" || ' ' || "body"))
"""


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS queue_words")


class Migration(migrations.Migration):
    dependencies = [("queue", "0001_beginning"), ("store", "0002_piles")]

    operations = [migrations.RunPython(make, drop)]
