"""Indexes for what is rare, where the server is PostgreSQL: rules, and languages."""

from typing import Any

from django.db import migrations

MAKE = {
    "queue_language": "store_letter (language)",
    "queue_rule": "store_letter (rule) WHERE rule <> ''",
    "queue_finding": "store_finding (rule, letter_id)",
}


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, what in MAKE.items():
            schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in MAKE:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("queue", "0002_search"), ("store", "0002_piles")]

    operations = [migrations.RunPython(make, drop)]
