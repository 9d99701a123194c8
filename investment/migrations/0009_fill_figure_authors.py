"""Who wrote the figures that stand, read from the history of each report."""

from django.db import migrations

FIGURES = (("completed", "completed_by_id"), ("physical_percent", "percent_by_id"))


def authors_of(rows):
    """The account that last changed each figure, by the column that keeps it."""
    found, before = {}, {}
    for row in rows:
        for figure, author in FIGURES:
            value = getattr(row, figure)
            if value != before.get(figure):
                found[author] = row.history_user_id
            before[figure] = value
    return found


def fill_in(apps, schema_editor):
    report_model = apps.get_model("investment", "StatusReport")
    history_model = apps.get_model("investment", "HistoricalStatusReport")
    # What is approved is decided: only the rest waits for somebody who is none of its authors.
    open_reports = report_model.objects.exclude(state="approved")
    for report in open_reports.only("pk").iterator(chunk_size=500):
        rows = history_model.objects.filter(id=report.pk).order_by("history_id")
        columns = ("history_id", "history_user_id", "completed", "physical_percent")
        found = authors_of(rows.only(*columns))
        if any(found.values()):
            report_model.objects.filter(pk=report.pk).update(**found)


class Migration(migrations.Migration):

    dependencies = [("investment", "0008_figure_authors")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
