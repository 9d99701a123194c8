"""The note on one check becomes the note on all of them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("investment", "0002_grant_roles")]
    operations = [
        migrations.RenameField("statusreport", "over_total_note", "explanation"),
        migrations.RenameField("historicalstatusreport", "over_total_note", "explanation"),
    ]
