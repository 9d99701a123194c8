"""Who looks after group bots, and who sees what went out."""

from django.db import migrations

from kuancheng.access.roles import AUDITOR, SYSTEM_ADMIN, grant


def grant_notices(apps, schema_editor):
    grant(
        apps,
        "notices",
        {
            "bot": {SYSTEM_ADMIN: "view add change", AUDITOR: "view"},
            "delivery": {SYSTEM_ADMIN: "view resend_delivery", AUDITOR: "view"},
        },
    )


class Migration(migrations.Migration):

    dependencies = [("notices", "0001_notices"), ("access", "0002_roles")]

    operations = [migrations.RunPython(grant_notices, migrations.RunPython.noop)]
