"""Who may set up the league: the office; who is ranked objects; everybody reads."""

from django.db import migrations

from kuancheng.access.roles import READER, REPORTER, REVIEWER, everyone, grant

OFFICE = everyone("view") | {REVIEWER: "view add change"}


def grant_league(apps, schema_editor):
    grant(
        apps,
        "reports",
        {
            "leaguegroup": OFFICE,
            "leaguerules": OFFICE,
            "leagueentry": OFFICE,
            "leaguepublication": OFFICE,
            "leagueobjection": OFFICE
            | {REPORTER: "view add change", READER: "view add change"},
        },
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0019_league"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_league, migrations.RunPython.noop)]
