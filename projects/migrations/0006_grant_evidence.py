"""Who may add and take away evidence of milestones."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant


def grant_evidence(apps, schema_editor):
    actions = "view add change delete"
    grant(
        apps,
        "projects",
        {"milestoneevidence": everyone("view") | {REVIEWER: actions, REPORTER: actions}},
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_evidence"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_evidence, migrations.RunPython.noop)]
