"""Rows say whether the project stood still in the whole money month; those of today are made anew."""

from django.db import migrations, models

from kuancheng import clock


def judge_anew(apps, schema_editor):
    """Forgets today's rows and all recalled ones; whoever asks for them has them written anew."""
    statuses = apps.get_model("reports", "DailyStatus").objects
    statuses.exclude(basis="daily").delete()
    statuses.filter(basis="daily", date=clock.today()).delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_permit_threshold"), ("projects", "0028_grant_stops")]
    operations = [
        migrations.AddField(
            model_name="dailystatus",
            name="stood_still",
            field=models.BooleanField(default=False, verbose_name="统计月全月停工"),
        ),
        migrations.RunPython(judge_anew, migrations.RunPython.noop),
    ]
