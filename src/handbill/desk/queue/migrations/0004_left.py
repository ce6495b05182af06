"""Until when a batch keeps its letters from others; those that were begun before keep none."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queue", "0003_search")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="until",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
