"""Who may do what with calendars, templates, pauses and baselines."""

from django.db import migrations

from kuancheng.access.roles import REVIEWER, everyone, grant

VIEW = everyone("view")
OFFICE = VIEW | {REVIEWER: "view add change delete"}


def grant_schedules(apps, schema_editor):
    grant(
        apps,
        "projects",
        {
            "calendarday": OFFICE,
            "winterwindow": OFFICE,
            "scheduletemplate": OFFICE,
            "templatestep": OFFICE,
            "pause": OFFICE,
            "baseline": VIEW | {REVIEWER: "view add delete approve_baseline"},
            "baselineentry": VIEW,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_schedules"), ("access", "0002_roles")]
    operations = [migrations.RunPython(grant_schedules, migrations.RunPython.noop)]
