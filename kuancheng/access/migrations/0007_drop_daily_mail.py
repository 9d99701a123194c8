"""The daily mail is one of the notices now, and wanted there."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("access", "0006_display_tokens"), ("notices", "0003_daily_letter")]

    operations = [
        migrations.RemoveField(model_name="historicaluser", name="daily_mail"),
        migrations.RemoveField(model_name="user", name="daily_mail"),
    ]
