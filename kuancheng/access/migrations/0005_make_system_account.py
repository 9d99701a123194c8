"""Makes the account in whose name loads and timed runs write."""

from itertools import count

from django.db import migrations


def make_account(apps, schema_editor):
    user = apps.get_model("access", "User")
    if user.objects.filter(is_system=True).exists():
        return
    names = ("system" if number == 0 else f"system{number}" for number in count())
    free = next(name for name in names if not user.objects.filter(username=name).exists())
    # “!” is no password's digest: nobody logs in with it.
    user.objects.create(
        username=free, full_name="系统", password="!", is_active=False, is_system=True
    )


def drop_account(apps, schema_editor):
    apps.get_model("access", "User").objects.filter(is_system=True).delete()


class Migration(migrations.Migration):

    dependencies = [("access", "0004_system_account")]

    operations = [migrations.RunPython(make_account, drop_account)]
