"""Rows that can be made again are: what is not judged is not late, and only what is owed is missing.

A day that has passed keeps the row that was kept on it.
"""

from django.db import migrations

from kuancheng import clock


def judge_anew(apps, schema_editor):
    """Forgets today's rows and all recalled ones; whoever asks for them has them written anew."""
    statuses = apps.get_model("reports", "DailyStatus").objects
    statuses.exclude(basis="daily").delete()
    statuses.filter(basis="daily", date=clock.today()).delete()


class Migration(migrations.Migration):

    dependencies = [("reports", "0006_reason_subjects")]

    operations = [migrations.RunPython(judge_anew, migrations.RunPython.noop)]
