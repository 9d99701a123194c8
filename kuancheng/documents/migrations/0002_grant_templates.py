"""Who keeps the office's templates: the project centre; everybody may see which are in force."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def grant_templates(apps, schema_editor):
    grant(
        apps,
        "documents",
        {"officetemplate": everyone("view") | {REVIEWER: "view add change"}},
    )


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_office_templates"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_templates, migrations.RunPython.noop)]
