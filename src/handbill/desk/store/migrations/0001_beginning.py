"""The tables as they began."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Discussion",
            fields=[
                ("story", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("open", models.BooleanField(default=True)),
                ("reason", models.CharField(default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("short", models.CharField(max_length=16)),
                ("public", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=16)),
                ("story", models.CharField(max_length=64)),
                ("parent", models.CharField(max_length=16)),
                ("rule", models.CharField(default="", max_length=64)),
                ("pick", models.BooleanField(default=False)),
                ("edition_number", models.PositiveIntegerField()),
                ("edition_id", models.CharField(max_length=32)),
                ("seal", models.CharField(max_length=16)),
                ("rules_version", models.PositiveIntegerField()),
                ("rules_hash", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=60)),
                ("body", models.TextField()),
                ("words", models.PositiveIntegerField()),
                ("nfc", models.BooleanField()),
                ("receipt", models.BinaryField(max_length=32)),
                ("head", models.TextField()),
                ("signature", models.BinaryField(max_length=64)),
                ("name_key", models.CharField(default="", max_length=32)),
                ("screened", models.CharField(default="", max_length=16)),
                ("compared", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Pen",
            fields=[
                ("fingerprint", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("key", models.BinaryField(max_length=32)),
                ("burned", models.BooleanField(default=False)),
                ("erase", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="ProtectedName",
            fields=[
                ("tag", models.CharField(max_length=64, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key",
                        "reason",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("reason", models.CharField(max_length=24)),
                ("edition", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "letter_id",
                        "screen",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("screen", models.CharField(max_length=24)),
                ("number", models.PositiveSmallIntegerField()),
                ("rule", models.CharField(max_length=64)),
                ("where", models.CharField(max_length=8)),
                ("start", models.PositiveIntegerField(null=True)),
                ("end", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(max_length=64)),
                ("words", models.CharField(max_length=200)),
                ("confidence", models.FloatField()),
                ("version", models.PositiveIntegerField()),
                ("holds", models.BooleanField()),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.letter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NearName",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=32)),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="near_name")],
            },
        ),
        migrations.CreateModel(
            name="Name",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key",
                        "pen_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("skeleton", models.TextField()),
                (
                    "pen",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.pen"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="letter",
            name="pen",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.pen"
            ),
        ),
        migrations.CreateModel(
            name="Band",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key",
                        "letter_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(max_length=16)),
                ("pen", models.CharField(max_length=32)),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.letter",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["letter"], name="band_letter")],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "item",
                        "letter_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("item", models.CharField(max_length=64)),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.letter",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["letter"], name="mark_letter")],
            },
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["state", "story"], name="letter_state"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["story", "state", "edition_number"], name="letter_thread"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["short"], name="letter_short"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["public"], name="letter_public"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["pen", "story", "edition_number"], name="letter_pen"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("parent", ""), _negated=True),
                fields=["parent"],
                name="letter_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=["name_key"],
                name="letter_name",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("compared", False)), fields=["id"], name="letter_uncompared"
            ),
        ),
    ]
