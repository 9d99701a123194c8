"""Says of each matter before whom something lies, from its steps; everybody sees who is deputy."""

from django.db import migrations

from kuancheng.access.roles import everyone, grant
from projects.rules.matters.dues import deciders
from projects.rules.matters.steps import Part, Step
from projects.rules.matters.story import Taken, fold


def fill_asked(apps, schema_editor):
    matters = apps.get_model("projects", "Matter").objects
    for matter in matters.prefetch_related("steps").iterator(chunk_size=500):
        steps = sorted(matter.steps.all(), key=lambda each: each.number)
        asked = deciders(
            fold(
                Taken(
                    Step(each.step),
                    each.day,
                    each.due,
                    each.first,
                    each.last,
                    each.level,
                    each.agency_id,
                )
                for each in steps
            )
        )
        if asked:
            matters.filter(pk=matter.pk).update(
                asks_office=Part.OFFICE in asked,
                asks_lead_official=Part.LEAD_OFFICIAL in asked,
                asks_review=Part.REVIEWER in asked,
            )


def grant_deputies(apps, schema_editor):
    # Who may act in matters may have a deputy: the service asks for that, no right of its own.
    grant(apps, "projects", {"deputy": everyone("view")})


class Migration(migrations.Migration):
    dependencies = [("projects", "0011_deputies_and_appeals"), ("access", "0002_roles")]
    operations = [
        migrations.RunPython(fill_asked, migrations.RunPython.noop),
        migrations.RunPython(grant_deputies, migrations.RunPython.noop),
    ]
