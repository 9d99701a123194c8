"""A notice says what became of it, once nobody has to do anything about it any more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notices", "0003_daily_letter")]

    operations = [
        migrations.AddField("notice", "outcome", models.CharField("了结", max_length=200, blank=True, default=""), preserve_default=False),
    ]
