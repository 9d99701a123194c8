"""Who may hand duties over, and undo it: the office; everybody may read of it."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def grant_handovers(apps, schema_editor):
    grant(
        apps,
        "projects",
        {
            "handover": everyone("view") | {REVIEWER: "view add change"},
            "handoveritem": everyone("view"),
            "handoverevidence": everyone("view"),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0018_handovers"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_handovers, migrations.RunPython.noop)]
