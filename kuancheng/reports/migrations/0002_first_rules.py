"""Version 1 of the thresholds, in force from the beginning; and who may add the next."""

from datetime import date

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def first_rules(apps, schema_editor):
    apps.get_model("reports", "RuleSet").objects.get_or_create(
        version=1, defaults={"effective_from": date(2000, 1, 1), "note": "默认阈值"}
    )
    grant(
        apps,
        "reports",
        {
            "ruleset": everyone("view") | {REVIEWER: "view add change"},
            "dailystatus": everyone("view"),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("investment", "0002_grant_roles")]
    operations = [migrations.RunPython(first_rules, migrations.RunPython.noop)]
