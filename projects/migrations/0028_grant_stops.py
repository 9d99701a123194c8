"""Who registers a stop, reports it and asks to resume; whose project it is, the service asks."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant


def grant_stops(apps, schema_editor):
    writing = {REVIEWER: "view add change", REPORTER: "view add change"}
    grant(apps, "projects", {"stop": everyone("view") | writing})


class Migration(migrations.Migration):
    dependencies = [("projects", "0027_fill_stops"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_stops, migrations.RunPython.noop)]
