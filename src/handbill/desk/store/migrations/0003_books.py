"""The rule books that letters were signed under, from now on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_piles")]

    operations = [
        migrations.CreateModel(
            "RuleBook",
            [
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("text", models.TextField()),
            ],
        ),
    ]
