"""The auditor reads the audit log; nobody else does, and nobody writes in it by hand."""

from django.db import migrations

from kuancheng.access.roles import AUDITOR, grant


def grant_audit(apps, schema_editor):
    grant(apps, "audit", {"auditentry": {AUDITOR: "view"}, "auditarchive": {AUDITOR: "view"}})


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_drop_daily_mail"),
        ("audit", "0001_first_entries"),
    ]
    operations = [migrations.RunPython(grant_audit, migrations.RunPython.noop)]
