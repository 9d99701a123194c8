"""Turns each project that somebody typed as 停工 into one with a stop, from the day on record."""

from django.db import migrations
from django.utils import timezone

TRANSFERRED = "由原状态字段转入，请补填原因"


def fill_stops(apps, schema_editor):
    projects = apps.get_model("projects", "Project").objects
    history = apps.get_model("projects", "HistoricalProject").objects
    stops = apps.get_model("projects", "Stop").objects
    kept = apps.get_model("projects", "HistoricalStop").objects
    for project in projects.filter(standing="suspended").iterator(chunk_size=500):
        rows = history.filter(id=project.pk).order_by("history_date", "history_id")
        stop = stops.model(
            project=project,
            reason="other",
            note=TRANSFERRED,
            stopped_on=_since(rows.values_list("history_date", "standing"), project.created_at),
        )
        stops.bulk_create([stop])
        columns = {field.attname: getattr(stop, field.attname) for field in stop._meta.fields}
        kept.create(history_date=stop.created_at, history_type="+", **columns)


def _since(rows, created):
    """The day on which the standing last turned 停工; that of registration where none is kept."""
    since, before = None, ""
    for moment, standing in rows:
        if standing == "suspended" and before != "suspended":
            since = moment
        before = standing
    return timezone.localdate(since or created)


def take_back(apps, schema_editor):
    for name in ("Stop", "HistoricalStop"):
        apps.get_model("projects", name).objects.filter(note=TRANSFERRED).delete()


class Migration(migrations.Migration):
    dependencies = [("projects", "0026_stops")]
    operations = [migrations.RunPython(fill_stops, take_back)]
