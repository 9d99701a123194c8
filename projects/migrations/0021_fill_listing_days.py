"""Whoever was on a list has been on it since the 1st of January of its year, in history too.

So a day is answered as before, also as it was known before there were any days.
"""

from datetime import date

from django.db import migrations


def fill(apps, schema_editor):
    programmes = [apps.get_model("projects", name) for name in ("Programme", "HistoricalProgramme")]
    for model in programmes:
        for year in set(model.objects.order_by().values_list("year", flat=True)):
            model.objects.filter(year=year, begins=None).update(begins=date(year, 1, 1))
    begins = {}
    for model in reversed(programmes):
        begins |= dict(model.objects.order_by("pk").values_list("id", "begins"))
    for name in ("Listing", "HistoricalListing"):
        rows = apps.get_model("projects", name).objects.filter(since=None)
        for programme in set(rows.order_by().values_list("programme_id", flat=True)):
            first = begins.get(programme, date(2000, 1, 1))
            rows.filter(programme_id=programme).update(since=first)


class Migration(migrations.Migration):
    dependencies = [("projects", "0020_listing_days")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
