"""Version 1 of the matters' rules, in force from the beginning; who may add the next; whose round it is.

Orders are not invented for matters that were issued before there were any.
"""

from datetime import date

from django.db import migrations
from django.db.models import Count, Q

from kuancheng.access.roles import REVIEWER, everyone, grant


def first_rules(apps, schema_editor):
    apps.get_model("projects", "MatterRules").objects.get_or_create(
        version=1, defaults={"effective_from": date(2000, 1, 1), "note": "默认规则"}
    )
    grant(
        apps,
        "projects",
        {
            "matterrules": everyone("view") | {REVIEWER: "view add change"},
            "order": everyone("view"),
            "escalation": everyone("view"),
        },
    )


def moved_begin_a_round(apps, schema_editor):
    """A matter that was moved to another agency is a round further than was counted."""
    matters = apps.get_model("projects", "Matter").objects
    again = Count("steps", filter=Q(steps__step__in=("return", "reopen", "reassign")))
    moved = matters.filter(pk__in=matters.filter(steps__step="reassign").values("pk"))
    for pk, rounds in moved.annotate(again=again).values_list("pk", "again"):
        matters.filter(pk=pk).update(round=1 + rounds)


class Migration(migrations.Migration):
    dependencies = [("projects", "0013_orders"), ("access", "0002_roles")]
    operations = [
        migrations.RunPython(first_rules, migrations.RunPython.noop),
        migrations.RunPython(moved_begin_a_round, migrations.RunPython.noop),
    ]
