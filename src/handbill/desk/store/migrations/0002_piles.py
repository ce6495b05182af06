"""Where waiting letters lie. Letters that waited before are compared again, which lays them."""

from typing import Any

from django.db import migrations, models


def compare_again(apps: Any, schema_editor: Any) -> None:
    letters = apps.get_model("store", "Letter").objects
    letters.filter(state__in=("waiting", "held")).update(compared=False)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_beginning")]

    operations = [
        migrations.AddField("letter", "pile", models.CharField(max_length=8, default="")),
        migrations.AddField("letter", "place", models.CharField(max_length=96, default="")),
        migrations.AddField("pen", "stopped", models.CharField(max_length=8, default="")),
        migrations.AddField("pen", "stopped_until", models.PositiveIntegerField(null=True)),
        migrations.AddIndex("letter", models.Index(fields=["pile", "place"], name="letter_pile")),
        migrations.AddIndex(
            "letter", models.Index(fields=["edition_number", "id"], name="letter_newest")
        ),
        migrations.AddIndex(
            "pen", models.Index(fields=["stopped", "stopped_until"], name="pen_stopped")
        ),
        migrations.RunPython(compare_again, migrations.RunPython.noop),
    ]
