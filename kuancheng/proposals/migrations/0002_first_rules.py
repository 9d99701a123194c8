"""Every change of an amount takes two people until the office says otherwise; and who may see what waits."""

from datetime import date

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def first_rules(apps, schema_editor):
    apps.get_model("proposals", "AmountRules").objects.get_or_create(
        version=1, defaults={"effective_from": date(2000, 1, 1), "note": "默认：每次变动都须第二人审核"}
    )
    grant(
        apps,
        "proposals",
        {
            "proposal": everyone("view"),
            "amountrules": everyone("view") | {REVIEWER: "view add change"},
        },
    )


class Migration(migrations.Migration):

    dependencies = [("proposals", "0001_proposals"), ("access", "0002_roles")]

    operations = [migrations.RunPython(first_rules, migrations.RunPython.noop)]
