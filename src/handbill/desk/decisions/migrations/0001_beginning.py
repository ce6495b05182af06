"""The tables as they began."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstYes",
            fields=[
                ("letter", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("sequence", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("commitment", models.BinaryField(max_length=32)),
                ("chain", models.BinaryField(max_length=32)),
                ("note", models.BinaryField(null=True)),
                ("salt", models.CharField(default="", max_length=32)),
                ("action", models.CharField(max_length=16)),
                ("edition", models.PositiveIntegerField()),
                ("year", models.PositiveSmallIntegerField(db_index=True)),
                ("letter", models.CharField(default="", max_length=64)),
                ("pen", models.CharField(default="", max_length=32)),
                ("before", models.CharField(default="", max_length=16)),
                ("written_from", models.PositiveIntegerField(default=0)),
                ("rule", models.CharField(default="", max_length=64)),
                ("fact", models.CharField(default="", max_length=64)),
                ("origin", models.CharField(max_length=8)),
                ("automation", models.BooleanField(default=False)),
                ("editions", models.PositiveIntegerField(null=True)),
                ("appeal", models.PositiveIntegerField(default=0)),
                ("about", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(default="", max_length=1000)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["letter", "sequence"], name="entry_letter"),
                    models.Index(fields=["pen", "sequence"], name="entry_pen"),
                    models.Index(fields=["edition", "sequence"], name="entry_edition"),
                    models.Index(
                        condition=models.Q(("about", 0), _negated=True),
                        fields=["about"],
                        name="entry_about",
                    ),
                ],
            },
        ),
    ]
