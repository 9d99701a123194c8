"""Who looks after the work in the background."""

from django.db import migrations

from kuancheng.access.roles import AUDITOR, SYSTEM_ADMIN, grant


def grant_jobs(apps, schema_editor):
    grant(
        apps,
        "jobs",
        {"job": {SYSTEM_ADMIN: "view operate_job", AUDITOR: "view"}},
    )


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_job"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_jobs, migrations.RunPython.noop)]
