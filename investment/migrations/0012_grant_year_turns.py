"""Who may turn the year, and undo it: the office; everybody may read of it."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def grant_year_turns(apps, schema_editor):
    grant(
        apps,
        "investment",
        {
            "yearturn": everyone("view") | {REVIEWER: "view add change"},
            "yearturnline": everyone("view"),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("investment", "0011_year_turns"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_year_turns, migrations.RunPython.noop)]
