"""The spans of the matters that are there already."""

from datetime import date
from itertools import groupby

from django.db import migrations

from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters.spans import spans
from projects.rules.matters.steps import Step
from projects.rules.matters.story import Taken


def keep(apps, schema_editor):
    kept = apps.get_model("reports", "MatterSpan").objects
    days = apps.get_model("projects", "CalendarDay").objects.values_list("date", "works")
    line = Calendars(overrides=dict(days)).line(WORKING)
    steps = apps.get_model("projects", "MatterStep").objects.order_by("matter_id", "number")
    for matter, grouped in groupby(steps.iterator(), key=lambda step: step.matter_id):
        rows = list(grouped)
        found = spans([_taken(each) for each in rows], line)
        kept.bulk_create(kept.model(matter_id=matter, **_columns(each, rows)) for each in found)


def _taken(row):
    return Taken(Step(row.step), row.day, row.due, row.first, row.last, row.level, row.agency_id)


def _columns(span, rows):
    ended = None if span.ended is None else rows[span.ended]
    undone = None if span.undone is None else rows[span.undone]
    return {
        "first": span.first,
        "known_from": rows[span.begun].at,
        "cut": span.cut,
        "ended_on": ended.day if ended else date.max,
        "ended_at": ended and ended.at,
        "phase": span.phase.value,
        "agency_id": span.agency,
        "late_on": span.late_on,
        "paused": span.paused,
        "verdict": span.verdict.value if span.verdict else "",
        "close": span.close.value if span.close else "",
        "used": span.used,
        "undone_on": undone and undone.day,
        "undone_at": undone and undone.at,
    }


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_matter_spans")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
