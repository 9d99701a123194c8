"""Who may do what with the register. Row by row, `editable_by` narrows this for clerks."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, SYSTEM_ADMIN, everyone, grant

VIEW = everyone("view")
REFERENCE = VIEW | {REVIEWER: "view add change delete", SYSTEM_ADMIN: "view add change delete"}
OFFICE = VIEW | {REVIEWER: "view add change delete"}


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "projects",
        {
            "agency": REFERENCE,
            "official": REFERENCE,
            "programme": OFFICE,
            "listing": OFFICE,
            "target": OFFICE,
            "targetreading": OFFICE,
            "project": VIEW
            | {REVIEWER: "view add change oversee_portfolio", REPORTER: "view change"},
            "assignment": OFFICE,
            "milestone": OFFICE | {REPORTER: "view add change delete"},
        },
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
