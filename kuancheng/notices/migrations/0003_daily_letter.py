"""Whoever had the daily mail keeps it, by a preference of his own."""

from django.db import migrations

KIND, MODE = "daily_letter", "at_once"


def keep_wishes(apps, schema_editor):
    preference = apps.get_model("notices", "Preference")
    wanting = apps.get_model("access", "User").objects.filter(daily_mail=True)
    preference.objects.bulk_create(
        preference(person_id=pk, kind=KIND, mode=MODE)
        for pk in wanting.values_list("pk", flat=True)
    )


def give_back(apps, schema_editor):
    preference = apps.get_model("notices", "Preference").objects.filter(kind=KIND)
    wanting = preference.filter(mode=MODE).values_list("person_id", flat=True)
    apps.get_model("access", "User").objects.filter(pk__in=list(wanting)).update(daily_mail=True)
    preference.delete()


class Migration(migrations.Migration):

    dependencies = [("notices", "0002_grant_notices"), ("access", "0005_make_system_account")]

    operations = [migrations.RunPython(keep_wishes, give_back)]
