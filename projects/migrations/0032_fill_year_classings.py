"""Each project's class becomes that of the current year; everybody may read of classes.

Their history begins now: as known on an earlier day there was one class for all years, and the
column's own history answers. What the column said counts for the years before, too.
"""

from django.db import migrations

from kuancheng import clock
from kuancheng.access.roles import everyone, grant

BATCH = 500


def fill(apps, schema_editor):
    projects = apps.get_model("projects", "Project").objects.exclude(year_class="")
    classings = apps.get_model("projects", "YearClassing").objects
    history = apps.get_model("projects", "HistoricalYearClassing").objects
    year, now = clock.today().year, clock.now()
    done = set(classings.values_list("project_id", flat=True))
    waiting = [
        pair
        for pair in projects.order_by("pk").values_list("pk", "year_class")
        if pair[0] not in done
    ]
    for start in range(0, len(waiting), BATCH):
        made = classings.bulk_create(
            classings.model(project_id=project, year=year, year_class=code)
            for project, code in waiting[start : start + BATCH]
        )
        history.bulk_create(
            history.model(
                id=each.pk,
                project_id=each.project_id,
                year=year,
                year_class=each.year_class,
                created_at=each.created_at,
                updated_at=each.updated_at,
                history_date=now,
                history_type="+",
            )
            for each in made
        )


def grant_classings(apps, schema_editor):
    # Whoever may change a project changes its class: no right of its own.
    grant(apps, "projects", {"yearclassing": everyone("view")})


class Migration(migrations.Migration):
    dependencies = [("projects", "0031_year_classings"), ("access", "0002_roles")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(grant_classings, migrations.RunPython.noop),
    ]
