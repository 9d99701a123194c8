"""On a site whose day is pinned, times that the computer's clock had written move to that day."""

from datetime import datetime, time

from django.conf import settings
from django.db import migrations
from django.utils import timezone

from kuancheng import clock

WRITTEN = ("created_at", "updated_at", "proposed_at", "computed_at", "history_date")
APPS = {"projects", "investment", "reports", "access"}
KEYS = {"ApiKey", "HistoricalApiKey"}
"""These go by the computer's clock."""


def move(apps, schema_editor):
    """A record's times are those of its history, what has none keeps its time of day."""
    if not settings.KUANCHENG_TODAY:
        return
    end = timezone.make_aware(datetime.combine(clock.today(), time.max))
    for model in apps.get_models():
        if model._meta.app_label in APPS and model.__name__ not in KEYS:
            names = [field.name for field in model._meta.fields if field.name in WRITTEN]
            for name in names:
                move_column(model, name, end)


def move_column(model, name, end):
    late = model.objects.filter(**{f"{name}__gt": end})
    history = history_of(model) if name in {"created_at", "updated_at"} else None
    for pk, moment in late.values_list("pk", name).iterator(chunk_size=1000):
        known = history and history.filter(id=pk, history_date__lte=end).order_by("history_date")
        if known:
            row = known.first() if name == "created_at" else known.last()
            moment = row.history_date
        else:
            local = timezone.localtime(moment)
            moment = timezone.make_aware(datetime.combine(end.date(), local.time()))
        model.objects.filter(pk=pk).update(**{name: moment})


def history_of(model):
    """The model's history rows, if it keeps any."""
    try:
        found = model._meta.apps.get_model(model._meta.app_label, f"Historical{model.__name__}")
    except LookupError:
        return None
    return found.objects


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0003_daily_mail"),
        ("projects", "0006_grant_evidence"),
        ("investment", "0007_grant_opening_figure"),
        ("reports", "0007_judge_anew"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
