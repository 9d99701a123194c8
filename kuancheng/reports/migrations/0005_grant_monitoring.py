"""Who may set a light by hand, and who may see the daily runs."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant

VIEW = everyone("view")


def grant_monitoring(apps, schema_editor):
    grant(
        apps,
        "reports",
        {
            "lightoverride": VIEW | {REVIEWER: "view add change"},
            "monitorrun": VIEW,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_monitoring"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_monitoring, migrations.RunPython.noop)]
