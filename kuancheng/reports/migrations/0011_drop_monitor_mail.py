"""The daily mails have moved: their own table, and the rights on it, go."""

from django.db import migrations


def forget_rights(apps, schema_editor):
    """Roles hold no rights on what is no more."""
    kind = {"app_label": "reports", "model": "monitormail"}
    permissions = apps.get_model("auth", "Permission").objects
    permissions.filter(content_type__app_label="reports", content_type__model="monitormail").delete()
    apps.get_model("contenttypes", "ContentType").objects.filter(**kind).delete()


class Migration(migrations.Migration):

    dependencies = [("reports", "0010_mails_to_notices")]

    operations = [
        migrations.RunPython(forget_rights, migrations.RunPython.noop),
        migrations.DeleteModel(name="MonitorMail"),
    ]
