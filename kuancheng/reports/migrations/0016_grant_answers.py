"""Who answers red lights; whose project it is, the service asks."""

from django.db import migrations

from kuancheng.access.roles import REPORTER, REVIEWER, everyone, grant


def grant_answers(apps, schema_editor):
    grant(
        apps,
        "reports",
        {"lightanswer": everyone("view") | {REVIEWER: "view add", REPORTER: "view add"}},
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0015_light_answers"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_answers, migrations.RunPython.noop)]
