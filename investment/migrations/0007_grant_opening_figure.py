"""Who may say what was completed before the months were reported here."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def grant_opening_figure(apps, schema_editor):
    office = {REVIEWER: "view add change delete"}
    grant(apps, "investment", {"openingfigure": everyone("view") | office})


class Migration(migrations.Migration):
    dependencies = [("investment", "0006_opening_figure"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_opening_figure, migrations.RunPython.noop)]
