"""Who may do what with the money. Row by row, `editable_by` narrows this for clerks."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant

VIEW = everyone("view")


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "investment",
        {
            "annualplan": VIEW | {REVIEWER: "view add change delete"},
            "statusreport": VIEW
            | {
                REVIEWER: "view add change delete approve_statusreport",
                REPORTER: "view add change delete",
            },
        },
    )


class Migration(migrations.Migration):
    dependencies = [("investment", "0001_initial"), ("projects", "0002_grant_roles")]
    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
