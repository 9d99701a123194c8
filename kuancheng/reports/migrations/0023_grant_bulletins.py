"""Who may draft and issue bulletins: the office; everybody reads what was issued."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant

OFFICE = everyone("view") | {REVIEWER: "view add change"}


def grant_bulletins(apps, schema_editor):
    grant(
        apps,
        "reports",
        {
            "bulletin": OFFICE | {REVIEWER: "view add change approve_bulletin"},
            "bulletinparagraph": OFFICE,
            "erratum": OFFICE,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0022_bulletins"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_bulletins, migrations.RunPython.noop)]
