"""Makes the five roles, and says who keeps accounts and keys."""

from django.db import migrations

from kuancheng.access.roles import AUDITOR, ROLES, SYSTEM_ADMIN, grant


def make_roles(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)
    grant(
        apps,
        "access",
        {
            "user": {SYSTEM_ADMIN: "view add change", AUDITOR: "view"},
            "apikey": {SYSTEM_ADMIN: "view add change", AUDITOR: "view"},
        },
    )
    grant(apps, "auth", {"group": {SYSTEM_ADMIN: "view", AUDITOR: "view"}})


def drop_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, drop_roles)]
