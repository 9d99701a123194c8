"""Who writes and confirms close-outs; whose project it is, the service asks."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant


def grant_close_outs(apps, schema_editor):
    writing = {REVIEWER: "view add change", REPORTER: "view add change"}
    grant(apps, "projects", {"closeout": everyone("view") | writing})


class Migration(migrations.Migration):
    dependencies = [("projects", "0029_close_outs"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_close_outs, migrations.RunPython.noop)]
