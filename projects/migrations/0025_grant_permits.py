"""Who records extensions of permits: whoever keeps milestones; whose project it is, the service asks."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant


def grant_permits(apps, schema_editor):
    kept = {REVIEWER: "view add change delete", REPORTER: "view add change delete"}
    grant(apps, "projects", {"permitextension": everyone("view") | kept})


class Migration(migrations.Migration):
    dependencies = [("projects", "0024_fill_permits"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_permits, migrations.RunPython.noop)]
