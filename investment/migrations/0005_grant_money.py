"""Who may do what with curves, windows, corrections, fundings and evidence of reports."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant

VIEW = everyone("view")
ALL = "view add change delete"


def grant_money(apps, schema_editor):
    grant(
        apps,
        "investment",
        {
            "seasonalcurve": VIEW | {REVIEWER: "view add change"},
            "reportingwindow": VIEW | {REVIEWER: ALL},
            "formerplan": VIEW,
            "correction": VIEW | {REVIEWER: "view add", REPORTER: "view add"},
            "funding": VIEW | {REVIEWER: ALL, REPORTER: ALL},
            "reportevidence": VIEW | {REVIEWER: ALL, REPORTER: ALL},
        },
    )


class Migration(migrations.Migration):
    dependencies = [("investment", "0004_money"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_money, migrations.RunPython.noop)]
