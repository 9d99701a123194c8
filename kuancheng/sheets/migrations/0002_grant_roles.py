"""Who may import. Whose records, the kinds themselves say; whose imports, `visible_to`."""

from django.db import migrations

from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER, grant


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "sheets",
        {
            "sheetimport": {
                REVIEWER: "view add oversee_sheetimport",
                REPORTER: "view add",
                AUDITOR: "view oversee_sheetimport",
            }
        },
    )


class Migration(migrations.Migration):
    dependencies = [("sheets", "0001_initial"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
