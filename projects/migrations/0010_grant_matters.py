"""Who may raise, handle and decide matters; what a step asks besides is asked by the service."""

from django.db import migrations

from kuancheng.access.roles import READER, REPORTER, REVIEWER, everyone, grant


def grant_matters(apps, schema_editor):
    grant(
        apps,
        "projects",
        {
            "matter": everyone("view")
            | {
                REVIEWER: "view add change oversee_matter",
                REPORTER: "view add change",
                # A lead official decides on the second extension.
                READER: "view change",
            },
            "matterstep": everyone("view"),
            "matterevidence": everyone("view"),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0009_matters"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_matters, migrations.RunPython.noop)]
