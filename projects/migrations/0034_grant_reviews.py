"""The first cadence, in force from the beginning; the office holds reviews, everybody may read them."""

from datetime import date

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant


def first_cadence(apps, schema_editor):
    apps.get_model("projects", "ReviewCadence").objects.get_or_create(
        version=1, defaults={"effective_from": date(2000, 1, 1), "note": "默认安排"}
    )
    writing = {REVIEWER: "view add change"}
    grant(
        apps,
        "projects",
        {
            "weeklyreview": everyone("view") | writing,
            "reviewcadence": everyone("view") | writing,
            "agendaitem": everyone("view"),
            "attendance": everyone("view"),
            "decision": everyone("view"),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0033_weekly_reviews"), ("access", "0002_roles")]
    operations = [migrations.RunPython(first_cadence, migrations.RunPython.noop)]
